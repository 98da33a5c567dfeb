"""Time expressions: what is found, and what it means on a given day."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import spacy

from kg.errors import DataError
from kg.linguistics import dates as module
from kg.linguistics.dates import DateFinder, create_dates, load_dates
from kg.linguistics.grammar import load_grammar
from kg.linguistics.reckoning import RULES
from tests.factories import make_doc

CASES = tomllib.loads((Path(__file__).parents[1] / "data" / "de" / "dates.toml").read_text(encoding="utf-8"))["case"]


@pytest.fixture(scope="module")
def finder() -> DateFinder:
    return DateFinder(load_dates("de"), load_grammar("de"))


@pytest.mark.parametrize("case", CASES, ids=[c["text"][:40] for c in CASES])
def test_dates_are_found_and_resolved(finder: DateFinder, case: dict) -> None:
    doc = spacy.blank("de")(case["text"])
    doc.user_data["kg_published"] = case["published"]
    found = [(s.text.rstrip(".,"), s.kb_id_) for s in finder(doc).spans["kg_dates"]]
    assert found == [tuple(pair) for pair in case["dates"]]


def test_the_same_is_found_however_much_was_read() -> None:
    # at first pattern by pattern, later only where all patterns together say that one begins
    words = load_dates.__wrapped__("de")
    text = "\n".join(case["text"] for case in CASES)
    first = [(order, match.span()) for order, match in words.matches(text)]
    assert len(first) > len(CASES)
    assert words.beginnings.find("") is None
    assert words.beginnings.find(20_000 * " ") == []
    assert [(order, match.span()) for order, match in words.matches(text)] == first


def test_relative_dates_without_publication_are_marked(finder: DateFinder) -> None:
    doc = spacy.blank("de")("Am Dienstag und am 3. Mai 2014.")
    labels = [s.label_ for s in finder(doc).spans["kg_dates"]]
    assert labels == ["RELATIVE", "DATE"]


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        (
            "Er/4/nsubj/PRON/er\nwird/4/aux/AUX/werden\nFreitag/4/obl/NOUN/Freitag\nreisen/0/root/VERB/reisen//VerbForm=Inf",
            "2025-03-07",
        ),
        (
            "Er/4/nsubj/PRON/er\nist/4/aux/AUX/sein\nFreitag/4/obl/NOUN/Freitag\ngereist/0/root/VERB/reisen//VerbForm=Part",
            "2025-02-28",
        ),
        (
            "Er/4/nsubj/PRON/er\nsoll/4/aux/AUX/sollen\nFreitag/4/obl/NOUN/Freitag\ngereist/0/root/VERB/reisen\nsein/4/aux/AUX/sein",
            "2025-02-28",
        ),
    ],
)
def test_tense_decides_which_weekday_is_meant(finder: DateFinder, notation: str, expected: str) -> None:
    doc = finder(make_doc(notation, published="2025-03-05"))
    assert [s.kb_id_ for s in doc.spans["kg_dates"]] == [f"{expected}/{expected}"]


@pytest.mark.parametrize(
    ("words", "published", "expected"),
    [
        ("im November", "2006-10-30", "2006-11"),
        ("im März", "2006-10-30", "2006-03"),
        ("im Januar", "2006-12-30", "2007-01"),
    ],
)
def test_month_without_year_is_the_nearest(finder: DateFinder, words: str, published: str, expected: str) -> None:
    doc = spacy.blank("de")(f"Das Turnier {words} in Minsk.")
    doc.user_data["kg_published"] = published
    assert [s.kb_id_ for s in finder(doc).spans["kg_dates"]] == [f"{expected}/{expected}"]


def test_counted_number_is_no_year_when_the_parse_says_so(finder: DateFinder) -> None:
    doc = make_doc(
        "Seit/3/case/ADP/seit\n2000/3/nummod/NUM/2000\nSchüssen/4/obl/NOUN/Schuss\nschweigt/0/root/VERB/schweigen"
    )
    assert not finder(doc).spans["kg_dates"]


def test_clutter_is_not_read(finder: DateFinder) -> None:
    doc = make_doc("Stand~/0/root/NOUN/Stand\n2014/1/nmod/NUM/2014", blocks=[(0, 1, "body"), (1, 2, "clutter")])
    assert not finder(doc).spans["kg_dates"]


@pytest.mark.parametrize("text", ["Das war vor 200.000 Wochen.", "In 900.000 Wochen kommt er.", "Vor 4.000.000 Tagen."])
def test_times_beyond_the_calendar_are_no_date(finder: DateFinder, text: str) -> None:
    doc = spacy.blank("de")(text)
    doc.user_data["kg_published"] = "2024-03-05"
    assert not [s.kb_id_ for s in finder(doc).spans["kg_dates"] if s.kb_id_]


def test_result_survives_serialisation(finder: DateFinder) -> None:
    doc = finder(spacy.blank("de")("Am 3. Mai 2014."))
    copy = spacy.tokens.Doc(doc.vocab).from_bytes(doc.to_bytes())
    assert [(s.text, s.kb_id_) for s in copy.spans["kg_dates"]] == [("3. Mai 2014.", "2014-05-03/2014-05-03")]


def test_every_rule_is_used_by_a_pattern() -> None:
    assert {p.rule for p in load_dates("de").patterns} == set(RULES)


def test_component_can_be_added_to_a_pipeline() -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("kg_dates")
    doc = nlp("Seit 2022 ist Krieg.")
    assert [s.kb_id_ for s in doc.spans["kg_dates"]] == ["2022/.."]
    assert create_dates(nlp, "kg_dates", "de", "ud").words is load_dates("de")


@pytest.mark.parametrize("broken", [{}, {"pattern": [{"rule": "day", "regex": "("}]}])
def test_wrong_data_file_is_reported(monkeypatch: pytest.MonkeyPatch, broken: dict) -> None:
    monkeypatch.setattr(module, "read_table", lambda language, name: broken)
    with pytest.raises(DataError, match="wrong entry"):
        load_dates.__wrapped__("de")


def test_unknown_rule_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    table = module.read_table("de", "dates.toml")
    table["pattern"] = [{"rule": "fortnight", "regex": "x"}]
    monkeypatch.setattr(module, "read_table", lambda language, name: table)
    with pytest.raises(DataError, match="fortnight"):
        load_dates.__wrapped__("de")
