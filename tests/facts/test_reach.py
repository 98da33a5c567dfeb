"""Whether the subject of a clause did what a noun in it names."""

from __future__ import annotations

import pytest
from spacy.language import Language

from kg.facts.extract import extract
from kg.linguistics.pipeline import load_pipeline, make_doc
from kg.model import Article

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


def read(nlp: Language, text: str) -> set[tuple[str, str, str]]:
    article = Article("x", text)
    extraction = extract(nlp(make_doc(nlp, article)), article)
    names = {e.id: e.name for e in extraction.entities}
    return {(names[c.subject], c.predicate, names.get(c.object or "", "")) for c in extraction.claims}


@pytest.mark.parametrize("opening", ["Nach", "Wegen", "Trotz"])
def test_a_deed_that_a_clause_looks_back_at_is_not_its_subjects(nlp: Language, opening: str) -> None:
    text = f"{opening} der Kritik an Alexander Gauland entschuldigte sich Frauke Petry am Sonntag."
    assert ("Frauke Petry", "criticizes", "Alexander Gauland") not in read(nlp, text)


def test_a_meeting_that_a_clause_looks_back_at_is_its_subjects(nlp: Language) -> None:
    found = read(nlp, "Nach einem Treffen mit Wladimir Putin reiste Xi Jinping zurück.")
    assert {("Xi Jinping", "meetsWith", "Wladimir Putin"), ("Wladimir Putin", "meetsWith", "Xi Jinping")} & found


def test_who_removes_an_obstacle_to_an_agreement_has_not_made_it(nlp: Language) -> None:
    text = "China und Peru beseitigten ein Hindernis auf dem Weg zu einem Abkommen der Staaten."
    assert not {p for _, p, _ in read(nlp, text)} & {"agreesWith"}


def test_who_signs_an_agreement_has_made_it(nlp: Language) -> None:
    found = read(nlp, "China und Peru unterzeichneten am Montag ein Abkommen.")
    assert {("China", "agreesWith", "Peru"), ("Peru", "agreesWith", "China")} & found


def test_with_a_partner_the_subjects_are_no_partners_of_each_other(nlp: Language) -> None:
    found = read(nlp, "Angela Merkel und François Hollande sprachen in Minsk mit Wladimir Putin.")
    assert {s for s, p, o in found if p == "meetsWith" and o == "Wladimir Putin"} == {
        "Angela Merkel",
        "François Hollande",
    }
    assert ("Angela Merkel", "meetsWith", "François Hollande") not in found
