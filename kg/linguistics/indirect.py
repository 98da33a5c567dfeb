"""Find indirect quotations: what somebody says in the author's words.

In: a parsed `Doc` with `kg_mentions` and `kg_quotes`. Out, for the component of `kg.linguistics.quotes`: the words said
(one stretch, the longest where the speaker stands amid them), the word that introduces them and the speaker's noun.
Four shapes are read: the complement of a verb of saying, a clause beside which a verb of saying stands ("…, wie X
sagte"), a clause with a phrase of attribution ("laut X"), and sentences in the mood of other people's words that go on
with what a speaker says.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg.lexicon import read_table, words_of
from kg.linguistics.grammar import Grammar
from kg.linguistics.layers import spans_between
from kg.linguistics.page import Page, Stretch, Word
from kg.linguistics.sources import Reporting, attributions

__all__ = ["Moods", "Report", "find_reports", "is_cue", "load_moods", "subjunctive"]

FILE = "modality.toml"
SHORTEST = 3  # words of a clause that somebody can be said to have said


@dataclass(frozen=True, slots=True)
class Report:
    """Words that somebody is said to have said, from token `start` to before token `end`.

    `cue` introduces them (`None` where they go on), `source` is the noun of a phrase of attribution.
    """

    start: int
    end: int
    cue: Word | None = None
    source: Word | None = None


@dataclass(frozen=True, slots=True)
class Moods:
    """Words that show reported speech.

    Attributes:
        forms: Verb forms of other people's words.
        ambiguous: Subjects whose verb forms only look alike.
        unreal: Verb forms that go on with reported speech, and else say what is imagined.
        comments: Openers of clauses that say who says so ("wie X mitteilte").
    """

    forms: frozenset[str]
    ambiguous: frozenset[str]
    unreal: frozenset[str]
    comments: frozenset[str]


@cache
def load_moods(language: str) -> Moods:
    """Read the words of reported speech from `modality.toml` of a language.

    Raises:
        DataError: If the file is missing or wrong.

    Example:
        >>> "sei" in load_moods("de").forms
        True
    """
    raw: dict[str, Any] = read_table(language, FILE)
    return Moods(
        frozenset(words_of(raw["subjunctive"], "forms", FILE)),
        frozenset(words_of(raw["subjunctive"], "not_after", FILE)),
        frozenset(words_of(raw["auxiliaries"], "irrealis", FILE)).union(words_of(raw["auxiliaries"], "would", FILE)),
        frozenset(words_of(raw["conditions"], "reporting_marks", FILE)),
    )


def find_reports(doc: Page, grammar: Grammar, reporting: Reporting, moods: Moods) -> Iterator[Report]:
    """Yield the indirect quotations of a document, in order; none overlaps another or lies in a direct one.

    Args:
        doc: The parsed document.
        grammar: The language's grammar.
        reporting: Its words of saying.
        moods: Its words of reported speech.
    """
    if not doc.parsed:
        return
    clutter = [t for b in doc.spans.get("kg_blocks", ()) if b.label_ == "clutter" for t in range(b.start, b.end)]
    breaks = [t.i for t in doc if t.is_space and "\n" in t.text]
    open_paragraph = -1  # first token of the sentence after which the speaker goes on, -1 if nobody speaks
    for sentence in doc.sents:
        if _holds(sentence, clutter):
            continue
        found = list(_once(doc, _of_sentence(doc, sentence, grammar, reporting, moods)))
        direct = any(True for _ in spans_between(doc, "kg_quotes", sentence.start, sentence.end))
        if not found and not direct and open_paragraph >= 0 and subjunctive(sentence.root, grammar, moods, on=True):
            found = list(_once(doc, iter([_trimmed(doc, sentence.start, sentence.end)])))
        yield from found
        open_paragraph = -1 if _holds(sentence, breaks) else sentence.start if found or direct else -1


def _holds(sentence: Stretch, places: Sequence[int]) -> bool:
    """Whether one of the places, in rising order, is in the sentence."""
    first = bisect_left(places, sentence.start)
    return first < len(places) and places[first] < sentence.end


def subjunctive(verb: Word, grammar: Grammar, moods: Moods, *, on: bool = False) -> bool:
    """Whether the clause is in the mood of other people's words.

    Args:
        verb: The predicate of the clause.
        grammar: The language's grammar.
        moods: Its words of reported speech.
        on: Whether somebody speaks already: then the forms of what is imagined count as well.
    """
    forms = moods.forms | moods.unreal if on else moods.forms
    subjects = grammar.children(verb, "subject", "passive_subject")
    if any(s.lower_ in moods.ambiguous for s in subjects):
        return False
    helpers = grammar.children(verb, "auxiliary", "passive_auxiliary", "copula")
    return any(t.lower_ in forms and t.text.islower() for t in (verb, *helpers))


def _of_sentence(
    doc: Page, sentence: Stretch, grammar: Grammar, reporting: Reporting, moods: Moods
) -> Iterator[Report]:
    verbs = grammar.tags("verb")
    for token in sentence:
        if token.lower_ in reporting.particles and grammar.has(token.head, "loose_clause", "adverbial_clause"):
            aside = token.head
            if grammar.is_(aside, "noun") or grammar.is_(aside, "pronoun"):
                yield from (Report(r.start, r.end, token, aside) for r in _beside(aside, aside.head, None))
        if token.pos_ in verbs and is_cue(token, grammar, reporting):
            yield from _complements(token, grammar)
            if grammar.has(token, "loose_clause") or (
                grammar.has(token, "adverbial_clause") and any(m.lower_ in moods.comments for m in token.children)
            ):
                yield from _beside(token, token.head, token)
    for noun, _ in attributions(doc, iter(sentence), grammar, reporting):
        clause = noun.head
        while not (grammar.is_(clause, "verb") or clause.head == clause) and not grammar.has(clause, "root"):
            clause = clause.head
        cue = next(iter(grammar.children(noun, "case")), noun)
        yield from (Report(r.start, r.end, cue, noun) for r in _beside(noun, clause, None))


def is_cue(token: Word, grammar: Grammar, reporting: Reporting) -> bool:
    """Whether the verb says that somebody says something, with its particle where it has one ("gab … bekannt")."""
    if not grammar.is_(token, "verb"):
        return False
    cues = reporting.cues
    return token.lemma_ in cues or any(f"{child.lower_} {token.lemma_}" in cues for child in token.children)


def _complements(cue: Word, grammar: Grammar) -> Iterator[Report]:
    """The clauses that say what is said."""
    for child in grammar.children(cue, "complement", "open_complement"):
        if grammar.has(child, "open_complement") and not any(
            grammar.word(t, "to") for t in grammar.children(child, "mark")
        ):
            continue
        if not grammar.is_(child, "verb") and not grammar.children(child, "copula", "subject"):
            continue
        start, end = child.left_edge.i, child.right_edge.i + 1
        if start <= cue.i < end:  # the verb stands amid what is said: the longer part
            start, end = (cue.i + 1, end) if end - cue.i > cue.i - start else (start, cue.i)
        report = _trimmed(cue.doc, start, end)
        yield Report(report.start, report.end, cue)


def _beside(phrase: Word, clause: Word, cue: Word | None) -> Iterator[Report]:
    """The longer part of a clause beside a phrase or clause in it that says who says it."""
    start, end = clause.left_edge.i, clause.right_edge.i + 1
    first, last = phrase.left_edge.i, phrase.right_edge.i + 1
    parts = [_trimmed(phrase.doc, a, b) for a, b in ((start, min(first, end)), (max(last, start), end)) if b > a]
    if parts:
        best = max(parts, key=lambda r: r.end - r.start)
        yield Report(best.start, best.end, cue)


def _trimmed(doc: Page, start: int, end: int) -> Report:
    """The stretch without punctuation and blanks at its ends."""
    while start < end and (doc[start].is_punct or doc[start].is_space):
        start += 1
    while start < end and (doc[end - 1].is_punct or doc[end - 1].is_space):
        end -= 1
    return Report(start, end)


def _once(doc: Page, reports: Iterator[Report]) -> Iterator[Report]:
    """Reports that do not overlap, verbs of saying first, then the longest; none within direct quotations."""
    taken: list[Report] = []
    for report in sorted(reports, key=lambda r: (r.source is not None, r.start - r.end, r.start)):
        words = sum(not t.is_punct and not t.is_space for t in doc[report.start : report.end])
        if words < SHORTEST or any(r.start < report.end and report.start < r.end for r in taken):
            continue
        within = spans_between(doc, "kg_quotes", report.start, report.end)
        if sum(min(q.end, report.end) - max(q.start, report.start) for q in within) * 2 < report.end - report.start:
            taken.append(report)
    return iter(sorted(taken, key=lambda r: r.start))
