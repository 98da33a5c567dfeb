"""Whether the name of a capital or seat stands for its government or for the place."""

from __future__ import annotations

from kg.linguistics.cues import Cues
from kg.linguistics.grammar import Grammar
from kg.linguistics.page import Word

__all__ = ["stands_for_government"]


def stands_for_government(token: Word, cues: Cues, grammar: Grammar) -> bool:
    """Whether a capital's name is used for the government: as one that acts, speaks or is spoken to.

    Places are meant after prepositions of place, as objects of "to visit", beside nouns such as "city".

    Args:
        token: The last token of the name.
        cues: Word lists of the language.
        grammar: Labels of the parser.
    """
    following = token.nbor().text if token.i + 1 < len(token.doc) else ""
    if token.is_sent_start and following[:1] in "–—-/(" and following[:1]:
        return False  # the dateline of a report
    if grammar.has(token, "conjunct") and token.head != token:
        return stands_for_government(token.head, cues, grammar)
    head = token.head
    preposition = grammar.preposition(token)
    if preposition is None and token.i > 0 and grammar.is_(token.nbor(-1), "adposition"):
        word = token.nbor(-1).lower_
    else:
        word = preposition.word if preposition is not None else ""
    if word:
        if word in cues.city["prepositions"]:
            nouns = cues.country_nouns | (cues.statement_nouns if word in cues.city["origins"] else frozenset())
            return grammar.is_(head, "noun") and {head.text, head.lemma_} & nouns != set()
        return not (grammar.is_(head, "noun") and {head.text, head.lemma_} & cues.city["nouns"])
    if grammar.has(token, "subject", "passive_subject"):
        copula = bool(grammar.children(head, "copula"))
        return head.lemma_ not in cues.city["subject_verbs"] and not (copula and grammar.is_(head, "noun"))
    if grammar.has(token, "dative"):
        return True
    if grammar.has(token, "object"):
        return head.lemma_ not in cues.city["object_verbs"]
    if grammar.has(token, "nominal"):
        return not ({head.text, head.lemma_} & cues.city["nouns"])
    if grammar.has(token, "apposition", "flat", "compound"):
        return not ({head.text, head.lemma_} & cues.city["nouns"]) and grammar.has(head, "subject")
    return False
