"""Places in places, organisations and where they lie, owners of organisations, members of bodies."""

from collections.abc import Callable

import pytest

from kg.facts.memberships import match_memberships
from kg.facts.resolve import Resolver
from kg.facts.states import match_states
from kg.lexicon_facts import load_fact_words
from kg.lexicon_frames import load_frames
from kg.linguistics.page import Page

Triple = tuple[str, str, str | None]


def states(doc: Page, resolver: Callable[[Page], Resolver]) -> set[Triple]:
    words, known = load_fact_words("de"), resolver(doc)
    found = [*match_states(doc, load_frames("de"), known, words), *match_memberships(doc, known, words, "de")]
    return {(c.subject, c.predicate, c.object) for c in found}


# The parser hangs the place on the verb: what follows the name counts.
NACH_DEM_NAMEN = """
Der/2/det/DET
Rat/7/nsubj/NOUN
(~/4/punct/PUNCT
XYR~/2/appos/PROPN
)/4/punct/PUNCT
{where}/7/obl/PROPN
tagt/0/root/VERB/tagen
"""


@pytest.mark.parametrize(
    ("kind", "place", "expected"),
    [
        pytest.param("Organization", "City", {("Rat", "locatedIn", "Tirana")}, id="organisation in a city"),
        pytest.param("InternationalOrganization", "Country", set(), id="world body in a country"),
        pytest.param("Ministry", "Country", {("Rat", "affiliatedWith", "Tirana")}, id="organ of a country"),
    ],
)
def test_place_after_a_name_and_its_bracket(
    kind: str, place: str, expected: set[Triple], annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    notation = NACH_DEM_NAMEN.format(where="in/7/case/ADP\nTirana").replace("7/", "8/")
    doc = annotated(notation, [(1, 2, kind, "Rat", "name"), (6, 7, place, "Tirana", "name")])
    assert states(doc, resolver) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("im/3/case/ADP\nNorden/1/nmod/NOUN", {("Kukes", "locatedIn", "Albanien")}),
        ("nach/3/case/ADP\nNorden/1/nmod/NOUN", set()),
    ],
)
def test_part_of_a_country(
    words: str, expected: set[Triple], annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        f"Kukes/5/nsubj/PROPN\n{words}\nAlbaniens/3/nmod/PROPN\nschläft/0/root/VERB/schlafen",
        [(0, 1, "City", "Kukes", "name"), (3, 4, "Country", "Albanien", "name")],
    )
    assert states(doc, resolver) == expected


def test_goal_is_no_location(annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]) -> None:
    doc = annotated(
        """
        Er/2/nsubj/PRON
        floh/0/root/VERB/fliehen
        aus/4/case/ADP
        Kukes/2/obl/PROPN
        in/7/case/ADP
        den/7/det/DET
        Kosovo/2/obl/PROPN
        """,
        [(3, 4, "City", "Kukes", "name"), (6, 7, "Country", "Kosovo", "name")],
    )
    assert states(doc, resolver) == set()


def test_base_of_a_state_lies_where_it_is_said_to(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Der/2/det/DET
        Stützpunkt/6/nsubj/NOUN
        Albaniens/2/nmod/PROPN
        in/5/case/ADP
        Serbien/2/nmod/PROPN
        brennt/0/root/VERB/brennen
        """,
        [
            (1, 2, "Place", "Stützpunkt", "name"),
            (2, 3, "Country", "Albanien", "name"),
            (4, 5, "Country", "Serbien", "name"),
        ],
    )
    assert states(doc, resolver) == {("Stützpunkt", "locatedIn", "Serbien")}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Organization", {("Institut", "locatedIn", "Tirana")}),
        ("Ministry", set()),
    ],
)
def test_adjective_of_a_city(
    kind: str, expected: set[Triple], annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        "Das/3/det/DET\nTiranaer/3/amod/ADJ\nInstitut/4/nsubj/NOUN\nschweigt/0/root/VERB/schweigen",
        [(1, 2, "City", "Tirana", "adjective"), (2, 3, kind, "Institut", "name")],
    )
    assert states(doc, resolver) == expected


def test_genitive_that_the_parser_takes_for_an_apposition(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        "Der/2/det/DET\nGerichtshof/4/nsubj/NOUN\nAlbaniens/2/appos/PROPN\nurteilt/0/root/VERB/urteilen",
        [(1, 2, "Ministry", "Gerichtshof", "name"), (2, 3, "Country", "Albanien", "name")],
    )
    assert states(doc, resolver) == {("Gerichtshof", "affiliatedWith", "Albanien")}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param("Ministry", {("Nationale Albanische Garde", "affiliatedWith", "Albanien")}, id="organ"),
        pytest.param("Organization", set(), id="association"),
    ],
)
def test_adjective_inside_a_name(
    kind: str, expected: set[Triple], annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        "Nationale/3/flat/ADJ\nAlbanische/3/flat/ADJ/albanisch\nGarde/4/nsubj/NOUN\nmarschiert/0/root/VERB",
        [(0, 3, kind, "Nationale Albanische Garde", "name"), (1, 2, "Country", "Albanien", "adjective")],
    )
    assert states(doc, resolver) == expected


@pytest.mark.parametrize(
    ("adjective", "expected"),
    [("staatliche/staatlich", {("Dielli", "affiliatedWith", "Albanien")}), ("kleine/klein", set())],
)
def test_what_is_the_states_belongs_to_the_country_around(
    adjective: str, expected: set[Triple], annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    form, lemma = adjective.split("/")
    doc = annotated(
        f"""
        In/2/case/ADP
        Albanien/3/obl/PROPN
        meldet/0/root/VERB/melden
        die/6/det/DET
        {form}/6/amod/ADJ/{lemma}
        Zeitung/3/nsubj/NOUN
        Dielli/6/appos/PROPN
        nichts/3/obj/PRON
        """,
        [(1, 2, "Country", "Albanien", "name"), (6, 7, "Media", "Dielli", "name")],
    )
    assert states(doc, resolver) == expected


@pytest.mark.parametrize(
    ("mention", "expected"),
    [
        pytest.param(
            [(0, 1, "Person", "Jan Nowak", "name"), (6, 7, "Country", "Albanien", "name")],
            {("Jan Nowak", "citizenOf", "Albanien")},
            id="country",
        ),
        pytest.param([(0, 1, "Person", "Jan Nowak", "name"), (6, 7, "City", "Tirana", "name")], set(), id="city"),
    ],
)
def test_origin_after_a_name(
    mention: list[tuple[int, int, str, str, str]],
    expected: set[Triple],
    annotated: Callable[..., Page],
    resolver: Callable[[Page], Resolver],
) -> None:
    doc = annotated(
        """
        Nowak/8/nsubj/PROPN
        (~/3/punct/PUNCT
        29~/1/appos/NUM
        )/3/punct/PUNCT
        aus/7/case/ADP
        dem/7/det/DET
        Land/8/obl/PROPN
        schweigt/0/root/VERB/schweigen
        """,
        mention,
    )
    assert states(doc, resolver) == expected


def test_person_called_by_his_people(annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]) -> None:
    doc = annotated(
        "Der/2/det/DET\nFranzose/4/nsubj/NOUN\nNowak/2/appos/PROPN\nschweigt/0/root/VERB/schweigen",
        [(1, 2, "Country", "Frankreich", "inhabitant"), (2, 3, "Person", "Jan Nowak", "name")],
    )
    assert states(doc, resolver) == {("Jan Nowak", "citizenOf", "Frankreich")}
    described = annotated(
        "Der/2/det/DET\nFranzose/3/nsubj/NOUN\nschweigt/0/root/VERB/schweigen",
        [(0, 2, "Person", "Jan Nowak", "description")],
    )
    assert states(described, resolver) == {("Jan Nowak", "citizenOf", "Frankreich")}


IN_DER_EU = """
Albanien/5/nsubj/PROPN
ist/5/cop/AUX/sein
{word}/5/case/ADP
der/5/det/DET
EU/0/root/PROPN
"""


@pytest.mark.parametrize(
    ("word", "expected"), [("in", {("Albanien", "memberOf", "EU")}), ("gegen", set()), ("bei", set())]
)
def test_in_a_body(
    word: str, expected: set[Triple], annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        IN_DER_EU.format(word=word),
        [(0, 1, "Country", "Albanien", "name"), (4, 5, "InternationalOrganization", "EU", "name")],
    )
    assert states(doc, resolver) == expected


LISTE = """
{body}/6/nsubj/NOUN/{lemma}
{word}/3/case/ADP
Albanien/1/nmod/PROPN
und/5/cc/CCONJ
Serbien/3/conj/PROPN
tagt/0/root/VERB/tagen
"""
BEIDE: set[Triple] = {("Albanien", "memberOf", "EU"), ("Serbien", "memberOf", "EU")}


@pytest.mark.parametrize(
    ("body", "lemma", "kind", "word", "expected"),
    [
        pytest.param("EU", "EU", "name", "einschließlich", BEIDE, id="including"),
        pytest.param("EU-Staaten", "EU-Staat", "modifier", "wie", BEIDE, id="members like"),
        pytest.param("EU", "EU", "name", "wie", set(), id="comparison"),
        pytest.param("EU-Gegner", "EU-Gegner", "modifier", "wie", set(), id="no members"),
    ],
)
def test_list_of_members(
    body: str,
    lemma: str,
    kind: str,
    word: str,
    expected: set[Triple],
    annotated: Callable[..., Page],
    resolver: Callable[[Page], Resolver],
) -> None:
    doc = annotated(
        LISTE.format(body=body, lemma=lemma, word=word),
        [
            (0, 1, "InternationalOrganization", "EU", kind),
            (2, 3, "Country", "Albanien", "name"),
            (4, 5, "Country", "Serbien", "name"),
        ],
    )
    assert states(doc, resolver) == expected


@pytest.mark.parametrize(
    ("noun", "expected"), [("Hauptstadt", {("Kukes", "locatedIn", "Albanien")}), ("Hafenstadt", set())]
)
def test_capital_lies_in_the_country_that_the_article_names(
    noun: str, expected: set[Triple], annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        f"""
        Albanien/2/nsubj/PROPN
        feiert/0/root/VERB/feiern

        Die/2/det/DET
        {noun}/4/nsubj/NOUN
        Kukes/2/appos/PROPN
        schläft/0/root/VERB/schlafen
        """,
        [(0, 1, "Country", "Albanien", "name"), (4, 5, "City", "Kukes", "name")],
        {"Kukes": "Albanien"},
    )
    assert states(doc, resolver) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param("Palast", {("Palast", "locatedIn", "Tirana")}, id="building"),
        pytest.param("Norden", set(), id="part of it"),
    ],
)
def test_place_inside_a_phrase(
    start: str, expected: set[Triple], annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        f"{start}/4/nsubj/NOUN\nvon/3/case/ADP\nTirana/1/nmod/PROPN\nbrennt/0/root/VERB/brennen",
        [(0, 3, "Place", start, "nominal"), (2, 3, "City", "Tirana", "name")],
    )
    doc.user_data["kg_entities"][start]["known"] = False
    assert states(doc, resolver) == expected


def test_place_whose_kind_stands_before_its_name(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Kukes/6/nsubj/PROPN
        in/4/case/ADP
        der/4/det/DET
        Provinz/6/obl/NOUN
        Mirdita/4/appos/PROPN
        schläft/0/root/VERB/schlafen
        """,
        [(0, 1, "City", "Kukes", "name"), (4, 5, "Region", "Mirdita", "name")],
    )
    assert states(doc, resolver) == {("Kukes", "locatedIn", "Mirdita")}


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        pytest.param("schweigt/0/root/VERB/schweigen", {("Jan Nowak", "memberOf", "SPX")}, id="member"),
        pytest.param("wurde/6/aux:pass/AUX/werden\ngelobt/0/root/VERB/loben", set(), id="passive"),
    ],
)
def test_party_after_a_name_though_the_parser_hangs_it_on_the_verb(
    verb: str, expected: set[Triple], annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    root = 6 if "aux" in verb else 5
    doc = annotated(
        f"Nowak/{root}/nsubj/PROPN\nvon/4/case/ADP\nder/4/det/DET\nSPX/{root}/obl/PROPN\n{verb}",
        [(0, 1, "Person", "Jan Nowak", "name"), (3, 4, "PoliticalParty", "SPX", "name")],
    )
    assert states(doc, resolver) == expected


@pytest.mark.parametrize(("word", "member"), [("Politik", True), ("vormals", False)])
def test_bracket_of_a_former_party(
    word: str, member: bool, annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        f"""
        Nowak/6/nsubj/PROPN
        (~/4/punct/PUNCT
        {word}/4/dep/ADV
        SPX~/1/appos/PROPN
        )/4/punct/PUNCT
        schweigt/0/root/VERB/schweigen
        """,
        [(0, 1, "Person", "Jan Nowak", "name"), (3, 4, "PoliticalParty", "SPX", "name")],
    )
    assert states(doc, resolver) == ({("Jan Nowak", "memberOf", "SPX")} if member else set())


@pytest.mark.parametrize(
    ("name", "expected"), [("EU-Rat", {("EU-Rat", "affiliatedWith", "EU")}), ("EU-Vertrag", set())]
)
def test_treaty_with_the_name_of_a_body_is_no_organ_of_it(
    name: str, expected: set[Triple], annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        f"Die/2/det/DET\nEU/3/nsubj/PROPN\nlobt/0/root/VERB/loben\nden/5/det/DET\n{name}/3/obj/NOUN",
        [(1, 2, "InternationalOrganization", "EU", "name"), (4, 5, "Organization", name, "name")],
    )
    assert states(doc, resolver) == expected


def test_city_in_the_name_of_its_region_is_not_spoken_of(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Oblast/5/nsubj/NOUN
        Kursk/1/appos/PROPN
        in/4/case/ADP
        Russland/1/nmod/PROPN
        schläft/0/root/VERB/schlafen
        """,
        [
            (0, 2, "Region", "Oblast Kursk", "name"),
            (1, 2, "City", "Kursk", "name"),
            (3, 4, "Country", "Russland", "name"),
        ],
    )
    assert states(doc, resolver) == {("Oblast Kursk", "locatedIn", "Russland")}
