"""Questions to hand-made parses."""

import pytest

from kg.errors import DataError, UnsupportedLanguage
from kg.linguistics.copying import page_of
from kg.linguistics.grammar import Grammar, load_grammar
from kg.linguistics.page import Page
from tests.factories import make_doc

GRAMMAR = load_grammar("de")


def parsed(notation: str) -> Page:
    return page_of(make_doc(notation))


@pytest.mark.parametrize(
    ("phrase", "word", "case"),
    [
        ("ins/2/case/ADP\nTal/0/root/NOUN", "in", "acc"),
        ("zur/2/case/ADP\nStadt/0/root/NOUN", "zu", "dat"),
        ("in/3/case/ADP\ndie/3/det/DET\nStadt/0/root/NOUN", "in", "acc"),
        ("in/3/case/ADP\nder/3/det/DET\nStadt/0/root/NOUN", "in", "dat"),
        ("in/2/case/ADP\nStädten/0/root/NOUN", "in", None),
    ],
)
def test_preposition_and_its_case(phrase: str, word: str, case: str | None) -> None:
    doc = parsed(phrase)
    found = GRAMMAR.preposition(doc[len(doc) - 1])
    assert found is not None
    assert (found.word, found.case) == (word, case)


def test_dative_name_beside_an_object() -> None:
    doc = parsed(
        "Wien/4/nsubj/PROPN\nhat/4/aux/AUX/haben\nBern/4/obj/PROPN\nversprochen/0/root/VERB/versprechen\nHilfe/4/obj/NOUN"
    )
    roles = {a.token.text: a.role for a in GRAMMAR.arguments(doc[3])}
    assert roles["Bern"] == "dative"
    assert roles["Hilfe"] == "object"


@pytest.mark.parametrize(
    ("article", "role"), [("den", "object"), ("dem", "dative"), ("der", "subject")], ids=["acc", "dat", "nom"]
)
def test_articles_overrule_the_parser(article: str, role: str) -> None:
    doc = parsed(
        f"{article}/2/det/DET\nMinister/4/nsubj/NOUN/Minister/Number=Sing\nhat/4/aux/AUX/haben\ngesehen/0/root/VERB/sehen"
    )
    assert {a.token.text: a.role for a in GRAMMAR.arguments(doc[3])}["Minister"] == role


def test_object_control() -> None:
    doc = parsed(
        """
        Wien/2/nsubj/PROPN
        bittet/0/root/VERB/bitten
        Bern~/2/obj/PROPN
        ,/6/punct/PUNCT
        zu/6/mark/PART
        helfen/2/xcomp/VERB/helfen
        """
    )
    subject, inherited = GRAMMAR.surface_subject(doc[5])
    assert subject is not None
    assert (subject.text, inherited) == ("Bern", True)


def test_unknown_language_lists_the_known_ones() -> None:
    with pytest.raises(UnsupportedLanguage, match="there are: de"):
        load_grammar("xx")


def test_missing_table_is_named() -> None:
    with pytest.raises(DataError, match=r"\[pos\] is missing"):
        Grammar({"labels": {}}, source="mine.toml")


def test_title_that_hangs_on_a_place_is_an_object_of_its_own() -> None:
    doc = parsed(
        """
        Vargas/2/nsubj/PROPN
        traf/0/root/VERB/treffen
        in/4/case/ADP
        Lima/2/obl/PROPN
        Präsident/4/flat/NOUN
        Nowak/5/appos/PROPN
        """
    )
    assert {a.token.text: a.role for a in GRAMMAR.arguments(doc[1])}["Präsident"] == "object"


def test_what_hangs_on_an_auxiliary_belongs_to_its_verb() -> None:
    doc = parsed("Peru/2/nsubj/PROPN\nhat/4/aux/AUX/haben\nChile/4/obj/PROPN\nverklagt/0/root/VERB/verklagen")
    assert {a.token.text: a.role for a in GRAMMAR.arguments(doc[3])}["Peru"] == "subject"


def test_topic_before_a_colon_is_no_subject() -> None:
    doc = parsed("Peru/4/nsubj/PROPN\n:/1/punct/PUNCT\nVargas/4/nsubj/PROPN\ndroht/0/root/VERB/drohen")
    assert [a.token.text for a in GRAMMAR.arguments(doc[3]) if a.role == "subject"] == ["Vargas"]


def test_coordinated_singulars_agree_with_a_plural() -> None:
    doc = parsed(
        """
        Peru/4/nsubj/PROPN/Peru/Number=Sing
        und/3/cc/CCONJ
        Chile/1/conj/PROPN/Chile/Number=Sing
        warnen/0/root/VERB/warnen/Number=Plur|VerbForm=Fin
        Bolivien/4/nsubj/PROPN/Bolivien/Number=Sing
        """
    )
    assert {a.token.text: a.role for a in GRAMMAR.arguments(doc[3])} == {
        "Peru": "subject",
        "Bolivien": "object",
    }
