"""Sentences of our own for every construct of German news, as long as journalists write them, read by our model.

`tests/data/de/constructs/<construct>.toml` says what must be read (with factuality, source, date, place, quantity and
role where given) and what must not. `xfail` names what the model of the day misses (`missed`) or claims against the
truth (`claimed`). The marks are strict: a sentence that starts to work must lose its mark.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kg.facts.extract import extract
from kg.linguistics.pipeline import annotate, load_pipeline
from kg.model import Article, Claim, Extraction
from kg.vocabulary import RELATIONS

DATA = Path(__file__).parent / "data" / "de" / "constructs"
PUBLISHED = date(2024, 5, 15)
WORDS = range(10, 36)
MARKED = 0.3  # share of the sentences that may be marked, at most
STRUCTURES = (
    "active_passive",
    "relative_clauses",
    "infinitives",
    "participles",
    "coordination",
    "ellipsis",
    "fronting",
    "separable_verbs",
    "tenses_and_modals",
    "quotations",
    "titles",
    "brackets",
    "headlines",
    "pronouns",
    "descriptions",
    "names_and_metonyms",
    "sources",
    "factuality",
    "time",
    "quantity",
    "place",
    "senses",
    "agency_style",
)
CASES: list[tuple[str, dict[str, Any]]] = [
    (f"{path.stem}-{number}", case)
    for path in sorted(DATA.glob("*.toml"))
    for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["sentence"], 1)
]


@pytest.fixture(scope="module")
def read() -> dict[str, Extraction]:
    """All sentences, read in one run."""
    articles = [Article(name, case["text"], published=PUBLISHED) for name, case in CASES]
    return {article.id: extract(doc, article) for article, doc in annotate(load_pipeline(), articles)}


def fits(claim: Claim, wanted: dict[str, Any], names: dict[str, set[str]], *, modality: str | None) -> bool:
    """Whether a claim is the wanted one, as far as the wanted one says."""
    subject, predicate, other = wanted["claim"]
    sides = (names[claim.subject], names[claim.object] if claim.object else {""})
    turned = RELATIONS[predicate].symmetric and subject in sides[1] and other in sides[0]
    if claim.predicate != predicate or not (turned or (subject in sides[0] and other in sides[1])):
        return False
    found = claim.qualifiers
    told = {
        "modality": {str(found.modality)},
        "source": names.get(found.source or "", {""}),
        "place": names.get(found.place or "", {""}),
        "date": {found.begins or "", found.ends or ""},
        "quantity": {found.quantity.text if found.quantity else ""},
        "role": {found.role or ""},
    }
    asked = {key: value for key, value in wanted.items() if key != "claim"}
    if modality is not None:
        asked.setdefault("modality", modality)
    return all(value in told[key] for key, value in asked.items())


@pytest.mark.parametrize("construct", STRUCTURES)
def test_every_construct_has_sentences_as_long_as_in_the_news(construct: str) -> None:
    cases = [case for name, case in CASES if name.rpartition("-")[0] == construct]
    assert len(cases) >= 6
    assert any(case["claims"] for case in cases)
    assert any(case.get("not_claims") or case.get("not_dates") for case in cases)
    if construct != "headlines":
        assert [case["text"] for case in cases if len(case["text"].split()) not in WORDS] == []


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
def test_construct(name: str, case: dict[str, Any], read: dict[str, Extraction]) -> None:
    extraction = read[name]
    names = {e.id: {e.name, *e.aliases} for e in extraction.entities}
    claims = extraction.claims
    missed = [w for w in case["claims"] if not any(fits(c, w, names, modality="asserted") for c in claims)]
    assert not missed, f"missed: {missed}; read: {claims}"
    false = [w for w in case.get("not_claims", []) if any(fits(c, w, names, modality=None) for c in claims)]
    assert not false, f"claimed against the truth: {false}"
    dates = {d for c in claims for d in (c.qualifiers.begins, c.qualifiers.ends)}
    assert dates.isdisjoint(case.get("not_dates", []))


def test_most_constructs_work() -> None:
    marked = sum("xfail" in case for _, case in CASES)
    assert marked / len(CASES) <= MARKED, f"{marked} of {len(CASES)} sentences are not read as they should be"
