"""Find time expressions and say which year, month or day they mean.

In: a `Doc` with `user_data["kg_published"]` (ISO day of publication or ""), tagged and parsed where possible.
Out: `doc.spans["kg_dates"]`. A relative expression ("on Tuesday") is counted from the day of publication; without
one it stays unresolved (`RELATIVE`, empty `kb_id_`): nothing is guessed. Words and patterns are data (`dates.toml`),
the rules that they name are the functions of `kg.linguistics.reckoning`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import DataError
from kg.lexicon import read_table, words_of
from kg.linguistics.batches import InBatches
from kg.linguistics.copying import page_of, write_layer
from kg.linguistics.grammar import Grammar, load_grammar
from kg.linguistics.page import Page, Stretch, Word
from kg.linguistics.reckoning import RULES, Interval, Reading, Tables

__all__ = ["DateFinder", "DateWords", "load_dates"]

FILE = "dates.toml"

_NEAR = 30  # letters before an expression that are looked at
_WORTH = 20_000  # letters that a process reads before it puts all patterns together, which takes its time
_TENSE = ("future", "past", "perfect", "present", "present_endings")
_BEFORE, _BEHIND = r"(?<![\w.,])(?<!\D-)", r"(?![\w%])"  # a time expression is no part of a word or number

GROUPS = {
    "month": "months",
    "weekday": "weekdays",
    "season": "seasons",
    "feast": "feasts",
    "fixed_day": "fixed_days",
    "dayword": "days",
    "unit": "units",
    "step": "steps",
    "unit_word": "unit_words",
    "number": "numbers",
    "decade": "decades",
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of time expression: a compiled expression and the rule that reads it."""

    rule: str
    regex: re.Pattern[str]
    after: re.Pattern[str] | None
    certain: bool


class _Beginnings:
    """Where one of many patterns matches: few places of a text, which a search for each would all read on its own."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._patterns = tuple(patterns)
        self._together: re.Pattern[str] | None = None
        self._read = 0

    def find(self, text: str) -> list[int] | None:
        """The places in order; `None` as long as too little was read for it to be worth while."""
        self._read += len(text)
        if self._together is None:
            if self._read < _WORTH:
                return None
            bodies = [p.regex.pattern.removeprefix(f"{_BEFORE}(?:").removesuffix(f"){_BEHIND}") for p in self._patterns]
            # Groups have no names here: a name may stand in an expression once only.
            any_of = re.sub(r"[?]P<[a-z0-9_]+>", "?:", "|".join(_shortest(bodies)))
            self._together = re.compile(f"{_BEFORE}(?={any_of})")
        return [match.start() for match in self._together.finditer(text)]


@dataclass(frozen=True, slots=True)
class DateWords:
    """The time expressions of a language: tables, patterns and context words."""

    tables: Tables
    patterns: tuple[Pattern, ...]
    words: dict[str, re.Pattern[str]]
    tense: dict[str, frozenset[str]]
    beginnings: _Beginnings

    def matches(self, text: str) -> Iterator[tuple[int, re.Match[str]]]:
        """What each pattern finds in a text, with the pattern's place."""
        starts = self.beginnings.find(text)
        for order, pattern in enumerate(self.patterns):
            if starts is None:
                yield from ((order, match) for match in pattern.regex.finditer(text))
                continue
            end = 0
            for start in starts:
                match = pattern.regex.match(text, start) if start >= end else None
                if match is not None:
                    end = match.end()
                    yield order, match


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    order: int
    pattern: Pattern
    groups: dict[str, str]
    interval: Interval | None = None


@cache
def load_dates(language: str) -> DateWords:
    """Read and check `dates.toml` of a language.

    Args:
        language: Two-letter code of a folder in `kg/data`.

    Returns:
        The compiled patterns with their tables.

    Raises:
        DataError: If the file is missing, or a pattern or table in it is wrong.

    Example:
        >>> sorted(load_dates("de").tense)
        ['future', 'past', 'perfect', 'present', 'present_endings']
    """
    raw: dict[str, Any] = read_table(language, FILE)
    try:
        tables = Tables.of(raw)
        fragments = dict(raw["fragments"])
        for name, table in GROUPS.items():
            forms = sorted(tables.forms(table), key=len, reverse=True)
            # A blank stays one: it becomes any blank below.
            escaped = (re.escape(form).replace(r"\ ", " ") for form in forms)
            fragments[name] = f"(?P<{name}>{'|'.join(escaped)})"
        patterns = tuple(_compile(entry, fragments) for entry in raw["pattern"])
        words = {name: re.compile(text, re.IGNORECASE) for name, text in raw["words"].items()}
        tense = {key: frozenset(words_of(raw["tense"], key, FILE)) for key in _TENSE}
    except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
        message = f"wrong entry: {error!r}"
        raise DataError(message, source=FILE, hint="compare the file with the one that kg ships") from error
    for pattern in patterns:
        if not isinstance(pattern.rule, str) or pattern.rule not in RULES:
            message = f"unknown rule {pattern.rule!r}"
            raise DataError(message, source=FILE, hint="there are: " + ", ".join(sorted(RULES)))
    return DateWords(tables, patterns, words, tense, _Beginnings(patterns))


def _shortest(bodies: Iterable[str]) -> list[str]:
    """The expressions without those that only go on where another one has matched already.

    Example:
        >>> _shortest(["May [0-9]+", "May", "May|June", "May?"])
        ['May', 'May?', 'May|June']
    """
    kept: list[str] = []
    for body in sorted(dict.fromkeys(bodies), key=len):
        if not any(body.startswith(short) and _goes_on(body[len(short) :]) for short in kept):
            kept.append(body)
    return kept


def _goes_on(rest: str) -> bool:
    """Whether the end of an expression neither repeats what stands before it nor offers another choice."""
    outer = re.sub(r"\\.", "", rest)
    while outer != (inner := re.sub(r"\([^()]*\)", "", outer)):
        outer = inner
    return rest[:1] not in "?*+{" and "|" not in outer


def _compile(entry: dict[str, Any], fragments: dict[str, str]) -> Pattern:
    text = entry["regex"]
    for _ in range(2):  # fragments may hold fragments
        text = re.sub(r"\{([a-z]\w*)\}", lambda m: fragments[m[1]], text)
    after = entry.get("after")
    return Pattern(
        rule=entry["rule"],
        regex=re.compile(f"{_BEFORE}(?:" + text.replace(" ", r"\s+").replace(r"\s+?", r"\s*") + f"){_BEHIND}"),
        after=re.compile("(?:" + after.replace(" ", r"\s+") + r")\Z") if after else None,
        certain=bool(entry.get("certain", False)),
    )


class DateFinder(InBatches):
    """The component `kg_dates`: writes `doc.spans["kg_dates"]`.

    Args:
        words: The time expressions of the language.
        grammar: Its grammar.

    Example:
        >>> import spacy
        >>> nlp = spacy.blank("de")
        >>> doc = nlp("Am Dienstag kam er an, 2012 war er schon einmal da.")
        >>> doc.user_data["kg_published"] = "2015-08-27"
        >>> [(d.text, d.kb_id_) for d in DateFinder(load_dates("de"), load_grammar("de"))(doc).spans["kg_dates"]]
        [('Dienstag', '2015-08-25/2015-08-25'), ('2012', '2012/2012')]
    """

    def __init__(self, words: DateWords, grammar: Grammar) -> None:
        self.words = words
        self.grammar = grammar

    def __call__(self, doc: Doc) -> Doc:
        """Write the time expressions of a document and return it."""
        page = page_of(doc)
        write_layer(doc, page, "kg_dates", list(self.find(page)))
        return doc

    def find(self, doc: Page) -> Iterator[Stretch]:
        """Yield the time expressions of a document, in order."""
        stamp = doc.user_data.get("kg_published") or ""
        published = date.fromisoformat(stamp) if stamp else None
        matches = [self._resolve(doc, m, published) for m in self._matches(doc)]
        for match in self._join(doc.text, [m for m in matches if m is not None], published):
            span = doc.char_span(match.start, match.end)
            interval = match.interval
            if span is None:
                continue
            if interval is None:
                label, value = "RELATIVE", ""
            else:
                label, value = ("DATE" if interval.begins == interval.ends else "PERIOD"), str(interval)
            yield Stretch(doc, span.start, span.end, label=label, kb_id=value)

    def _matches(self, doc: Page) -> list[_Match]:
        """Expressions that do not overlap, the longest first choice."""
        text = doc.text
        found = []
        for order, m in self.words.matches(text):
            pattern = self.words.patterns[order]
            if pattern.after is None or pattern.after.search(text, max(0, m.start() - 40), m.start()):
                groups = {k: v for k, v in m.groupdict().items() if v}
                found.append(_Match(m.start(), m.end(), order, pattern, groups))
        taken = bytearray(len(text))
        for block in doc.spans.get("kg_blocks", ()):
            if block.label_ == "clutter":
                taken[block.start_char : block.end_char] = b"\1" * (block.end_char - block.start_char)
        chosen = []
        for match in sorted(found, key=lambda m: (m.start - m.end, m.order)):
            if not any(taken[match.start : match.end]) and self._plausible(doc, match):
                taken[match.start : match.end] = b"\1" * (match.end - match.start)
                chosen.append(match)
        return sorted(chosen, key=lambda m: m.start)

    def _plausible(self, doc: Page, match: _Match) -> bool:
        """Whether four digits alone are a year and no count."""
        if match.pattern.rule != "year" or len(match.groups["year"]) != match.end - match.start:
            return True
        words, text = self.words.words, doc.text
        span = doc.char_span(match.start, match.end)
        if span is not None and span.root.has_dep() and self.grammar.has(span.root, "numeral"):
            head = span.root.head
            if head.i == span.end or (
                head.i > span.end and all(self.grammar.is_(t, "adjective") for t in doc[span.end : head.i])
            ):
                return False
        if words["not_year_after"].search(text[match.end : match.end + 40]):
            return False
        if match.pattern.certain:
            return True
        if words["not_year_before"].search(text[max(0, match.start - 40) : match.start]):
            return False
        following = doc[span.end] if span is not None and span.end < len(doc) else None
        if following is None or following.is_punct or following.is_space or not following.text[:1].isupper():
            return True
        return following.has_dep() or following.is_sent_start is True

    def _resolve(self, doc: Page, match: _Match, published: date | None, year: int | None = None) -> _Match | None:
        """The match with its interval; `None` if the numbers in it are no date."""
        tense = self._clause_tense(doc, match)
        reading = Reading(match.groups, self.words.tables, published, tense, year)
        try:
            interval = RULES[match.pattern.rule](reading)
        except (ValueError, OverflowError):  # 31 February, hour:minute, a year that no calendar has
            return None
        return replace(match, interval=interval)

    def _clause_tense(self, doc: Page, match: _Match) -> str:
        """`future`, `past`, `present` or "" if the clause does not show it."""
        span = doc.char_span(match.start, match.end)
        if self.words.words["past"].search(doc.text[max(0, match.start - _NEAR) : match.start]):
            return "past"
        if span is None or not span.root.has_dep():
            return ""
        grammar, tense = self.grammar, self.words.tense
        verb: Word | None = span.root
        if verb is not None and not grammar.is_(verb, "verb"):
            verb = grammar.governor(verb)
        if verb is None:
            return ""
        helpers = {t.lower_ for t in grammar.children(verb, "auxiliary", "passive_auxiliary", "copula")}
        modal = {t.lower_ for t in grammar.children(verb, "auxiliary")}
        if modal & tense["future"]:
            return "past" if modal & tense["perfect"] else "future"
        if helpers & tense["past"]:
            return "past"
        if helpers & tense["present"] or (not helpers and self._is_present(verb)):
            return "present"
        return "past" if "Past" in verb.morph.get("Tense", []) else ""

    def _is_present(self, verb: Word) -> bool:
        """Whether the form of a verb is one of its present: the model often takes such forms for the past."""
        form, lemma, tense = verb.lower_, verb.lemma_.lower(), self.words.tense
        if form in tense["present"]:
            return True
        pairs = (pair.split(">") for pair in tense["present_endings"])
        return any(lemma.endswith(form.removesuffix(ending) + base) for ending, base in pairs if form.endswith(ending))

    def _join(self, text: str, matches: list[_Match], published: date | None) -> Iterator[_Match]:
        """Put the two ends of a period together; open periods by the words before them."""
        words = self.words.words
        index = 0
        while index < len(matches):
            match = matches[index]
            before = text[max(0, match.start - _NEAR) : match.start]
            other = matches[index + 1] if index + 1 < len(matches) else None
            if other is not None and self._joins(before, text[match.end : other.start]):
                yield self._period(match, other, published)
                index += 2
                continue
            interval = match.interval
            if interval is not None and words["since"].search(before):
                interval = replace(interval, ends=None)
            elif interval is not None and words["until"].search(before):
                interval = replace(interval, begins=None)
            yield replace(match, interval=interval)
            index += 1

    def _joins(self, before: str, gap: str) -> bool:
        words = self.words.words
        if words["to"].search(gap):
            return True
        return bool(words["between"].search(gap) and words["between_before"].search(before))

    def _period(self, first: _Match, last: _Match, published: date | None) -> _Match:
        """A period from the first expression to the last, whose year the first may borrow."""
        begins = first.interval.begins if first.interval else None
        ends = last.interval.ends if last.interval else None
        if ends and "year" in last.groups and "year" not in first.groups and first.pattern.rule in ("day", "month"):
            year = int(ends[:4])
            for candidate in (year, year - 1):
                reading = Reading(first.groups, self.words.tables, published, "", candidate)
                begins = RULES[first.pattern.rule](reading).begins  # type: ignore[union-attr]  # a year is given
                if begins is not None and begins[: len(ends)] <= ends[: len(begins)]:
                    break
        interval = Interval(begins, ends) if begins and ends else None
        return replace(first, end=last.end, interval=interval)


@Language.factory("kg_dates", default_config={"language": "", "scheme": "ud"}, assigns=["doc.spans"])
def create_dates(nlp: Language, name: str, language: str, scheme: str) -> DateFinder:
    """Make the component from the data of a language, the pipeline's own if none is named."""
    language = language or str(nlp.lang)
    return DateFinder(load_dates(language), load_grammar(language, scheme))
