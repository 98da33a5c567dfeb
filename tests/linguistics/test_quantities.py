"""Quantities: numbers, comparisons, what is counted."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import spacy

from kg.errors import DataError
from kg.linguistics import numbers as module
from kg.linguistics.dates import DateFinder, load_dates
from kg.linguistics.grammar import load_grammar
from kg.linguistics.quantities import QuantityFinder, load_quantities, read_quantity
from kg.model import Comparison, Quantity
from tests.factories import make_doc

CASES = tomllib.loads((Path(__file__).parents[1] / "data" / "de" / "quantities.toml").read_text(encoding="utf-8"))[
    "case"
]


@pytest.fixture(scope="module")
def finder() -> QuantityFinder:
    return QuantityFinder(load_quantities("de"), load_grammar("de"))


@pytest.mark.parametrize("case", CASES, ids=[c["text"][:40] for c in CASES])
def test_quantities_are_found_and_read(finder: QuantityFinder, case: dict) -> None:
    doc = DateFinder(load_dates("de"), load_grammar("de"))(spacy.blank("de")(case["text"]))
    found = [[s.text, s.label_, s.kb_id_] for s in finder(doc).spans["kg_quantities"]]
    assert found == case["quantities"]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("10.000", 10_000),
        ("1,5", 1.5),
        ("zwölf", 12),
        ("einundzwanzig", 21),
        ("dreihundertfünfzig", 350),
        ("zweitausendvierzehn", 2014),
        ("hundertzwanzigtausend", 120_000),
        ("10.00.0", None),
        ("hundehütte", None),
        ("und", None),
        ("siebenundhaus", None),
    ],
)
def test_numbers_are_read(word: str, value: float | None) -> None:
    assert load_quantities("de").read_number(word) == value


def test_number_alone_takes_its_class_from_the_verb(finder: QuantityFinder) -> None:
    doc = make_doc(
        "Mehr/3/advmod/ADV/mehr\nals/3/advmod/CCONJ/als\n30/5/nsubj:pass/NUM/30\nwurden/5/aux:pass/AUX/werden\nverletzt~/0/root/VERB/verletzen\n./5/punct/PUNCT"
    )
    found = finder(doc).spans["kg_quantities"]
    assert [(s.text, s.label_) for s in found] == [("Mehr als 30", "wounded")]


def test_age_in_brackets_is_no_quantity(finder: QuantityFinder) -> None:
    doc = make_doc("Müller/4/nsubj/PROPN\n(~/3/punct/PUNCT\n40~/1/appos/NUM\n)/3/punct/PUNCT\nlacht/0/root/VERB/lachen")
    assert not finder(doc).spans["kg_quantities"]


def test_number_counts_the_noun_beyond_a_participle(finder: QuantityFinder) -> None:
    doc = make_doc(
        "drei/5/nummod/NUM\nin/3/case/ADP\nKairo/4/obl/PROPN\nfestgehaltene/5/amod/ADJ\nReporter/6/obj/NOUN/Reporter\nbefreien/0/root/VERB/befreien"
    )
    assert [(s.text, s.label_) for s in finder(doc).spans["kg_quantities"]] == [
        ("drei in Kairo festgehaltene Reporter", "people")
    ]


def test_read_quantity_gives_the_record(finder: QuantityFinder) -> None:
    doc = finder(spacy.blank("de")("Zwischen 20 und 30 Panzer"))
    assert read_quantity(doc.spans["kg_quantities"][0]) == Quantity(
        "Zwischen 20 und 30 Panzer", 20.0, "Panzer", Comparison.BETWEEN, 30.0
    )


def test_vague_quantity_has_no_value(finder: QuantityFinder) -> None:
    doc = finder(spacy.blank("de")("Viele Zivilisten flohen."))
    record = read_quantity(doc.spans["kg_quantities"][0])
    assert (record.text, record.value, record.comparison) == ("Viele Zivilisten", None, Comparison.ABOUT)


@pytest.mark.parametrize(
    ("noun", "name"),
    [
        ("Blauhelmsoldaten", "soldiers"),
        ("Interkontinentalraketen", "weapons"),
        ("Aktivisten", "people"),
        ("Kilometer", ""),
        ("Dokumenten", ""),
        ("Jahren", "time"),
    ],
)
def test_nouns_are_classified(noun: str, name: str) -> None:
    assert load_quantities("de").classify(noun)[0] == name


def test_wrong_data_file_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "read_table", lambda language, name: {"units": {}})
    with pytest.raises(DataError, match="wrong entry"):
        load_quantities.__wrapped__("de")
