"""Qualifiers of claims: modality and source, time, place, quantity."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from spacy.tokens import Span

from kg.errors import DataError
from kg.facts import factuality as module
from kg.facts.factuality import load_factuality
from kg.facts.qualify import Qualified, qualify
from kg.linguistics.copying import page_of
from kg.linguistics.dates import DateFinder, load_dates
from kg.linguistics.grammar import load_grammar
from kg.linguistics.page import Page
from kg.linguistics.quantities import QuantityFinder, load_quantities
from kg.linguistics.quotes import QuoteFinder
from kg.linguistics.sources import load_reporting
from kg.model import Modality
from tests.factories import make_doc

CASES = tomllib.loads((Path(__file__).parents[1] / "data" / "de" / "modality.toml").read_text(encoding="utf-8"))["case"]


def annotated(notation: str, mentions: list[tuple[int, int, str, str]], published: str = "") -> Page:
    """A document with mentions ([first, last] from 1, id, type) and the layers of time, number and quotation."""
    doc = make_doc(notation, published=published)
    doc.spans["kg_mentions"] = [
        Span(doc, a - 1, b, label=label, kb_id=name, span_id="name") for a, b, name, label in mentions
    ]
    grammar = load_grammar("de")
    for layer in (
        DateFinder(load_dates("de"), grammar),
        QuantityFinder(load_quantities("de"), grammar),
        QuoteFinder(load_reporting("de"), grammar),
    ):
        layer(doc)
    return page_of(doc)


def read(doc: Page, trigger: int, **claim: object) -> Qualified:
    return qualify(doc, doc[trigger - 1], data=load_factuality("de"), **claim)


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_modality_and_source(case: dict) -> None:
    doc = annotated(case["doc"], [(a, b, name, "Person") for a, b, name in case.get("mentions", [])])
    found = read(doc, case["trigger"])
    assert (found.hypothetical or str(found.modality)) == (
        case.get("hypothetical", False) or case.get("modality", "asserted")
    )
    assert found.source == case.get("source")


def test_quotation_gives_its_speaker_as_source() -> None:
    notation = """
    Weber/2/nsubj/PROPN
    sagte~/0/root/VERB/sagen
    :/2/punct/PUNCT

    „~/3/punct/PUNCT
    Anna/3/nsubj/PROPN
    besuchte/0/root/VERB/besuchen
    Lima/3/obj/PROPN
    zweimal~/3/advmod/ADV
    “/3/punct/PUNCT
    """
    doc = annotated(notation, [(1, 1, "Weber", "Person"), (5, 5, "Anna", "Person")])
    found = read(doc, 6)
    assert (found.modality, found.source) == (Modality.REPORTED, "Weber")


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (None, Modality.ASSERTED),
        (Modality.ALLEGED, Modality.ALLEGED),
        (Modality.PLANNED, Modality.PLANNED),
        (Modality.ASSERTED, Modality.ASSERTED),
    ],
)
def test_frame_modality_holds_where_the_text_asserts(frame: Modality | None, expected: Modality) -> None:
    doc = annotated(CASES[0]["doc"], [])
    assert read(doc, 2, frame_modality=frame).modality is expected


def test_what_somebody_says_of_his_own_words_is_a_fact() -> None:
    notation = """
    Er/2/nsubj/PRON
    verurteile/4/ccomp/VERB/verurteilen
    ,/2/punct/PUNCT
    sagte/0/root/VERB/sagen
    Weber/4/nsubj/PROPN
    """
    doc = annotated(notation, [(5, 5, "Weber", "Person"), (1, 1, "Weber", "Person")])
    assert read(doc, 2, subject="Weber").modality is Modality.ASSERTED
    assert read(doc, 2, subject="Anna").modality is Modality.REPORTED


def test_verb_of_a_noun_construction_decides() -> None:
    notation = """
    Anna/4/nsubj/PROPN
    wird/4/aux/AUX/werden
    die/5/det/DET/der
    übernehmen/0/root/VERB/übernehmen//VerbForm=Inf
    Kontrolle/4/obj/NOUN/Kontrolle
    """
    doc = annotated(notation, [])
    assert read(doc, 5).modality is Modality.ASSERTED
    assert read(doc, 5, governor=doc[3]).modality is Modality.PLANNED


VISIT = """
Am/2/case/ADP/an
Montag/3/obl/NOUN/Montag
sagte/0/root/VERB/sagen
Weber~/3/nsubj/PROPN
,/10/punct/PUNCT
dass/10/mark/SCONJ/dass
Anna/10/nsubj/PROPN
2014/10/obl/NUM
Lima/10/obj/PROPN
besuchte/3/ccomp/VERB/besuchen//VerbForm=Fin|Tense=Past
"""


@pytest.mark.parametrize(("trigger", "begins"), [(3, "2025-03-03"), (10, "2014")])
def test_date_belongs_to_its_own_verb(trigger: int, begins: str) -> None:
    doc = annotated(VISIT, [], published="2025-03-05")
    assert (read(doc, trigger).begins, read(doc, trigger).ends) == (begins, begins)


def test_date_of_another_verb_is_never_taken() -> None:
    doc = annotated(VISIT.replace("2014/10/obl/NUM", "gern/10/advmod/ADV"), [], published="2025-03-05")
    assert read(doc, 10).begins is None


def test_unresolved_date_is_left_out() -> None:
    assert read(annotated(VISIT, []), 3).begins is None


def test_open_period_has_no_end() -> None:
    doc = annotated("Seit/2/case/ADP/seit\n2022/3/obl/NUM\nregiert/0/root/VERB/regieren\nAnna/3/nsubj/PROPN", [])
    assert (read(doc, 3).begins, read(doc, 3).ends) == ("2022", None)


def test_future_date_makes_a_statement_a_plan() -> None:
    doc = annotated(
        "Am/3/case/ADP/an\nkommenden/3/amod/ADJ\nFreitag/4/obl/NOUN\nreist/0/root/VERB/reisen\nAnna/4/nsubj/PROPN",
        [],
        published="2025-03-05",
    )
    assert (read(doc, 4).modality, read(doc, 4).begins) == (Modality.PLANNED, "2025-03-07")


MEETING = """
Anna/2/nsubj/PROPN
traf/0/root/VERB/treffen
Eva/2/obj/PROPN
in/5/case/ADP/in
Lima/2/obl/PROPN
"""


@pytest.mark.parametrize(
    ("notation", "claim", "place"),
    [
        (MEETING, {}, "Lima"),
        (MEETING, {"object": "Lima"}, None),
        (MEETING, {"subject": "Lima"}, None),
        (MEETING.replace("in/5/case/ADP/in", "nach/5/case/ADP/nach"), {}, None),
        (MEETING.replace("Lima/2/obl/PROPN", "Lima/2/obl/PROPN//Case=Acc"), {}, None),
    ],
)
def test_place_is_a_locative_phrase_of_the_clause(notation: str, claim: dict, place: str | None) -> None:
    doc = annotated(notation, [(1, 1, "Anna", "Person"), (3, 3, "Eva", "Person"), (5, 5, "Lima", "City")])
    assert read(doc, 2, **claim).place == place


LOSSES = """
Gestern/2/advmod/ADV
starben/0/root/VERB/sterben
zwölf/4/nummod/NUM
Zivilisten/2/nsubj/NOUN/Zivilist
und/7/cc/CCONJ
drei/7/nummod/NUM
Soldaten/4/conj/NOUN/Soldat
"""


@pytest.mark.parametrize(
    ("classes", "text"),
    [
        (("people", "soldiers"), "zwölf Zivilisten"),
        (("soldiers", "people"), "drei Soldaten"),
        (("money",), None),
        ((), None),
    ],
)
def test_quantity_of_the_best_class(classes: tuple[str, ...], text: str | None) -> None:
    found = read(annotated(LOSSES, []), 2, quantity_classes=classes).quantity
    assert (found and found.text) == text


@pytest.mark.parametrize(("party", "text"), [("A", "zwölf Zivilisten"), ("B", "drei Soldaten"), ("C", None)])
def test_quantity_counts_a_party_of_the_claim(party: str, text: str | None) -> None:
    doc = annotated(LOSSES, [(4, 4, "A", "People"), (7, 7, "B", "People")])
    found = read(doc, 2, subject=party, quantity_classes=("people", "soldiers")).quantity
    assert (found and found.text) == text


@pytest.mark.parametrize(
    ("notation", "trigger", "begins"),
    [
        (
            "Anna/2/nsubj/PROPN\nbrach/0/root/VERB/brechen\nden/4/det/DET\nVertrag/2/obj/NOUN\nvon/6/case/ADP/von\n2015/4/nmod/NUM",
            2,
            None,
        ),
        (
            "Anna/2/nsubj/PROPN\nstarb/0/root/VERB/sterben\nbei/5/case/ADP/bei\neinem/5/det/DET\nAnschlag/2/obl/NOUN\n2015/5/nmod/NUM",
            2,
            "2015",
        ),
        (
            "Anna/3/nsubj/PROPN\n2015/3/obl/NUM\nversuchte/0/root/VERB/versuchen\nzu/5/mark/PART/zu\nfliehen/3/xcomp/VERB/fliehen//VerbForm=Inf",
            5,
            "2015",
        ),
    ],
)
def test_date_of_another_noun_or_of_the_circumstance(notation: str, trigger: int, begins: str | None) -> None:
    assert read(annotated(notation, []), trigger).begins == begins


@pytest.mark.parametrize(
    ("notation", "place"),
    [
        ("Anna/2/nsubj/PROPN\nstarb/0/root/VERB\nim/4/case/ADP\nNorden/2/obl/NOUN/Norden\nMalis/4/nmod/PROPN", "Mali"),
        (
            "Anna/2/nsubj/PROPN\nstarb/0/root/VERB\nbei/4/case/ADP/bei\nUnruhen/2/obl/NOUN\nin/6/case/ADP/in\nMali/4/nmod/PROPN",
            "Mali",
        ),
        (
            "Anna/2/nsubj/PROPN\nsah/0/root/VERB\ndie/4/det/DET\nStadt/2/obj/NOUN\nin/6/case/ADP/in\nMali/4/nmod/PROPN",
            None,
        ),
    ],
)
def test_place_inside_an_adverbial_but_not_inside_an_object(notation: str, place: str | None) -> None:
    last = len(notation.split("\n"))
    assert read(annotated(notation, [(last, last, "Mali", "Country")]), 2).place == place


def test_place_is_left_out_where_the_object_is_one() -> None:
    doc = annotated(MEETING, [(1, 1, "Anna", "Person"), (3, 3, "Eva", "City"), (5, 5, "Lima", "City")])
    doc.user_data["kg_entities"] = {"Eva": {"type": "City"}}
    assert read(doc, 2, object="Eva").place is None


def test_single_attacker_is_no_quantity_of_the_victims() -> None:
    doc = annotated(
        "Ein/2/det/DET/ein\nTerrorist/3/nsubj/NOUN/Terrorist\ntötete/0/root/VERB/töten\nAnna/3/obj/PROPN",
        [(2, 2, "T", "People")],
    )
    assert read(doc, 3, subject="T", object="Anna", quantity_classes=("soldiers",)).quantity is None
    assert read(doc, 3, subject="T", quantity_classes=("soldiers",)).quantity is not None


def test_missing_list_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "read_table", lambda language, name: {"nominal": {}})
    with pytest.raises(DataError, match=r"verbs\.deny"):
        load_factuality.__wrapped__("de")
