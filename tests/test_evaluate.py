"""The measures, on small annotations of our own and against counting by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import DataError
from kg.evaluate import Accuracy, Figure, evaluate, load_gold
from kg.evaluate_names import align, normalise
from kg.vocabulary import RELATIONS

TEXT = "Lima empfing Quito. Bogotá wies die Forderung aus Caracas zurück."

Claim = dict[str, Any]


def entity(name: str, number: str, *aliases: str, type: str = "Country", wikidata: str | None = None) -> Claim:
    return {"id": number, "type": type, "name": name, "wikidata": wikidata, "aliases": list(aliases)}


def claim(subject: str, predicate: str, thing: str | None, **more: object) -> Claim:
    return {"subject": subject, "predicate": predicate, "object": thing, "start": 0, "end": 19, **more}


def article(*claims: Claim, entities: list[Claim] | None = None, name: str = "a") -> Claim:
    known = [
        entity("Peru", "P", "Lima", wikidata="Q419"),
        entity("Ecuador", "E", "Quito"),
        entity("Kolumbien", "K", "Bogotá"),
        entity("Venezuela", "V", "Caracas"),
    ]
    return {"id": name, "text": TEXT, "entities": known if entities is None else entities, "claims": list(claims)}


RECEIVES = claim("P", "receives", "E")


@pytest.mark.parametrize(
    ("gold", "system", "figure"),
    [
        ([RECEIVES], [RECEIVES], Figure(1, 1, 1)),
        ([RECEIVES], [], Figure(0, 0, 1)),
        ([], [RECEIVES], Figure(0, 1, 0)),
        ([RECEIVES], [claim("E", "receives", "P")], Figure(0, 1, 1)),
        ([claim("P", "meetsWith", "E")], [claim("E", "meetsWith", "P")], Figure(1, 1, 1)),
        ([RECEIVES], [claim("P", "visits", "E")], Figure(0, 1, 1)),
        ([RECEIVES], [RECEIVES, {**RECEIVES, "modality": "planned"}], Figure(1, 1, 1)),
        ([claim("P", "suffersCasualties", None)], [claim("P", "suffersCasualties", None)], Figure(1, 1, 1)),
        ([claim("P", "suffersCasualties", None)], [claim("P", "suffersCasualties", "P")], Figure(0, 1, 1)),
        ([RECEIVES], [claim("P", "receives", "X")], Figure(0, 1, 1)),
        ([RECEIVES], [claim("P", "beschenkt", "E")], Figure(0, 1, 1)),
    ],
)
def test_evaluate_claims(gold: list[Claim], system: list[Claim], figure: Figure) -> None:
    assert evaluate([article(*gold)], [article(*system)]).claims == figure


def test_evaluate_classes_and_pairs() -> None:
    gold = [RECEIVES, claim("K", "rejects", "V"), claim("P", "locatedIn", "K")]
    system = [claim("E", "meetsWith", "P"), claim("K", "attacks", "V"), claim("K", "locatedIn", "P")]
    figures = evaluate([article(*gold)], [article(*system)]).figures
    assert figures["claims"] == Figure(0, 3, 3)
    assert figures["claims: class of predicate only"] == Figure(2, 3, 3)
    assert figures["claims: pair of entities only"] == Figure(3, 3, 3)
    assert figures["claims: events"] == Figure(0, 2, 2)
    assert figures["claims: states"] == Figure(0, 1, 1)


def test_evaluate_by_predicate_and_mistakes() -> None:
    late = {**claim("K", "rejects", "V"), "start": 20, "end": len(TEXT)}
    report = evaluate([article(RECEIVES, late)], [article(RECEIVES, claim("V", "rejects", "K"))])
    assert report.predicates == {"receives": Figure(1, 1, 1), "rejects": Figure(0, 1, 1)}
    assert [str(m) for m in report.wrong] == [
        "a: Venezuela | rejects | Kolumbien   [unresolved reference]\n      Lima empfing Quito."
    ]
    assert [str(m) for m in report.missed] == [
        "a: Kolumbien | rejects | Venezuela   [no frame, no trigger]\n"
        "      Bogotá wies die Forderung aus Caracas zurück."
    ]
    lines = list(report.lines(errors=1))
    assert "by predicate: receives                     P 1.000  R 1.000  F1 1.000   1/1/1" in lines
    assert lines[-2].startswith("WRONG a: Venezuela")
    assert lines[-1].startswith("MISSED a: Kolumbien")


@pytest.mark.parametrize(
    ("attribute", "gold", "system", "accuracy"),
    [
        ("modality", {}, {"modality": "asserted"}, Accuracy(1, 1)),
        ("modality", {"modality": "reported"}, {}, Accuracy(0, 1)),
        ("source", {"source": "K"}, {"source": "K"}, Accuracy(1, 1)),
        ("source", {"source": None}, {"source": "K"}, Accuracy(0, 1)),
        ("source", {}, {}, Accuracy(1, 1)),
        ("evidence sentence", {}, {"start": 18, "end": 30}, Accuracy(1, 1)),
        ("evidence sentence", {}, {"start": 19, "end": 30}, Accuracy(0, 1)),
        ("evidence sentence", {}, {"start": None, "end": None}, Accuracy(0, 1)),
        ("quantity, where gold has one", {}, {"quantity": "3000 Mann"}, None),
        ("quantity, where gold has one", {"quantity": "rund 3000 Mann"}, {"quantity": "3000 Mann"}, Accuracy(1, 1)),
        ("quantity, where gold has one", {"quantity": "rund 3000 Mann"}, {}, Accuracy(0, 1)),
        ("date, where gold has one", {"date": "2024-10"}, {"date": "2024-10-07"}, Accuracy(1, 1)),
        ("date, where gold has one", {"date": "2024-10"}, {"date": "2023"}, Accuracy(0, 1)),
        ("role, where gold has one", {"role": "der Präsident"}, {"role": "Präsident"}, Accuracy(1, 1)),
        ("place, where gold has one", {"place": "V"}, {"place": "V"}, Accuracy(1, 1)),
        ("place, where gold has one", {"place": "V"}, {"place": "K"}, Accuracy(0, 1)),
    ],
)
def test_evaluate_attributes_of_right_claims(
    attribute: str, gold: Claim, system: Claim, accuracy: Accuracy | None
) -> None:
    report = evaluate([article({**RECEIVES, **gold})], [article({**RECEIVES, **system})])
    assert report.accuracies.get(attribute) == accuracy


def test_evaluate_attributes_of_the_nearest_of_several_gold_claims() -> None:
    gold = [{**RECEIVES, "modality": "negated"}, {**RECEIVES, "modality": "planned"}]
    report = evaluate([article(*gold)], [article({**RECEIVES, "modality": "planned"})])
    assert report.accuracies["modality"] == Accuracy(1, 1)


def test_evaluate_entities() -> None:
    system = [
        entity("Republik Peru", "x1", "Lima", "Limas", type="City", wikidata="Q419"),
        entity("Ecuador", "x2", wikidata="Q736"),
        entity("Chile", "x3"),
    ]
    report = evaluate([article()], [article(entities=system)])
    assert report.figures["entities"] == Figure(2, 3, 4)
    assert report.accuracies["entity type"] == Accuracy(1, 2)
    assert report.accuracies["wikidata id, where gold has one"] == Accuracy(1, 1)


def test_evaluate_notes_what_spoils_the_figures() -> None:
    gold = [article(name="a"), article(name="b"), article(name="c")]
    system = [{**article(name="a"), "text": "anders"}, article(name="d"), article(claim("P", "isst", "E"), name="c")]
    notes = evaluate(gold, system).notes
    assert [note.split(":")[0] for note in notes] == [
        "a",
        "b",
        "c",
        "1 articles of the system are not in the gold, first d",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("die Ukraine", "Ukraine"),
        ("russische", "russischen"),
        ("„Wagner“-Gruppe", "Wagner Gruppe"),
        ("STRASSE", "Straße"),
        ("ein  Abkommen", "Abkommen"),
    ],
)
def test_normalise_alike(one: str, other: str) -> None:
    assert normalise(one, language="de") == normalise(other, language="de")


def test_normalise_keeps_apart_what_differs() -> None:
    assert len({normalise(n, language="de") for n in ("Peru", "Perus", "Dieter", "Iran", "Irak")}) == 5


NAMES = st.sampled_from(["Peru", "Lima", "Quito", "peruanische", "peruanischen", "die Anden", "Anden", "Chile"])
ENTITIES = st.lists(
    st.builds(
        lambda name, aliases, wikidata, type: {"name": name, "aliases": aliases, "wikidata": wikidata, "type": type},
        NAMES,
        st.lists(NAMES, max_size=3),
        st.sampled_from([None, "Q1", "Q2"]),
        st.sampled_from(["City", "Country"]),
    ),
    max_size=4,
).map(lambda found: [{**e, "id": f"E{n}"} for n, e in enumerate(found)])


@st.composite
def articles(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Claim:
    entities = draw(ENTITIES)
    ids = st.sampled_from([e["id"] for e in entities] or ["none"])
    claims = st.builds(
        claim,
        ids,
        st.sampled_from(["receives", "meetsWith", "locatedIn", "familyOf", "attacks"]),
        st.one_of(ids, st.none()),
        modality=st.sampled_from(["asserted", "planned"]),
        source=st.one_of(st.none(), ids),
        date=st.sampled_from([None, "2024", "2024-05", "2025"]),
    )
    return article(*draw(st.lists(claims, max_size=5 if entities else 0)), entities=entities)


def closeness(one: Claim, other: Claim) -> int:
    names = [{normalise(n, language="de") for n in (e["name"], *e["aliases"])} for e in (one, other)]
    shared = len(names[0] & names[1]) + 2 * (one["wikidata"] is not None and one["wikidata"] == other["wikidata"])
    same = normalise(one["name"], language="de") == normalise(other["name"], language="de")
    return shared + 2 * same if shared else 0


@settings(deadline=None)  # the machine may be busy
@given(ENTITIES, ENTITIES)
def test_align_takes_the_closest_pairs_first(gold: list[Claim], system: list[Claim]) -> None:
    expected: dict[str, str] = {}
    left = [(g, s) for g in gold for s in system if closeness(g, s)]
    while left:
        # Of equally close pairs the one with the first ids.
        g, s = min(left, key=lambda pair: (-closeness(*pair), pair[0]["id"], pair[1]["id"]))
        expected[s["id"]] = g["id"]
        left = [(a, b) for a, b in left if a is not g and b is not s]
    assert align(gold, system) == expected


@settings(deadline=None)  # the machine may be busy
@given(articles(), articles())
def test_evaluate_claims_equal_counting_one_by_one(gold: Claim, system: Claim) -> None:
    pairs = align(gold["entities"], system["entities"])

    def same(a: Claim, b: Claim) -> bool:
        sides = [(a["subject"], a["object"])]
        if RELATIONS[a["predicate"]].symmetric:
            sides += list(permutations(sides[0]))
        other = tuple(None if x is None else pairs.get(x, ("unknown", x)) for x in (b["subject"], b["object"]))
        return a["predicate"] == b["predicate"] and other in sides

    def distinct(claims: list[Claim]) -> list[Claim]:
        kept: list[Claim] = []
        for one in claims:
            sides = {(one["subject"], one["object"])}
            if RELATIONS[one["predicate"]].symmetric and one["object"] is not None:
                sides.add((one["object"], one["subject"]))
            if not any(k["predicate"] == one["predicate"] and (k["subject"], k["object"]) in sides for k in kept):
                kept.append(one)
        return kept

    ours, theirs = distinct(gold["claims"]), distinct(system["claims"])
    right = sum(any(same(a, b) for b in theirs) for a in ours)
    report = evaluate([gold], [system])
    assert report.claims == Figure(right, len(theirs), len(ours))
    assert sum(report.predicates.values(), Figure()) == report.claims
    assert report.figures["claims: events"] + report.figures["claims: states"] == report.claims
    assert (len(report.wrong), len(report.missed)) == (len(theirs) - right, len(ours) - right)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(articles(), max_size=3))
def test_evaluate_against_itself_is_perfect(found: list[Claim]) -> None:
    # An entity listed twice is matched once only, so doubled entities are left out.
    named = [{**a, "id": str(n)} for n, a in enumerate(found) if all(closeness(x, y) == 0 for x, y in _pairs(a))]
    report = evaluate(named, named)
    assert (report.claims.right, report.wrong, report.missed) == (report.claims.gold, (), ())
    for attribute in ("entity type", "modality", "source", "evidence sentence"):
        assert report.accuracies.get(attribute, Accuracy(1, 1)).share == 1


def _pairs(found: Claim) -> list[tuple[Claim, Claim]]:
    entities = found["entities"]
    return [(x, y) for n, x in enumerate(entities) for y in entities[n + 1 :]]


def test_report_to_dict_is_json() -> None:
    figures = json.loads(json.dumps(evaluate([article(RECEIVES)], [article(RECEIVES)]).to_dict()))
    assert figures["claims"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "right": 1, "system": 1, "gold": 1}
    assert figures["of the right ones, modality"] == {"accuracy": 1.0, "right": 1, "all": 1}


def test_load_gold_reads_lines(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(article(RECEIVES)) + "\n\n" + json.dumps(article(name="b")) + "\n", encoding="utf-8")
    assert [record["id"] for record in load_gold(path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not valid JSON"),
        ("[]", "not an article"),
        ('{"id": "a"}', "not an article"),
        ('{"id": "a", "text": "", "entities": [], "claims": 3}', "claims"),
        ('{"id": "a", "text": "", "entities": [{"id": "E1"}], "claims": []}', "entities 1 lacks name"),
        ('{"id": "a", "text": "", "entities": [], "claims": [{}]}', "claims 1 lacks subject, predicate"),
        (
            '{"id": "a", "text": "", "entities": [], "claims": [{"subject": "E", "predicate": "p", "start": "0"}]}',
            "start and end",
        ),
    ],
)
def test_load_gold_names_the_bad_line(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(article()) + "\n" + line, encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        load_gold(path)
    assert caught.value.line == 2


def test_load_gold_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        load_gold(tmp_path / "nirgends.jsonl")
