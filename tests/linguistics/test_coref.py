"""Component `kg_coref` on documents written by hand."""

import pytest

from kg.errors import DataError
from kg.lexicon import load_gazetteer
from kg.linguistics.agreement import load_agreement
from kg.linguistics.coref import Resolver
from kg.linguistics.cues import load_cues
from kg.linguistics.entities import EntityFinder
from kg.linguistics.referring import load_coref_words
from tests.factories import make_doc


@pytest.fixture(scope="module")
def components():
    cues, agreement, gazetteer = load_cues("de"), load_agreement("de"), load_gazetteer("de")
    return EntityFinder(gazetteer, cues, agreement), Resolver(load_coref_words("de"), cues, agreement, gazetteer)


@pytest.fixture
def resolved(components):
    """Resolved words of a document as (words, kind, entity)."""

    def run(notation, **layers):
        find, resolve = components
        doc = resolve(find(make_doc(notation, **layers)))
        kinds = ("pronoun", "description")
        return [(m.text, m.id_, m.kb_id_) for m in doc.spans["kg_mentions"] if m.id_ in kinds]

    return run


MEETING = """
Angela/3/nsubj/PROPN
Merkel/1/flat/PROPN
traf/0/root/VERB/treffen
Wladimir/3/obj/PROPN
Putin~/4/flat/PROPN
./3/punct/PUNCT
"""
MEETING_ENTS = [(0, 2, "PER"), (3, 5, "PER")]


def after(first, second):
    return first.rstrip() + "\n\n" + second.strip()


@pytest.mark.parametrize(
    ("pronoun", "verb", "entity"),
    [("Sie", "warnte", "Angela_Merkel"), ("Er", "warnte", "Wladimir_Putin")],
)
def test_pronoun_agrees_with_the_gender_of_a_person(resolved, pronoun, verb, entity):
    text = after(MEETING, f"{pronoun}/2/nsubj/PRON/{pronoun.lower()}\n{verb}~/0/root/VERB/warnen\n./2/punct/PUNCT")
    assert resolved(text, ents=MEETING_ENTS) == [(pronoun, "pronoun", entity)]


def test_plural_pronoun_means_all_that_were_the_subject(resolved):
    text = """
    Merkel/4/nsubj/PROPN
    und/3/cc/CCONJ
    Hollande/1/conj/PROPN
    kamen~/0/root/VERB/kommen
    ./4/punct/PUNCT

    Sie/2/nsubj/PRON/sie
    redeten~/0/root/VERB/reden
    ./2/punct/PUNCT
    """
    found = resolved(text, ents=[(0, 1, "PER"), (2, 3, "PER")])
    assert {e for _, _, e in found} == {"Angela_Merkel", "François_Hollande"}


def test_pronoun_does_not_mean_an_argument_of_its_own_verb(resolved):
    text = """
    Putin/2/nsubj/PROPN
    lobte/0/root/VERB/loben
    ihn~/2/obj/PRON/er
    ./2/punct/PUNCT
    """
    assert resolved(text, ents=[(0, 1, "PER")]) == []


def test_pronoun_does_not_mean_one_far_behind(resolved):
    empty = "Es/2/expl/PRON\nregnet~/0/root/VERB/regnen\n./2/punct/PUNCT"
    text = MEETING
    for sentence in [empty] * 4 + ["Er/2/nsubj/PRON/er\nredet~/0/root/VERB/reden\n./2/punct/PUNCT"]:
        text = after(text, sentence)
    assert resolved(text, ents=MEETING_ENTS) == []


def test_pronoun_is_left_alone_when_two_fit_alike(resolved):
    text = """
    Karl/3/nsubj/PROPN
    Hallow/1/flat/PROPN
    redet~/0/root/VERB/reden
    ./3/punct/PUNCT

    Die/2/det/DET
    Mutter/3/nsubj/NOUN/Mutter
    redet~/0/root/VERB/reden
    ./3/punct/PUNCT

    Sie/2/nsubj/PRON/sie
    geht~/0/root/VERB/gehen
    ./2/punct/PUNCT
    """
    assert resolved(text, ents=[(0, 2, "PER")]) == []


def test_possessive_means_the_subject_of_its_clause(resolved):
    text = """
    Russland/2/nsubj/PROPN
    verlegt/0/root/VERB/verlegen
    seine/4/det/DET/sein
    Schiffe~/2/obj/NOUN/Schiff
    ./2/punct/PUNCT
    """
    assert resolved(text) == [("seine", "pronoun", "Russland")]


def test_relative_pronoun_means_the_noun_before(resolved):
    text = """
    Putin/6/nsubj/PROPN
    ,/4/punct/PUNCT
    der/4/nsubj/PRON/der
    schweigt~/1/acl:relcl/VERB/schweigen
    ,/4/punct/PUNCT
    reist~/0/root/VERB/reisen
    ./6/punct/PUNCT
    """
    assert resolved(text, ents=[(0, 1, "PER")]) == [("der", "pronoun", "Wladimir_Putin")]


def test_adverb_means_the_place_last_named(resolved):
    text = """
    Merkel/2/nsubj/PROPN
    reist/0/root/VERB/reisen
    nach/4/case/ADP
    Kiew~/2/obl/PROPN
    ./2/punct/PUNCT

    Dort/2/advmod/ADV/dort
    regnet/0/root/VERB/regnen
    es~/2/expl/PRON
    ./2/punct/PUNCT
    """
    assert ("Dort", "pronoun", "Kiew") in resolved(text, ents=[(0, 1, "PER"), (3, 4, "LOC")])


OFFICE = """
Präsident/4/nsubj/NOUN/Präsident
Karl/1/appos/PROPN
Hallow/2/flat/PROPN
redet~/0/root/VERB/reden
./4/punct/PUNCT
"""


@pytest.mark.parametrize(
    ("article", "noun", "entity"),
    [("Der", "Präsident", "Person_Karl_Hallow"), ("Ein", "Präsident", None), ("Die", "Präsidentin", None)],
)
def test_office_with_article_means_the_person_called_so(resolved, article, noun, entity):
    text = after(OFFICE, f"{article}/2/det/DET\n{noun}/3/nsubj/NOUN/{noun}\ngeht~/0/root/VERB/gehen\n./3/punct/PUNCT")
    assert resolved(text, ents=[(1, 3, "PER")]) == ([(noun, "description", entity)] if entity else [])


def test_office_in_the_genitive_of_a_post_is_nobody(resolved):
    text = after(
        OFFICE,
        "Das/2/det/DET\nAmt/5/nsubj/NOUN/Amt\ndes/4/det/DET\nPräsidenten/2/nmod/NOUN/Präsident\nzählt~/0/root/VERB\n./5/punct/PUNCT",
    )
    assert resolved(text, ents=[(1, 3, "PER")]) == []


def test_the_country_means_the_one_spoken_of(resolved):
    text = """
    Angola/2/nsubj/PROPN
    wählt~/0/root/VERB/wählen
    ./2/punct/PUNCT

    Das/2/det/DET
    Land/3/nsubj/NOUN/Land
    hofft~/0/root/VERB/hoffen
    ./3/punct/PUNCT
    """
    assert resolved(text) == [("Land", "description", "Angola")]


def test_the_government_is_that_of_the_only_country(components):
    find, resolve = components
    doc = make_doc(
        """
        Angola/2/nsubj/PROPN
        wählt~/0/root/VERB/wählen
        ./2/punct/PUNCT

        Die/2/det/DET
        Regierung/3/nsubj/NOUN/Regierung
        hofft~/0/root/VERB/hoffen
        ./3/punct/PUNCT
        """
    )
    doc = resolve(find(doc))
    assert [m.kb_id_ for m in doc.spans["kg_mentions"] if m.text == "Regierung"] == ["Angola"]
    # What describes an actor is no other name of his.
    assert "Regierung" not in doc.user_data["kg_entities"]["Angola"]["aliases"]


def test_the_militia_is_the_named_one_and_no_entity_of_its_own(components):
    find, resolve = components
    doc = make_doc(
        """
        Die/2/det/DET
        Hamas/3/nsubj/PROPN
        droht~/0/root/VERB/drohen
        ./3/punct/PUNCT

        Die/2/det/DET
        Miliz/3/nsubj/NOUN/Miliz
        schießt~/0/root/VERB/schießen
        ./3/punct/PUNCT
        """
    )
    doc = resolve(find(doc))
    groups = [k for k, v in doc.user_data["kg_entities"].items() if v["type"] == "ArmedGroup"]
    assert groups == ["Hamas"]


def test_age_means_the_person_of_the_gender(resolved):
    text = after(MEETING, "Die/2/det/DET\n66-Jährige/3/nsubj/NOUN\nredet~/0/root/VERB/reden\n./3/punct/PUNCT")
    assert resolved(text, ents=MEETING_ENTS) == [("66-Jährige", "description", "Angela_Merkel")]


def test_office_of_a_country_without_a_name_is_a_person_of_its_own(components):
    find, resolve = components
    doc = make_doc(
        """
        Der/3/det/DET
        peruanische/3/amod/ADJ/peruanisch
        Außenminister/4/nsubj/NOUN/Außenminister
        reist~/0/root/VERB/reisen
        ./4/punct/PUNCT
        """
    )
    entities = resolve(find(doc)).user_data["kg_entities"]
    persons = [v for v in entities.values() if v["type"] == "Person"]
    assert [(p["name"], p["country"], p["gender"]) for p in persons] == [("peruanischer Außenminister", "Peru", "m")]


def test_clutter_is_not_resolved(resolved):
    text = after(MEETING, "Sie/2/nsubj/PRON/sie\nwarnte~/0/root/VERB/warnen\n./2/punct/PUNCT")
    assert resolved(text, ents=MEETING_ENTS, blocks=[(0, 6, "body"), (6, 9, "clutter")]) == []


def test_every_mention_has_its_entity(components):
    find, resolve = components
    doc = resolve(find(make_doc(MEETING, ents=MEETING_ENTS)))
    assert {m.kb_id_ for m in doc.spans["kg_mentions"]} <= doc.user_data["kg_entities"].keys()


def test_wrong_type_in_the_words_is_refused(monkeypatch):
    def table(language, name):
        return {
            "pronouns": {},
            "possessives": {},
            "demonstratives": {},
            "places": {"words": []},
            "articles": {"definite": []},
            "descriptions": {"Planet": ["Erde"]},
            "persons": {"nouns": [], "lone": [], "posts": []},
        }

    monkeypatch.setattr("kg.linguistics.referring.read_table", table)
    with pytest.raises(DataError, match="Planet"):
        load_coref_words("de")
