"""Sentences of our own for every relation, read by the shipped model: what must be claimed and what must not.

`tests/data/de/<relation>.toml` holds them; `xfail` marks what the model of the day still misses (`missed`) or claims
against the truth (`claimed`). The marks are strict: a sentence that starts to work must lose its mark.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kg.facts.extract import extract
from kg.linguistics.pipeline import annotate, load_pipeline
from kg.model import Article
from kg.vocabulary import RELATIONS

DATA = Path(__file__).parent / "data" / "de"
CASES: list[tuple[str, dict[str, Any]]] = [
    (f"{path.stem}-{number}", case)
    for path in sorted(DATA.glob("*.toml"))
    if path.stem in RELATIONS
    for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8")).get("sentence", []), 1)
]
Triple = tuple[str, str, str]


@pytest.fixture(scope="module")
def read() -> dict[str, set[Triple]]:
    """All sentences, read in one run."""
    nlp = load_pipeline()
    articles = [
        Article(name, case["text"], published=date.fromisoformat(case["published"]) if "published" in case else None)
        for name, case in CASES
    ]
    found = {}
    for article, doc in annotate(nlp, articles):
        extraction = extract(doc, article)
        names = {e.id: {e.name, *e.aliases} for e in extraction.entities}
        found[article.id] = {
            (subject, claim.predicate, other)
            for claim in extraction.claims
            for subject in names[claim.subject]
            for other in (names[claim.object] if claim.object else {""})
        }
    return found


def holds(triple: list[str], found: set[Triple]) -> bool:
    subject, predicate, other = triple
    either = {(subject, predicate, other)}
    if RELATIONS[predicate].symmetric:
        either.add((other, predicate, subject))
    return bool(either & found)


def test_every_relation_has_sentences() -> None:
    for relation in RELATIONS:
        cases = [case for name, case in CASES if name.rpartition("-")[0] == relation]
        assert len(cases) >= 6, relation
        assert any(case["claims"] for case in cases), relation
        assert any(case.get("not_claims") for case in cases), relation


@pytest.mark.model
@pytest.mark.parametrize(
    ("name", "case"),
    [
        pytest.param(
            name, case, id=name, marks=[pytest.mark.xfail(reason=case["xfail"], strict=True)] if "xfail" in case else []
        )
        for name, case in CASES
    ],
)
def test_sentence(name: str, case: dict[str, Any], read: dict[str, set[Triple]]) -> None:
    missed = [t for t in case["claims"] if not holds(t, read[name])]
    assert not missed, f"missed: {missed}; read: {read[name]}"
    false = [t for t in case.get("not_claims", []) if holds(t, read[name])]
    assert not false, f"claimed against the truth: {false}"


def test_most_sentences_work() -> None:
    marked = sum("xfail" in case for _, case in CASES)
    assert marked / len(CASES) <= 0.35, f"{marked} of {len(CASES)} sentences are not read as they should be"
