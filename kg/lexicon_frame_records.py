"""The records of the frames: roles, conditions, one frame, an index by trigger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from kg.lexicon_cache import Remembered
from kg.model import Modality

__all__ = ["DEFAULT_WEIGHT", "KINDS", "Condition", "Frame", "Role", "Step", "TriggerIndex", "parse_role"]

KINDS = ("verb", "verb_noun", "noun", "adjective", "compound", "phrase")
DEFAULT_WEIGHT = 0.8
_SHORTEST_LAST_PART = 4


class Step(NamedTuple):
    """One step from a trigger to an argument: a role label, with the preposition and the case it needs, if any."""

    label: str
    prep: str | None = None
    case: str | None = None


Role: TypeAlias = tuple[tuple[Step, ...], ...]
"""Alternatives, tried in order; each is a path of steps, walked from left to right."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A role that must (`requires`) or must not (`forbids`) be filled by one of the lemmas; `None` means any word."""

    role: Role
    lemmas: frozenset[str] | None

    def holds(self, lemma: str) -> bool:
        """Whether a word is one of the lemmas, or a compound whose last part is.

        Args:
            lemma: Lemma of the word that fills the role.

        Example:
            >>> Condition((), frozenset({"Panzer"})).holds("Kampfpanzer")
            True
        """
        if self.lemmas is None or lemma in self.lemmas:
            return True
        last = lemma.rpartition("-")[2]
        if last[:1].islower() and last in self.lemmas:
            return True
        starts = range(2, len(lemma) - _SHORTEST_LAST_PART + 1)
        return any(lemma[start:].lstrip("-").capitalize() in self.lemmas for start in starts)


@dataclass(frozen=True, slots=True)
class Frame:
    """One way to state a relation, in the active voice.

    Attributes:
        predicate: Name of the relation.
        kind: One of `KINDS`.
        trigger: Lemma that triggers the frame, as in the data file (verb with its prefix; `-Besuch` for the last part,
            `Ex-` for the first part of a compound).
        subject: Where the subject stands.
        object: Where the object stands; `None` if the relation has none.
        subject_types: Names of the entity types that the subject may have; for the object likewise.
        requires: Roles that must be filled so; all of them.
        forbids: Roles that must not be filled so; none of them.
        requires_lemmas: Words that must all stand in the clause.
        forbids_lemmas: Words none of which may stand in the clause.
        modality: What the construction itself implies, if anything.
        weight: How sure the trigger alone is, 0 to 1: 0.9 clear, 0.7 usual, 0.5 ambiguous.
        reflexive: Whether the verb needs its reflexive pronoun.
        passive_ok: Whether the verb has a passive in this sense.
        caution: What a reader of the data should know; not for the machine.
        example: A sentence with the arguments in `[S …]` and `[O …]`.
        verb: The verb's lemma (`verb`, `verb_noun`, `phrase`), else `None`.
        noun: The noun's lemma (`verb_noun`, `noun`, `phrase`), else `None`.
        prep: The preposition before the noun (`verb_noun`, `phrase`), `None` if there is none.
        rule: Name of the frame in evidence: `de/visits/verb/besuchen`.
    """

    predicate: str
    kind: str
    trigger: str
    subject: Role
    object: Role | None
    subject_types: frozenset[str]
    object_types: frozenset[str]
    requires: tuple[Condition, ...] = ()
    forbids: tuple[Condition, ...] = ()
    requires_lemmas: tuple[str, ...] = ()
    forbids_lemmas: frozenset[str] = frozenset()
    modality: Modality | None = None
    weight: float = DEFAULT_WEIGHT
    reflexive: bool = False
    passive_ok: bool = True
    caution: str = ""
    example: str = ""
    verb: str | None = None
    noun: str | None = None
    prep: str | None = None
    rule: str = ""


class TriggerIndex(Mapping[str, tuple[Frame, ...]]):
    """Frames by trigger lemma; a compound without an entry of its own is looked up by its last part.

    After a hyphen any trigger may be the last part (`US-Luftangriff`); within a word only those that mean the same in
    compounds (`Messerattacke`: Attacke, but not `Wahlkampf`: Kampf).

    Args:
        frames: Trigger lemma → frames.
        open_words: Triggers that keep their meaning as the last part of a word.
        variants: Letters of a lemma, and those of the trigger: one in old spelling or in the feminine is found as well.
        joined: Whether a compound with an entry of its own keeps those of its last part besides.

    Example:
        >>> index = TriggerIndex({"Attacke": ()}, frozenset({"Attacke"}))
        >>> index.get("Messerattacke"), index.get("Attackenreiter")
        ((), None)
    """

    __slots__ = ("_found", "_frames", "_joined", "_open", "_variants")

    def __init__(
        self,
        frames: Mapping[str, tuple[Frame, ...]],
        open_words: frozenset[str] = frozenset(),
        variants: tuple[tuple[str, str], ...] = (),
        *,
        joined: bool = False,
    ) -> None:
        self._frames = dict(frames)
        self._joined = joined
        self._variants = variants
        self._open = tuple(sorted((word for word in open_words if word in frames), key=len, reverse=True))
        self._found = Remembered(self._find)

    def __getitem__(self, lemma: str) -> tuple[Frame, ...]:
        found = self._found[lemma]
        if found is None:
            raise KeyError(lemma)
        return found

    def get(self, lemma: str, default: Any = None) -> Any:
        """The frames of a lemma, without the detour over an exception that a mapping takes."""
        found = self._found[lemma]
        return default if found is None else found

    def _find(self, lemma: str) -> tuple[Frame, ...] | None:
        if lemma in self._frames:
            last = next((w for w in self._open if lemma.endswith(w.lower())), lemma) if self._joined else lemma
            return self._frames[lemma] if last == lemma else (*self._frames[lemma], *self._frames[last])
        for old, new in self._variants:
            if old in lemma and lemma.replace(old, new) in self._frames:
                return self._frames[lemma.replace(old, new)]
        head, _, last = lemma.rpartition("-")
        if head and last in self._frames:
            return self._frames[last]
        for word in self._open:
            if lemma.endswith(word.lower()):
                return self._frames[word]
        return None

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)


def parse_role(written: str, labels: Iterable[str], prepositions: Iterable[str], cases: Iterable[str]) -> Role:
    """Parse the notation for roles.

    Args:
        written: Alternatives separated by `/`, steps by `>`; a step is `label`, `label:preposition` or
            `label:preposition+case`.
        labels: Labels that may be used.
        prepositions: What may follow the colon.
        cases: What may follow the plus sign.

    Returns:
        The alternatives in order.

    Raises:
        ValueError: If a label, preposition or case is unknown; the arguments are the wrong word and what is allowed.

    Example:
        >>> parse_role("obl:in+acc/obj", ("obl", "obj"), ("in",), ("acc", "dat"))
        ((Step(label='obl', prep='in', case='acc'),), (Step(label='obj', prep=None, case=None),))
    """
    alternatives = []
    for path in written.split("/"):
        steps = []
        for step in path.split(">"):
            head, _, case = step.strip().partition("+")
            label, _, prep = head.partition(":")
            for word, allowed in ((label, labels), (prep, prepositions), (case, cases)):
                if (word or allowed is labels) and word not in allowed:
                    raise ValueError(word, tuple(allowed))
            steps.append(Step(label, prep or None, case or None))
        alternatives.append(tuple(steps))
    return tuple(alternatives)
