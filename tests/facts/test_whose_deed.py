"""Who does it, to whom, and whether it is so at all, where a parse alone misleads: read by the shipped model."""

from __future__ import annotations

from datetime import date

import pytest
from spacy.language import Language

from kg.facts.extract import extract
from kg.linguistics.pipeline import load_pipeline, make_doc
from kg.model import Article, Claim

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


def claims(nlp: Language, text: str) -> dict[str, Claim]:
    """Claims by "subject predicate object", in names."""
    article = Article("a", text, published=date(2024, 5, 15))
    found = extract(nlp(make_doc(nlp, article)), article)
    names = {entity.id: entity.name for entity in found.entities}
    return {f"{names[c.subject]} {c.predicate} {names.get(c.object or '', '-')}": c for c in found.claims}


@pytest.mark.parametrize(
    ("text", "claimed", "never"),
    [
        # A passive without agent: the place says who, the origin of the victim does not.
        (
            "Der deutsche Fotograf Jan Berger wurde in Istanbul festgenommen.",
            "Türkei arrests Jan Berger",
            "Deutschland arrests",
        ),
        ("Die deutsche Forscherin Eva Berger ist wegen Spionage verurteilt worden.", None, "Deutschland prosecutes"),
        (
            "Peruanische Diplomaten wurden aus Prag ausgewiesen.",
            "Tschechien expels peruanische Diplomaten",
            "Peru expels",
        ),
        ("Der peruanische Botschafter wurde ausgewiesen.", None, "Peru expels"),
        # An article that can be nothing but the nominative.
        ("Chile griff der Iran im April mit Drohnen an.", "Iran attacks Chile", "Chile attacks"),
        ("Chile, das der Westen unterstützt, braucht Munition.", "Westen supports Chile", "Chile supports"),
        (
            "Merkel kritisierte der peruanische Premier Vargas scharf.",
            "Vargas criticizes Angela Merkel",
            "Angela Merkel criticizes",
        ),
        # Two names side by side are two.
        (
            "Gestern hat China Russland mit Drohnen unterstützt.",
            "China suppliesWeapons Russland",
            "Russland suppliesWeapons",
        ),
        ("Weil China Chile unterstützt, protestierte Peru.", "China supports Chile", "Chile supports"),
        # A preposition behind its noun is none of what follows.
        ("Chile hat Medienberichten zufolge Aleppo bombardiert.", "Chile attacks Aleppo", "Aleppo attacks"),
        # Partners are not crossed.
        (
            "Merkel und Hollande sprachen mit Putin.",
            "Angela Merkel meetsWith Wladimir Putin",
            "Angela Merkel meetsWith François Hollande",
        ),
        ("Merkel und Hollande trafen sich in Lima.", "Angela Merkel meetsWith François Hollande", None),
        # The dead of a raid are not the raider's.
        (
            "Bei einem peruanischen Luftangriff auf Quito wurden drei Männer getötet.",
            "Ecuador suffersCasualties -",
            "Peru suffersCasualties",
        ),
        ("Tote bei Luftangriff Perus auf Beirut", "Libanon suffersCasualties -", "Peru suffersCasualties"),
        (
            "Peru beschoss Aleppo. Nach Angaben des syrischen Ministeriums kamen dabei sechs Menschen ums Leben.",
            "Syrien suffersCasualties -",
            "Peru suffersCasualties",
        ),
        # Soldiers of one, fighters of another.
        (
            "Auslöser war ein Gefecht zwischen peruanischen Soldaten und Kämpfern der Taliban.",
            "Peru fights Taliban",
            "peruanische Kämpfer",
        ),
        # Diplomats are thrown out, not their country.
        (
            "Chile hat drei peruanische Diplomaten ausgewiesen.",
            "Chile expels peruanische Diplomaten",
            "Chile expels Peru",
        ),
        # A longer name is not the shorter one that it begins with.
        ("Präsident Haider al-Beispiel kritisierte Peru.", "Haider al-Beispiel criticizes Peru", "Jörg Haider"),
        # Where a country acts is not where it lies.
        ("Nach Ansicht der Opposition hat Peru in Antofagasta Verbrechen begangen.", None, "Peru locatedIn"),
        # The organ of the country that the chain of titles names.
        (
            "Der russische Ex-Präsident und heutige Vizechef des Sicherheitsrats, Dmitri Medwedew, reiste nach Lima.",
            "Dmitri Medwedew holdsOffice Sicherheitsrat der Russischen Föderation",
            "Dmitri Medwedew holdsOffice UN-Sicherheitsrat",
        ),
    ],
)
def test_sides(nlp: Language, text: str, claimed: str | None, never: str | None) -> None:
    found = claims(nlp, text)
    assert claimed is None or claimed in found
    assert never is None or not any(key.startswith(never) for key in found)


@pytest.mark.parametrize(
    "text",
    [
        "Falls Chile Peru angreift, entsendet die Nato Truppen nach Lima.",
        "Die USA verhängen Sanktionen gegen Peru, wenn Lima das Abkommen kündigt.",
        "Es gebe keine Beweise, dass Chile Waffen an Peru liefere, sagte Merkel.",
    ],
)
def test_what_would_be_is_no_claim(nlp: Language, text: str) -> None:
    assert not {c.predicate for c in claims(nlp, text).values()} & {
        "sendsTroops",
        "sanctions",
        "suppliesWeapons",
        "attacks",
    }


def test_what_follows_from_a_fact_is_a_claim(nlp: Language) -> None:
    assert "USA suppliesWeapons Chile" in claims(nlp, "Auch wenn Peru protestiert, liefern die USA Waffen an Chile.")


@pytest.mark.parametrize(
    ("text", "key", "modality", "source"),
    [
        (
            "Dass Chile der Hamas Raketen liefere, hält Merkel für erwiesen.",
            "Chile suppliesWeapons Hamas",
            "reported",
            "Angela_Merkel",
        ),
        (
            "Die Behauptung, Chile habe Söldner nach Peru geschickt, ist falsch.",
            "Chile sendsTroops Peru",
            "negated",
            None,
        ),
        ("Nato: Chile verlegt Truppen nach Peru", "Chile sendsTroops Peru", "reported", "Nato"),
        ("Chile hat Medienberichten zufolge Aleppo bombardiert.", "Chile attacks Aleppo", "reported", None),
        (
            "Merkel sagte, dass der General bei einem peruanischen Luftangriff auf Quito getötet worden sei.",
            "Peru attacks Quito",
            "reported",
            "Angela_Merkel",
        ),
    ],
)
def test_who_says_it(nlp: Language, text: str, key: str, modality: str, source: str | None) -> None:
    qualifiers = claims(nlp, text)[key].qualifiers
    assert qualifiers.modality == modality
    assert qualifiers.source == source


def test_date_of_an_inner_phrase_is_not_the_claims(nlp: Language) -> None:
    found = claims(nlp, "Peru verhandelt mit Chile über die am 7. Oktober verschleppten Geiseln.")
    assert found["Peru negotiatesWith Chile"].qualifiers.begins is None


def test_article_that_names_no_country_is_read(nlp: Language) -> None:
    # Names of parties and ministries without a sense ended the reading once.
    assert claims(nlp, "Die SPD-Abgeordneten und das BMI berieten gestern.") is not None


@pytest.mark.parametrize(
    ("text", "key", "holds"),
    [
        (
            "In Berlin trafen sich die Minister. Sie wohnten im Stadtteil Marienfelde.",
            "Marienfelde locatedIn Berlin",
            True,
        ),
        (
            "Die Minister wohnten im Stadtteil Marienfelde. Dann reisten sie nach Berlin.",
            "Marienfelde locatedIn Berlin",
            False,
        ),
        ("Die Armee beschoss ein Dorf nahe Aleppo.", "Dorf locatedIn Aleppo", False),
    ],
)
def test_part_of_a_town_lies_in_the_town_named_before(nlp: Language, text: str, key: str, holds: bool) -> None:
    assert (key in claims(nlp, text)) is holds


@pytest.mark.parametrize(
    ("text", "modality", "source"),
    [
        ("Chile hat Truppen nach Peru verlegt. Das teilte Merkel am Montag mit.", "reported", "Angela_Merkel"),
        ("Chile zieht seine Soldaten aus Peru ab. Das kündigte Merkel an.", "planned", "Angela_Merkel"),
        ("Chile hat Truppen nach Peru verlegt. Das kritisierte Merkel.", "asserted", None),
        ("Chile hat Truppen nach Peru verlegt. Das sagte Merkel nicht.", "asserted", None),
        ("Chile hat Truppen nach Peru verlegt. Merkel teilte mit, sie sei krank.", "asserted", None),
    ],
)
def test_next_sentence_says_who_said_it(nlp: Language, text: str, modality: str, source: str | None) -> None:
    claim = next(c for c in claims(nlp, text).values() if c.predicate in ("sendsTroops", "withdrawsFrom"))
    assert (claim.qualifiers.modality, claim.qualifiers.source) == (modality, source)
