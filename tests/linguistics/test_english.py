"""English with parses written by hand: what the labels become, and what is read of mood, time, number and office."""
# ruff: noqa: E501  # a parse stands on one line

from __future__ import annotations

import importlib
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc, Span

from kg.errors import DataError, ModelNotInstalled
from kg.facts.extract import extract
from kg.linguistics import conversion
from kg.linguistics.conversion import load_schemes, to_ud
from kg.linguistics.conversion_phrases import load_phrases
from kg.linguistics.pipeline import COMPONENTS, add_components, load_pipeline
from kg.model import Article, Claim, Extraction
from tests.parses import NLP, parse

PUBLISHED = "2025-10-15"  # a Wednesday


@pytest.fixture(scope="module")
def read() -> Any:
    nlp = spacy.blank("en")
    for module in COMPONENTS.values():
        importlib.import_module(module)
    components = [nlp.create_pipe(name) for name in COMPONENTS]

    def run(*sentences: str, ents: tuple[str, ...] = (), published: str = PUBLISHED) -> tuple[Doc, Extraction]:
        doc = parse(*sentences, ents=ents, published=published)
        for component in components:
            doc = component(doc)
        return doc, extract(doc, Article("a", doc.text, published=published or None, language="en"))

    return run


def shown(extraction: Extraction) -> list[tuple[str, str, str, str, str]]:
    names = {e.id: e.name for e in extraction.entities}

    def row(claim: Claim) -> tuple[str, str, str, str, str]:
        q = claim.qualifiers
        other, source = names.get(claim.object or "", ""), names.get(q.source or "", "")
        return names[claim.subject], claim.predicate, other, str(q.modality), source

    return [row(claim) for claim in extraction.claims]


# --- trees ------------------------------------------------------------------------------------------------------------

TREES = {
    "prepositions": (
        "(ROOT (nsubj Peru) signed (dobj (det a) treaty (prep with (pobj Chile))) (prep on (pobj Monday)) (punct .))",
        {"Chile": ("nmod", "treaty"), "with": ("case", "Chile"), "Monday": ("obl", "signed"), "on": ("case", "Monday"), "treaty": ("obj", "signed")},
    ),
    "passive with its agent": (
        "(ROOT (nsubjpass Lima) (auxpass was) bombed_VBN (agent by (pobj Chile)) (punct .))",
        {"Lima": ("nsubj:pass", "bombed"), "was": ("aux:pass", "bombed"), "Chile": ("obl:agent", "bombed")},
    ),
    "copula": (
        "(ROOT (nsubj Peru) is (attr (det an) ally (prep of (pobj Chile))) (punct .))",
        {"Peru": ("nsubj", "ally"), "is": ("cop", "ally"), "ally": ("ROOT", "ally"), "Chile": ("nmod", "ally")},
    ),
    "copula and adjective": (
        "(ROOT (nsubj Peru) was (acomp ready (xcomp (aux to) help (dobj Chile))) (punct .))",
        {"Peru": ("nsubj", "ready"), "was": ("cop", "ready"), "help": ("xcomp", "ready"), "to": ("mark", "help")},
    ),
    "copula and place": (
        "(ROOT (nsubj Peru) is (prep in (pobj (det the) UN)) (punct .))",
        {"Peru": ("nsubj", "UN"), "is": ("cop", "UN"), "in": ("case", "UN"), "UN": ("ROOT", "UN")},
    ),
    "there": (
        "(ROOT (expl There_EX) were (attr clashes (prep in (pobj Lima))) (punct .))",
        {"There": ("expl", "were"), "clashes": ("nsubj", "were"), "were": ("ROOT", "were"), "Lima": ("nmod", "clashes")},
    ),
    "coordination": (
        "(ROOT (nsubj Peru (cc and) (conj Chile)) left (dobj Lima) (punct .))",
        {"Chile": ("conj", "Peru"), "and": ("cc", "Chile")},
    ),
    "title, name and country": (
        "(ROOT (nsubj (amod Peruvian) (compound President) (compound Ana) Silva) left (punct .))",
        {"President": ("nsubj", "left"), "Ana": ("appos", "President"), "Silva": ("flat", "Ana"), "Peruvian": ("amod", "President")},
    ),
    "owner before a title": (
        "(ROOT (nsubj (compound US) (compound President) (compound Ana) Silva) left (punct .))",
        {"US": ("nmod", "President"), "President": ("nsubj", "left"), "Ana": ("appos", "President")},
    ),
    "accusation": (
        "(ROOT (nsubj Peru) accused (dobj Chile) (prep of (pcomp bombing (dobj Lima))) (punct .))",
        {"bombing": ("xcomp", "accused"), "of": ("mark", "bombing"), "Lima": ("obj", "bombing")},
    ),
    "clause with a place of its own": (
        "(ROOT (nsubj Peru) warned (dobj Chile) (prep against (pcomp sending (dobj troops) (prep to (pobj Lima)))) (punct .))",
        {"sending": ("xcomp", "warned"), "against": ("mark", "sending"), "troops": ("obj", "sending"), "Lima": ("obl", "sending")},
    ),
    "clause of time": (
        "(ROOT (nsubj Peru) left (prep after (pcomp bombing (dobj Lima))) (punct .))",
        {"bombing": ("advcl", "left"), "after": ("mark", "bombing")},
    ),
    "one preposition under the other": (
        "(ROOT (nsubj Peru) left (prep because_IN (pcomp of (pobj Chile))) (punct .))",
        {"Chile": ("obl", "left"), "because": ("case", "Chile"), "of": ("case", "Chile")},
    ),
    "participles and clauses behind a noun": (
        "(ROOT (nsubj Troops_NNS (acl sent_VBN (agent by (pobj Peru)))) left (dobj (det a) town (relcl (nsubj Chile) took)) (punct .))",
        {"sent": ("acl:pass", "Troops"), "took": ("acl:obj", "town"), "Peru": ("obl:agent", "sent")},
    ),
    "possessive": (
        "(ROOT (nsubj (poss (det the) army (case 's)) tanks) left (dobj (poss its) base) (punct .))",
        {"army": ("nmod:poss", "tanks"), "its": ("det:poss", "base"), "'s": ("case", "army")},
    ),
    "nouns that count": (
        "(ROOT (nsubjpass Thousands_NNS (prep of (pobj troops))) (auxpass were) sent_VBN (punct .))",
        {"Thousands": ("nummod", "troops"), "troops": ("nsubj:pass", "sent"), "of": ("dep", "troops")},
    ),
    "name beside its noun": (
        "(ROOT (nsubj Peru) left (dobj (det the) city (prep of (pobj Arica))) (punct .))",
        {"city": ("obj", "left"), "Arica": ("appos", "city")},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("sentence", "expected"), TREES.values(), ids=TREES)
def test_to_ud_turns_clearnlp_round(sentence: str, expected: dict[str, tuple[str, str]]) -> None:
    converted = to_ud(parse(sentence, ents=["PERSON:Ana Silva"] if "Silva" in sentence else []), "en")
    assert {t.text: (t.dep_, t.head.text) for t in converted if t.text in expected} == expected
    assert sum(t.head.i == t.i for t in converted) == 1
    left = {"pobj", "prep", "dobj", "nsubjpass", "auxpass", "attr", "acomp", "relcl", "poss", "agent", "pcomp", "neg"}
    assert not left & {t.dep_ for t in converted}


def test_to_ud_gives_the_same_tree_the_second_time() -> None:
    for sentence, _ in TREES.values():
        once = to_ud(parse(sentence), "en")
        before = [(t.dep_, t.head.i, t.lemma_) for t in once]
        assert [(t.dep_, t.head.i) for t in to_ud(once, "en")] == [row[:2] for row in before]


@pytest.mark.parametrize(
    ("sentence", "word", "lemma"),
    [
        ("(ROOT (nsubj (amod foreign) ministers) met (punct .))", "ministers", "foreign-minister"),
        ("(ROOT (nsubj (compound peace) talks) stalled (punct .))", "talks", "peace-talk"),
        ("(ROOT (nsubj Peru) pulled (prt out) (punct .))", "pulled", "pull-out"),
        ("(ROOT (nsubj (det The) President) left (punct .))", "President", "president"),
        ("(ROOT (nsubj Peru) looked_VBD_look (prt up) (punct .))", "looked", "look"),
    ],
)
def test_to_ud_joins_base_forms(sentence: str, word: str, lemma: str) -> None:
    assert {t.text: t.lemma_ for t in to_ud(parse(sentence), "en")}[word] == lemma


def test_names_with_hyphens_are_one_word_and_blocks_stay() -> None:
    words = [
        "In",
        "Guinea",
        "-",
        "Bissau",
        "Ali",
        "al",
        "-",
        "Haddad",
        "spoke",
        ".",
        "State",
        "-",
        "run",
        "radio",
        "played",
        ".",
    ]
    spaces = [True, False, False, True, True, False, False, True, False, True, False, False, True, True, False, False]
    heads, deps = [8, 3, 3, 0, 7, 7, 7, 8, 8, 8, 12, 12, 13, 14, 14, 14], ["prep", "compound", "punct", "pobj", "compound", "compound", "punct", "nsubj", "ROOT", "punct", "npadvmod", "punct", "amod", "nsubj", "ROOT", "punct"]  # fmt: skip
    doc = Doc(NLP.vocab, words=words, spaces=spaces, heads=heads, deps=deps, pos=["X"] * 16, lemmas=words, tags=["NN"] * 16, sent_starts=[i in (0, 10) for i in range(16)])  # fmt: skip
    text = doc.text
    doc.spans["kg_blocks"] = [Span(doc, 0, 10, "lead"), Span(doc, 10, 16, "body")]
    to_ud(doc, "en")
    assert doc.text == text
    assert [t.text for t in doc] == ["In", "Guinea-Bissau", "Ali", "al-Haddad", "spoke", ".", "State", "-", "run", "radio", "played", "."]  # fmt: skip
    assert [(s.text, s.label_) for s in doc.spans["kg_blocks"]] == [("In Guinea-Bissau Ali al-Haddad spoke.", "lead"), ("State-run radio played.", "body")]  # fmt: skip


def test_labels_of_the_recogniser_become_ours() -> None:
    doc = parse("(ROOT (nsubj (poss Peru (case 's)) army) left (dobj Lima) (prep on (pobj Monday)) (punct .))")
    doc.ents = [Span(doc, 0, 2, "GPE"), Span(doc, 4, 5, "FAC"), Span(doc, 6, 7, "DATE")]
    assert [(e.text, e.label_) for e in to_ud(doc, "en").ents] == [("Peru", "LOC"), ("Lima", "LOC")]


UD = [
    (
        "(ROOT (nsubj (amod Peruvian) President (flat Ana) (flat Silva)) visited (obj Ghana) (obl (case on) Monday) (punct .))",
        {("Ana Silva", "visits", "Ghana"), ("Ana Silva", "holdsOffice", "Peru")},
    ),
    (
        "(ROOT (nsubj:pass Odesa) (aux:pass was) shelled_VBN (obl:agent (case by) (amod Russian) troops) (punct .))",
        {("Russia", "attacks", "Odesa")},
    ),
    (
        "(ROOT (nsubj Qatar) (cop is) (det an) ally_NN (nmod (case of) Turkey) (punct .))",
        {("Qatar", "alliedWith", "Turkey")},
    ),
    (
        "(ROOT (nsubj Troops_NNS (acl sent_VBN (obl (case by) Kenya) (obl (case to) Haiti))) left (punct .))",
        {("Kenya", "sendsTroops", "Haiti")},
    ),
    (
        "(ROOT (nsubj (nmod:poss Iran (case 's)) support_NN (nmod (case for) Hezbollah)) grew (punct .))",
        {("Iran", "supports", "Hezbollah")},
    ),
]


@pytest.mark.parametrize(("sentence", "expected"), UD)
def test_universal_dependencies_are_read_as_well(sentence: str, expected: set[tuple[str, str, str]], read: Any) -> None:
    _, extraction = read(sentence, ents=("PERSON:Ana Silva",) if "Silva" in sentence else ())
    assert expected <= {row[:3] for row in shown(extraction)}


# --- mood and source --------------------------------------------------------------------------------------------------

RAID = ("Russia", "attacks", "Odesa")
MOODS = {
    "plain": ("(ROOT (nsubj Russia) attacked (dobj Odesa) (punct .))", "asserted", ""),
    "plan": ("(ROOT (nsubj Russia) plans_VBZ (xcomp (aux to) attack_VB (dobj Odesa)) (punct .))", "planned", ""),
    "future": ("(ROOT (nsubj Russia) (aux will) attack_VB (dobj Odesa) (punct .))", "planned", ""),
    "future passive": ("(ROOT (nsubjpass Odesa) (aux will) (auxpass be) attacked_VBN (agent by (pobj Russia)) (punct .))", "planned", ""),
    "possibility": ("(ROOT (nsubj Russia) (aux may) attack_VB (dobj Odesa) (punct .))", "planned", ""),
    "is to": ("(ROOT (nsubj Russia) is (xcomp (aux to) attack_VB (dobj Odesa)) (punct .))", "planned", ""),
    "expected": ("(ROOT (nsubjpass Russia) (auxpass is) expected_VBN (xcomp (aux to) attack_VB (dobj Odesa)) (punct .))", "planned", ""),
    "promise": ("(ROOT (nsubj Russia) vowed (xcomp (aux to) attack_VB (dobj Odesa)) (punct .))", "planned", ""),
    "wish": ("(ROOT (nsubj Russia) wants_VBZ (xcomp (aux to) attack_VB (dobj Odesa)) (punct .))", "planned", ""),
    "not": ("(ROOT (nsubj Russia) (aux did) (neg not) attack_VB (dobj Odesa) (punct .))", "negated", ""),
    "never": ("(ROOT (nsubj Russia) (neg never) attacked (dobj Odesa) (punct .))", "negated", ""),
    "refusal": ("(ROOT (nsubj Russia) refused (xcomp (aux to) attack_VB (dobj Odesa)) (punct .))", "negated", ""),
    "denial": ("(ROOT (nsubj Russia) denied (ccomp (mark that) (nsubj (amod Russian) troops) (aux had) attacked_VBN (dobj Odesa)) (punct .))", "negated", "Russia"),
    "denied": ("(ROOT (nsubj Russia) denied (xcomp attacking_VBG (dobj Odesa)) (punct .))", "negated", "Russia"),
    "said behind": ("(ROOT (ccomp (nsubj Russia) attacked (dobj Odesa)) (punct ,) (nsubj Turkey) said (punct .))", "reported", "Turkey"),
    "said before": ("(ROOT (nsubj Turkey) said (ccomp (mark that) (nsubj Russia) attacked (dobj Odesa)) (punct .))", "reported", "Turkey"),
    "said behind, the clause apart": ("(ROOT (nsubj Russia) attacked (dobj Odesa) (punct ,) (parataxis (nsubj Turkey) said) (punct .))", "reported", "Turkey"),
    "as reported": ("(ROOT (advcl (mark As_IN) (nsubj Turkey) reported) (punct ,) (nsubj Russia) attacked (dobj Odesa) (punct .))", "reported", "Turkey"),
    "according to": ("(ROOT (prep According_VBG (prep to (pobj Turkey))) (punct ,) (nsubj Russia) attacked (dobj Odesa) (punct .))", "reported", "Turkey"),
    "reportedly": ("(ROOT (nsubj Russia) (advmod reportedly) attacked (dobj Odesa) (punct .))", "reported", ""),
    "accusation": ("(ROOT (nsubj Turkey) accused (dobj Russia) (prep of (pcomp attacking (dobj Odesa))) (punct .))", "alleged", "Turkey"),
    "allegation": ("(ROOT (nsubj Turkey) alleged (ccomp (mark that) (nsubj Russia) attacked (dobj Odesa)) (punct .))", "alleged", "Turkey"),
    "spokesman": ("(ROOT (nsubj (det A) spokesman (prep for (pobj NATO))) said (ccomp (nsubj Russia) attacked (dobj Odesa)) (punct .))", "reported", "NATO"),
    "may have": ("(ROOT (nsubj Russia) (aux may) (aux have) attacked_VBN (dobj Odesa) (punct .))", "reported", ""),
    "managed": ("(ROOT (nsubj Russia) began_VBD (xcomp (aux to) attack_VB (dobj Odesa)) (punct .))", "asserted", ""),
}  # fmt: skip


@pytest.mark.parametrize(("sentence", "modality", "source"), MOODS.values(), ids=MOODS)
def test_mood_and_source(sentence: str, modality: str, source: str, read: Any) -> None:
    _, extraction = read(sentence)
    assert (*RAID, modality, source) in shown(extraction)


@pytest.mark.parametrize(
    "sentence",
    [
        "(ROOT (advcl (mark If) (nsubj Russia) attacks_VBZ (dobj Odesa)) (punct ,) (nsubj NATO) (aux will) respond_VB (punct .))",
        "(ROOT (nsubj Turkey) asked (ccomp (mark whether) (nsubj Russia) attacked (dobj Odesa)) (punct .))",
        "(ROOT (aux Did_VBD) (nsubj Russia) attack_VB (dobj Odesa) (punct ?))",
    ],
    ids=["condition", "indirect question", "question"],
)
def test_what_is_only_imagined_is_no_claim(sentence: str, read: Any) -> None:
    _, extraction = read(sentence)
    assert not [row for row in shown(extraction) if row[:3] == RAID]


# --- time and number --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "value"),
    [
        ("(prep on (pobj Tuesday))", "2025-10-14/2025-10-14"),
        ("(npadvmod (amod last) week)", "2025-10-06/2025-10-12"),
        ("(npadvmod (amod last) Friday)", "2025-10-10/2025-10-10"),
        ("(prep on (pobj March (nummod 3)))", "2025-03-03/2025-03-03"),
        ("(prep on (pobj (nummod 3) March))", "2025-03-03/2025-03-03"),
        ("(prep on (pobj March (nummod 3) (punct ,) (nummod 2024)))", "2024-03-03/2024-03-03"),
        ("(prep in (pobj May))", "2025-05/2025-05"),
        ("(prep in (pobj (amod late) 2023_CD))", "2023/2023"),
        ("(prep in (pobj 2023_CD))", "2023/2023"),
        ("(prep since (pobj 2022_CD))", "2022/.."),
        ("(npadvmod yesterday_NN)", "2025-10-14/2025-10-14"),
        ("(advmod (npadvmod (nummod three) days) ago_RB)", "2025-10-12/2025-10-12"),
        ("(npadvmod (amod last) year)", "2024/2024"),
        ("(prep in (pobj (det the) 1990s_NNS))", "1990/1999"),
    ],
)
def test_time(phrase: str, value: str, read: Any) -> None:
    doc, extraction = read(f"(ROOT (nsubj Russia) attacked (dobj Odesa) {phrase} (punct .))")
    assert [span.kb_id_ for span in doc.spans["kg_dates"]] == [value]
    begins, _, ends = value.partition("/")
    found = next(c for c in extraction.claims if c.predicate == "attacks").qualifiers
    assert (found.begins, found.ends) == (begins, None if ends == ".." else ends)


def test_a_modal_is_no_month(read: Any) -> None:
    doc, _ = read("(ROOT (nsubj Russia) (aux may) march_VB (prep into (pobj Odesa)) (punct .))")
    assert not list(doc.spans["kg_dates"])


@pytest.mark.parametrize(
    ("phrase", "value"),
    [
        ("(nsubjpass (nummod (quantmod At) (quantmod least) 12) people_NNS)", "at least|12||people"),
        ("(nsubjpass (nummod (amod More_JJR) (quantmod than_IN) 1,000) soldiers)", "at least|1000||soldier"),
        ("(nsubjpass Dozens_NNS (prep of (pobj people_NNS)))", "at least|12||people"),
        ("(nsubjpass Thousands_NNS (prep of (pobj troops)))", "at least|1000||troops"),
        ("(nsubjpass (nummod Twelve) people_NNS)", "exactly|12||people"),
        ("(nsubjpass (nummod (quantmod Up_IN) (quantmod to_IN) 20) civilians)", "at most|20||civilian"),
        ("(nsubjpass (nummod (advmod About) two (compound hundred_CD)) rebels)", "about|200||rebel"),
        ("(nsubjpass (nummod (quantmod Between_IN) 20 (cc and) (conj 30_CD)) miners)", "between|20|30|miner"),
    ],
)
def test_number(phrase: str, value: str, read: Any) -> None:
    doc, _ = read(f"(ROOT {phrase} (auxpass were) killed_VBN (prep in (pobj Kenya)) (punct .))")
    assert [span.kb_id_ for span in doc.spans["kg_quantities"]] == [value]


def test_money_has_its_sign_before_it(read: Any) -> None:
    doc, _ = read("(ROOT (nsubj Japan) gave (dative Haiti) (dobj (quantmod $) (compound 10) million_CD) (punct .))")
    assert [(s.text, s.label_, s.kb_id_) for s in doc.spans["kg_quantities"]] == [("$10 million", "money", "exactly|10000000||dollar")]  # fmt: skip


# --- offices and pronouns ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "predicate", "role"),
    [
        ("(amod Peruvian) (compound President) (compound Ana) Silva", "holdsOffice", "president"),
        ("(poss Peru (case 's)) (amod foreign) (compound minister) (compound Ana) Silva", "holdsOffice", "foreign minister"),
        ("(amod Peruvian) (compound Prime) (compound Minister) (compound Ana) Silva", "holdsOffice", "prime minister"),
        ("(compound Peruvian_JJ) (compound Secretary (prep of (pobj State_NNP))) (compound Ana) Silva", "holdsOffice", "secretary of state"),
        ("(amod former) (amod Peruvian) (compound president) (compound Ana) Silva", "heldOffice", "president"),
        ("(compound Ana) Silva (punct ,) (appos (det the) president (prep of (pobj Peru))) (punct ,)", "holdsOffice", "president"),
    ],
)  # fmt: skip
def test_office(phrase: str, predicate: str, role: str, read: Any) -> None:
    _, extraction = read(f"(ROOT (nsubj {phrase}) smiled (punct .))", ents=("PERSON:Ana Silva",))
    offices = [(c.predicate, c.qualifiers.role) for c in extraction.claims if c.object == "Peru"]
    assert offices == [(predicate, role)]


def test_pronouns_and_possessives(read: Any) -> None:
    _, extraction = read(
        "(ROOT (nsubj (compound Ana) Silva) arrived (prep in (pobj Nairobi)) (punct .))",
        "(ROOT (nsubj She) met (dobj (compound Omar) Haddad) (punct .))",
        "(ROOT (nsubj Kenya) withdrew_VBD (dobj (poss its) troops) (prep from (pobj Haiti)) (punct .))",
        ents=("PERSON:Ana Silva", "PERSON:Omar Haddad"),
    )
    triples = {row[:3] for row in shown(extraction)}
    assert {("Ana Silva", "meetsWith", "Omar Haddad"), ("Kenya", "withdrawsFrom", "Haiti")} <= triples


def test_a_counterpart_has_the_same_office_elsewhere(read: Any) -> None:
    _, extraction = read(
        "(ROOT (nsubj (amod Peruvian) (amod foreign) (compound minister) (compound Ana) Silva) met (dobj (poss her) (amod Kenyan) counterpart (punct ,) (appos (compound Omar) Haddad)) (punct .))",
        ents=("PERSON:Ana Silva", "PERSON:Omar Haddad"),
    )
    offices = {(c.object, c.qualifiers.role) for c in extraction.claims if c.predicate == "holdsOffice"}
    assert offices == {("Peru", "foreign minister"), ("Kenia", "foreign minister")}


def test_names_are_english(read: Any) -> None:
    _, extraction = read("(ROOT (nsubj (compound Vladimir) Putin) visited (dobj Germany) (punct .))")
    names = {e.id: e.name for e in extraction.entities}
    assert names == {"Wladimir_Putin": "Vladimir Putin", "Deutschland": "Germany"}
    assert not {"Deutschland", "Bundesrepublik"} & {a for e in extraction.entities for a in e.aliases}


# --- files ------------------------------------------------------------------------------------------------------------


def test_without_a_model_english_says_how_to_get_one() -> None:
    with pytest.raises(ModelNotInstalled, match=r"no model for language 'en'.*--model"):
        load_pipeline(language="en")


def test_components_take_the_language_of_the_pipeline() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("parser")
    nlp.add_pipe("ner")
    add_components(nlp)
    assert nlp.get_pipe("kg_quantities").words.language == "en"
    assert "according" in nlp.get_pipe("kg_quotes").reporting.direct


def test_a_scheme_without_its_tables_is_told(tmp_path: Any, monkeypatch: Any) -> None:
    (tmp_path / "grammar-odd.toml").write_text('scheme = "odd"\nheads = "none"\n')
    monkeypatch.setattr(conversion, "language_dir", lambda _: tmp_path)
    with pytest.raises(DataError, match=r"grammar-odd\.toml: missing or wrong: structure.*heads is one of"):
        load_schemes.__wrapped__("xx")


def test_german_needs_no_phrases() -> None:
    assert load_phrases("de") is None
