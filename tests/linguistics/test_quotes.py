"""Quotations: where they begin and end, and who speaks."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc, Span

from kg.errors import DataError
from kg.linguistics import sources as module
from kg.linguistics.copying import page_of
from kg.linguistics.grammar import load_grammar
from kg.linguistics.quotes import QuoteFinder
from kg.linguistics.sources import entity_of, load_reporting, speaker_of
from tests.factories import make_doc


@pytest.fixture(scope="module")
def finder() -> QuoteFinder:
    return QuoteFinder(load_reporting("de"), load_grammar("de"))


def mention(doc: Doc, start: int, end: int, entity: str, kind: str = "name", label: str = "Person") -> None:
    """Add a mention to a document made by hand."""
    span = Span(doc, start, end, label=label, kb_id=entity, span_id=kind)
    doc.spans["kg_mentions"] = [*doc.spans.get("kg_mentions", ()), span]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("„Wir bleiben hier in der Stadt“, sagte er.", ["Wir bleiben hier in der Stadt"]),
        ("»Wir bleiben hier in der Stadt«, sagte er.", ["Wir bleiben hier in der Stadt"]),
        ("«Wir bleiben hier in der Stadt», sagte er.", ["Wir bleiben hier in der Stadt"]),
        ('"Wir bleiben hier in der Stadt", sagte er.', ["Wir bleiben hier in der Stadt"]),
        ("“Wir bleiben hier in der Stadt”, sagte er.", ["Wir bleiben hier in der Stadt"]),
        ("Er sagte: „Wir bleiben. Wir gehen nicht. Nie!“", ["Wir bleiben. Wir gehen nicht. Nie!"]),
        ("„Das Blatt ‚Die Post‘ hat das nicht gesagt“, meint sie.", ["Das Blatt ‚Die Post‘ hat das nicht gesagt"]),
        ("Die Zeitung „Morgenpost“ erscheint nicht mehr.", []),
        ("Er rief „Wir bleiben hier in der Stadt\n\nNeuer Absatz ohne Ende", []),
    ],
)
def test_passages_between_marks(finder: QuoteFinder, text: str, quotes: list[str]) -> None:
    doc = finder(spacy.blank("de")(text))
    assert [q.text for q in doc.spans["kg_quotes"]] == quotes


INVERTED = """
„~/4/punct/PUNCT
Wir/4/nsubj/PRON/wir
wollen/4/aux/AUX/wollen
bleiben~/7/ccomp/VERB/bleiben
“~/4/punct/PUNCT
,/4/punct/PUNCT
sagte/0/root/VERB/sagen
Weber~/7/nsubj/PROPN/Weber
./7/punct/PUNCT
"""
FRONTED = """
Weber/2/nsubj/PROPN/Weber
sagte~/0/root/VERB/sagen
:/2/punct/PUNCT
„~/7/punct/PUNCT
Wir/7/nsubj/PRON/wir
wollen/7/aux/AUX/wollen
bleiben~/2/ccomp/VERB/bleiben
./7/punct/PUNCT
“/7/punct/PUNCT
"""


@pytest.mark.parametrize(("notation", "at"), [(INVERTED, 7), (FRONTED, 0)])
def test_speaker_is_the_subject_of_the_cue(finder: QuoteFinder, notation: str, at: int) -> None:
    doc = make_doc(notation)
    mention(doc, at, at + 1, "Weber")
    (quote,) = finder(doc).spans["kg_quotes"]
    assert (quote.kb_id_, doc[int(quote.id_)].lemma_, quote.label_) == ("Weber", "sagen", "direct")


def test_particle_names_the_speaker(finder: QuoteFinder) -> None:
    doc = make_doc(
        INVERTED.replace("sagte/0/root/VERB/sagen", "so/8/advmod/ADV/so")
        .replace("Weber~/7/nsubj", "Weber~/4/parataxis")
        .replace("bleiben~/7/ccomp", "bleiben~/0/root")
    )
    mention(doc, 7, 8, "Weber")
    (quote,) = finder(doc).spans["kg_quotes"]
    assert quote.kb_id_ == "Weber"


def test_next_quotation_of_the_paragraph_has_the_same_speaker(finder: QuoteFinder) -> None:
    second = """

    „~/4/punct/PUNCT
    Das/3/det/DET
    Land/4/nsubj/NOUN/Land
    braucht/0/root/VERB/brauchen
    uns~/4/obj/PRON/wir
    “/4/punct/PUNCT
    """
    doc = make_doc(INVERTED + second)
    mention(doc, 7, 8, "Weber")
    assert [q.kb_id_ for q in finder(doc).spans["kg_quotes"]] == ["Weber", "Weber"]


def test_name_in_marks_is_no_quotation(finder: QuoteFinder) -> None:
    doc = make_doc(
        "„~/2/punct/PUNCT\nKanal/5/nsubj/PROPN\nZehn~/2/flat/PROPN\n“/2/punct/PUNCT\nberichtet/0/root/VERB/berichten"
    )
    mention(doc, 1, 3, "Kanal_Zehn", label="Media")
    assert not finder(doc).spans["kg_quotes"]


@pytest.mark.parametrize(
    ("notation", "mentioned", "expected"),
    [
        ("Weber/2/nsubj/PROPN\nsagt/0/root/VERB/sagen", (0, 1, "name"), "X"),
        (
            "Ein/2/det/DET\nSprecher/5/nsubj/NOUN/Sprecher\ndes/4/det/DET\nAmtes/2/nmod/NOUN/Amt\nsagt/0/root/VERB/sagen",
            (3, 4, "nominal"),
            "X",
        ),
        (
            "Ein/3/det/DET\nmalischer/3/amod/ADJ\nOffizier/4/nsubj/NOUN/Offizier\nsagt/0/root/VERB/sagen",
            (1, 2, "adjective"),
            "X",
        ),
        (
            "Die/2/det/DET\nKrise/5/nsubj/NOUN/Krise\nin/4/case/ADP\nMali/2/nmod/PROPN\nsagt/0/root/VERB/sagen",
            (3, 4, "name"),
            None,
        ),
        (
            "es/2/expl/PRON/es\nheißt/0/root/VERB/heißen\naus/5/case/ADP/aus\nder/5/det/DET\nBehörde/2/obl/NOUN/Behörde",
            (4, 5, "nominal"),
            "X",
        ),
        ("Er/3/nsubj:pass/PRON\nwird/3/aux:pass/AUX/werden\nzitiert/0/root/VERB/zitieren", (0, 1, "pronoun"), "X"),
    ],
)
def test_speaker_of_a_cue(notation: str, mentioned: tuple[int, int, str], expected: str | None) -> None:
    doc = make_doc(notation)
    start, end, kind = mentioned
    mention(doc, start, end, "X", kind)
    page = page_of(doc)
    cue = next(t for t in page if t.dep_ == "ROOT")
    assert speaker_of(page, cue, load_grammar("de"), load_reporting("de")) == expected


def test_longest_headed_mention_names_the_entity() -> None:
    doc = make_doc("Die/2/det/DET\nArmee/0/root/NOUN/Armee\nKenias/2/nmod/PROPN")
    mention(doc, 1, 2, "Armee", "nominal")
    mention(doc, 0, 3, "Kenia", "group")
    page = page_of(doc)
    assert entity_of(page, page[1], load_grammar("de"), load_reporting("de")) == "Kenia"


def test_component_can_be_added_to_a_pipeline() -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("kg_quotes")
    doc = nlp("„Wir bleiben hier in der Stadt“, sagte er.")
    assert len(doc.spans["kg_quotes"]) == 1


def test_wrong_data_file_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "read_table", lambda language, name: {"verbs": {"report": "sagen"}})
    with pytest.raises(DataError, match="list of words"):
        load_reporting.__wrapped__("de")
