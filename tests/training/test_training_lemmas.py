"""Base forms, with hand-made rules and with the shipped model."""

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.config import model_dir
from kg.linguistics.lemmas import Lemmas

DATA = {
    "table": {
        "V": {"warf": "werfen", "gestellt": "stellen", "sandt": "senden", "gesandt": "senden"},
        "N": {"Präsidenten": "Präsident"},
        "A": {"koreanischer": "koreanisch"},
        "D": {"dem": "der"},
    },
    "bases": {"V": ["werfen", "stellen", "senden"], "N": ["Präsident"], "A": ["koreanisch"]},
    "endings": {"V": {"t": [1, "en"], "te": [2, "en"]}, "A": {"er": [2, ""]}, "N": {}},
    "separable": ["ein", "ab"],
    "inseparable": ["ent", "ver"],
    "participle": "ge",
    "infinitive": "zu",
    "invariable": ["er"],
}


@pytest.fixture(scope="module")
def model() -> Language:
    folder = model_dir("de")
    if not (folder / "config.cfg").is_file():
        pytest.skip("the model is not there: kg train de makes it")
    return spacy.load(folder)


@pytest.mark.parametrize(
    ("form", "pos", "lemma"),
    [
        ("einzustellen", "VERB", "einstellen"),
        ("eingestellt", "VERB", "einstellen"),
        ("entsandt", "VERB", "entsenden"),
        ("getwittert", "VERB", "twitteren"),
        ("abgetwittert", "VERB", "abtwitteren"),
        ("Staatspräsidenten", "NOUN", "Staatspräsident"),
        ("Ex-Präsidenten", "NOUN", "Ex-Präsident"),
        ("südkoreanischer", "ADJ", "südkoreanisch"),
        ("Berliner", "ADJ", "Berliner"),
        ("Putins", "PROPN", "Putins"),
        ("Dem", "DET", "der"),
        ("Gestern", "ADV", "gestern"),
        ("1,5", "NUM", "1,5"),
    ],
)
def test_rules(form: str, pos: str, lemma: str) -> None:
    component = Lemmas([], DATA)
    doc = Doc(spacy.blank("de").vocab, words=[form], pos=[pos])
    assert component(doc)[0].lemma_ == lemma


def test_separated_prefix_is_joined() -> None:
    words = ["Berlin", "warf", "Moskau", "Wortbruch", "vor"]
    pos = ["PROPN", "VERB", "PROPN", "NOUN", "ADP"]
    deps = ["nsubj", "ROOT", "iobj", "obj", "compound:prt"]
    doc = Doc(spacy.blank("de").vocab, words=words, pos=pos, heads=[1, 1, 1, 1, 1], deps=deps)
    assert Lemmas(["compound:prt"], DATA)(doc)[1].lemma_ == "vorwerfen"


def test_component_survives_bytes() -> None:
    nlp = spacy.blank("de")
    component = nlp.add_pipe("kg_de_lemmas", config={"particles": ["svp"]})
    component.set_data(DATA)
    other = spacy.blank("de")
    other.add_pipe("kg_de_lemmas", config={"particles": ["svp"]})
    other.from_bytes(nlp.to_bytes())
    doc = Doc(other.vocab, words=["entsandt"], pos=["VERB"])
    assert other.get_pipe("kg_de_lemmas")(doc)[0].lemma_ == "entsenden"


@pytest.mark.parametrize(
    ("text", "lemmas"),
    [
        ("Der Minister wohnte der Parade bei.", {"wohnte": "beiwohnen"}),
        ("Die Regierung warf den Rebellen Mord vor.", {"warf": "vorwerfen", "Rebellen": "Rebell"}),
        ("Das Land hat zehntausend Soldaten entsandt.", {"entsandt": "entsenden", "Soldaten": "Soldat"}),
        ("Bei dem Angriff wurden drei Menschen getötet.", {"getötet": "töten", "Menschen": "Mensch"}),
        ("Er versprach, die Lieferungen einzustellen.", {"einzustellen": "einstellen", "Lieferungen": "Lieferung"}),
        ("Südkoreanischer Geheimdienst warnt vor einem Test.", {"Geheimdienst": "Geheimdienst"}),
        ("Ein südkoreanischer Diplomat reiste ab.", {"südkoreanischer": "südkoreanisch", "reiste": "abreisen"}),
        ("Die Staatspräsidenten trafen sich in Genf.", {"Staatspräsidenten": "Staatspräsident", "trafen": "treffen"}),
        ("Die Behörde hat das Konto freigeklickt.", {"freigeklickt": "freiklicken"}),
        ("Die Gruppe bombardierte den Hafen.", {"bombardierte": "bombardieren"}),
        ("Das Abkommen sei unterzeichnet worden.", {"Abkommen": "Abkommen", "unterzeichnet": "unterzeichnen"}),
    ],
)
def test_shipped_model_gives_base_forms(model: Language, text: str, lemmas: dict[str, str]) -> None:
    found = {token.text: token.lemma_ for token in model(text)}
    assert {form: found[form] for form in lemmas} == lemmas


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Am 10. Oktober reiste er nach Berlin. Am 11. Oktober kam er zurück.", 2),
        ("Dr. Müller sprach u. a. mit dem Minister. Danach flog er ab.", 2),
        ("Die Lage ist ernst. Viele Menschen fliehen. Hilfe kommt kaum an.", 3),
    ],
)
def test_shipped_model_splits_sentences(model: Language, text: str, count: int) -> None:
    assert len(list(model(text).sents)) == count


def test_shipped_model_respects_given_starts(model: Language) -> None:
    doc = model.make_doc("Tausende tote Soldaten Medwedew reist nach Nordkorea")
    doc[3].is_sent_start = True
    for _, component in model.pipeline:
        doc = component(doc)
    assert doc[3].is_sent_start
