"""Who does the same as the subject, or has the same done to him, by a phrase beside the verb.

"Neben Peru kritisierte auch Chile …", "Wie Peru hat auch Chile …", "Gemeinsam mit Peru griff Chile … an".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kg.linguistics.grammar import Grammar
from kg.linguistics.page import Word, asked_once

__all__ = ["Companions"]


class _Phrase(NamedTuple):
    """A phrase beside a verb: whose companion it is depends on an "auch" there, or on the object right before it."""

    head: Word
    needs_also: bool
    behind: Word | None = None


class Companions:
    """Finds who takes part beside an argument.

    Args:
        grammar: Labels and words of the language.
    """

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar

    def of(self, token: Word, verb: Word, *, is_subject: bool) -> Iterator[Word]:
        """The words for those who take part beside `token`.

        Args:
            token: The head of an argument.
            verb: The verb that it belongs to.
            is_subject: Whether it is the subject; "gemeinsam mit" right behind an object goes with that.

        Yields:
            The heads of the phrases, in text order.
        """
        for phrase in self._phrases(verb) if token.head == verb else ():
            if phrase.head == token:
                continue
            if phrase.needs_also:
                takes_part = self._opening(token, "also") is not None
            else:
                takes_part = phrase.behind == token or (is_subject and phrase.behind is None)
            if takes_part:
                yield phrase.head

    @asked_once
    def _phrases(self, verb: Word) -> list[_Phrase]:
        grammar, found = self._grammar, []
        for phrase in grammar.children(verb, "oblique", "nominal", "subject", "adverbial"):
            if not grammar.is_(phrase, "noun"):
                continue
            preposition = grammar.preposition(phrase)
            word = preposition.word if preposition is not None else ""
            if word in grammar.group("beside") or (not word and self._opening(phrase, "like") is not None):
                found.append(_Phrase(phrase, needs_also=True))
            elif word in grammar.group("with") and (place := self._opening(phrase, "together")) is not None:
                found.append(_Phrase(phrase, needs_also=False, behind=self._object_before(place, verb)))
        return found

    def _opening(self, noun: Word, words: str) -> int | None:
        """Where a word of a group opens the phrase or stands right before it."""
        group = self._grammar.group(words)
        first = min((token.i for token in noun.subtree), default=noun.i)
        opening = range(max(first - 1, noun.sent.start), noun.i)
        return next((i for i in opening if noun.doc[i].lower_ in group), None)

    def _object_before(self, place: int, verb: Word) -> Word | None:
        """The object that ends right before a place."""
        objects = self._grammar.children(verb, "object", "dative")
        return next((o for o in objects if max(token.i for token in o.subtree) == place - 1), None)
