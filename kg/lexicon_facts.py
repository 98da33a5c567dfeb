"""Word lists that the reading of facts needs besides the frames: `kg/data/<language>/facts.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from kg.config import language_dir
from kg.errors import DataError

__all__ = ["FactWords", "load_fact_words"]


@dataclass(frozen=True, slots=True)
class FactWords:
    """Word lists, all of lemmas.

    Attributes:
        generic_people: Nouns for human beings that say nothing of their side.
        support_verbs: Verbs that only carry a noun that names the deed.
        past_copula: Forms of the copula that put an office into the past.
        appointing_verbs: Verbs that give an office.
        proposing_verbs: Verbs that mean to give an office.
        presence_verbs: Verbs of speaking, meeting and taking part.
    """

    generic_people: frozenset[str]
    support_verbs: frozenset[str]
    past_copula: frozenset[str]
    appointing_verbs: frozenset[str]
    proposing_verbs: frozenset[str]
    presence_verbs: frozenset[str]


@cache
def load_fact_words(language: str = "de") -> FactWords:
    """Read the word lists of a language.

    Args:
        language: Two-letter code.

    Raises:
        UnsupportedLanguage: If the language has no data.
        DataError: If the file is missing or wrong.

    Example:
        >>> "Mensch" in load_fact_words("de").generic_people
        True
    """
    path = language_dir(language) / "facts.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        message = f"cannot read the word lists: {error}"
        raise DataError(message, source=path, hint="install kg-geopolitics again or correct the file") from error
    lists: dict[str, frozenset[str]] = {}
    for name in FactWords.__slots__:
        words = table.get(name)
        if not isinstance(words, list) or not all(isinstance(w, str) for w in words):
            message = f"{name} is {words!r}, not a list of words"
            raise DataError(message, source=path)
        lists[name] = frozenset(words)
    return FactWords(**lists)
