"""Confidence: a probability that falls where less speaks for a claim."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Span

from kg import config
from kg.errors import DataError
from kg.facts.confidence import Calibration, features, load_calibration
from kg.facts.frames import Candidate
from kg.facts.resolve import Resolver
from kg.linguistics.copying import page_of
from kg.linguistics.grammar import load_grammar
from kg.model import Modality
from tests.factories import make_doc

SENTENCE = """
Lima/2/nsubj/PROPN
besucht/0/root/VERB/besuchen
nach/5/case/ADP
langem/5/amod/ADJ
Streit/2/obl/NOUN
Quito~/2/obj/PROPN
./2/punct/PUNCT
"""


def found(subject: str = "P", thing: str | None = "E", modality: Modality = Modality.ASSERTED, **more: object) -> dict:
    doc = make_doc(SENTENCE)
    doc.spans["kg_mentions"] = [
        Span(doc, 0, 1, "Country", kb_id="P", span_id="name"),
        Span(doc, 5, 6, "Country", kb_id="E", span_id="name"),
        Span(doc, 4, 5, "Event", kb_id="S", span_id="nominal"),
    ]
    doc.user_data["kg_entities"] = {
        "P": {"type": "Country", "name": "Peru", "known": True},
        "E": {"type": "Country", "name": "Ecuador", "known": True},
        "S": {"type": "Event", "name": "Streit"},
    }
    resolver = Resolver(page_of(doc), load_grammar("de"))
    given = {"rule": "de/visits/verb/besuchen", "weight": 0.9, "predicate": "visits", **more}
    candidate = Candidate(subject=subject, object=thing, trigger=doc[1], governor=None, **given)
    return features(candidate, modality, resolver)


def test_features_of_a_plain_claim() -> None:
    values = found()
    assert values["bias"] == 1
    assert values["weight"] == pytest.approx(0.1)
    assert values["known"] == 0.5
    assert values["distance"] == pytest.approx(math.log1p(4) - 1.5)
    assert values["length"] == pytest.approx(math.log(7 / 20))
    assert {name: values[name] for name in ("stative", "noun", "unnamed", "reported", "unreal")} == {
        "stative": 0, "noun": 0, "unnamed": 0, "reported": 0, "unreal": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "name", "value"),
    [
        ({"thing": "S"}, "known", 0),
        ({"thing": "S"}, "unnamed", 1),  # a noun that is no name
        ({"thing": None}, "known", 0.5),
        ({"modality": Modality.REPORTED}, "reported", 1),
        ({"modality": Modality.ALLEGED}, "reported", 1),
        ({"modality": Modality.NEGATED}, "unreal", 1),
        ({"predicate": "locatedIn"}, "stative", 1),
        ({"rule": "de/visits/compound/Besuch"}, "noun", 1),
        ({"weight": 1.3}, "weight", 0.2),
    ],
)
def test_features_show_what_differs(change: dict, name: str, value: float) -> None:
    assert found(**change)[name] == pytest.approx(value)


def test_shipped_model_knows_every_feature_and_no_other() -> None:
    model = load_calibration("de")
    assert model is not None
    assert set(model.weights) == set(found())


def test_shipped_model_trusts_less_what_the_sentence_does_not_name() -> None:
    model = load_calibration("de")
    assert model is not None
    assert model.probability(found(thing="S")) < model.probability(found())
    assert model.probability(found(modality=Modality.NEGATED)) < model.probability(found())


@given(st.dictionaries(st.sampled_from(["bias", "weight", "new"]), st.floats(-1e300, 1e300)))
def test_probability_is_never_certain(values: dict[str, float]) -> None:
    assert 0.02 <= Calibration({"bias": 1.5, "weight": 3.0}).probability(values) <= 0.98


def test_probability_rises_with_what_speaks_for_it() -> None:
    model = Calibration({"bias": 0.0, "weight": 2.0})
    steps = [model.probability({"bias": 1.0, "weight": w}) for w in (-0.5, 0.0, 0.5)]
    assert steps == sorted(steps)
    assert steps[1] == 0.5


@pytest.mark.parametrize("text", ["", "[weights]\nbias = 'much'\n", "[weights]\nbias = inf\n", "weights = 3\n"])
def test_wrong_file_is_told(tmp_path, monkeypatch, text: str) -> None:
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "confidence.toml").write_text(text)
    monkeypatch.setattr("kg.facts.confidence.language_dir", lambda code: tmp_path / code)
    monkeypatch.setattr("kg.lexicon.language_dir", lambda code: tmp_path / code)
    with pytest.raises(DataError, match="confidence"):
        load_calibration.__wrapped__("xx")


def test_language_without_a_file_has_no_model(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("kg.facts.confidence.language_dir", lambda code: tmp_path / code)
    assert load_calibration.__wrapped__("xx") is None
    assert config.language_dir("de").exists()
