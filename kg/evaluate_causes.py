"""Why a claim was missed, or made up: what two annotations of one article show of it.

Only the annotations are compared, so a cause says where to look and not what went wrong inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kg.evaluate_names import strings

__all__ = ["Cause", "Side", "find_cause"]

Record = Mapping[str, Any]
Key = tuple[str | None, str, str | None]

_MARKS = ".,;:!?()[]\"'„“”‚‘’«»–"
_STEM = 3  # letters: longer words are taken for one word where one begins with the other


class Cause(StrEnum):
    """Why a claim is missed or wrong, the first of these that holds.

    Attributes:
        MISSED_ENTITY: The other side has no such entity.
        BOUNDARY: The other side has it under more words or fewer, or as part of another entity.
        DIRECTION: The other side has the same relation in the sentence with another party, or the other way round.
        PREDICATE: The other side has another relation between the two in the sentence.
        REFERENCE: The sentence names a party by none of its names, but by a pronoun or description.
        NO_FRAME: Both are known and named, and no rule made the claim.
        NOT_SAID: The same seen from a wrong claim: the annotation has nothing of the kind.
        MODALITY: The relation is right, but not whether it is a fact, a report, a plan or denied.
    """

    MISSED_ENTITY = "missed entity"
    BOUNDARY = "wrong boundary"
    DIRECTION = "wrong role or direction"
    PREDICATE = "wrong predicate"
    REFERENCE = "unresolved reference"
    NO_FRAME = "no frame, no trigger"
    NOT_SAID = "not said"
    MODALITY = "wrong modality"


@dataclass(frozen=True, slots=True)
class Side:
    """One annotation of an article.

    Attributes:
        entities: By id, as the keys of both sides name them.
        shared: The ids that both sides have.
        unmatched: The claims that only this side has, by key.
    """

    entities: Mapping[str, Record]
    shared: frozenset[str]
    unmatched: Mapping[Key, Sequence[Record]]


def find_cause(
    key: Key, claim: Record, side: Side, other: Side, sentence: str, *, otherwise: Cause, language: str = "de"
) -> Cause:
    """Say why the other side lacks a claim.

    Args:
        key: Subject, predicate and object of the claim.
        claim: The claim.
        side: The annotation that has it.
        other: The annotation that lacks it.
        sentence: The words that prove it.
        otherwise: What to say where nothing can be seen.
        language: Two-letter code of the text: how names are inflected.
    """
    parties = [party for party in (key[0], key[2]) if party is not None]
    unknown = [party for party in parties if party not in side.shared]
    if unknown:
        alike = (_overlapping(side.entities.get(party, {}), other, language) for party in unknown)
        return Cause.BOUNDARY if all(alike) else Cause.MISSED_ENTITY
    near = [k for k, claims in other.unmatched.items() if any(_touch(claim, c) for c in claims)]
    pair = {key[0], key[2]}
    if any(k[1] == key[1] and len(pair & {k[0], k[2]}) > 0 for k in near):
        return Cause.DIRECTION
    if any({k[0], k[2]} == pair for k in near):
        return Cause.PREDICATE
    words = set(_words(sentence))
    if not all(_named(side.entities[party], words, language) for party in parties):
        return Cause.REFERENCE
    return otherwise


def _overlapping(entity: Record, other: Side, language: str) -> bool:
    """Whether a name is part of one of the other side's, or shares a word with an entity that only that side has."""
    names = _names(entity, language)
    for key, candidate in other.entities.items():
        theirs = _names(candidate, language)
        if any(one <= two or two <= one for one in names for two in theirs):
            return True
        if key not in other.shared and set().union(*names) & set().union(*theirs):
            return True
    return False


def _names(entity: Record, language: str) -> list[set[str]]:
    found = (set(_words(name)) for name in strings(entity, language)) if "name" in entity else ()
    return [words for words in found if words]


def _words(text: str) -> list[str]:
    """The words of a text in small letters, without those of one or two letters."""
    words = (word.strip(_MARKS).casefold() for word in text.replace("-", " ").split())
    return [word for word in words if len(word) > 2]


def _named(entity: Record, words: set[str], language: str) -> bool:
    """Whether a sentence holds a word of one of the entity's names, with another ending or in a compound."""
    named = set().union(*_names(entity, language))
    if named & words:
        return True
    long, stems = ([word for word in some if len(word) > _STEM] for some in (words, named))
    return any(word.startswith(stem) or stem.startswith(word) for stem in stems for word in long)


def _touch(one: Record, other: Record) -> bool:
    """Whether two claims are proved by the same words, as far as is known."""
    spans = [claim.get(end) for claim in (one, other) for end in ("start", "end")]
    if any(end is None for end in spans):
        return True
    start, end, begins, ends = (int(s) for s in spans if s is not None)
    return begins < end and start < ends
