"""What an evaluation finds: figures, accuracies, mistakes with their causes, and the table that shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kg.evaluate_causes import Cause
from kg.evaluate_reliability import Reliability

__all__ = ["BY_PREDICATE", "Accuracy", "Figure", "Mistake", "Report"]

BY_PREDICATE = "by predicate: "


@dataclass(frozen=True, slots=True)
class Figure:
    """How many there are in both (`right`), in the system's output and in the gold.

    Example:
        >>> Figure(right=1, system=2, gold=4).f1
        0.3333333333333333
    """

    right: int = 0
    system: int = 0
    gold: int = 0

    @property
    def precision(self) -> float:
        """Share of the system's that are right, 0 to 1."""
        return self.right / self.system if self.system else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold that was found, 0 to 1."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 to 1."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __add__(self, other: Figure) -> Figure:
        return Figure(self.right + other.right, self.system + other.system, self.gold + other.gold)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How many of all are right.

    Example:
        >>> Accuracy(right=3, all=4).share
        0.75
    """

    right: int = 0
    all: int = 0

    @property
    def share(self) -> float:
        """Share of the right ones, 0 to 1."""
        return self.right / self.all if self.all else 0.0

    def __add__(self, other: Accuracy) -> Accuracy:
        return Accuracy(self.right + other.right, self.all + other.all)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A claim that is wrong or missed: names of its entities, the sentence it stands in and the cause."""

    article: str
    subject: str
    predicate: str
    object: str
    sentence: str
    cause: Cause = Cause.NO_FRAME

    def __str__(self) -> str:
        claim = f"{self.subject} | {self.predicate} | {self.object}"
        return f"{self.article}: {claim}   [{self.cause}]\n      {self.sentence}"


@dataclass(frozen=True, slots=True)
class Report:
    """What `evaluate` finds. Mistakes are in the order of the gold articles, then of the claims.

    Attributes:
        figures: `entities`, `claims`, `claims: events`, `claims: states`, `claims: class of predicate only`,
            `claims: pair of entities only`, and one per predicate.
        accuracies: Of the right claims and the aligned entities, by attribute.
        wrong: Claims of the system that the gold lacks.
        missed: Claims of the gold that the system lacks.
        misjudged: Right claims with another modality than in the gold.
        reliability: Stated confidence against what is right, if the system states any.
        notes: What may spoil the figures: articles missing, texts that differ, unknown predicates.
    """

    figures: Mapping[str, Figure] = field(default_factory=dict)
    accuracies: Mapping[str, Accuracy] = field(default_factory=dict)
    wrong: tuple[Mistake, ...] = ()
    missed: tuple[Mistake, ...] = ()
    misjudged: tuple[Mistake, ...] = ()
    reliability: Reliability = field(default_factory=Reliability)
    notes: tuple[str, ...] = ()

    @property
    def causes(self) -> Mapping[Cause, tuple[int, int]]:
        """How many claims are missed and how many wrong by each cause; a misjudged one is both."""
        missed = Counter(mistake.cause for mistake in (*self.missed, *self.misjudged))
        wrong = Counter(mistake.cause for mistake in (*self.wrong, *self.misjudged))
        return {cause: (missed[cause], wrong[cause]) for cause in Cause if missed[cause] or wrong[cause]}

    @property
    def claims(self) -> Figure:
        """The figure that counts: claims with the right predicate, subject and object."""
        return self.figures.get("claims", Figure())

    @property
    def predicates(self) -> Mapping[str, Figure]:
        """Figures by predicate, sorted by name."""
        found = {k.removeprefix(BY_PREDICATE): f for k, f in self.figures.items() if k.startswith(BY_PREDICATE)}
        return dict(sorted(found.items()))

    def to_dict(self) -> dict[str, Mapping[str, object]]:
        """All figures, shares rounded to four digits, ready for JSON."""
        out: dict[str, Mapping[str, object]] = {}
        for name, f in self.figures.items():
            shares = {"precision": round(f.precision, 4), "recall": round(f.recall, 4), "f1": round(f.f1, 4)}
            out[name] = {**shares, "right": f.right, "system": f.system, "gold": f.gold}
        for name, a in self.accuracies.items():
            out["of the right ones, " + name] = {"accuracy": round(a.share, 4), "right": a.right, "all": a.all}
        for cause, (missed, wrong) in self.causes.items():
            out[f"by cause: {cause}"] = {"missed": missed, "wrong": wrong}
        if self.reliability.pairs:
            out["confidence"] = self.reliability.to_dict()
        return out

    def lines(self, *, errors: int = 0) -> Iterator[str]:
        """The figures as lines of a table, the overall ones first, then attributes, predicates, causes and confidence.

        Args:
            errors: How many wrong and how many missed claims are listed below.
        """
        head = [name for name in sorted(self.figures) if not name.startswith(BY_PREDICATE)]
        yield from (_figure_line(name, self.figures[name]) for name in head)
        for name, accuracy in sorted(self.accuracies.items()):
            yield f"{'of the right ones, ' + name:62} {accuracy.share:.3f}   {accuracy.right}/{accuracy.all}"
        yield from (_figure_line(BY_PREDICATE + name, figure) for name, figure in self.predicates.items())
        for cause, (missed, wrong) in self.causes.items():
            yield f"{f'by cause: {cause}':42} missed {missed:4}  wrong {wrong:4}"
        yield from self.reliability.lines()
        yield from (f"WRONG {mistake}" for mistake in self.wrong[:errors])
        yield from (f"MISSED {mistake}" for mistake in self.missed[:errors])


def _figure_line(name: str, f: Figure) -> str:
    return f"{name:42} P {f.precision:.3f}  R {f.recall:.3f}  F1 {f.f1:.3f}   {f.right}/{f.system}/{f.gold}"
