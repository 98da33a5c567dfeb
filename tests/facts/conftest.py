"""Documents with mentions, for tests of the fact layer."""

from collections.abc import Callable

import pytest
from spacy.tokens import Span

from kg.facts.resolve import Resolver
from kg.lexicon import load_gazetteer
from kg.linguistics.copying import page_of
from kg.linguistics.grammar import load_grammar
from kg.linguistics.page import Page
from tests.factories import make_doc

Mention = tuple[int, int, str, str, str]


def annotate(notation: str, mentions: list[Mention], countries: dict[str, str] | None = None) -> Page:
    """Build the page of a document whose mentions are (start, end, entity type, entity name, kind)."""
    doc = make_doc(notation)
    doc.spans["kg_mentions"] = [
        Span(doc, start, end, label=kind, kb_id=name, span_id=how) for start, end, kind, name, how in mentions
    ]
    doc.user_data["kg_entities"] = {
        name: {
            "type": kind,
            "name": name,
            "aliases": [name],
            "wikidata": "",
            "country": (countries or {}).get(name, ""),
            "known": True,
            "gender": "",
        }
        for _, _, kind, name, _ in mentions
    }
    return page_of(doc)


@pytest.fixture
def annotated() -> Callable[..., Page]:
    return annotate


@pytest.fixture
def resolver() -> Callable[[Page], Resolver]:
    return lambda doc: Resolver(doc, load_grammar("de"), load_gazetteer("de"))
