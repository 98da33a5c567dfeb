"""How an engine other than the rules read a claim: the activity of PROV behind a piece of evidence.

What is to be known stands in the name of the rule, so that evidence carries it wherever it goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Reading", "reading_of"]

_RULE = re.compile(r"(?P<engine>llm)/(?P<host>[^/]+)/(?P<model>.+)/(?P<instructions>[0-9a-f]{8})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reading:
    """By what a claim was read.

    Attributes:
        engine: `llm`, a large language model.
        host: Where it answered, without the path of the address.
        model: What the service calls the model.
        instructions: Eight digits that change with what the model is told.
    """

    engine: str
    host: str
    model: str
    instructions: str


@lru_cache(maxsize=256)
def reading_of(rule: str) -> Reading | None:
    """The reading that a rule's name tells of; `None` for kg's own rules.

    Example:
        >>> reading_of("llm/127.0.0.1:11434/some/model/0123abcd").model
        'some/model'
        >>> reading_of("de/visits/verb/besuchen") is None
        True
    """
    found = _RULE.fullmatch(rule)
    return None if found is None else Reading(**found.groupdict())
