"""Offices, memberships, origins and places in the structure of phrases."""

from collections.abc import Callable

import pytest

from kg.facts.offices import match_offices
from kg.facts.resolve import Resolver
from kg.facts.states import match_states
from kg.lexicon_facts import load_fact_words
from kg.lexicon_frames import load_frames
from kg.linguistics.page import Page

VOR_DEM_NAMEN = """
Der/3/det/DET
albanische/3/amod/ADJ/albanisch
Präsident/6/nsubj/NOUN
Jan/3/appos/PROPN
Nowak/4/flat/PROPN
schwieg/0/root/VERB/schweigen
"""
FRUEHER = """
Der/4/det/DET
frühere/4/amod/ADJ/früher
albanische/4/amod/ADJ/albanisch
Präsident/7/nsubj/NOUN
Jan/4/appos/PROPN
Nowak/5/flat/PROPN
schwieg/0/root/VERB/schweigen
"""
KOPULA = """
Jan/4/nsubj/PROPN
Nowak/1/flat/PROPN
war/4/cop/AUX/sein
Präsident/0/root/NOUN
Albaniens~/4/nmod/PROPN
./4/punct/PUNCT
"""
NACHGESTELLT = """
Der/2/det/DET
Präsident/7/nsubj/NOUN
Albaniens~/2/nmod/PROPN
,/7/punct/PUNCT
Jan/7/parataxis/PROPN
Nowak/5/flat/PROPN
schwieg/0/root/VERB/schweigen
"""


@pytest.mark.parametrize(
    ("notation", "person", "country", "predicate"),
    [
        pytest.param(VOR_DEM_NAMEN, (3, 5), (1, 2, "adjective"), "holdsOffice", id="before the name"),
        pytest.param(FRUEHER, (4, 6), (2, 3, "adjective"), "heldOffice", id="former"),
        pytest.param(KOPULA, (0, 2), (4, 5, "name"), "heldOffice", id="past copula"),
        pytest.param(NACHGESTELLT, (4, 6), (2, 3, "name"), "holdsOffice", id="name after a comma"),
    ],
)
def test_office_and_its_state(
    notation: str,
    person: tuple[int, int],
    country: tuple[int, int, str],
    predicate: str,
    annotated: Callable[..., Page],
    resolver: Callable[[Page], Resolver],
) -> None:
    doc = annotated(
        notation,
        [(*person, "Person", "Jan Nowak", "name"), (country[0], country[1], "Country", "Albanien", country[2])],
    )
    found = list(match_offices(doc, load_frames("de"), resolver(doc), load_fact_words("de")))
    assert [(c.subject, c.predicate, c.object, c.role) for c in found] == [
        ("Jan Nowak", predicate, "Albanien", "Präsident")
    ]


def test_office_of_another_country_in_the_sentence_stays_away(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        VOR_DEM_NAMEN.replace("schwieg/0/root/VERB/schweigen", "besuchte/0/root/VERB/besuchen\nSerbien/6/obj/PROPN"),
        [
            (1, 2, "Country", "Albanien", "adjective"),
            (3, 5, "Person", "Jan Nowak", "name"),
            (6, 7, "Country", "Serbien", "name"),
        ],
    )
    found = list(match_offices(doc, load_frames("de"), resolver(doc), load_fact_words("de")))
    assert {c.object for c in found} == {"Albanien"}


def states(doc: Page, resolver: Callable[[Page], Resolver]) -> set[tuple[str, str, str | None]]:
    return {
        (c.subject, c.predicate, c.object)
        for c in match_states(doc, load_frames("de"), resolver(doc), load_fact_words("de"))
    }


BRACKET = """
Jan/6/nsubj/PROPN
Nowak/1/flat/PROPN
(~/4/punct/PUNCT
{word}~/1/appos/PROPN
)/4/punct/PUNCT
schwieg/0/root/VERB/schweigen
"""


@pytest.mark.parametrize(
    ("word", "kind", "expected"),
    [
        ("SPX", "PoliticalParty", {("Jan Nowak", "memberOf", "SPX")}),
        ("Albanien", "Country", {("Jan Nowak", "citizenOf", "Albanien")}),
        ("Tirana", "City", set()),
    ],
)
def test_bracket_after_a_name(
    word: str,
    kind: str,
    expected: set[tuple[str, str, str]],
    annotated: Callable[..., Page],
    resolver: Callable[[Page], Resolver],
) -> None:
    doc = annotated(BRACKET.format(word=word), [(0, 2, "Person", "Jan Nowak", "name"), (3, 4, kind, word, "name")])
    assert states(doc, resolver) == expected


def test_place_in_a_place_unless_the_gazetteer_knows_better(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    notation = """
        Kukes/4/nsubj/PROPN
        in/3/case/ADP
        Albanien/1/nmod/PROPN
        schläft/0/root/VERB/schlafen
        """
    mentions = [(0, 1, "City", "Kukes", "name"), (2, 3, "Country", "Albanien", "name")]
    assert states(annotated(notation, mentions), resolver) == {("Kukes", "locatedIn", "Albanien")}
    elsewhere = annotated(notation, mentions, {"Kukes": "Serbien"})
    assert states(elsewhere, resolver) == set()
