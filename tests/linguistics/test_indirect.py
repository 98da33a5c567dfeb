"""Indirect quotations: what is said in the author's words, and who says it."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc, Span

from kg.linguistics.copying import page_of
from kg.linguistics.grammar import load_grammar
from kg.linguistics.indirect import is_cue, load_moods, subjunctive
from kg.linguistics.quotes import QuoteFinder
from kg.linguistics.sources import load_reporting
from tests.factories import make_doc

COMPLEMENT = """
Weber/2/nsubj/PROPN/Weber
sagte~/0/root/VERB/sagen
,/7/punct/PUNCT
die/5/det/DET
Brücke/7/nsubj:pass/NOUN/Brücke
werde/7/aux:pass/AUX/werden
gebaut~/2/ccomp/VERB/bauen
./2/punct/PUNCT
"""
BESIDE = """
Wie/3/mark/ADP/wie
Weber/3/nsubj/PROPN/Weber
mitteilte~/8/advcl/VERB/mitteilen
,/3/punct/PUNCT
wird/8/aux:pass/AUX/werden
die/7/det/DET
Brücke/8/nsubj:pass/NOUN/Brücke
gebaut~/0/root/VERB/bauen
./8/punct/PUNCT
"""
PHRASE = """
Laut/2/case/ADP/laut
Weber/6/obl/PROPN/Weber
wird/6/aux:pass/AUX/werden
die/5/det/DET
Brücke/6/nsubj:pass/NOUN/Brücke
gebaut~/0/root/VERB/bauen
./6/punct/PUNCT
"""
PARTICLE = """
Die/2/det/DET
Brücke/4/nsubj:pass/NOUN/Brücke
werde/4/aux:pass/AUX/werden
gebaut~/0/root/VERB/bauen
,/7/punct/PUNCT
so/7/advmod/ADV/so
Weber~/4/parataxis/PROPN/Weber
./4/punct/PUNCT
"""
GOES_ON = """

    Dort/4/advmod/ADV
    seien/4/aux/AUX/sein
    Schulen/4/nsubj/NOUN/Schule
    entstanden~/0/root/VERB/entstehen
    ./4/punct/PUNCT
"""
OTHERWISE = GOES_ON.replace("seien/4", "sind/4")


def read(notation: str) -> Doc:
    """The document with Weber as an entity and its quotations."""
    doc = make_doc(notation)
    doc.spans["kg_mentions"] = [
        Span(doc, t.i, t.i + 1, "Person", kb_id="W", span_id="name") for t in doc if t.text == "Weber"
    ]
    return QuoteFinder(load_reporting("de"), load_grammar("de"), "de")(doc)


@pytest.mark.parametrize(
    ("notation", "said", "cue"),
    [
        (COMPLEMENT, "die Brücke werde gebaut", "sagte"),
        (BESIDE, "wird die Brücke gebaut", "mitteilte"),
        (PHRASE, "wird die Brücke gebaut", "Laut"),
        (PARTICLE, "Die Brücke werde gebaut", "so"),
    ],
)
def test_shapes_of_indirect_quotations(notation: str, said: str, cue: str) -> None:
    doc = read(notation)
    (quote,) = doc.spans["kg_indirect"]
    assert quote.text == said
    assert (quote.label_, quote.kb_id_, doc[int(quote.id_)].text) == ("indirect", "W", cue)
    (speaker,) = doc.spans["kg_speakers"]
    assert (speaker.text, speaker.kb_id_, speaker.id_) == ("Weber", "W", f"kg_indirect:{quote.start}")


def test_speaker_who_is_no_entity_has_words() -> None:
    doc = read(COMPLEMENT.replace("Weber", "Niemand").replace("PROPN", "PRON"))
    (quote,) = doc.spans["kg_indirect"]
    (speaker,) = doc.spans["kg_speakers"]
    assert (quote.kb_id_, speaker.text) == ("", "Niemand")


def test_sentence_in_the_mood_of_speech_goes_on() -> None:
    doc = read(COMPLEMENT + GOES_ON)
    assert [(q.text, q.kb_id_) for q in doc.spans["kg_indirect"]] == [
        ("die Brücke werde gebaut", "W"),
        ("Dort seien Schulen entstanden", "W"),
    ]


def test_sentence_in_the_indicative_is_the_authors_own() -> None:
    doc = read(COMPLEMENT + OTHERWISE)
    assert [q.text for q in doc.spans["kg_indirect"]] == ["die Brücke werde gebaut"]


def test_mood_of_speech_without_a_speaker_is_no_quotation() -> None:
    assert not read(GOES_ON).spans["kg_indirect"]


@pytest.mark.parametrize(
    "notation",
    [
        COMPLEMENT.replace("sagte~/0/root/VERB/sagen", "baute~/0/root/VERB/bauen"),
        COMPLEMENT.replace("ccomp", "advcl"),
        "Weber/2/nsubj/PROPN\nsagte/0/root/VERB/sagen\nnichts~/2/obj/PRON\n./2/punct/PUNCT",
    ],
)
def test_what_nobody_says_is_no_quotation(notation: str) -> None:
    assert not read(notation).spans["kg_indirect"]


def test_direct_quotation_is_not_indirect_as_well() -> None:
    direct = (
        COMPLEMENT.replace(",/7/punct/PUNCT", ":/7/punct/PUNCT\n„~/8/punct/PUNCT")
        .replace("die/5/det/DET\nBrücke/7", "die/6/det/DET\nBrücke/8")
        .replace("werde/7", "wird/8")
        .replace("gebaut~/2/ccomp/VERB/bauen\n", "gebaut~/2/ccomp/VERB/bauen\n“/8/punct/PUNCT\n")
    )
    doc = read(direct)
    assert [q.text for q in doc.spans["kg_quotes"]] == ["die Brücke wird gebaut"]
    assert not doc.spans["kg_indirect"]


def test_particle_belongs_to_the_cue() -> None:
    grammar, reporting = load_grammar("de"), load_reporting("de")
    doc = page_of(make_doc("Weber/2/nsubj/PROPN\ngab/0/root/VERB/geben\nbekannt~/2/advmod/ADJ/bekannt"))
    assert is_cue(doc[1], grammar, reporting)
    doc = page_of(make_doc("Weber/2/nsubj/PROPN\ngab/0/root/VERB/geben\nGeld~/2/obj/NOUN/Geld"))
    assert not is_cue(doc[1], grammar, reporting)


def test_imagined_forms_count_only_while_somebody_speaks() -> None:
    grammar, moods = load_grammar("de"), load_moods("de")
    doc = page_of(make_doc("Schulen/3/nsubj/NOUN\nwären/3/aux/AUX/sein\nentstanden~/0/root/VERB/entstehen"))
    assert subjunctive(doc[2], grammar, moods, on=True)
    assert not subjunctive(doc[2], grammar, moods)
