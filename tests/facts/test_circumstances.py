"""When and where claims hold, and how factual they are: own sentences through the shipped model."""

from __future__ import annotations

from datetime import date

import pytest

from kg.facts.extract import extract
from kg.linguistics.pipeline import annotate, load_pipeline
from kg.model import Article, Claim, Extraction

pytestmark = pytest.mark.model


def read(text: str) -> Extraction:
    article = Article("a", text, published=date(2010, 5, 6))
    ((_, doc),) = annotate(load_pipeline(), [article])
    return extract(doc, article)


def the(text: str, predicate: str) -> Claim:
    (claim,) = (c for c in read(text).claims if c.predicate == predicate)
    return claim


@pytest.mark.parametrize(
    ("text", "modality", "begins"),
    [
        ("Luis Gomez soll am 3. Juni zum Außenminister von Peru ernannt werden.", "planned", "2010-06-03"),
        ("Das Parlament wählte Luis Gomez gestern nicht zum Präsidenten von Peru.", "negated", "2010-05-05"),
        ("Luis Gomez wurde 2004 zum Präsidenten von Peru gewählt.", "asserted", "2004"),
        ("Der peruanische Außenminister Luis Gomez soll am 3. Juni nach Chile reisen.", "asserted", None),
    ],
)
def test_office_begins_with_the_election(text: str, modality: str, begins: str | None) -> None:
    claim = the(text, "holdsOffice")
    assert (claim.qualifiers.modality, claim.qualifiers.begins, claim.qualifiers.ends) == (modality, begins, None)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("In Misrata griffen Rebellen die Armee Libyens an. Dabei sollen 18 Menschen getötet worden sein.", "Misrata"),
        ("In Misrata griffen Rebellen die Armee Libyens an. Am Dienstag starben 18 Menschen.", None),
        ("In Misrata begann das Fest. In Chile starben am Dienstag 18 Menschen.", None),
    ],
)
def test_place_of_harm_is_that_of_its_cause(text: str, place: str | None) -> None:
    assert the(text, "suffersCasualties").qualifiers.place == place


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Die Polizei untersucht den Anschlag vom April 2008, bei dem zwölf Peruaner starben.", "2008-04"),
        ("Im Jahr 1978 gab es in Lima einen Anschlag, bei dem zwölf Menschen starben.", "1978"),
        ("Im Jahr 1978 gab es in Lima einen Anschlag, bei dem am 3. Mai 1979 zwölf Menschen starben.", "1979-05-03"),
        ("Gestern sprach Luis Gomez in Lima über Menschen, die bei Anschlägen starben.", None),
    ],
)
def test_time_of_a_relative_clause_is_that_of_its_occasion(text: str, begins: str | None) -> None:
    claims = [c for c in read(text).claims if c.predicate == "suffersCasualties"]
    assert {c.qualifiers.begins for c in claims} <= {begins}
    assert claims or begins is None


def test_place_of_a_relative_clause_is_not_the_deeds() -> None:
    text = "Nach Gesprächen mit Angela Merkel, die ihn in Lima empfing, traf Emmanuel Macron am Montag Wladimir Putin."
    assert {c.qualifiers.place for c in read(text).claims if c.predicate == "meetsWith"} == {None}


def test_who_is_said_to_say_is_behind_the_verb() -> None:
    text = "Estland und Lettland seien ohnehin in der Nato, erklärte Außenminister Luis Gomez."
    sources = {c.qualifiers.source for c in read(text).claims if c.predicate == "memberOf"}
    assert sources == {"Person_Luis_Gomez"}


def test_indirect_quotation_comes_out() -> None:
    (quotation,) = read("Luis Gomez sagte, die Brücke werde im Sommer gebaut.").quotations
    assert (quotation.speaker, quotation.cue, quotation.direct) == ("Person_Luis_Gomez", "sagte", False)
    assert quotation.text == "die Brücke werde im Sommer gebaut"
