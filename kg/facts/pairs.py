"""Words that stand for others: "beide Seiten" for the two named before, "ein Teil der Truppen" for the troops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kg.lexicon_facts import load_fact_words
from kg.linguistics.grammar import Grammar
from kg.linguistics.page import Stretch, Word

__all__ = ["pair_of", "parts_of"]

_WINDOW = 3  # sentences back
_PERSONS = frozenset({"Person"})
_POWERS = frozenset(
    {"Country", "InternationalOrganization", "ArmedGroup", "PoliticalParty", "Ministry", "Organization"}
)


def pair_of(token: Word, mentions: Sequence[Stretch], kind: Callable[[str], str], grammar: Grammar) -> list[str]:
    """The two entities that a phrase such as "beide Länder" stands for.

    Args:
        token: The head of the phrase.
        mentions: All mentions of the document, in text order.
        kind: The type of an entity.
        grammar: The grammar of the language.

    Returns:
        Their ids, or nothing if the phrase means no two or the text names none or more.
    """
    words = load_fact_words(token.doc.lang_)
    if token.lemma_ in words.pair_persons:
        types = _PERSONS
    elif token.lemma_ in words.pair_powers:
        types = _POWERS
    elif token.lower_ in words.both_words and grammar.is_(token, "pronoun"):
        return _two(token, mentions, kind, _PERSONS) or _two(token, mentions, kind, _POWERS)
    else:
        return []
    both = any(child.lower_ in words.both_words for child in token.children)
    if not both or bool(grammar.genitives(token)):
        return []
    return _two(token, mentions, kind, types)


def _two(token: Word, mentions: Sequence[Stretch], kind: Callable[[str], str], types: frozenset[str]) -> list[str]:
    """The only two of some types that the sentences before a word name, the nearest first."""
    end = token.i
    sentence = token.sent
    found: dict[str, None] = {}
    for _ in range(_WINDOW):
        here = (s for s in mentions if sentence.start <= s.start and s.end <= end)
        found |= dict.fromkeys(s.kb_id_ for s in here if kind(s.kb_id_) in types)
        if len(found) >= 2 or sentence.start == 0:
            break
        end = sentence.start
        sentence = token.doc[end - 1].sent
    countries = [e for e in found if kind(e) == "Country"]
    pair = countries if len(countries) == 2 < len(found) else list(found)
    return pair if len(pair) == 2 else []


def parts_of(token: Word, grammar: Grammar) -> list[Word]:
    """What a noun for a part or number is a part of: "ein Teil der Truppen".

    Args:
        token: The noun.
        grammar: The grammar of the language.
    """
    if token.lemma_ not in load_fact_words(token.doc.lang_).partitive_nouns:
        return []
    owner = grammar.group("owner_preposition")
    told = ((child, grammar.preposition(child)) for child in grammar.children(token, "nominal"))
    return [*grammar.genitives(token), *(c for c, p in told if p is not None and p.word in owner)]
