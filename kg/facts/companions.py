"""Who does the same as the subject, or has the same done to him, by a phrase beside the verb.

"Neben Peru kritisierte auch Chile …", "Wie Peru hat auch Chile …", "Gemeinsam mit Peru griff Chile … an".
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.linguistics.grammar import Grammar
from kg.linguistics.page import Word

__all__ = ["companions"]


def companions(token: Word, verb: Word, grammar: Grammar, *, is_subject: bool) -> Iterator[Word]:
    """The words for those who take part beside `token`.

    Args:
        token: The head of an argument.
        verb: The verb that it belongs to.
        grammar: Labels and words of the language.
        is_subject: Whether it is the subject; "gemeinsam mit" right behind an object goes with that.

    Yields:
        The heads of the phrases, in text order.
    """
    if token.head != verb:
        return
    also = _said_before(token, "also", grammar)
    for phrase in grammar.children(verb, "oblique", "nominal", "subject", "adverbial"):
        if phrase == token or not grammar.is_(phrase, "noun"):
            continue
        preposition = grammar.preposition(phrase)
        word = preposition.word if preposition is not None else ""
        if also and (word in grammar.group("beside") or (not word and _said_before(phrase, "like", grammar))):
            yield phrase
        elif word in grammar.group("with") and (place := _opening(phrase, "together", grammar)) is not None:
            behind = _object_before(place, verb, grammar)
            if behind == token or (is_subject and behind is None):
                yield phrase


def _said_before(noun: Word, words: str, grammar: Grammar) -> bool:
    return _opening(noun, words, grammar) is not None


def _opening(noun: Word, words: str, grammar: Grammar) -> int | None:
    """Where a word of a group opens the phrase or stands right before it."""
    first = min((token.i for token in noun.subtree), default=noun.i)
    opening = range(max(first - 1, noun.sent.start), noun.i)
    return next((i for i in opening if noun.doc[i].lower_ in grammar.group(words)), None)


def _object_before(place: int, verb: Word, grammar: Grammar) -> Word | None:
    """The object that ends right before a place."""
    objects = grammar.children(verb, "object", "dative")
    return next((o for o in objects if max(token.i for token in o.subtree) == place - 1), None)
