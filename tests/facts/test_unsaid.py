"""Sides that a clause leaves unsaid, and who must not fill them."""

from collections.abc import Callable

import pytest

from kg.facts.frames import match_frames
from kg.facts.resolve import Resolver
from kg.lexicon_facts import load_fact_words
from kg.lexicon_frames import load_frames
from kg.linguistics.page import Page

Found = set[tuple[str, str, str | None]]

PASSIV = """
In/2/case/ADP
Albanien/6/obl/PROPN
wurde/6/aux:pass/AUX/werden
Jana/6/nsubj:pass/PROPN
Nowak/4/flat/PROPN
{form}/0/root/VERB/{lemma}
./6/punct/PUNCT
"""
ZWEI_SAETZE = """
Albanien/2/nsubj/PROPN
beschoss/0/root/VERB/beschießen
Montenegro/2/obj/PROPN
./2/punct/PUNCT

Serbien/2/nsubj/PROPN
verurteilte/0/root/VERB/verurteilen
{determiner}/4/det/DET/{lemma}
Tat/2/obj/NOUN
./2/punct/PUNCT
"""


def claims(doc: Page, resolver: Callable[[Page], Resolver]) -> Found:
    found = match_frames(doc, load_frames("de"), resolver(doc), load_fact_words("de"))
    return {(c.subject, c.predicate, c.object) for c in found}


@pytest.mark.parametrize(
    ("form", "lemma", "arrested"), [("verhaftet", "verhaften", True), ("entführt", "entführen", False)]
)
def test_arrest_without_agent_is_done_by_the_state_of_the_place_and_a_kidnapping_is_not(
    form: str, lemma: str, arrested: bool, annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        PASSIV.format(form=form + "~", lemma=lemma),
        [(1, 2, "Country", "Albanien", "name"), (3, 5, "Person", "Jana Nowak", "name")],
    )
    assert (("Albanien", "arrests", "Jana Nowak") in claims(doc, resolver)) is arrested


def test_arrest_without_agent_or_place_is_done_by_the_only_country_of_the_article(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Albanien/2/nsubj/PROPN
        wählt/0/root/VERB/wählen
        ./2/punct/PUNCT

        Jana/4/nsubj:pass/PROPN
        Nowak/1/flat/PROPN
        wurde/4/aux:pass/AUX/werden
        verhaftet~/0/root/VERB/verhaften
        ./4/punct/PUNCT
        """,
        [(0, 1, "Country", "Albanien", "name"), (3, 5, "Person", "Jana Nowak", "name")],
    )
    assert ("Albanien", "arrests", "Jana Nowak") in claims(doc, resolver)


def test_who_owns_the_subject_acts(annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]) -> None:
    doc = annotated(
        """
        Das/2/det/DET/der
        Militär/4/nsubj/NOUN
        Albaniens/2/nmod/PROPN/Albanien
        drohte/0/root/VERB/drohen
        Montenegro~/4/obj/PROPN
        ./4/punct/PUNCT
        """,
        [(2, 3, "Country", "Albanien", "name"), (4, 5, "Country", "Montenegro", "name")],
    )
    assert ("Albanien", "threatens", "Montenegro") in claims(doc, resolver)


@pytest.mark.parametrize(
    ("determiner", "lemma", "answers"), [("die", "der", True), ("ihre", "ihr", False), ("eine", "ein", False)]
)
def test_criticism_of_a_deed_that_was_told_means_who_did_it(
    determiner: str,
    lemma: str,
    answers: bool,
    annotated: Callable[..., Page],
    resolver: Callable[[Page], Resolver],
) -> None:
    mentions = [
        (0, 1, "Country", "Albanien", "name"),
        (2, 3, "Country", "Montenegro", "name"),
        (4, 5, "Country", "Serbien", "name"),
    ]
    doc = annotated(ZWEI_SAETZE.format(determiner=determiner, lemma=lemma), mentions)
    found = {c[2] for c in claims(doc, resolver) if c[:2] == ("Serbien", "criticizes")}
    assert found == ({"Albanien"} if answers else set())


def test_infinitive_after_a_call_is_done_by_whom_it_calls_on(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Albanien/2/nsubj/PROPN
        rief/0/root/VERB/aufrufen
        Montenegro~/2/obj/PROPN
        auf/2/compound:prt/ADP
        ,/8/punct/PUNCT
        Serbien~/8/obj/PROPN
        zu/8/mark/PART
        unterstützen/2/xcomp/VERB
        ./2/punct/PUNCT
        """,
        [
            (0, 1, "Country", "Albanien", "name"),
            (2, 3, "Country", "Montenegro", "name"),
            (5, 6, "Country", "Serbien", "name"),
        ],
    )
    found = claims(doc, resolver)
    assert ("Montenegro", "supports", "Serbien") in found
    assert ("Albanien", "supports", "Serbien") not in found


def test_deed_in_a_plan_is_done_by_whose_plan_it_is(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Der/2/det/DET/der
        Plan/9/nsubj/NOUN
        Albaniens/2/nmod/PROPN/Albanien
        zur/5/case/ADP/zu
        Entsendung/2/nmod/NOUN
        von/7/case/ADP
        Soldaten/5/nmod/NOUN/Soldat
        nach/9/case/ADP
        Montenegro/5/nmod/PROPN
        scheiterte~/0/root/VERB/scheitern
        """.replace("Plan/9", "Plan/10"),
        [(2, 3, "Country", "Albanien", "name"), (8, 9, "Country", "Montenegro", "name")],
    )
    assert ("Albanien", "sendsTroops", "Montenegro") in claims(doc, resolver)


def test_doer_after_durch_owns_the_deed_and_its_victim_does_not(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Serbien/2/nsubj/PROPN
        kritisierte/0/root/VERB/kritisieren
        die/4/det/DET/der
        Behandlung/2/obj/NOUN
        von/6/case/ADP
        Montenegro/4/nmod/PROPN
        durch/8/case/ADP
        Albanien~/4/nmod/PROPN
        ./2/punct/PUNCT
        """,
        [
            (0, 1, "Country", "Serbien", "name"),
            (5, 6, "Country", "Montenegro", "name"),
            (7, 8, "Country", "Albanien", "name"),
        ],
    )
    assert {c for c in claims(doc, resolver) if c[1] == "criticizes"} == {("Serbien", "criticizes", "Albanien")}


@pytest.mark.parametrize(("kind", "found"), [("name", True), ("inhabitant", False)])
def test_one_inhabitant_under_arrest_is_not_his_country(
    kind: str, found: bool, annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        In/2/case/ADP
        Albanien/4/obl/PROPN
        wurde/4/aux:pass/AUX/werden
        verhaftet/0/root/VERB/verhaften
        Serbe~/4/nsubj:pass/NOUN
        ./4/punct/PUNCT
        """,
        [(1, 2, "Country", "Albanien", "name"), (4, 5, "Country" if kind == "inhabitant" else "Person", "Serbe", kind)],
    )
    assert (("Albanien", "arrests", "Serbe") in claims(doc, resolver)) is found


def test_phrase_before_a_participle_is_its_own_wherever_the_parser_hangs_it(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Der/5/det/DET/der
        in/3/case/ADP
        Albanien/5/nmod/PROPN
        festgenommene/5/amod/ADJ/festgenommen
        Student/6/nsubj/NOUN
        schweigt~/0/root/VERB/schweigen
        ./6/punct/PUNCT
        """,
        [(2, 3, "Country", "Albanien", "name"), (4, 5, "Person", "Jana Nowak", "nominal")],
    )
    assert ("Albanien", "arrests", "Jana Nowak") in claims(doc, resolver)


def test_companions_go_where_the_journey_went(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Jana/3/nsubj/PROPN
        Nowak/1/flat/PROPN
        besuchte/0/root/VERB/besuchen
        Albanien~/3/obj/PROPN
        ./3/punct/PUNCT

        Begleitet/0/root/VERB/begleiten
        wurde/1/aux:pass/AUX/werden
        sie/1/nsubj:pass/PRON
        von/5/case/ADP
        Petr/1/obl/PROPN
        Kral~/5/flat/PROPN
        ./1/punct/PUNCT
        """,
        [
            (0, 2, "Person", "Jana Nowak", "name"),
            (3, 4, "Country", "Albanien", "name"),
            (7, 8, "Person", "Jana Nowak", "pronoun"),
            (9, 11, "Person", "Petr Kral", "name"),
        ],
    )
    assert ("Petr Kral", "visits", "Albanien") in claims(doc, resolver)


def test_soldiers_of_no_named_state_are_those_of_the_country_that_the_text_is_about(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        In/2/case/ADP
        Albanien/3/obl/PROPN
        verhafteten/0/root/VERB/verhaften
        Soldaten/3/nsubj/NOUN/Soldat
        Jana/3/obj/PROPN
        Nowak~/5/flat/PROPN
        ./3/punct/PUNCT
        """,
        [(1, 2, "Country", "Albanien", "name"), (4, 6, "Person", "Jana Nowak", "name")],
    )
    assert ("Albanien", "arrests", "Jana Nowak") in claims(doc, resolver)


def test_who_visits_soldiers_goes_where_they_are_and_not_to_their_country(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Jana/3/nsubj/PROPN
        Nowak/1/flat/PROPN
        besuchte/0/root/VERB/besuchen
        die/8/det/DET/der
        in/6/case/ADP
        Albanien/7/obl/PROPN
        stationierten/8/amod/ADJ/stationiert
        Soldaten~/3/obj/NOUN/Soldat
        ./3/punct/PUNCT
        """,
        [
            (0, 2, "Person", "Jana Nowak", "name"),
            (5, 6, "Country", "Albanien", "name"),
            (7, 8, "Country", "Serbien", "group"),
        ],
    )
    found = claims(doc, resolver)
    assert ("Jana Nowak", "visits", "Albanien") in found
    assert ("Jana Nowak", "visits", "Serbien") not in found
