"""The form of an answer: whatever a model writes, what is right in it is read and nothing crashes."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.engines.answer import SaidClaim, SaidEntity, parse_answer
from kg.model import EntityType, Modality
from tests.engines.service import claim, entity

WHOLE = {"entities": [entity("E1", "Person", "Ann")], "claims": [claim("E1", "visits", "E2", "Ann went there.")]}


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "```json\n{}\n```",
        "Here it is:\n{}",
        "<think>{{ maybe }} or not</think>\n{}",
        "Perhaps so.</think>{}",
        " \n{}\n",
        "Of {{persons}} and {{}} there is\n{}\nas you {{see}}.",
        '{{"result": {}}}',
    ],
)
def test_what_stands_around_the_answer_is_passed_over(around):
    entities, claims, dropped = parse_answer(around.format(json.dumps(WHOLE)))
    assert [e.name for e in entities] == ["Ann"]
    assert [c.predicate for c in claims] == ["visits"]
    assert not dropped


def test_words_of_the_article_end_no_thoughts():
    said = claim("E1", "visits", "E2", 'Ann said: </think> {"entities": [], "claims": []} and went.')
    answer = json.dumps({**WHOLE, "claims": [said]})
    for text in (answer, f"<think>She said </think>{answer}", f"Here:\n{answer}"):
        _, claims, _ = parse_answer(text)
        assert [c.quote for c in claims] == [said["quote"]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        "{",
        "}{",
        "[]",
        "null",
        '{"entities": []}',
        '{"entities": [], "claims": {}}',
        '{"claims": [], "entities": null}',
        json.dumps(WHOLE)[:-5],
        '{"claims":' * 100_000,
    ],
)
def test_answer_of_another_form_is_none(text):
    assert parse_answer(text) is None


@pytest.mark.parametrize(
    "wrong",
    [
        3,
        None,
        [],
        {},
        {"subject": 1},
        {"modality": "certain"},
        {"modality": ["asserted"]},
        {"confidence": 1.5},
        {"confidence": -0.1},
        {"confidence": float("nan")},
        {"confidence": "very"},
        {"quote": ""},
        {"quote": None},
        {"quote": "x" * 5000},
        {"source": {"id": "E1"}},
    ],
)
def test_one_wrong_claim_costs_no_other(wrong):
    said = {**claim("E1", "visits", "E2", "Ann went."), **wrong} if isinstance(wrong, dict) and wrong else wrong
    answer = {**WHOLE, "claims": [said, WHOLE["claims"][0]]}
    _, claims, dropped = parse_answer(json.dumps(answer))
    assert len(claims) == 1
    assert dropped == {"the claim is malformed": 1}


def test_entity_of_unknown_type_is_left_out():
    entities, _, _ = parse_answer(json.dumps({**WHOLE, "entities": [entity("E1", "Ghost", "Ann"), *WHOLE["entities"]]}))
    assert [e.type for e in entities] == [EntityType.PERSON]


@pytest.mark.parametrize("nothing", [None, "", "null", "None", " N/A ", "unknown"])
def test_words_for_nothing_are_nothing(nothing):
    said = claim("E1", "visits", "E2", "Ann went.", when=nothing, place=nothing)
    _, [read], _ = parse_answer(json.dumps({**WHOLE, "claims": [said]}))
    assert read.when is None
    assert read.place is None


def test_numbers_where_words_belong_are_read():
    said = claim("E1", "visits", "E2", "Ann went.", begins=2024, quantity=300, confidence=None)
    _, [read], _ = parse_answer(json.dumps({**WHOLE, "claims": [said]}))
    assert (read.begins, read.quantity, read.confidence) == ("2024", "300", 0.5)


def test_claims_beyond_measure_are_counted():
    _, claims, dropped = parse_answer(json.dumps({**WHOLE, "claims": WHOLE["claims"] * 1003}))
    assert len(claims) == 1000
    assert dropped == {"too many claims in one answer": 3}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
CLAIM = st.fixed_dictionaries({}, optional=dict.fromkeys(SaidClaim.model_fields, JSON))
ENTITY = st.fixed_dictionaries({}, optional=dict.fromkeys(SaidEntity.model_fields, JSON))


@settings(max_examples=50)
@given(st.lists(ENTITY | JSON, max_size=4), st.lists(CLAIM | JSON, max_size=4))
def test_whatever_is_listed_is_read_or_counted(entities, claims):
    read, right, dropped = parse_answer(json.dumps({"entities": entities, "claims": claims}))
    assert len(right) + dropped.total() == len(claims)
    assert len(read) <= len(entities)
    for each in right:
        assert isinstance(each.modality, Modality)
        assert 0 <= each.confidence <= 1


@given(st.text())
def test_any_text_is_an_answer_or_none(text):
    parse_answer(text)
    parse_answer('{"entities": [], "claims": [' + text + "]}")
