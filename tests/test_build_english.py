"""An English article, from text to graph: the pipeline is a spaCy pipeline of the user's, its parses are our own."""
# ruff: noqa: E501  # a parse stands on one line

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

import kg
from kg.linguistics.pipeline import language_of
from tests.parses import parse, parse_text

PEOPLE = ("PERSON:Ana Silva", "PERSON:Silva", "PERSON:Peter Otieno", "PERSON:Otieno", "PERSON:Maria Lopez")
SENTENCES = (
    "(ROOT (nsubj (amod Peruvian) (compound President) (compound Ana) Silva) arrived (prep in (pobj Nairobi)) (prep on (pobj Tuesday)) (prep for (pobj talks (prep with (pobj (amod Kenyan) (compound Foreign_NNP) (compound Minister) (compound Peter) Otieno)))) (punct .))",
    "(ROOT (nsubj She) praised (dobj (poss Kenya (case 's)) support (prep for (pobj Haiti))) (punct .))",
    "(ROOT (nsubj Kenya) sent (dobj (nummod (quantmod more_JJR) (quantmod than_IN) 400) soldiers) (prep to (pobj Haiti)) (npadvmod (amod last) month) (punct .))",
    "(ROOT (nsubjpass (nummod (quantmod At) (quantmod least) twelve) (amod Kenyan) soldiers) (auxpass were) killed_VBN (prep in (pobj Haiti)) (prep on (pobj Friday)) (punct ,) (prep according_VBG (prep to (pobj (det the) UN))) (punct .))",
    "(ROOT (nsubj Otieno) denied (ccomp (mark that) (nsubj Kenya) (aux would) withdraw_VB (dobj (poss its) troops) (prep from (pobj Haiti))) (punct .))",
    "(ROOT (nsubj (compound Maria) Lopez (punct ,) (appos (det a) spokeswoman (prep for (pobj (det the) (amod Peruvian) government))) (punct ,)) said (ccomp (nsubj Peru) planned (xcomp (aux to) send (dobj (nummod two) helicopters) (prep to (pobj Haiti)))) (punct .))",
    "(ROOT (nsubj (det The) (amod Dominican) government) rejected (dobj (det the) plan (prep of (pobj (det the) UN))) (cc and) (conj accused (dobj Kenya) (prep of (pcomp occupying (dobj Haiti)))) (punct .))",
    "(ROOT (advcl (mark If) (nsubj Kenya) attacks_VBZ (dobj Haiti)) (punct ,) (nsubj Peru) (aux will) leave (dobj (det the) UN) (punct .))",
    "(ROOT (nsubj Tens_NNS (prep of (pobj thousands (prep of (pobj people_NNS))))) protested (prep against (pobj Silva)) (prep in (pobj Lima)) (punct .))",
)
ARTICLE = kg.Article("visit", " ".join(map(parse_text, SENTENCES)), published="2025-10-15", publisher="The Lima Courier", language="en")  # fmt: skip


@Language.factory("hand_parser", assigns=["token.dep", "token.pos", "token.tag", "token.lemma", "doc.ents"])
class HandParser:
    """Gives a document the parses of the sentences above."""

    def __init__(self, nlp: Language, name: str) -> None:
        """Take what a factory is given."""

    def __call__(self, doc: Doc) -> Doc:
        """Copy the annotation; the tokens are those of spaCy's tokenizer."""
        model = parse(*SENTENCES, ents=PEOPLE)
        assert [t.text for t in doc] == [t.text for t in model]
        for token, known in zip(doc, model, strict=True):
            token.head = doc[known.head.i]
            token.dep_, token.tag_, token.pos_, token.lemma_ = known.dep_, known.tag_, known.pos_, known.lemma_
            token.set_morph(str(known.morph))
        doc.ents = [Span(doc, e.start, e.end, e.label_) for e in model.ents]
        return doc


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("en_hand")
    nlp = spacy.blank("en")
    nlp.add_pipe("hand_parser")
    nlp.to_disk(folder)
    return str(folder)


@pytest.fixture(scope="module")
def graph(model: str) -> kg.KnowledgeGraph:
    return kg.build_graph([kg.clean(ARTICLE)], settings=kg.Settings(language="en", model=model))


def test_article_becomes_a_graph(graph: kg.KnowledgeGraph) -> None:
    names = {entity.id: entity.name for entity in graph.entities()}
    found = {
        (names[c.subject], c.predicate, names.get(c.object or "", ""), str(c.qualifiers.modality)) for c in graph.claims()
    }  # fmt: skip
    assert found >= {
        ("Ana Silva", "holdsOffice", "Peru", "asserted"),
        ("Ana Silva", "visits", "Nairobi", "asserted"),
        ("Peter Otieno", "holdsOffice", "Kenya", "asserted"),
        ("Kenya", "supports", "Haiti", "asserted"),
        ("Kenya", "sendsTroops", "Haiti", "asserted"),
        ("Kenya", "suffersCasualties", "", "reported"),
        ("Kenya", "withdrawsFrom", "Haiti", "negated"),
        ("Maria Lopez", "speaksFor", "Peru", "asserted"),
        ("Dominican Republic", "rejects", "United Nations", "asserted"),
        ("Dominican Republic", "accuses", "Kenya", "asserted"),
        ("Kenya", "occupies", "Haiti", "alleged"),
        ("people", "protestsAgainst", "Ana Silva", "asserted"),
    }
    assert not {row for row in found if row[1] in ("attacks", "leaves", "kills")}


def test_qualifiers_are_read(graph: kg.KnowledgeGraph) -> None:
    names = {entity.id: entity.name for entity in graph.entities()}
    died = next(c.qualifiers for c in graph.claims(predicate="suffersCasualties"))
    assert (names[died.source or ""], died.begins) == ("United Nations", "2025-10-10")
    assert died.quantity is not None
    assert (died.quantity.value, died.quantity.unit, died.quantity.comparison) == (12, "soldier", "at least")
    assert "2025-09" in {c.qualifiers.begins for c in graph.claims(predicate="sendsTroops")}


def test_quotes_equal_their_slices(graph: kg.KnowledgeGraph) -> None:
    for claim in graph.claims():
        for evidence in claim.evidence:
            assert ARTICLE.text[evidence.start : evidence.end] == evidence.quote
            assert evidence.rule.startswith("en/")


def test_graph_is_valid_and_speaks_english(graph: kg.KnowledgeGraph) -> None:
    assert graph.validate() == []
    turtle = graph.serialize()
    assert '"Kenya"@en' in turtle
    assert "Kenia" not in {name for entity in graph.entities() for name in (entity.name, *entity.aliases)}


@pytest.mark.model
def test_two_languages_make_one_graph(graph: kg.KnowledgeGraph) -> None:
    both = kg.build_graph([kg.Article("hilfe", "Kenia unterstützt Haiti.")], graph=graph.in_memory())
    claim = next(c for c in both.claims(predicate="supports") if c.object == "Haiti")
    assert {evidence.article for evidence in claim.evidence} == {"visit", "hilfe"}
    assert both.validate() == []


def test_command_line_reads_in_the_language_of_the_model(model: str, tmp_path: Path, run_kg: Any) -> None:
    (tmp_path / "visit.txt").write_text(ARTICLE.text, encoding="utf-8")
    done = run_kg("extract", tmp_path / "visit.txt", "--model", model, "--published", "2025-10-15", "--format", "csv")
    assert done.code == 0, done.err
    assert "Kenya" in done.out
    assert "sendsTroops" in done.out
    assert language_of(model) == "en"


def test_article_in_another_language_is_told(model: str) -> None:
    settings = kg.Settings(language="en", model=model)
    with pytest.raises(kg.ArticleError, match="is in language 'de', but the pipeline reads 'en'"):
        kg.build_graph([kg.Article("a", "Peru hat Chile angegriffen.")], settings=settings)


PAGE = """\
Peru's president arrives in Kenya

By Ana Lopez

Published March 3, 2025

Share Facebook | WhatsApp | Email

President Ana Silva of Peru arrived in Nairobi on Monday for talks with the foreign minister, her office said in a statement.

Advertisement

She is to meet students on Tuesday before she flies to Addis Ababa, where a summit of the African Union begins on Friday.

Read more

Sign up for our daily newsletter and get it straight to your inbox

© 2025 The Lima Courier. All rights reserved.
"""


def test_english_page_is_cleaned() -> None:
    article = kg.clean(kg.Article("page", PAGE, language="en"))
    read = [PAGE[b.start : b.end] for b in article.blocks if b.kind is not kg.BlockKind.CLUTTER]
    assert str(article.published) == "2025-03-03"
    assert [text.split()[0] for text in read] == ["Peru's", "President", "She"]
