"""The gazetteer: the file itself, and finding actors by any form of their names."""

import re
from collections import Counter

import pytest
from babel import Locale

from kg.config import ontology_dir
from kg.errors import DataError
from kg.lexicon import Gazetteer, load_gazetteer, load_inflection, read_actors
from kg.model import EntityType

ACTORS = ontology_dir() / "actors.ttl"

# Some that everybody can check.
WIKIDATA = {
    "DE": "Q183",
    "FR": "Q142",
    "RU": "Q159",
    "US": "Q30",
    "UA": "Q212",
    "CN": "Q148",
    "GB": "Q145",
    "KP": "Q423",
    "KR": "Q884",
    "IL": "Q801",
    "CH": "Q39",
    "AT": "Q40",
    "TR": "Q43",
    "IR": "Q794",
}


@pytest.fixture(scope="module")
def gazetteer():
    return load_gazetteer("de")


@pytest.fixture(scope="module")
def countries(gazetteer):
    return [a for a in gazetteer.actors.values() if a.type is EntityType.COUNTRY]


def senses(gazetteer, form):
    return {(s.actor, s.kind) for s in gazetteer.senses(form)}


# --- the file ---------------------------------------------------------------------------------------------------


def test_every_id_is_given_once():
    ids = re.findall(r"^kgr:(\S+) a ", ACTORS.read_text(encoding="utf-8"), re.M)
    assert len(ids) > 3000
    assert [i for i, n in Counter(ids).items() if n > 1] == []


def test_links_lead_to_records(gazetteer):
    broken = [
        (actor.id, link)
        for actor in gazetteer.actors.values()
        for link in (*actor.countries, *actor.capitals)
        if link not in gazetteer.actors
    ]
    assert broken == []


def test_countries_of_actors_are_states_or_territories(gazetteer):
    types = {gazetteer.actors[c].type for a in gazetteer.actors.values() for c in a.countries}
    assert types <= {EntityType.COUNTRY, EntityType.REGION}


def test_every_territory_of_cldr_is_there(gazetteer):
    have = {a.code for a in gazetteer.actors.values()}
    names = Locale("de").territories
    no_place = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
    assert {c for c in names if len(c) == 2 and c.isalpha()} - no_place - have == set()


@pytest.mark.parametrize(("code", "number"), WIKIDATA.items())
def test_country_has_its_wikidata_number(countries, code, number):
    assert [c.wikidata for c in countries if c.code == code] == [number]


def test_no_two_states_share_a_wikidata_number(countries):
    numbers = Counter(c.wikidata for c in countries if c.wikidata)
    assert {n for n, times in numbers.items() if times > 1} == set()


def test_country_is_found_by_its_name_of_cldr(gazetteer, countries):
    names = Locale("de").territories
    known = [c for c in countries if re.fullmatch("[A-W][A-Z]|[YZ][A-Z]", c.code) and c.code in names]
    assert len(known) > 190
    missed = [
        names[c.code] for c in known if c.id not in {s.actor for s in gazetteer.senses(names[c.code].split(" (")[0])}
    ]
    assert missed == []


def test_states_have_adjective_inhabitants_and_capital(countries):
    states = [c for c in countries if re.fullmatch("[A-W][A-Z]|[YZ][A-Z]", c.code)]
    for field in ("adjectives", "inhabitants", "capitals"):
        lacking = [c.id for c in states if not getattr(c, field)]
        assert len(lacking) <= 12, (field, lacking)  # small island states and territories


def test_persons_have_a_gender(gazetteer):
    persons = [a for a in gazetteer.actors.values() if a.type is EntityType.PERSON]
    assert {a.gender for a in persons} == {"m", "f"}


# --- look-up ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "actor", "kind"),
    [
        ("Nordkoreas", "Nordkorea", "name"),
        ("russischen", "Russland", "adjective"),
        ("Russische", "Russland", "adjective"),
        ("US-amerikanischer", "USA", "adjective"),
        ("Russinnen", "Russland", "inhabitant"),
        ("Ägyptern", "Ägypten", "inhabitant"),
        ("Weißen Hauses", "USA", "metonym"),
        ("Kremls", "Russland", "metonym"),
        ("Vereinten Nationen", "Vereinte_Nationen", "name"),
        ("Internationalen Strafgerichtshofs", "Internationaler_Strafgerichtshof", "name"),
        ("Recep Tayyip Erdogan", "Recep_Tayyip_Erdoğan", "name"),
        ("Kim Jong-Un", "Kim_Jong-un", "name"),
        ("Kim Jong Un", "Kim_Jong-un", "name"),
        ("UNO-Generalversammlung", "UN-Generalversammlung", "name"),
        ("TÜRKEI", "Türkei", "name"),
        ("al-Qaida", "Al-Qaida", "name"),
    ],
)
def test_inflected_and_respelt_forms_are_found(gazetteer, form, actor, kind):
    assert (actor, kind) in senses(gazetteer, form)


def test_capital_is_city_and_metonym(gazetteer):
    assert {("Moskau", "name"), ("Russland", "metonym")} <= senses(gazetteer, "Moskau")


def test_adjective_is_made_from_a_city(gazetteer):
    assert [s.actor for s in gazetteer.origin("Hamburger")] == ["Hamburg"]


@pytest.mark.parametrize("form", ["Leopard", "Zeit", "Kommission", "Bush"])
def test_ambiguous_names_need_support(gazetteer, form):
    found = gazetteer.senses(form)
    assert found
    assert not any(s.safe for s in found)


@pytest.mark.parametrize("form", ["Tisch", "gehen", "Hausboot", "russ"])
def test_other_words_are_not_found(gazetteer, form):
    assert gazetteer.senses(form) == ()


def test_country_of_an_actor(gazetteer):
    assert gazetteer.country_of("Wladimir_Putin") == "Russland"
    assert gazetteer.country_of("Russland") == "Russland"
    assert gazetteer.country_of("unknown") == ""


# --- wrong files ------------------------------------------------------------------------------------------------

PREFIXES = """@prefix kg: <https://kg-geopolitics.org/ontology/> .
@prefix kgr: <https://kg-geopolitics.org/resource/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kgr:X a kg:Planet ; rdfs:label 'X'@de .", "Planet"),
        ("kgr:X a kg:Country .", "label"),
        ("kgr:X a kg:Country ;", "read"),
    ],
)
def test_wrong_file_is_refused(tmp_path, text, told):
    path = tmp_path / "actors.ttl"
    path.write_text(PREFIXES + text, encoding="utf-8")
    with pytest.raises(DataError, match=told) as caught:
        read_actors(path)
    assert "actors.ttl" in str(caught.value)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="read"):
        read_actors(tmp_path / "none.ttl")


def test_own_file_is_read(tmp_path):
    path = tmp_path / "actors.ttl"
    path.write_text(
        PREFIXES + "kgr:Nordland a kg:Country ; rdfs:label 'Nordland'@de, 'Northland'@en ;"
        " kg:adjective 'nordländisch'@de ; skos:hiddenLabel 'Norden'@de .",
        encoding="utf-8",
    )
    own = Gazetteer(read_actors(path), load_inflection("de"))
    assert senses(own, "nordländischem") == {("Nordland", "adjective")}
    assert [s.safe for s in own.senses("Norden")] == [False]
    assert own.actors["Nordland"].name == "Nordland"
