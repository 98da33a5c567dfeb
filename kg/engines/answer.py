"""What a language model answers, checked in form: each entity and claim for itself, as one may be wrong."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import islice
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from kg.model import EntityType, Modality

__all__ = ["SaidClaim", "SaidEntity", "parse_answer"]

_MOST = 1000  # entities or claims of one answer
_BEGINNINGS = 100  # braces that may begin it
_LONGEST = 4000  # code points of one field
_UNSURE = 0.5  # the confidence of a claim whose model states none
_DECODER = json.JSONDecoder()
_NOTHING = frozenset({"", "null", "none", "n/a", "unknown"})


def _maybe(value: object) -> object:
    """Nothing where a model writes a word for it; a number as the text it stands for."""
    if isinstance(value, str) and value.strip().lower() in _NOTHING:
        return None
    return str(value) if type(value) is int else value


Text = Annotated[str, Field(strict=True, min_length=1, max_length=_LONGEST)]
Optional = Annotated[Text | None, BeforeValidator(_maybe)]
Chance = Annotated[
    float, Field(ge=0, le=1, allow_inf_nan=False), BeforeValidator(lambda value: _UNSURE if value is None else value)
]
Item = TypeVar("Item", bound=BaseModel)


class SaidEntity(BaseModel):
    """An entity as the model describes it; `id` is the model's own, for its claims."""

    id: Text
    type: EntityType
    name: Text
    mentions: Annotated[list[Text], Field(max_length=_MOST)] = []


class SaidClaim(BaseModel):
    """A claim as the model makes it, with the ids of its entities."""

    subject: Text
    predicate: Text
    object: Optional = None
    quote: Text
    modality: Modality
    source: Optional = None
    when: Optional = None
    begins: Optional = None
    ends: Optional = None
    place: Optional = None
    quantity: Optional = None
    role: Optional = None
    confidence: Chance = _UNSURE


def parse_answer(text: str) -> tuple[list[SaidEntity], list[SaidClaim], Counter[str]] | None:
    r"""Read an answer.

    What a model writes around the JSON (its thoughts, a fence of Markdown) is passed over.

    Returns:
        Entities, claims, and how many claims have no right form; `None` if there is no JSON object with both lists.

    Example:
        >>> parse_answer('Sure!\n```json\n{"entities": [], "claims": [3]}\n```')
        ([], [], Counter({'the claim is malformed': 1}))
        >>> parse_answer("I cannot do that.") is None
        True
    """
    found = _object(text)
    if found is None:
        return None
    entities, claims = found["entities"], found["claims"]
    problems: Counter[str] = Counter()
    right = [item for raw in claims[:_MOST] if (item := _item(SaidClaim, raw)) is not None]
    problems["the claim is malformed"] += min(len(claims), _MOST) - len(right)
    problems["too many claims in one answer"] += max(0, len(claims) - _MOST)
    named = [entity for raw in entities[:_MOST] if (entity := _item(SaidEntity, raw)) is not None]
    return named, right, +problems


def _object(text: str) -> dict[str, Any] | None:
    """The first JSON object of an answer that has both lists, whatever stands before, around and behind it."""
    thoughts, ended, rest = text.partition("</think>")
    # The same words inside of the answer, from an article that holds them, end no thoughts.
    body = rest if ended and (thoughts.lstrip().startswith("<think>") or "{" not in thoughts) else text
    for brace in islice(re.finditer(r"\{", body), _BEGINNINGS):
        try:
            found, _ = _DECODER.raw_decode(body, brace.start())
        except (ValueError, RecursionError):
            continue
        if (
            isinstance(found, dict)
            and isinstance(found.get("entities"), list)
            and isinstance(found.get("claims"), list)
        ):
            return found
    return None


def _item(kind: type[Item], raw: object) -> Item | None:
    try:
        return kind.model_validate(raw)
    except ValidationError:
        return None
