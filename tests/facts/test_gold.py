"""The exchange format says what the guidelines say, and gives back what it was given."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import DataError
from kg.facts.gold import from_gold, to_gold
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction, Modality, Qualifiers, Quantity

TEXT = "Lima entsandte 1.200 Soldaten nach Tumbes. Das meldete der Andenkurier."
PERU = Entity("Peru", EntityType.COUNTRY, "Peru", ("Lima", "Peru"), "Q419", known=True)
TUMBES = Entity("Tumbes", EntityType.REGION, "Tumbes", ("Tumbes",), country="Peru")
PAPER = Entity("Media-Andenkurier", EntityType.MEDIA, "Andenkurier", ("Andenkurier",))
ORDER = (
    ["id", "text", "published", "entities", "claims"],
    ["id", "type", "name", "wikidata", "aliases"],
    ["subject", "predicate", "object", "start", "end", "modality", "source", "date", "place", "quantity", "role"],
)


def evidence(start: int, end: int, confidence: float = 1.0) -> Evidence:
    return Evidence(
        "a1", start, end, TEXT[start:end], "de/sendsTroops/verb/entsenden", start + 5, start + 14, confidence
    )


def extraction(*claims: Claim, entities: tuple[Entity, ...] = (PERU, TUMBES, PAPER)) -> Extraction:
    return Extraction(Article("a1", TEXT, published=date(2025, 3, 12)), entities, claims)


def test_to_gold_has_exactly_the_keys_of_the_format() -> None:
    qualifiers = Qualifiers(
        Modality.REPORTED, "Media-Andenkurier", "2024", "2024", quantity=Quantity("1.200 Soldaten", 1200)
    )
    record = to_gold(extraction(Claim("Peru", "sendsTroops", "Tumbes", qualifiers, (evidence(0, 42),))))
    assert [list(record), list(record["entities"][0]), list(record["claims"][0])] == list(ORDER)
    assert (record["id"], record["text"], record["published"]) == ("a1", TEXT, "2025-03-12")
    assert record["claims"] == [
        {
            "subject": "Peru",
            "predicate": "sendsTroops",
            "object": "Tumbes",
            "start": 0,
            "end": 42,
            "modality": "reported",
            "source": "Media-Andenkurier",
            "date": "2024",
            "place": None,
            "quantity": "1.200 Soldaten",
            "role": None,
        }
    ]
    assert json.loads(json.dumps(record)) == record


def test_to_gold_lists_entities_of_claims_and_known_ones() -> None:
    assert [e["id"] for e in to_gold(extraction())["entities"]] == ["Peru"]
    claim = Claim("Peru", "visits", "Tumbes", Qualifiers(source="Media-Andenkurier"))
    assert [e["id"] for e in to_gold(extraction(claim))["entities"]] == ["Peru", "Tumbes", "Media-Andenkurier"]
    place = Claim("Peru", "suffersCasualties", None, Qualifiers(place="Tumbes"))
    assert [e["id"] for e in to_gold(extraction(place))["entities"]] == ["Peru", "Tumbes"]


def test_to_gold_takes_the_best_evidence_then_the_first() -> None:
    claim = Claim(
        "Peru", "visits", "Tumbes", evidence=(evidence(0, 42, 0.5), evidence(43, 71, 0.9), evidence(0, 71, 0.9))
    )
    assert [to_gold(extraction(claim))["claims"][0][key] for key in ("start", "end")] == [0, 71]


def test_to_gold_knows_no_alleged() -> None:
    claim = Claim("Peru", "attacks", "Tumbes", Qualifiers(Modality.ALLEGED))
    assert to_gold(extraction(claim))["claims"][0]["modality"] == "reported"


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        (None, None, None),
        ("2024-10-07", "2024-10-07", "2024-10-07"),
        ("2024-10-07", "2024-10-09", "2024-10"),
        ("2024-09-30", "2024-10-02", "2024"),
        ("2024-10", "2024-10-09", "2024-10"),
        ("2007", "2012", "2007"),
        ("2022", None, "2022"),
        (None, "2022-03", "2022-03"),
    ],
)
def test_to_gold_date_of_a_period(begins: str | None, ends: str | None, expected: str | None) -> None:
    claim = Claim("Peru", "visits", "Tumbes", Qualifiers(begins=begins, ends=ends))
    assert to_gold(extraction(claim))["claims"][0]["date"] == expected


WORDS = st.text(min_size=1, max_size=12)
OPTIONAL = st.one_of(st.none(), WORDS)


@st.composite
def records(draw: st.DrawFn) -> dict[str, object]:
    text = draw(st.text(min_size=1, max_size=60))
    ids = draw(st.lists(WORDS, min_size=1, max_size=4, unique=True))
    types = st.sampled_from([str(t) for t in EntityType])
    entities = [
        {
            "id": name,
            "type": draw(types),
            "name": draw(WORDS),
            "wikidata": draw(st.sampled_from([None, "Q1"])),
            "aliases": sorted(draw(st.lists(WORDS, max_size=3))),
        }
        for name in ids
    ]
    somebody = st.sampled_from(ids)
    claims = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text) - 1))
        claims.append(
            {
                "subject": draw(somebody),
                "predicate": draw(st.sampled_from(["visits", "attacks"])),
                "object": draw(st.one_of(st.none(), somebody)),
                "start": start,
                "end": draw(st.integers(start + 1, len(text))),
                "modality": draw(st.sampled_from(["asserted", "reported", "planned", "negated"])),
                "source": draw(st.one_of(st.none(), somebody)),
                "date": draw(st.sampled_from([None, "2024", "2024-10", "2024-10-07"])),
                "place": draw(st.one_of(st.none(), somebody)),
                "quantity": draw(OPTIONAL),
                "role": draw(OPTIONAL),
            }
        )
    published = draw(st.one_of(st.none(), st.dates().map(date.isoformat)))
    return {"id": draw(WORDS), "text": text, "published": published, "entities": entities, "claims": claims}


@settings(deadline=None)  # the machine may be busy
@given(records())
def test_from_gold_and_back_changes_nothing(record: dict[str, object]) -> None:
    found = from_gold(record)
    assert to_gold(found) == record
    assert all(e.quote == found.article.text[e.start : e.end] for c in found.claims for e in c.evidence)


RECORD = to_gold(extraction(Claim("Peru", "visits", "Tumbes", evidence=(evidence(0, 42),))))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": None}, "NoneType"),
        ({"published": "gestern"}, "gestern"),
        ({"entities": [{"id": "x", "name": "x", "type": "Government"}]}, "Government"),
        ({"entities": [{"id": "x", "type": "City"}]}, "'name' is missing"),
        ({"claims": [{"subject": "Peru"}]}, "'predicate' is missing"),
        ({"claims": [{**RECORD["claims"][0], "modality": "perhaps"}]}, "perhaps"),
        ({"claims": [{**RECORD["claims"][0], "end": 99}]}, "outside of the text"),
    ],
)
def test_from_gold_says_what_is_wrong(change: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        from_gold({**RECORD, **change})


def test_from_gold_reads_the_equal_claim() -> None:
    claim = from_gold(RECORD).claims[0]
    assert replace(claim, evidence=()) == Claim("Peru", "visits", "Tumbes")
    assert claim.evidence[0].rule == "gold"
