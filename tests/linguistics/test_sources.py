"""Attributions that a parser takes apart: the words in their order still say who says it."""

from spacy.tokens import Doc, Span

from kg.linguistics.copying import page_of
from kg.linguistics.grammar import load_grammar
from kg.linguistics.sources import attributions, load_reporting
from tests.factories import make_doc


def sources(doc: Doc, mentions: list[tuple[int, int, str, str]]) -> list[str | None]:
    doc.spans["kg_mentions"] = [
        Span(doc, a, b, label="Media", kb_id=name, span_id=kind) for a, b, name, kind in mentions
    ]
    doc.user_data["kg_entities"] = {name: {"type": "Media", "name": name} for _, _, name, _ in mentions}
    page = page_of(doc)
    return [source for _, source in attributions(page, iter(page), load_grammar("de"), load_reporting("de"))]


def test_preposition_behind_its_noun_however_it_is_parsed() -> None:
    doc = make_doc(
        """
        Vargas/2/nsubj/PROPN
        kam/0/root/VERB/kommen
        peruanische/4/amod/ADJ/peruanisch
        Medien/2/obj/NOUN/Medium
        zufolge/2/advmod/ADP
        """
    )
    assert sources(doc, [(2, 4, "peruanische Medien", "nominal")]) == ["peruanische Medien"]


def test_owner_behind_a_noun_of_saying_that_is_parsed_apart() -> None:
    doc = make_doc(
        """
        Nach/2/case/ADP/nach
        Erkenntnissen/6/obl/NOUN/Erkenntnis
        nordischer/6/advmod/ADJ/nordisch
        und/5/cc/CCONJ
        Dienste/3/conj/NOUN/Dienst
        kam/0/root/VERB/kommen
        Vargas/6/nsubj/PROPN
        """
    )
    assert sources(doc, [(4, 5, "nordische Dienste", "nominal"), (6, 7, "Vargas", "name")]) == ["nordische Dienste"]


def test_noun_of_saying_before_the_real_subject() -> None:
    notation = """
        Peruanischen/2/amod/ADJ/peruanisch
        Schätzungen/5/nsubj:pass/NOUN/Schätzung
        sollen/5/aux/AUX/sollen
        {subject}/5/{label}/NOUN/Soldat
        gefallen/0/root/VERB/fallen
        """
    mentions = [(0, 1, "Peru", "adjective")]
    assert sources(make_doc(notation.format(subject="Soldaten", label="nsubj")), mentions) == ["Peru"]
    assert sources(make_doc(notation.format(subject="gestern", label="advmod")), mentions) == []
