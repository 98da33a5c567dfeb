"""What a language model cost and what became of its claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Account"]

_MILLION = 1_000_000


@dataclass(slots=True)
class Account:
    r"""The account of one article or of many.

    Attributes:
        asked: Questions that the service answered.
        kept: Questions whose answer was in the cache.
        tokens_in: Tokens of the questions, as the service counts them.
        tokens_out: Tokens of the answers.
        claims: Claims that the model made.
        dropped: How many of them were dropped, by reason.

    Example:
        >>> both = Account(asked=1, tokens_in=2_000_000, claims=3) + Account(
        ...     claims=1, dropped=Counter(["no quotation"])
        ... )
        >>> print(*both.lines(prices=(0.5, 2.0)), sep="\n")
        language model: 1 question asked, 0 answers from the cache; 2,000,000 tokens in, 0 out, cost 1.0000
        language model: 4 claims, 1 dropped
        dropped: 1 claim: no quotation
    """

    asked: int = 0
    kept: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    claims: int = 0
    dropped: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Account) -> Account:
        return Account(
            self.asked + other.asked,
            self.kept + other.kept,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.claims + other.claims,
            self.dropped + other.dropped,
        )

    def cost(self, prices: tuple[float, float]) -> float:
        """What it cost.

        Args:
            prices: Of a million tokens in and of a million out, in any currency.
        """
        return (self.tokens_in * prices[0] + self.tokens_out * prices[1]) / _MILLION

    def lines(self, prices: tuple[float, float] | None = None) -> Iterator[str]:
        """The account for people; nothing if no model was asked.

        Args:
            prices: Of a million tokens in and out; without them no cost is told.
        """
        if not (self.asked or self.kept):
            return
        cost = "" if prices is None else f", cost {self.cost(prices):.4f}"
        asked, kept = _counted(self.asked, "question"), _counted(self.kept, "answer")
        tokens = f"{self.tokens_in:,} tokens in, {self.tokens_out:,} out"
        yield f"language model: {asked} asked, {kept} from the cache; {tokens}{cost}"
        yield f"language model: {_counted(self.claims, 'claim')}, {self.dropped.total():,} dropped"
        for reason, count in sorted(self.dropped.items(), key=lambda item: (-item[1], item[0])):
            yield f"dropped: {_counted(count, 'claim')}: {reason}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
