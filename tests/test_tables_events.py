"""Events in the shape that political scientists know: who did what to whom, when, where, and who says so."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import kg
from kg.errors import QueryError, SettingsError
from kg.lexicon_sectors import country_codes, load_sectors
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction, Modality, Qualifiers, Quantity
from kg.query import run
from kg.tables import TABLES, Tables, event_table
from kg.vocabulary import RELATIONS

PERU = Entity("Peru", EntityType.COUNTRY, "Peru", wikidata="Q419", known=True)
ECUADOR = Entity("Ecuador", EntityType.COUNTRY, "Ecuador", wikidata="Q736", known=True)
UNO = Entity("Vereinte_Nationen", EntityType.INTERNATIONAL_ORGANIZATION, "Vereinte Nationen", known=True)
LIMA = Entity("Lima", EntityType.CITY, "Lima", country="Peru", known=True)
KONDOR = Entity("Kondor", EntityType.WEAPON, "Kondor")
VARGAS = Entity("Person_Vargas", EntityType.PERSON, "Julio Vargas")
RUIZ = Entity("Person_Ruiz", EntityType.PERSON, "Ana Ruiz", country="Peru")
KONGRESS = Entity("Kongress", EntityType.MINISTRY, "Nationalversammlung", country="Peru")
ENTITIES = [KONGRESS, PERU, ECUADOR, UNO, LIMA, KONDOR, VARGAS, RUIZ]


def said(claim, article="a", start=0, confidence=0.5):
    return replace(claim, evidence=(Evidence(article, start, start + 4, "Satz", "de/x", start, start, confidence),))


def office(who, where, role, relation="holdsOffice"):
    return Claim(who, relation, where, Qualifiers(role=role))


def graph_of(*claims, published="2025-03-05", **fields):
    graph = kg.KnowledgeGraph()
    article = Article("a", "Satz", published=published, **fields)
    graph.add(Extraction.of(article, ENTITIES, [said(c, start=10 * n) for n, c in enumerate(claims)]))
    return graph


def rows(graph):
    with Tables(graph) as tables:
        found = list(tables.rows("events"))
        assert tables.count("events") == len(found)
        assert all(list(row) == list(TABLES["events"]) for row in found)
    return found


def test_event_is_told_with_type_actors_place_quantity_and_source():
    sent = Claim(
        "Peru",
        "suppliesWeapons",
        "Ecuador",
        Qualifiers(
            Modality.REPORTED, "Vereinte_Nationen", "2025-02", "2025-02", "Lima", Quantity("40 Panzer", 40.0, "Panzer")
        ),
    )
    (row,) = rows(graph_of(sent, publisher="Blatt", url="https://blatt.example/a"))
    assert {name: value for name, value in row.items() if value is not None} == {
        "event_id": sent.id, "event_date": date(2025, 2, 1), "event_date_end": date(2025, 2, 28),
        "event_date_precision": "month", "event_date_source": "text", "event_type": "AID",
        "relation": "suppliesWeapons", "quad_class": "material cooperation", "quad_code": 2, "cameo": "072",
        "score": 8.3, "modality": "reported", "actor_id": "Peru", "actor_name": "Peru", "actor_type": "Country",
        "actor_country": "PER", "actor_sector": "GOV", "actor_wikidata": "Q419", "recipient_id": "Ecuador",
        "recipient_name": "Ecuador", "recipient_type": "Country", "recipient_country": "ECU",
        "recipient_sector": "GOV", "recipient_wikidata": "Q736", "place_id": "Lima", "place_name": "Lima",
        "place_country": "PER", "latitude": -12.043, "longitude": -77.028, "geonames": 3936456,
        "quantity": "40 Panzer", "value": 40.0, "unit": "Panzer", "comparison": "exactly",
        "attributed_to": "Vereinte_Nationen", "attributed_to_name": "Vereinte Nationen", "publishers": ["Blatt"],
        "publication_date": date(2025, 3, 5), "articles": 1, "sources": 1, "confidence": 0.5, "quote": "Satz",
        "article": "a", "start": 0, "end": 4, "url": "https://blatt.example/a",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("times", "told"),
    [
        ({"begins": "2024", "ends": "2024"}, (date(2024, 1, 1), date(2024, 12, 31), "year", "text")),
        ({"begins": "2024-02-29", "ends": "2024-02-29"}, (date(2024, 2, 29), date(2024, 2, 29), "day", "text")),
        ({"begins": "2024-03"}, (date(2024, 3, 1), None, "month", "text")),
        ({"ends": "2024"}, (date(2024, 12, 31), date(2024, 12, 31), "year", "text")),
        ({}, (date(2025, 3, 5), date(2025, 3, 5), "day", "article")),
    ],
)
def test_date_is_that_of_the_text_else_that_of_the_article(times, told):
    (row,) = rows(graph_of(Claim("Peru", "criticizes", "Ecuador", Qualifiers(**times))))
    assert tuple(row[f"event_date{part}"] for part in ("", "_end", "_precision", "_source")) == told


def test_event_without_any_date_comes_last_and_says_nothing_of_it():
    graph = graph_of(Claim("Peru", "criticizes", "Ecuador"), published=None)
    graph.add(Extraction.of(Article("b", "Satz", published="2020-01-01"), ENTITIES, [
        said(Claim("Ecuador", "criticizes", "Peru"), "b")
    ]))  # fmt: skip
    assert [(row["actor_name"], row["event_date"], row["event_date_source"]) for row in rows(graph)] == [
        ("Ecuador", date(2020, 1, 1), "article"),
        ("Peru", None, None),
    ]


@pytest.mark.parametrize(
    ("claim", "is_event"),
    [
        (Claim("Peru", "alliedWith", "Ecuador"), False),  # a state
        (office("Person_Vargas", "Peru", "Präsident"), False),
        (Claim("Peru", "appoints", "Person_Vargas"), False),  # no type in PLOVER
        (Claim("Peru", "testsWeapon", "Kondor"), False),  # towards nobody
        (Claim("Peru", "suffersCasualties", None), False),
        (Claim("Person_Vargas", "visits", "Lima"), True),
        (Claim("Peru", "attacks", "Ecuador", Qualifiers(Modality.NEGATED)), True),
        (Claim("Peru", "attacks", "Ecuador", Qualifiers(Modality.PLANNED)), True),
    ],
)
def test_events_are_what_has_a_type_and_two_actors(claim, is_event):
    assert [row["modality"] for row in rows(graph_of(claim))] == [str(claim.qualifiers.modality)] * is_event


@pytest.mark.parametrize(
    ("offices", "country", "sector", "title"),
    [
        ([], None, None, None),
        ([office("Person_Vargas", "Peru", "Präsident")], "PER", "GOV", "Präsident"),
        ([office("Person_Vargas", "Peru", "Oppositionsführer")], "PER", "OPP", "Oppositionsführer"),
        ([office("Person_Vargas", "Kongress", None, "memberOf")], "PER", "LEG", None),
        ([office("Person_Vargas", "Peru", "General")], "PER", "MIL", "General"),
        ([office("Person_Vargas", "Peru", "Polizeichef")], "PER", "COP", "Polizeichef"),
        ([office("Person_Vargas", "Vereinte_Nationen", "Generalsekretär")], None, "IGO", "Generalsekretär"),
        ([office("Person_Vargas", "Peru", "Präsident", "heldOffice")], "PER", "ELI", "Präsident"),
        (
            [
                office("Person_Vargas", "Peru", "Präsident"),
                office("Person_Vargas", "Peru", "Präsident", "heldOffice"),
            ],
            "PER", "ELI", "Präsident",
        ),
        (
            [office("Person_Vargas", "Peru", "General"), office("Person_Vargas", "Peru", "Präsident")],
            "PER", "GOV", "Präsident",
        ),
    ],
)  # fmt: skip
def test_person_has_the_country_and_sector_of_his_office_in_the_same_article(offices, country, sector, title):
    graph = graph_of(Claim("Person_Vargas", "criticizes", "Ecuador"), *offices)
    later = Claim("Person_Vargas", "threatens", "Ecuador")
    graph.add(Extraction.of(Article("b", "Satz"), ENTITIES, [said(later, "b")]))
    found = {row["relation"]: tuple(row[f"actor_{n}"] for n in ("country", "sector", "title")) for row in rows(graph)}
    assert found == {"criticizes": (country, sector, title), "threatens": (None, None, None)}


def test_person_without_office_has_the_country_that_is_known():
    (row,) = rows(graph_of(Claim("Person_Ruiz", "visits", "Ecuador")))
    assert (row["actor_country"], row["actor_sector"]) == ("PER", None)
    assert (row["place_name"], row["place_country"]) == ("Ecuador", "ECU")  # who visits a country is there


def test_several_articles_make_one_row_with_the_surest_sentence():
    visit = Claim("Person_Vargas", "visits", "Lima")
    graph = kg.KnowledgeGraph()
    for name, sure in (("a", 0.5), ("b", 0.9), ("c", 0.7)):
        paper = Article(name, "Satz", published=f"2025-03-0{sure * 10:.0f}", publisher=f"Blatt {name}")
        graph.add(Extraction.of(paper, ENTITIES, [said(visit, name, confidence=sure)]))
    (row,) = rows(graph)
    assert (row["articles"], row["sources"], row["confidence"], row["article"]) == (3, 3, 0.9, "b")
    assert (row["event_date"], row["publication_date"]) == (date(2025, 3, 5), date(2025, 3, 5))
    assert row["publishers"] == ["Blatt a", "Blatt b", "Blatt c"]


def test_events_are_read_while_other_rows_are():
    graph = graph_of(Claim("Peru", "criticizes", "Ecuador"), Claim("Peru", "rejects", "Ecuador"))
    with Tables(graph) as tables:
        readers = [tables.rows(table) for table in ("claims", "events", "events")]
        assert [len([next(reader), *reader]) for reader in readers] == [2, 2, 2]
        readers = [tables.rows(table) for table in ("events", "claims", "events")]
        first = [next(reader) for reader in readers]
        assert first[0] == first[2]
        assert [len(list(reader)) for reader in readers] == [1, 1, 1]


def test_question_and_table_tell_the_same_events(both):
    told = {(row["claim"].rpartition("/")[2], row["dated"], row["eventType"], row["score"]) for row in both[0]}
    assert told == {(r["event_id"], r["event_date_source"], r["event_type"], r["score"]) for r in both[1]}
    assert len(told) == len(both[1]) > 100


@pytest.fixture(scope="module")
def both():
    """Every relation in every modality towards a country, a city and a weapon: as asked, and as a table."""
    times = [{}, {"begins": "2024", "ends": "2024"}, {"ends": "2023-05"}]
    graph = graph_of(
        *(
            Claim("Peru", r.name, whom if r.takes_object else None, Qualifiers(m, **times[n % 3]))
            for n, r in enumerate(RELATIONS.values())
            for m in Modality
            for whom in ("Ecuador", "Lima", "Kondor")
        )
    )
    return run(graph, "events").dicts(), rows(graph)


# --- as a frame ---


def test_frame_has_types_to_compute_with():
    pytest.importorskip("pandas")
    frame = event_table(graph_of(Claim("Peru", "criticizes", "Ecuador"), Claim("Ecuador", "rejects", "Peru")))
    assert frame["event_date"].dt.year.tolist() == [2025, 2025]
    assert frame["score"].mean() == -3
    assert frame["place_name"].isna().all()
    assert list(event_table(kg.KnowledgeGraph()).columns) == list(TABLES["events"])


@pytest.mark.parametrize(
    ("asked", "events"),
    [
        ({}, 3),
        ({"since": "2024-03"}, 2),
        ({"since": "2025"}, 1),
        ({"until": "2024-02"}, 1),
        ({"until": "2024"}, 2),
        ({"since": "2024-03-15", "until": "2024-03-16"}, 1),
        ({"actor": "Vereinte Nationen"}, 1),
        ({"actor": "Peru"}, 3),
    ],
)
def test_frame_is_narrowed(asked, events):
    pytest.importorskip("pandas")
    graph = graph_of(
        Claim("Peru", "criticizes", "Ecuador", Qualifiers(begins="2023", ends="2024-02")),
        Claim("Peru", "threatens", "Ecuador", Qualifiers(begins="2024-03", ends="2024-03")),
        Claim("Vereinte_Nationen", "criticizes", "Peru"),
    )
    assert len(event_table(graph, **asked)) == events


@pytest.mark.parametrize("asked", [{"since": "March"}, {"until": "2024-13"}, {"actor": "Perru"}])
def test_wrong_narrowing_is_refused(asked):
    with pytest.raises(QueryError, match=r"parameter '(since|until|actor)'"):
        event_table(graph_of(Claim("Peru", "criticizes", "Ecuador")), **asked)


def test_name_of_a_graph_is_told_from_a_graph(tmp_path):
    with pytest.raises(SettingsError, match=r"a graph is wanted, not .*KnowledgeGraph\.open"):
        event_table(str(tmp_path))


def test_time_series_of_the_documentation_runs():
    pytest.importorskip("pandas")
    text = (Path(__file__).parents[1] / "docs" / "commands.md").read_text(encoding="utf-8")
    code = text.partition("**Event data**")[2].partition("```python\n")[2].partition("```")[0]
    graph = graph_of(
        Claim("Person_Ruiz", "visits", "Ecuador", Qualifiers(begins="2024-03-07", ends="2024-03-07")),
        Claim("Peru", "criticizes", "Ecuador", Qualifiers(begins="2024-03", ends="2024-03")),
        Claim("Peru", "attacks", "Ecuador", Qualifiers(Modality.PLANNED, begins="2024-03", ends="2024-03")),
        Claim("Peru", "attacks", "Ecuador", Qualifiers(begins="2024", ends="2024")),  # of no known month
        Claim("Ecuador", "supports", "Peru"),
    )
    names = {"kg": kg, "graph": graph}
    exec(code, names)
    series = {(one, other, str(month)): tuple(row) for (one, other, month), row in names["series"].iterrows()}
    assert series == {("PER", "ECU", "2024-03"): (2, pytest.approx(-0.05)), ("ECU", "PER", "2025-03"): (1, 3.5)}


# --- data ---


@pytest.mark.parametrize(
    ("entity", "sector"),
    [
        (Entity("x", EntityType.MINISTRY, "Oberstes Gericht (Peru)"), "JUD"),
        (Entity("x", EntityType.MINISTRY, "Nationalversammlung"), "LEG"),
        (Entity("x", EntityType.MINISTRY, "Innenministerium"), "GOV"),
        (Entity("x", EntityType.ORGANIZATION, "Verein der Freunde"), None),
        (Entity("Amnesty_International", EntityType.ORGANIZATION, "Amnesty International"), "NGO"),
        (Entity("Bundeswehr", EntityType.ARMED_GROUP, "Bundeswehr"), "MIL"),
        (Entity("x", EntityType.ARMED_GROUP, "Volksfront"), "REB"),
        (Entity("x", EntityType.MEDIA, "Abendbote"), "JRN"),
        (Entity("x", EntityType.CITY, "Lima"), None),
    ],
)
def test_sector_of_what_is_no_person(entity, sector):
    assert load_sectors("de").of(entity) == sector


def test_language_without_words_has_the_sectors_that_need_none():
    assert load_sectors("xx").of(PERU) == "GOV"
    assert load_sectors("xx").titles == ()
    assert load_sectors("en").of_office("holdsOffice", "opposition leader", PERU) == "OPP"
    assert load_sectors("en").of_office("holdsOffice", "foreign minister", None) == "GOV"


def test_data_fit_the_gazetteer_and_the_standard():
    from babel.core import get_global

    from kg.lexicon import load_gazetteer

    actors = load_gazetteer("de").actors
    assert not set(load_sectors("de").actors) - set(actors)
    codes, standard = country_codes(), get_global("territory_aliases")
    assert not set(codes) - set(actors)
    former = {"CSK", "SCG", "SUN", "XKX", "VDR", "YUG", "YMD", "RHO"}
    for id, code in codes.items():
        assert code in former or standard[code] in (actors[id].code, [actors[id].code], ["DE"])
    missing = {a.id for a in actors.values() if a.code and a.code[0] != "X"} - set(codes)
    assert not missing
