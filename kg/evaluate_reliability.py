"""Whether stated confidence can be trusted: how often claims of a confidence are right.

Source:
    G. W. Brier: Verification of forecasts expressed in terms of probability (Monthly Weather Review 78, 1950).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Bin", "Reliability"]

BINS = 5


@dataclass(frozen=True, slots=True)
class Bin:
    """Claims of like confidence.

    Attributes:
        low: Lowest confidence, 0 to 1.
        high: Highest confidence, 0 to 1.
        stated: Their mean confidence, 0 to 1.
        observed: The share that is right, 0 to 1.
        count: How many there are.
    """

    low: float
    high: float
    stated: float
    observed: float
    count: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """Stated confidence against what is right, for claims that state one.

    Attributes:
        pairs: Confidence from 0 to 1 and whether the claim is right.

    Example:
        >>> sure = Reliability(((0.9, True), (0.8, True), (0.6, False), (0.5, True)))
        >>> round(sure.brier, 3)
        0.165
        >>> [(b.low, b.high, b.observed) for b in sure.bins(count=2)]
        [(0.5, 0.6, 0.5), (0.8, 0.9, 1.0)]
    """

    pairs: tuple[tuple[float, bool], ...] = ()

    @property
    def brier(self) -> float:
        """Mean squared distance between the confidence and the truth: 0 is best, 1 worst."""
        return sum((stated - right) ** 2 for stated, right in self.pairs) / len(self.pairs) if self.pairs else 0.0

    @property
    def unskilled(self) -> float:
        """The Brier score of one who gives every claim the share that is right: what is to be beaten."""
        share = sum(right for _, right in self.pairs) / len(self.pairs) if self.pairs else 0.0
        return share * (1 - share)

    @property
    def error(self) -> float:
        """Mean distance between stated and observed over the bins, weighted by their size (ECE), 0 to 1."""
        total = len(self.pairs)
        return sum(b.count * abs(b.stated - b.observed) for b in self.bins()) / total if total else 0.0

    def bins(self, *, count: int = BINS) -> list[Bin]:
        """The claims in bins of about the same size, the least sure first; equal confidences share a bin.

        Args:
            count: How many bins at most, 1 or more.
        """
        ordered = sorted(self.pairs)
        return [_bin(group) for group in _groups(ordered, count)]

    def lines(self) -> Iterator[str]:
        """The table: range, mean stated, share right, count; then Brier score and calibration error."""
        for b in self.bins():
            name = f"confidence {b.low:.2f}–{b.high:.2f}"
            right = f"{round(b.observed * b.count)}/{b.count}"
            yield f"{name:42} stated {b.stated:.3f}  observed {b.observed:.3f}   {right}"
        if self.pairs:
            yield f"{'confidence: Brier score':42} {self.brier:.3f}   (all alike: {self.unskilled:.3f})"
            yield f"{'confidence: calibration error':42} {self.error:.3f}"

    def to_dict(self) -> dict[str, object]:
        """Bins and scores, rounded to four digits, ready for JSON."""
        bins = [
            {"low": b.low, "high": b.high, "stated": round(b.stated, 4), "observed": round(b.observed, 4),
             "count": b.count}
            for b in self.bins()
        ]  # fmt: skip
        return {"brier": round(self.brier, 4), "unskilled": round(self.unskilled, 4),
                "calibration error": round(self.error, 4), "bins": bins}  # fmt: skip


def _groups(ordered: Sequence[tuple[float, bool]], count: int) -> Iterable[Sequence[tuple[float, bool]]]:
    start, total = 0, len(ordered)
    for number in range(1, count + 1):
        end = max(start, round(total * number / count))
        while 0 < end < total and ordered[end][0] == ordered[end - 1][0]:
            end += 1
        if end > start:
            yield ordered[start:end]
            start = end


def _bin(group: Sequence[tuple[float, bool]]) -> Bin:
    stated, right = [s for s, _ in group], sum(r for _, r in group)
    return Bin(stated[0], stated[-1], sum(stated) / len(group), right / len(group), len(group))
