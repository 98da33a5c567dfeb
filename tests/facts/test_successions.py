"""Offices named by somebody else's: predecessors, colleagues, deputies, heads of governments; offices that are over."""

from collections.abc import Callable

import pytest

from kg.facts.offices import match_offices
from kg.facts.resolve import Resolver
from kg.facts.successions import match_governments, match_successions
from kg.lexicon_facts import load_fact_words
from kg.lexicon_frames import load_frames
from kg.linguistics.page import Page

Read = tuple[str, str, str | None, str | None]

VORGAENGER = """
Der/3/det/DET
albanische/3/amod/ADJ/albanisch
Präsident/6/nsubj/NOUN
Jan/3/appos/PROPN
Nowak/4/flat/PROPN
lobte/0/root/VERB/loben
seinen/8/det/DET/sein
{word}/6/obj/NOUN
Ivo/8/appos/PROPN
Marin~/9/flat/PROPN
./6/punct/PUNCT
"""
MENTIONS = [
    (1, 2, "Country", "Albanien", "adjective"),
    (3, 5, "Person", "Jan Nowak", "name"),
    (6, 7, "Person", "Jan Nowak", "pronoun"),
    (8, 10, "Person", "Ivo Marin", "name"),
]


def offices(doc: Page, resolver: Callable[[Page], Resolver]) -> list[Read]:
    words, known = load_fact_words("de"), resolver(doc)
    found = list(match_offices(doc, load_frames("de"), known, words))
    found += match_successions(doc, found, known, words, "de")
    found += match_governments(doc, known, words, "de")
    return [(c.subject, c.predicate, c.object, c.role) for c in found]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Vorgänger", ("Ivo Marin", "heldOffice", "Albanien", "Präsident")),
        ("Nachfolger", ("Ivo Marin", "holdsOffice", "Albanien", "Präsident")),
        ("Stellvertreter", ("Ivo Marin", "holdsOffice", "Albanien", "Stellvertreter")),
    ],
)
def test_office_of_another(
    word: str, expected: Read, annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(VORGAENGER.format(word=word), MENTIONS)
    assert expected in offices(doc, resolver)


def test_friend_has_no_office(annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]) -> None:
    doc = annotated(VORGAENGER.format(word="Freund"), MENTIONS)
    assert not any(subject == "Ivo Marin" for subject, *_ in offices(doc, resolver))


def test_colleague_has_the_same_office_in_his_own_country(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    notation = VORGAENGER.format(word="Amtskollegen").replace(
        "Amtskollegen/6/obj/NOUN", "Amtskollegen/6/obj/NOUN/Amtskollege"
    )
    doc = annotated(notation, MENTIONS, {"Ivo Marin": "Albanien"})
    assert ("Ivo Marin", "holdsOffice", "Albanien", "Präsident") in offices(doc, resolver)


def test_government_that_bears_the_name_of_its_head(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Die/2/det/DET
        Regierung/4/nsubj/NOUN
        Nowak/2/appos/PROPN
        spart~/0/root/VERB/sparen
        ./4/punct/PUNCT
        """,
        [(0, 3, "Country", "Albanien", "group"), (2, 3, "Person", "Jan Nowak", "name")],
    )
    assert offices(doc, resolver) == [("Jan Nowak", "holdsOffice", "Albanien", None)]


STURZ = """
Nach/3/case/ADP
dem/3/det/DET
{noun}/8/obl/NOUN
von/5/case/ADP
Präsident/3/nmod/NOUN
Jan/5/appos/PROPN
Nowak/6/flat/PROPN
feierte/0/root/VERB/feiern
Albanien~/8/nsubj/PROPN
./8/punct/PUNCT
"""


@pytest.mark.parametrize(
    ("noun", "predicate"), [("Sturz", "heldOffice"), ("Rücktritt", "heldOffice"), ("Besuch", "holdsOffice")]
)
def test_office_is_over_after_its_end(
    noun: str, predicate: str, annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        STURZ.format(noun=noun),
        [(5, 7, "Person", "Jan Nowak", "name"), (8, 9, "Country", "Albanien", "name")],
        {"Jan Nowak": "Albanien"},
    )
    assert offices(doc, resolver) == [("Jan Nowak", predicate, "Albanien", "Präsident")]


def test_demanded_resignation_leaves_the_office(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Albanien/2/nsubj/PROPN
        fordert/0/root/VERB/fordern
        den/4/det/DET
        Rücktritt/2/obj/NOUN
        von/6/case/ADP
        Präsident/4/nmod/NOUN
        Jan/6/appos/PROPN
        Nowak/7/flat/PROPN
        """,
        [(0, 1, "Country", "Albanien", "name"), (6, 8, "Person", "Jan Nowak", "name")],
        {"Jan Nowak": "Albanien"},
    )
    assert [o[1] for o in offices(doc, resolver)] == ["holdsOffice"]


ERNANNT = """
Jan/4/nsubj/PROPN
Nowak/1/flat/PROPN
Ivo/4/obj/PROPN
ernannte/0/root/VERB/ernennen
zum/6/case/ADP
Minister/4/obl/NOUN
"""


def test_office_goes_to_who_is_given_it(annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]) -> None:
    doc = annotated(
        ERNANNT,
        [(0, 2, "Person", "Jan Nowak", "name"), (2, 3, "Person", "Ivo Marin", "name")],
        {"Jan Nowak": "Albanien", "Ivo Marin": "Albanien"},
    )
    assert offices(doc, resolver) == [("Ivo Marin", "holdsOffice", "Albanien", "Minister")]


def test_compound_names_the_body(annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]) -> None:
    doc = annotated(
        """
        Das/3/det/DET
        albanische/3/amod/ADJ/albanisch
        Parlament/4/nsubj/NOUN
        hörte/0/root/VERB/hören
        Parlamentspräsident/4/obj/NOUN
        Nowak/5/appos/PROPN
        """,
        [
            (0, 3, "Ministry", "albanisches Parlament", "nominal"),
            (1, 2, "Country", "Albanien", "adjective"),
            (5, 6, "Person", "Jan Nowak", "name"),
        ],
        {"albanisches Parlament": "Albanien"},
    )
    assert offices(doc, resolver) == [("Jan Nowak", "holdsOffice", "albanisches Parlament", "Parlamentspräsident")]


@pytest.mark.parametrize(
    ("country", "expected"), [("Deutschland", []), ("Albanien", [("Jan Nowak", "holdsOffice", "Albanien")])]
)
def test_bare_minister_president_of_a_federation_is_that_of_a_state(
    country: str,
    expected: list[tuple[str, str, str]],
    annotated: Callable[..., Page],
    resolver: Callable[[Page], Resolver],
) -> None:
    doc = annotated(
        "Ministerpräsident/3/nsubj/NOUN\nNowak/1/appos/PROPN\nschwieg/0/root/VERB/schweigen",
        [(1, 2, "Person", "Jan Nowak", "name")],
        {"Jan Nowak": country},
    )
    assert [o[:3] for o in offices(doc, resolver)] == expected


def test_title_in_apposition_after_a_coordinated_name_is_the_last_ones(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Jan/9/nsubj/PROPN
        Nowak/1/flat/PROPN
        und/4/cc/CCONJ
        Ivo/1/conj/PROPN
        Marin~/4/flat/PROPN
        ,/7/punct/PUNCT
        Sprecher/1/appos/NOUN
        Albaniens/7/nmod/PROPN
        schwiegen/0/root/VERB/schweigen
        """,
        [
            (0, 2, "Person", "Jan Nowak", "name"),
            (3, 5, "Person", "Ivo Marin", "name"),
            (7, 8, "Country", "Albanien", "name"),
        ],
    )
    assert [o[:3] for o in offices(doc, resolver)] == [("Ivo Marin", "speaksFor", "Albanien")]


@pytest.mark.parametrize(
    ("mention", "expected"),
    [
        pytest.param((2, 3, "Person", "Jan Peters", "name"), [("Jan Peters", "heldOffice", "Albanien")], id="person"),
        pytest.param((2, 3, "City", "Peters", "name"), [], id="city"),
    ],
)
def test_name_in_s_before_a_predicate_is_its_subject(
    mention: tuple[int, int, str, str, str],
    expected: list[tuple[str, str, str]],
    annotated: Callable[..., Page],
    resolver: Callable[[Page], Resolver],
) -> None:
    doc = annotated(
        """
        Vorher/4/advmod/ADV
        war/4/cop/AUX/sein
        Peters/4/nmod/PROPN
        Minister/0/root/NOUN
        Albaniens/4/nmod/PROPN
        """,
        [mention, (4, 5, "Country", "Albanien", "name")],
    )
    assert [o[:3] for o in offices(doc, resolver)] == expected
