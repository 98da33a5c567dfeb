"""What the page carries beside what it shows, and the outlines of its map."""

import json

import pytest

from kg import view_places
from kg.config import ontology_dir
from kg.errors import DataError
from kg.lexicon import read_actors
from kg.model import Article, Claim, Entity, EntityType, Evidence, Qualifiers, Quantity
from kg.rdf.encode import evidence_iri, quantity_iri
from kg.view_export import article_fields, claim_fields, entity_fields, evidence_fields, others
from kg.view_places import locations, world

LIMA = Entity("Lima", EntityType.CITY, "Lima", ("Ciudad",), "Q2868", country="Peru", known=True)
PERU = Entity("Peru", EntityType.COUNTRY, "Peru", known=True)


def unpack(text, step):
    """The inverse of `packed` in ontology/sources/places.py, as the page does it."""
    points, at, shift, value, axis = [], [0, 0], 0, 0, 0
    for character in text:
        code = ord(character) - 63
        value |= (code & 31) << shift
        shift += 5
        if code & 32:
            continue
        at[axis] += ~(value >> 1) if value & 1 else value >> 1
        if axis:
            points.append((at[0] * step, at[1] * step))
        shift, value, axis = 0, 0, 1 - axis
    return points


def test_hashes_are_those_of_the_rdf():
    evidence = Evidence("a1", 3, 12, "Lima liegt", "de/x", 5, 9, 0.123456)
    assert evidence_iri(evidence).value.endswith(evidence_fields(evidence)["hash"])
    assert evidence_fields(evidence)["exact"] == 0.123456
    quantity = Quantity("drei", 3.0, "Schiff")
    amount = claim_fields(Claim("a", "visits", "b", Qualifiers(quantity=quantity)))["amount"]
    assert quantity_iri(quantity).value.endswith(amount[0])
    assert amount[1:] == [3.0, None, "Schiff", "exactly"]


def test_places_are_given_for_what_the_gazetteer_knows():
    assert entity_fields(LIMA)["geonames"] == 3936456
    assert set(entity_fields(Entity("x", EntityType.CITY, "Lima"))) == {"known", "countryId", "names"}
    assert set(locations([LIMA, Entity("x", EntityType.CITY, "Lima")])) == {"Lima"}


def test_others_are_what_claims_name_beside_the_nodes_with_their_states():
    claim = Claim("a", "visits", "b", Qualifiers(place="Lima", source="zeitung"))
    paper = Entity("zeitung", EntityType.MEDIA, "Zeitung", country="Chile")
    found = others([claim], [LIMA, PERU, paper], ["a", "b"])
    assert [other["id"] for other in found] == ["Lima", "Peru", "zeitung"]
    assert found[0]["aliases"] == ["Ciudad"]


def test_outlines_are_those_of_states_in_the_gazetteer():
    known = {a.id for a in read_actors(ontology_dir() / "actors.ttl")}
    assert not set(world()["countries"]) - known
    assert len(world()["countries"]) > 170


def test_outlines_are_small_and_cannot_leave_their_block():
    text = json.dumps(world(), ensure_ascii=False)
    assert len(text.encode()) < 120_000
    assert "<" not in text


def test_outlines_lie_around_their_states():
    """The point of each state lies inside the box around its outline."""
    where = locations(Entity(name, EntityType.COUNTRY, name, known=True) for name in world()["countries"])
    arcs = [unpack(text, world()["step"]) for text in world()["arcs"]]
    outside = []
    for name, place in where.items():
        points = [
            p
            for polygon in world()["countries"][name]
            for ring in polygon
            for n in ring
            for p in arcs[n if n >= 0 else ~n]
        ]
        longitudes, latitudes = zip(*points, strict=True)
        if not (
            min(longitudes) <= place.longitude <= max(longitudes) and min(latitudes) <= place.latitude <= max(latitudes)
        ):
            outside.append(name)
    assert len(where) > 160
    assert outside == []


def test_missing_outlines_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr(view_places, "data_dir", lambda: tmp_path)
    world.cache_clear()
    try:
        with pytest.raises(DataError, match="outlines"):
            world()
    finally:
        world.cache_clear()


def test_article_whose_text_is_not_at_hand_has_no_digest():
    # The digest of no text would be told as that of the article.
    assert article_fields(Article("a", "")) == {}
    assert article_fields(Article("a", "Peru")) == {"sha256": Article("a", "Peru").digest}
