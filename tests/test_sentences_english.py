"""English sentences of our own for every relation, parsed by hand: what must be claimed and what must not.

`tests/data/en/<relation>.toml` holds them with their parses (`tests/parses.py`), so that what is tested is kg's
data for English and not somebody's parser. In a claim that must not be, `*` stands for anything.
"""

from __future__ import annotations

import importlib
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import spacy

from kg.facts.extract import extract
from kg.linguistics.pipeline import COMPONENTS
from kg.model import Article
from kg.vocabulary import RELATIONS
from tests.parses import parse, parse_text

DATA = Path(__file__).parent / "data" / "en"
CASES: list[tuple[str, dict[str, Any]]] = [
    (f"{path.stem}-{number}", case)
    for path in sorted(DATA.glob("*.toml"))
    for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["sentence"], 1)
]
Triple = tuple[str, str, str]


@pytest.fixture(scope="module")
def components() -> list[Any]:
    nlp = spacy.blank("en")
    for module in COMPONENTS.values():
        importlib.import_module(module)
    return [nlp.create_pipe(name) for name in COMPONENTS]


def claims_of(case: dict[str, Any], components: list[Any]) -> set[Triple]:
    doc = parse(case["parse"], ents=case.get("ents", ()))
    for component in components:
        doc = component(doc)
    extraction = extract(doc, Article("sentence", doc.text, language="en"))
    names = {e.id: {e.name, *e.aliases} for e in extraction.entities}
    return {
        (subject, claim.predicate, other)
        for claim in extraction.claims
        for subject in names[claim.subject]
        for other in (names[claim.object] if claim.object else {""})
    }


def holds(triple: list[str], found: set[Triple]) -> bool:
    subject, predicate, other = triple
    either = {(subject, predicate, other)}
    if RELATIONS[predicate].symmetric:
        either.add((other, predicate, subject))
    return any(all(map(fnmatchcase, claim, wanted)) for claim in found for wanted in either)


def test_every_relation_has_english_sentences() -> None:
    for relation in RELATIONS:
        cases = [case for name, case in CASES if name.rpartition("-")[0] == relation]
        assert len(cases) >= 3, relation
        assert sum(bool(case["claims"]) for case in cases) >= 2, relation
        assert any(case.get("not_claims") for case in cases), relation


@pytest.mark.parametrize(("name", "case"), [pytest.param(name, case, id=name) for name, case in CASES])
def test_english_sentence(name: str, case: dict[str, Any], components: list[Any]) -> None:
    assert parse_text(case["parse"]) == case["text"]
    found = claims_of(case, components)
    missed = [t for t in case["claims"] if not holds(t, found)]
    assert not missed, f"missed: {missed}; read: {found}"
    false = [t for t in case.get("not_claims", []) if holds(t, found)]
    assert not false, f"claimed against the truth: {false}"
