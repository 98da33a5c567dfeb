"""Qualifiers of claims: modality and source, time, place, quantity."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from spacy.tokens import Doc, Span

from kg.errors import DataError
from kg.facts import factuality as module
from kg.facts.factuality import load_factuality
from kg.facts.qualify import Qualified, qualify
from kg.linguistics.dates import DateFinder, load_dates
from kg.linguistics.grammar import load_grammar
from kg.linguistics.quantities import QuantityFinder, load_quantities
from kg.linguistics.quotes import QuoteFinder
from kg.linguistics.sources import load_reporting
from kg.model import Modality
from tests.factories import make_doc

CASES = tomllib.loads((Path(__file__).parents[1] / "data" / "de" / "modality.toml").read_text(encoding="utf-8"))["case"]


def annotated(notation: str, mentions: list[tuple[int, int, str, str]], published: str = "") -> Doc:
    """A document with mentions ([first, last] counted from 1, id, type) and the layers of time, number and quotation."""
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
    return doc


def read(doc: Doc, trigger: int, **claim: object) -> Qualified:
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


def test_missing_list_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "read_table", lambda language, name: {"nominal": {}})
    with pytest.raises(DataError, match=r"verbs\.deny"):
        load_factuality.__wrapped__("de")
