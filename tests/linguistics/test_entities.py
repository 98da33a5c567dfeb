"""Component `kg_entities` on documents written by hand."""

import pytest

from kg.errors import AnnotationError
from kg.lexicon import load_gazetteer
from kg.linguistics.agreement import load_agreement
from kg.linguistics.cues import load_cues
from kg.linguistics.entities import EntityFinder
from tests.factories import make_doc


@pytest.fixture(scope="module")
def finder():
    return EntityFinder(load_gazetteer("de"), load_cues("de"), load_agreement("de"))


@pytest.fixture
def mentions(finder):
    """Mentions as (words, kind, entity) of a document in the notation of `make_doc`."""

    def run(notation, **layers):
        doc = finder(make_doc(notation, **layers))
        return [(m.text, m.id_, m.kb_id_) for m in doc.spans["kg_mentions"]]

    return run


@pytest.fixture
def entities(finder):
    def run(notation, **layers):
        return finder(make_doc(notation, **layers)).user_data["kg_entities"]

    return run


# --- names ------------------------------------------------------------------------------------------------------

SOLDIERS = """
Nordkoreanische/2/amod/ADJ/nordkoreanisch
Soldaten/3/nsubj/NOUN/Soldat
kämpfen/0/root/VERB/kämpfen
in/5/case/ADP
Kursk~/3/obl/PROPN
./3/punct/PUNCT
"""


def test_soldiers_count_as_their_country(mentions):
    found = mentions(SOLDIERS)
    assert ("Nordkoreanische Soldaten", "group", "Nordkorea") in found
    assert ("Nordkoreanische", "adjective", "Nordkorea") in found
    assert ("Kursk", "name", "Kursk") in found


def test_aliases_hold_the_words_of_the_text_and_the_usual_names(entities):
    record = entities(SOLDIERS)["Nordkorea"]
    assert {"Nordkorea", "Nordkoreanische", "Nordkoreanische Soldaten"} <= set(record["aliases"])
    assert record["known"]
    assert record["wikidata"] == "Q423"
    assert record["type"] == "Country"


def test_title_is_no_part_of_the_name(mentions):
    found = mentions(
        """
        Präsident/0/root/NOUN/Präsident
        Wladimir/1/appos/PROPN
        Putin/2/flat/PROPN
        """,
        ents=[(0, 3, "PER")],
    )
    assert found == [("Wladimir Putin", "name", "Wladimir_Putin")]


def test_unknown_name_behind_a_title_is_a_person(entities):
    found = entities(
        """
        Außenministerin/0/root/NOUN/Außenministerin
        Runa/1/appos/PROPN
        Velt/2/flat/PROPN
        """
    )
    assert {k: (v["type"], v["gender"]) for k, v in found.items()} == {"Person_Runa_Velt": ("Person", "f")}


def test_surname_and_spelling_mean_the_person_named_in_full(mentions):
    found = mentions(
        """
        Dmitri/3/nsubj/PROPN
        Hallow/1/flat/PROPN
        traf/0/root/VERB/treffen
        Merkel~/3/obj/PROPN
        ./3/punct/PUNCT

        Dimitri/3/nsubj/PROPN
        Hallow/1/flat/PROPN
        schwieg~/0/root/VERB/schweigen
        ./3/punct/PUNCT

        Hallows/2/nmod/PROPN
        Schweigen/3/nsubj/NOUN
        dauert~/0/root/VERB/dauern
        ./3/punct/PUNCT
        """,
        ents=[(0, 2, "PER"), (3, 4, "PER"), (5, 7, "PER"), (9, 10, "PER")],
    )
    persons = {text: entity for text, kind, entity in found}
    assert persons["Dmitri Hallow"] == persons["Dimitri Hallow"] == persons["Hallows"] == "Person_Dmitri_Hallow"
    assert persons["Merkel"] == "Angela_Merkel"


def test_persons_of_one_surname_are_kept_apart(mentions):
    found = mentions(
        """
        Außenminister/5/nsubj/NOUN
        Karl/1/appos/PROPN
        Hallow/2/flat/PROPN
        und/5/cc/CCONJ
        schweigt~/0/root/VERB/schweigen
        ./5/punct/PUNCT

        Ministerin/4/nsubj/NOUN
        Vera/1/appos/PROPN
        Hallow/2/flat/PROPN
        redet~/0/root/VERB/reden
        ./4/punct/PUNCT

        Außenminister/3/nsubj/NOUN
        Hallow/1/appos/PROPN
        geht~/0/root/VERB/gehen
        ./3/punct/PUNCT
        """,
        ents=[(1, 3, "PER"), (7, 9, "PER"), (12, 13, "PER")],
    )
    assert [e for _, _, e in found] == ["Person_Karl_Hallow", "Person_Vera_Hallow", "Person_Karl_Hallow"]


def test_surname_alone_gets_an_id_of_its_article(entities):
    (found,) = entities(
        """
        Hallow/2/nsubj/PROPN
        schweigt~/0/root/VERB/schweigen
        ./2/punct/PUNCT
        """,
        ents=[(0, 1, "PER")],
    )
    assert found.startswith("Person_Hallow_")


def test_abbreviation_in_brackets_is_the_same_organisation(mentions):
    found = mentions(
        """
        Bund/0/root/PROPN
        Freier/1/flat/PROPN
        Fischer/1/flat/PROPN
        (~/5/punct/PUNCT
        BFF~/1/appos/PROPN
        )/5/punct/PUNCT
        """,
        ents=[(0, 3, "ORG"), (4, 5, "ORG")],
    )
    assert {e for _, _, e in found} == {"Organization_Bund_Freier_Fischer"}


def test_ambiguous_name_needs_support(mentions):
    sentence = """
        Der/2/det/DET
        {noun}/3/nsubj/NOUN
        brüllt~/0/root/VERB/brüllen
        ./3/punct/PUNCT
        """
    assert mentions(sentence.format(noun="Leopard")) == []
    supported = """
        Der/2/det/DET
        Kampfpanzer/4/nsubj/NOUN
        Leopard/2/appos/PROPN
        rollt~/0/root/VERB/rollen
        ./4/punct/PUNCT
        """
    assert any(entity == "Leopard_2" for _, _, entity in mentions(supported))


def test_noun_before_an_unknown_name_tells_its_type(entities):
    found = entities(
        """
        Die/2/det/DET
        Provinz/4/nsubj/NOUN
        Harvala/2/appos/PROPN
        brennt~/0/root/VERB/brennen
        ./4/punct/PUNCT
        """
    )
    assert [(v["type"], v["name"]) for v in found.values()] == [("Region", "Harvala")]
    assert "Provinz Harvala" in next(iter(found.values()))["aliases"]


# --- capitals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notation", "entity"),
    [
        ("Moskau/2/nsubj/PROPN\nwarnt/0/root/VERB/warnen\nKiew/2/obj/PROPN", "Russland"),
        ("Sie/2/nsubj/PRON\nreist/0/root/VERB/reisen\nnach/4/case/ADP\nMoskau/2/obl/PROPN", "Moskau"),
        ("Sie/2/nsubj/PRON\nbesucht/0/root/VERB/besuchen\nMoskau/2/obj/PROPN", "Moskau"),
        ("Gespräche/0/root/NOUN\nmit/3/case/ADP\nMoskau/1/nmod/PROPN", "Russland"),
        ("Moskau/0/root/PROPN\n–/1/punct/PUNCT\nHeute/1/advmod/ADV", "Moskau"),
        ("Bürgermeister/0/root/NOUN\nMoskaus/1/nmod/PROPN/Moskau", "Moskau"),
    ],
)
def test_capital_stands_for_government_where_it_acts(mentions, notation, entity):
    found = [e for text, _, e in mentions(notation) if text.startswith("Moskau")]
    assert found == [entity]


def test_government_in_its_capital_is_the_country(mentions):
    found = mentions(
        """
        Die/2/det/DET
        Regierung/5/nsubj/NOUN
        in/4/case/ADP
        Kiew/2/nmod/PROPN
        schweigt~/0/root/VERB/schweigen
        ./5/punct/PUNCT
        """
    )
    assert ("Regierung in Kiew", "group", "Ukraine") in found


# --- compounds --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "kind", "entity"),
    [
        ("US-Präsident", "modifier", "USA"),
        ("Putin-Vertrauter", "modifier", "Wladimir_Putin"),
        ("EU-Außenbeauftragte", "modifier", "Europäische_Union"),
        ("Russland-Sanktionen", "modifier", "Russland"),
        ("Kremlchef", "modifier", "Russland"),
        ("US-Armee", "group", "USA"),
        ("Hamas-Kämpfer", "group", "Hamas"),
    ],
)
def test_first_part_of_a_compound_is_read(mentions, word, kind, entity):
    assert (word, kind, entity) in mentions(f"{word}/2/nsubj/NOUN\nredet/0/root/VERB/reden")


def test_compound_without_an_actor_is_not_read(mentions):
    assert mentions("Haus-Meister/2/nsubj/NOUN\nredet/0/root/VERB/reden") == []


# --- actors without a name --------------------------------------------------------------------------------------


def test_ministry_is_told_by_its_owner(entities):
    found = entities(
        """
        Das/3/det/DET
        polnische/3/amod/ADJ/polnisch
        Außenministerium/4/nsubj/NOUN/Außenministerium
        schweigt~/0/root/VERB/schweigen
        ./4/punct/PUNCT

        Das/2/det/DET
        Außenministerium/3/nsubj/NOUN/Außenministerium
        schweigt~/0/root/VERB/schweigen
        ./3/punct/PUNCT
        """
    )
    ministries = {k: v for k, v in found.items() if v["type"] == "Ministry"}
    assert len(ministries) == 1
    (record,) = ministries.values()
    assert record["name"] == "polnisches Außenministerium"
    assert record["country"] == "Polen"
    assert {"Außenministerium", "polnische Außenministerium"} <= set(record["aliases"])


def test_two_owners_make_two_actors(mentions):
    found = mentions(
        """
        Polnische/4/amod/ADJ/polnisch
        und/3/cc/CCONJ
        litauische/1/conj/ADJ/litauisch
        Geheimdienste/5/nsubj/NOUN/Geheimdienst
        warnen~/0/root/VERB/warnen
        ./5/punct/PUNCT
        """
    )
    assert len({e for _, kind, e in found if kind == "nominal"}) == 2


def test_people_in_the_plural_only(mentions):
    plural = "Demonstranten/2/nsubj/NOUN/Demonstrant\nrufen/0/root/VERB/rufen"
    single = "Ein/2/det/DET\nDemonstrant/3/nsubj/NOUN/Demonstrant\nruft/0/root/VERB/rufen"
    assert [kind for _, kind, _ in mentions(plural)] == ["nominal"]
    assert mentions(single) == []


def test_inhabitants_in_the_plural_are_a_people_in_the_singular_a_country(entities):
    plural = entities("24/2/nummod/NUM\nIsraelis/3/nsubj/NOUN/Israeli\nstarben/0/root/VERB/sterben")
    single = entities("Der/2/det/DET\nKanadier/3/nsubj/NOUN/Kanadier\nstarb/0/root/VERB/sterben")
    assert [(v["type"], v["country"]) for v in plural.values() if v["type"] == "People"] == [("People", "Israel")]
    assert [k for k, v in single.items() if v["type"] == "Country"] == ["Kanada"]


def test_title_before_a_name_is_no_actor_of_its_own(mentions):
    found = mentions(
        """
        Nordkoreas/2/nmod/PROPN/Nordkorea
        Machthaber/5/nsubj/NOUN/Machthaber
        Kim/2/appos/PROPN
        Jong-un/3/flat/PROPN
        lacht/0/root/VERB/lachen
        """
    )
    assert {(kind, e) for _, kind, e in found} == {("name", "Nordkorea"), ("name", "Kim_Jong-un")}


# --- the contract -----------------------------------------------------------------------------------------------


def test_clutter_is_not_read(mentions):
    assert mentions(SOLDIERS, blocks=[(0, 6, "clutter")]) == []


def test_layers_survive_serialisation(finder):
    doc = finder(make_doc(SOLDIERS))
    copy = type(doc)(doc.vocab).from_bytes(doc.to_bytes())
    before = [(m.start, m.end, m.label_, m.kb_id_, m.id_) for m in doc.spans["kg_mentions"]]
    assert [(m.start, m.end, m.label_, m.kb_id_, m.id_) for m in copy.spans["kg_mentions"]] == before
    assert copy.user_data["kg_entities"] == doc.user_data["kg_entities"]


def test_mentions_stand_in_order_longer_first(finder):
    doc = finder(make_doc(SOLDIERS))
    spans = list(doc.spans["kg_mentions"])
    assert len(spans) == 3
    assert [(m.start, -m.end) for m in spans] == sorted((m.start, -m.end) for m in spans)


def test_empty_document_is_no_error(finder):
    from spacy.tokens import Doc

    doc = finder(Doc(make_doc(SOLDIERS).vocab, words=[]))
    assert list(doc.spans["kg_mentions"]) == []


def test_unparsed_document_is_refused(finder):
    from spacy.tokens import Doc

    with pytest.raises(AnnotationError, match="parse"):
        finder(Doc(make_doc(SOLDIERS).vocab, words=["Hallo"]))
