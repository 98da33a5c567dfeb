"""Which entity of one annotation is which of another: by the names that both use, or by Wikidata id."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from kg.config import data_dir
from kg.errors import DataError

__all__ = ["align", "normalise", "strings"]

Record = Mapping[str, Any]


def align(gold: Sequence[Record], system: Sequence[Record], *, language: str = "de") -> dict[str, str]:
    """Pair the entities of two annotations of one article, each with one at most.

    Pairs are made in order of the strings that both have; the same name counts two more, the same Wikidata id too.

    Returns:
        Id in the system → id in the gold.
    """
    ours = [(g, strings(g, language)) for g in gold]
    theirs = [(s, strings(s, language)) for s in system]
    pairs = []
    for g, here in ours:
        for s, there in theirs:
            shared = len(here & there) + (2 if g.get("wikidata") and g.get("wikidata") == s.get("wikidata") else 0)
            if shared:
                same = normalise(str(g["name"]), language=language) == normalise(str(s["name"]), language=language)
                pairs.append((-(shared + 2 * same), str(g["id"]), str(s["id"])))
    out: dict[str, str] = {}
    taken: set[str] = set()
    for _, one, other in sorted(pairs):
        if one not in taken and other not in out:
            out[other] = one
            taken.add(one)
    return out


def strings(entity: Record, language: str) -> set[str]:
    """Name and aliases of an entity as they are compared."""
    names = (normalise(str(n), language=language) for n in (entity["name"], *(entity.get("aliases") or ())) if n)
    return {name for name in names if name}


def normalise(name: str, *, language: str) -> str:
    """A name as it is compared: small letters, no article, no quotation marks, adjectives without inflection."""
    article, inflection = _patterns(language)
    name = unicodedata.normalize("NFKC", name).casefold().strip()
    name = re.sub(r"[\"'„“”‚‘’«»()]", "", article.sub("", name))
    name = re.sub(r"[\s\-–]+", " ", name).strip()
    return inflection.sub(r"\1", name)


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    path = data_dir() / language / "evaluation.toml"
    try:
        names = tomllib.loads(path.read_text(encoding="utf-8"))["names"]
        return re.compile(names["article"]), re.compile(names["inflection"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError, re.error) as error:
        message = f"[names] with article and inflection cannot be read: {error}"
        raise DataError(message, source=path, hint="both are regular expressions") from error
