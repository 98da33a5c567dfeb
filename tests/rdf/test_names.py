"""Which words for an entity are names of it: only those may be `skos:altLabel`."""

import pytest

from kg.model import Article, Claim, Entity, EntityType, Extraction
from kg.query_parameters import KINDS
from kg.rdf.decode import canonical, extractions
from kg.rdf.encode import quads
from kg.rdf.names import other_names
from kg.rdf.vocabulary import entity_iri, term
from kg.store import KnowledgeGraph

PERU = ("Lima", "Peru", "Perus", "Republik Peru", "peruanischen Soldaten", "Andenland")
COUNTRY, PERSON = EntityType.COUNTRY, EntityType.PERSON


def known(id, type=COUNTRY, name=None, *aliases):
    return Entity(id, type, name or id, aliases, known=True)


@pytest.mark.parametrize(
    ("entity", "names"),
    [
        (known("Peru", COUNTRY, "Peru", *PERU), ["Republik Peru"]),
        (known("USA", COUNTRY, "USA", "US-Soldaten", "USA", "Amerika", "Washington"), ["Amerika"]),
        (
            known("Vereinte_Nationen", EntityType.INTERNATIONAL_ORGANIZATION, "Vereinte Nationen", "UN", "UN-Mission",
                  "Vereinten Nationen", "Vereinte Nationen"),
            ["UN"],
        ),  # an inflected form that the gazetteer needs for finding is no name of its own
        (known("Angela_Merkel", PERSON, "Angela Merkel", "Merkel", "Merkels", "Bundeskanzlerin"), ["Merkel"]),
        (known("Ursula_von_der_Leyen", PERSON, "Ursula von der Leyen", "von der Leyen", "Leyen"),
         ["Leyen", "von der Leyen"]),
        (known("Hamas", EntityType.ARMED_GROUP, "Hamas", "radikalislamische Hamas", "Hamas-Bewegung"),
         ["Hamas-Bewegung"]),
        (known("Nicht_im_Verzeichnis", COUNTRY, "Nirgendland", "Nirgendlands"), []),
        (Entity("P", PERSON, "Anna Maria Huber", ("Frau Huber", "Huber", "Hubers", "Anna", "Anna Maria Huber")),
         ["Huber"]),
        (Entity("P", PERSON, "amerikanischer Präsident", ("Präsident", "amerikanische Präsident")), []),
        (Entity("P", PERSON, "Achmed B.", ("B.", "Achmed")), []),
        (Entity("O", EntityType.ARMED_GROUP, "Front der Freien Savanne", ("FFS", "FRONT", "Kämpfer")), ["FFS"]),
        (Entity("O", EntityType.COMPANY, "Südgas", ("SÜDGAS", "Konzern Südgas", "Südgas")), []),
        (Entity("O", EntityType.ARMED_GROUP, "Rebellen", ()), []),
        (Entity("O", EntityType.ARMED_GROUP, "", ("", "A")), []),
    ],
    ids=lambda value: value.name if isinstance(value, Entity) else None,
)  # fmt: skip
def test_names_are_told_from_what_texts_call_it(entity, names):
    assert list(other_names(entity)) == names


@pytest.mark.parametrize("language", ["de", "en", "xx", "", "../de"])
def test_names_are_names_in_any_language_of_the_text(language):
    assert other_names(known("Peru", COUNTRY, "Peru", *PERU), language) == ("Republik Peru",)


def test_names_of_a_language_alone_count_in_its_texts():
    moscow = known("Moskau", EntityType.CITY, "Moscow", "Moscow", "Moskau")
    assert other_names(moscow, "en") == ("Moskau",)
    assert other_names(known("Moskau", EntityType.CITY, "Moskau", "Moscow"), "en") == ("Moscow",)


def described(entity):
    read = Extraction.of(Article("a1", ""), [entity], [Claim(entity.id, "visits", entity.id)])
    return read, list(quads(read))


def test_only_names_are_alternative_labels_and_nothing_is_lost():
    read, content = described(known("Peru", COUNTRY, "Peru", *PERU))
    told = {
        p: {q.object.value for q in content if q.predicate == term(p)} for p in ("skos:altLabel", "skos:hiddenLabel")
    }
    assert told == {"skos:altLabel": {"Republik Peru"}, "skos:hiddenLabel": set(PERU) - {"Republik Peru"}}
    assert next(extractions(content)) == canonical(read)


@pytest.mark.parametrize("said", ["Peru", "republik peru", "Lima", "peruanischen Soldaten"])
def test_questions_find_an_entity_by_all_that_texts_call_it(said):
    graph = KnowledgeGraph()
    graph.add(described(known("Peru", COUNTRY, "Peru", *PERU))[0])
    assert KINDS["entity"](graph, "actor", said) == [entity_iri("Peru")]


def test_name_of_one_goes_before_what_a_text_calls_another():
    graph = KnowledgeGraph()
    graph.add(
        Extraction.of(
            Article("a1", ""),
            [known("Peru", COUNTRY, "Peru", *PERU), known("Lima", EntityType.CITY, "Lima", "Lima")],
            [Claim("Lima", "locatedIn", "Peru")],
        )
    )
    assert KINDS["entity"](graph, "actor", "Lima") == [entity_iri("Lima")]
