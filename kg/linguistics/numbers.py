"""The words of numbers and of what is counted: `quantities.toml` as a typed object.

Numbers in digits are read by Babel (CLDR), number words by the language's table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal

from kg.errors import DataError
from kg.lexicon import read_table, words_of
from kg.lexicon_cache import Remembered
from kg.model import Comparison

__all__ = ["QuantityWords", "load_quantities"]

FILE = "quantities.toml"
SHORTEST_STEM = 3  # a noun shorter than this is not looked for inside compounds
_DIGITS = re.compile(r"\d+(?:[.,\u202f\u00a0]\d+)*")


@dataclass(frozen=True, slots=True)
class QuantityWords:
    """The words of quantities of one language."""

    language: str
    numbers: Mapping[str, int]
    tens: Mapping[str, int]
    powers: Mapping[str, int]
    joiner: str
    articles: frozenset[str]
    scales: Mapping[str, int]
    vague: Mapping[str, int]
    exact: Mapping[str, int]
    comparisons: Mapping[str, Comparison]
    outside: frozenset[str]
    sum_words: frozenset[str]
    sums: tuple[str, ...]
    between: frozenset[str]
    joiners: frozenset[str]
    determiners: frozenset[str]
    coordination: frozenset[str]
    adjective: re.Pattern[str]
    percent: frozenset[str]
    symbols: Mapping[str, str]
    prefixes: Mapping[str, str]
    nouns: Mapping[str, tuple[str, str]]
    people_endings: tuple[str, ...]
    not_people: frozenset[str]
    verbs: Mapping[str, str]
    not_counting: tuple[str, ...]
    counts: frozenset[str]
    large: float
    endings: tuple[str, ...]

    _values: Remembered[str, float | None] = field(init=False, repr=False, compare=False)
    _beginning: Remembered[str, bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare to remember what words stand for."""
        object.__setattr__(self, "_values", Remembered(self._read_number))
        object.__setattr__(self, "_beginning", Remembered(self._may_begin))

    def may_begin(self, word: str) -> bool:
        """Whether a quantity may begin with a word."""
        return self._beginning[word]

    def _may_begin(self, word: str) -> bool:
        lower = word.lower()
        known = lower in self.articles or lower in self.vague or lower in self.exact
        return known or self.read_number(word.removesuffix(".")) is not None

    def read_number(self, word: str) -> float | None:
        """The number that a word or digits stand for, or `None`.

        Example:
            >>> words = load_quantities("de")
            >>> [words.read_number(w) for w in ("10.000", "11,5", "sechsundfünfzig", "dreihundert", "Haus")]
            [10000.0, 11.5, 56.0, 300.0, None]
        """
        return self._values[word]

    def _read_number(self, word: str) -> float | None:
        if word[:1].isdigit():
            return self._read_digits(word)
        value = self._read_word(word.lower())
        return None if value is None else float(value)

    def _read_digits(self, word: str) -> float | None:
        if not _DIGITS.fullmatch(word):
            return None
        try:
            value: Decimal = parse_decimal(word, locale=self.language, strict=True)
        except (NumberFormatError, InvalidOperation):  # the second: thousands of digits
            return None
        number = float(value)
        return number if math.isfinite(number) else None

    def _read_word(self, word: str) -> int | None:
        if word in self.numbers:
            return self.numbers[word]
        if word in self.tens:
            return self.tens[word]
        for name, size in sorted(self.powers.items(), key=lambda p: -p[1]):
            left, found, right = word.partition(name)
            if found:
                times = 1 if not left else self._read_word(left)
                rest = 0 if not right else self._read_word(right.removeprefix(self.joiner))
                return None if times is None or rest is None else times * size + rest
        left, found, right = word.partition(self.joiner)
        while found:
            if left in self.numbers and right in self.tens:
                return self.numbers[left] + self.tens[right]
            more, found, right = right.partition(self.joiner)
            left += self.joiner + more
        return None

    def classify(self, noun: str, lemma: str = "") -> tuple[str, str]:
        """Class and unit of a counted noun; the class is "" if the noun is not in the lists.

        Example:
            >>> load_quantities("de").classify("Blauhelmsoldaten")
            ('soldiers', 'Blauhelmsoldat')
        """
        for word in dict.fromkeys((noun, lemma)):
            for stem in self._stems(word):
                if stem.lower() in self.nouns:
                    return self.nouns[stem.lower()]
        for stem in self._stems(noun):
            for start in range(1, len(stem) - SHORTEST_STEM):
                found = self.nouns.get(stem[start:].lower())
                if found is not None and found[0] != "time":
                    return found[0], stem
        lower = noun.lower()
        if lower.endswith(self.people_endings) and not lower.endswith(tuple(self.not_people)):
            return "people", lemma or noun
        return "", lemma or noun

    def _stems(self, word: str) -> Iterator[str]:
        """The word, then the word without each of its possible endings, the shortest ending first."""
        yield word
        for ending in self.endings:
            if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
                yield word.removesuffix(ending)


@cache
def load_quantities(language: str) -> QuantityWords:
    """Read and check `quantities.toml` of a language.

    Args:
        language: Two-letter code of a folder in `kg/data`; also the CLDR locale by which digits are read.

    Raises:
        DataError: If the file is missing or wrong.
    """
    raw: dict[str, Any] = read_table(language, FILE)
    try:
        comparisons = {
            phrase.lower(): Comparison(name)
            for name in Comparison
            if name in raw["comparison"]
            for phrase in raw["comparison"][name]
        }
        classes: dict[str, list[str]] = raw["classes"]
        nouns = {noun.lower(): (name, noun) for name, members in reversed(classes.items()) for noun in members}
        return QuantityWords(
            language=language,
            numbers=raw["units"],
            tens=raw["tens"],
            powers=raw["powers"],
            joiner=raw["compound"]["joiner"],
            articles=frozenset(words_of(raw["articles"], "forms", FILE)),
            scales=raw["scales"],
            vague=raw["vague"],
            exact=raw["exact"],
            comparisons=comparisons,
            outside=frozenset(words_of(raw["comparison"], "outside", FILE)),
            sum_words=frozenset(words_of(raw["comparison"], "sum_words", FILE)),
            sums=tuple(noun.lower() for noun in words_of(raw["comparison"], "sums", FILE)),
            between=frozenset(words_of(raw["ranges"], "between", FILE)),
            joiners=frozenset(words_of(raw["ranges"], "joiners", FILE)),
            determiners=frozenset(words_of(raw["after"], "determiners", FILE)),
            coordination=frozenset(words_of(raw["after"], "coordination", FILE)),
            adjective=re.compile(raw["after"]["adjective"]),
            percent=frozenset(words_of(raw["after"], "percent", FILE)),
            symbols=raw["symbols"],
            prefixes=raw["prefixes"],
            nouns=nouns,
            people_endings=words_of(raw["people_endings"], "endings", FILE),
            not_people=frozenset(w.lower() for w in words_of(raw["people_endings"], "not_people", FILE)),
            endings=tuple(sorted(words_of(raw["endings"], "of_nouns", FILE), key=len)),
            not_counting=tuple(w.lower() for w in words_of(raw["articles"], "not_counting", FILE)),
            counts=frozenset(words_of(raw["counts"], "nouns", FILE)),
            large=float(raw["counts"]["large"]),
            verbs={verb: name for name, members in raw["verbs"].items() for verb in members},
        )
    except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
        message = f"wrong entry: {error!r}"
        raise DataError(message, source=FILE, hint="compare the file with the one that kg ships") from error
