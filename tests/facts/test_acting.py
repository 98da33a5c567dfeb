"""Who acts for which state: by his office, his body, his words; and who does not."""

from __future__ import annotations

import pytest

from kg.facts.acting import ActsFor, acts_for
from kg.facts.extract import extract
from kg.linguistics.pipeline import annotate, load_pipeline
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction, Modality, Qualifiers

PERU = Entity("Peru", EntityType.COUNTRY, "Peru")
CUSCO = Entity("Cusco", EntityType.REGION, "Cusco", country="Peru")
LIMA = Entity("Lima", EntityType.CITY, "Lima", country="Peru")
VARGAS = Entity("Vargas", EntityType.PERSON, "Julio Vargas", country="Peru")
QUISPE = Entity("Quispe", EntityType.PERSON, "Rosa Quispe")
MINISTRY = Entity("Ministerium", EntityType.MINISTRY, "Außenministerium")
CABINET = Entity("Kabinett", EntityType.ORGANIZATION, "Kriegskabinett", country="Peru")
PARTY = Entity("Partei", EntityType.POLITICAL_PARTY, "Partei der Mitte", country="Peru")
AGENCY = Entity("Agentur", EntityType.MEDIA, "Andenpost", country="Peru")
COMPANY = Entity("Firma", EntityType.COMPANY, "Kupfer AG", country="Peru")
UNION = Entity("Union", EntityType.INTERNATIONAL_ORGANIZATION, "Andenunion")
COUNCIL = Entity("Rat", EntityType.INTERNATIONAL_ORGANIZATION, "Rat der Andenunion")
ENTITIES = [PERU, CUSCO, LIMA, VARGAS, QUISPE, MINISTRY, CABINET, PARTY, AGENCY, COMPANY, UNION, COUNCIL]
OWNED = Claim("Ministerium", "affiliatedWith", "Peru")
OFFICE = Claim("Vargas", "holdsOffice", "Peru", Qualifiers(role="Präsident"))


def office(where: str, role: str, modality: Modality = Modality.ASSERTED) -> Claim:
    return Claim("Vargas", "holdsOffice", where, Qualifiers(modality, role=role))


def links(*claims: Claim, entities: list[Entity] = ENTITIES, language: str = "de") -> set[tuple[str, str]]:
    article = Article("a1", "", language=language)
    return {(a.actor, a.state) for a in acts_for(Extraction.of(article, entities, claims))}


@pytest.mark.parametrize(
    ("claim", "state"),
    [
        (OFFICE, "Peru"),
        (office("Peru", "stellvertretende Außenministerin"), "Peru"),
        (office("Peru", "Generalstabschef", Modality.REPORTED), "Peru"),
        (office("Peru", "Königin"), "Peru"),
        (office("Union", "Generalsekretär"), "Union"),
        (Claim("Vargas", "speaksFor", "Peru"), "Peru"),
        (Claim("Vargas", "speaksFor", "Union"), "Union"),
        (Claim("Vargas", "memberOf", "Kabinett"), "Peru"),
    ],
    ids=str,
)
def test_office_and_voice_of_a_state_act_for_it(claim: Claim, state: str) -> None:
    assert links(claim) == {("Vargas", state)}


@pytest.mark.parametrize(
    "claim",
    [
        office("Partei", "Vorsitzender"),
        office("Peru", "Parteichef"),
        office("Peru", "Oppositionsführer"),
        office("Peru", "Oppositionschefin"),
        office("Peru", "Exilpräsident"),
        office("Peru", "Schattenminister"),
        office("Peru", "Thronfolger"),
        office("Peru", "Ex-Präsident"),
        office("Peru", "Erzbischof"),
        office("Peru", "Gouverneur"),
        office("Cusco", "Gouverneur"),
        office("Lima", "Bürgermeisterin"),
        office("Agentur", "Chefredakteur"),
        office("Firma", "Vorstandschef"),
        office("Peru", "Präsident", Modality.PLANNED),
        office("Peru", "Präsident", Modality.NEGATED),
        office("Peru", "Präsident", Modality.ALLEGED),
        Claim("Vargas", "heldOffice", "Peru", Qualifiers(role="Präsident")),
        Claim("Vargas", "resigns", "Peru", Qualifiers(role="Präsident")),
        Claim("Vargas", "affiliatedWith", "Peru"),
        Claim("Vargas", "memberOf", "Partei"),
        Claim("Vargas", "memberOf", "Ministerium"),
        Claim("Vargas", "speaksFor", "Partei"),
        Claim("Vargas", "speaksFor", "Quispe"),
        Claim("Vargas", "visits", "Peru"),
        Claim("Partei", "affiliatedWith", "Peru"),
        Claim("Agentur", "affiliatedWith", "Peru"),
        Claim("Lima", "locatedIn", "Peru"),
    ],
    ids=str,
)
def test_who_is_no_organ_of_the_state_does_not_act_for_it(claim: Claim) -> None:
    assert links(claim) == set()


def test_organ_lends_its_state_to_who_speaks_for_it() -> None:
    voice = Claim("Vargas", "speaksFor", "Ministerium")
    found = acts_for(Extraction.of(Article("a1", ""), ENTITIES, [voice, OWNED]))
    assert found == (
        ActsFor("Ministerium", "Peru", (OWNED.id,)),
        ActsFor("Vargas", "Peru", tuple(sorted([voice.id, OWNED.id]))),
    )
    assert links(voice) == set()  # nobody says whose ministry it is
    denied = Claim("Ministerium", "affiliatedWith", "Peru", Qualifiers(Modality.NEGATED))
    assert links(voice, denied) == set()


def test_company_of_the_state_lends_it_to_nobody() -> None:
    assert links(office("Firma", "Direktor"), Claim("Firma", "affiliatedWith", "Peru")) == set()


def test_state_of_a_known_organ_need_not_be_named() -> None:
    senate = Entity("Senat", EntityType.MINISTRY, "Senat Perus", country="Peru", known=True)
    chair = office("Senat", "Präsident")
    assert links(chair, entities=[VARGAS, senate]) == {("Vargas", "Peru")}
    guessed = Entity("Senat", EntityType.MINISTRY, "Senat", country="Peru")
    assert links(chair, entities=[VARGAS, guessed]) == set()


def test_organ_of_a_region_does_not_act_for_the_state() -> None:
    police = Entity("Polizei", EntityType.MINISTRY, "Polizei", country="Peru")
    chief = office("Polizei", "Polizeichef")
    assert links(chief, entities=[*ENTITIES, police]) == {("Vargas", "Peru")}
    assert links(chief, Claim("Polizei", "affiliatedWith", "Cusco"), entities=[*ENTITIES, police]) == set()


def test_organ_of_an_organisation_acts_for_the_whole() -> None:
    part = Claim("Rat", "affiliatedWith", "Union")
    assert links(office("Rat", "Präsident"), part) == {("Vargas", "Rat"), ("Vargas", "Union"), ("Rat", "Union")}


def test_office_that_is_over_in_the_same_article_counts_for_nothing() -> None:
    over = Claim("Vargas", "heldOffice", "Peru", Qualifiers(role="Präsident"))
    assert links(OFFICE, over) == set()
    assert links(office("Peru", "Außenminister"), over) == {("Vargas", "Peru")}


def test_two_reasons_are_two_links() -> None:
    voice = Claim("Vargas", "speaksFor", "Peru")
    found = acts_for(Extraction.of(Article("a1", ""), ENTITIES, [voice, OFFICE, OFFICE]))
    assert sorted(link.claims for link in found) == sorted([(voice.id,), (OFFICE.id,)])


def test_spokesman_is_judged_by_the_noun_that_names_him() -> None:
    def voice(noun: str) -> Claim:
        rule = f"de/speaksFor/title/{noun}"
        return Claim("Vargas", "speaksFor", "Peru", evidence=(Evidence("a1", 0, 1, "x", rule, 0, 1),))

    assert links(voice("Botschafter")) == {("Vargas", "Peru")}
    assert links(voice("Oppositionssprecherin")) == set()


def test_titles_of_a_language_without_words_are_passed_over() -> None:
    assert links(OFFICE, language="xx") == set()
    assert links(Claim("Vargas", "speaksFor", "Peru"), language="xx") == {("Vargas", "Peru")}
    assert links(OFFICE, language="de-AT") == {("Vargas", "Peru")}


def test_entity_that_nobody_describes_acts_for_nobody() -> None:
    assert links(OFFICE, entities=[]) == set()


SENTENCES = {
    "Der peruanische Außenminister Julio Vargas kritisierte Chile.": {("Julio Vargas", "Peru")},
    "Die kenianische Präsidentin Achieng Odhiambo besuchte Ghana.": {("Achieng Odhiambo", "Kenia")},
    "Der indische Botschafter in Nepal, Ravi Sharma, reiste ab.": {("Ravi Sharma", "Indien")},
    "Ein Sprecher des indischen Verteidigungsministeriums, Arun Mehta, wies die Vorwürfe zurück.": {
        ("Arun Mehta", "Indien")
    },
    "General Juan Perez, Kommandeur der kolumbianischen Armee, besuchte Panama.": {("Juan Perez", "Kolumbien")},
    "UN-Generalsekretär Henrik Solberg forderte Russland zum Rückzug auf.": {("Henrik Solberg", "Vereinte_Nationen")},
    "Bundestagspräsidentin Eva Huber reiste nach Warschau.": {("Eva Huber", "Deutschland")},
    "Der frühere bolivianische Präsident Mateo Quispe reiste nach Chile.": set(),
    "Der Vorsitzende der SPD, Karl Brandner, sprach am Dienstag in Berlin.": set(),
    "Der peruanische Oppositionsführer Pedro Salas kritisierte die Wahl.": set(),
    "Die türkische Journalistin Elif Aydin berichtete aus Ankara.": set(),
    "Der designierte polnische Außenminister Adam Nowak kündigte Gespräche an.": set(),
    "Der bayerische Ministerpräsident Anton Gruber kritisierte den Plan.": set(),
    "Der Bürgermeister von Istanbul, Kemal Demir, wurde festgenommen.": set(),
    "Der Sprecher der Taliban, Hamid Rahimi, dementierte das.": set(),
    "Der Vorstandschef des russischen Konzerns Gazprom, Oleg Petrow, reiste ab.": set(),
}


@pytest.fixture(scope="module")
def read() -> dict[str, set[tuple[str, str]]]:
    nlp = load_pipeline()
    found = {}
    for article, doc in annotate(nlp, [Article(str(n), text) for n, text in enumerate(SENTENCES)]):
        extraction = extract(doc, article)
        people = {e.id: e.name for e in extraction.entities if e.type is EntityType.PERSON}
        found[article.text] = {(people[a.actor], a.state) for a in acts_for(extraction) if a.actor in people}
    return found


@pytest.mark.parametrize("text", SENTENCES)
def test_sentence(read: dict[str, set[tuple[str, str]]], text: str) -> None:
    assert read[text] == SENTENCES[text]
