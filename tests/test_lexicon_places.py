"""Where the places of the gazetteer lie."""

import pytest
from babel import Locale

from kg.config import ontology_dir
from kg.errors import DataError
from kg.lexicon import read_actors
from kg.lexicon_places import Location, load_locations, location_of
from kg.model import Article, Entity, EntityType, Extraction
from kg.rdf.encode import quads

HEAD = "id\tgeonames\tlatitude\tlongitude\tconfidence\n"


@pytest.fixture(scope="module")
def actors():
    return {a.id: a for a in read_actors(ontology_dir() / "actors.ttl")}


def test_every_location_is_one_of_the_gazetteer(actors):
    assert not [name for name in load_locations() if name not in actors]


def test_every_state_with_a_code_has_a_number_and_a_place(actors):
    today = set(Locale("de").territories) - {"XA", "XB"}  # without states that are gone or not recognised
    places = load_locations()
    states = [a.id for a in actors.values() if a.type is EntityType.COUNTRY and a.code in today]
    assert len(states) > 190
    assert [name for name in states if name not in places or places[name].geonames is None] == []


def test_nearly_every_city_has_a_place(actors):
    places = load_locations()
    cities = [a.id for a in actors.values() if a.type is EntityType.CITY]
    assert sum(name in places for name in cities) / len(cities) > 0.99


@pytest.mark.parametrize(
    ("name", "latitude", "longitude"),
    [
        ("Berlin", 52.52, 13.41),
        ("Moskau", 55.75, 37.62),
        ("Lima", -12.05, -77.04),
        ("Kabul", 34.53, 69.17),
        ("Krim", 45.3, 34.4),
        ("Gazastreifen", 31.42, 34.36),
        ("Schweiz", 46.8, 8.2),
        ("Neuseeland", -43, 171),
    ],
)
def test_well_known_places_lie_where_they_are(name, latitude, longitude):
    place = load_locations()[name]
    assert place.latitude == pytest.approx(latitude, abs=3 if len(str(latitude)) < 5 else 0.1)
    assert place.longitude == pytest.approx(longitude, abs=3 if len(str(longitude)) < 4 else 0.1)


def test_two_states_never_share_a_number(actors):
    places = load_locations()
    numbers = [places[a.id].geonames for a in actors.values() if a.type is EntityType.COUNTRY and a.id in places]
    numbers = [n for n in numbers if n is not None]
    assert len(set(numbers)) == len(numbers)


def test_cities_lie_near_their_state(actors):
    """No city lies farther from its state's point than the largest states reach."""
    places = load_locations()
    lost = [
        a.id
        for a in actors.values()
        if a.type is EntityType.CITY
        and a.id in places
        and a.country in places
        and abs(places[a.id].latitude - places[a.country].latitude) > 45
    ]
    assert lost == []


def test_strangers_have_no_place_even_by_the_same_id():
    assert location_of(Entity("Lima", EntityType.CITY, "Lima", known=False)) is None
    assert location_of(Entity("Lima", EntityType.PERSON, "Lima", known=True)) is None
    assert location_of(Entity("Lima", EntityType.CITY, "Lima", known=True)) is not None


def test_what_is_not_sure_is_not_called_the_same():
    assert Location(1.0, 2.0, 5, 0.7).iri is None
    assert Location(1.0, 2.0, 5, 0.95).iri == "https://sws.geonames.org/5/"
    assert Location(1.0, 2.0, None, 1.0).iri is None


def test_number_and_place_are_written_as_rdf():
    entity = Entity("Peru", EntityType.COUNTRY, "Peru", wikidata="Q419", known=True)
    said = {
        (q.predicate.value.rsplit("/", 1)[-1], q.object.value) for q in quads(Extraction.of(Article("a", ""), [entity]))
    }
    assert {
        ("owl#sameAs", "https://sws.geonames.org/3932488/"),
        ("owl#sameAs", "http://www.wikidata.org/entity/Q419"),
    } <= {(name.rsplit("/", 1)[-1], value) for name, value in said}
    assert {name for name, _ in said} >= {"latitude", "longitude"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("id\tlat\n", "columns"),
        (HEAD + "Peru\tx\t1\t2\t1\n", "no number"),
        (HEAD + "Peru\t\t1\n", "no number"),
        (HEAD + "Peru\t\t91\t2\t1\n", "lies at 91"),
        (HEAD + "Peru\t\tnan\t2\t1\n", "lies at nan"),
        (HEAD + "Peru\t\t1\t2\t1.5\n", "confidence 1.5"),
    ],
)
def test_broken_table_is_named_with_its_line(tmp_path, text, fault):
    path = tmp_path / "places.tsv"
    path.write_text(text)
    with pytest.raises(DataError, match=fault):
        load_locations(path)


def test_missing_table_is_named(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        load_locations(tmp_path / "none.tsv")
