"""Who speaks or meets somebody abroad has gone there."""

from collections.abc import Callable

import pytest

from kg.facts.presence import match_presence
from kg.facts.resolve import Resolver
from kg.lexicon_facts import load_fact_words
from kg.linguistics.page import Page

REDE = """
Nowak/2/nsubj/PROPN
{verb}/0/root/VERB/{lemma}
{word}/4/case/ADP
Belgrad/2/obl/PROPN
Gespräche/2/obj/NOUN/Gespräch
"""


@pytest.mark.parametrize(
    ("verb", "word", "home", "there", "visited"),
    [
        pytest.param("führte/führen", "in", "Albanien", "Serbien", True, id="abroad"),
        pytest.param("führte/führen", "in", "Serbien", "Serbien", False, id="at home"),
        pytest.param("führte/führen", "in", "", "Serbien", False, id="home unknown"),
        pytest.param("plante/planen", "in", "Albanien", "Serbien", False, id="no presence"),
        pytest.param("führte/führen", "gegen", "Albanien", "Serbien", False, id="other preposition"),
    ],
)
def test_deed_in_a_place(
    verb: str,
    word: str,
    home: str,
    there: str,
    visited: bool,
    annotated: Callable[..., Page],
    resolver: Callable[[Page], Resolver],
) -> None:
    form, lemma = verb.split("/")
    doc = annotated(
        REDE.format(verb=form, lemma=lemma, word=word),
        [(0, 1, "Person", "Jan Nowak", "name"), (3, 4, "City", "Belgrad", "name")],
        {"Jan Nowak": home, "Belgrad": there},
    )
    found = [
        (c.subject, c.predicate, c.object) for c in match_presence(doc, resolver(doc), load_fact_words("de"), "de")
    ]
    assert found == ([("Jan Nowak", "visits", "Belgrad")] if visited else [])
