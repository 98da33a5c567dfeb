"""What a speaker says that somebody must or should do is a demand: "Vargas sagte, Peru müsse die Grenze öffnen"."""

from __future__ import annotations

from collections.abc import Iterator

from kg.facts.clauses import Clauses
from kg.facts.factuality import FactualityData
from kg.facts.frames import Candidate
from kg.facts.modality import read_factuality
from kg.facts.resolve import Resolver
from kg.facts.roles import Roles
from kg.lexicon_facts import FactWords
from kg.linguistics.layers import spans_at
from kg.linguistics.page import Page, Word

__all__ = ["match_appeals"]

_WEIGHT = 0.65
_SPEAKERS = frozenset(
    {"Person", "Country", "InternationalOrganization", "PoliticalParty", "ArmedGroup", "Ministry", "Organization"}
)
_ADDRESSEES = _SPEAKERS - {"Organization"} | {"People", "Company"}


def match_appeals(
    doc: Page, resolver: Resolver, words: FactWords, data: FactualityData, language: str
) -> Iterator[Candidate]:
    """Find what somebody says that another must or should do.

    Args:
        doc: An annotated document.
        resolver: Entity lookup of the document.
        words: Word lists of the language.
        data: The words that decide on factuality, which tell who speaks.
        language: Two-letter code, for the rule's name.

    Yields:
        Candidates for `demandsFrom`, in text order.
    """
    roles, clauses = Roles(resolver), Clauses(data)
    if not any(token.lower_ in words.duty_forms for token in doc):
        return
    for token in resolver.grammar.of_kind(doc, "verb"):
        if token.lemma_ in words.burden_verbs:
            continue
        if not _obliged(token, clauses, words) or resolver.grammar.passive(token) or clauses.denied(token):
            continue
        subjects = [a.token for a in roles.arguments(token) if a.role == "subject" and not a.inherited]
        found = [resolver.coerce(f, _ADDRESSEES) for t in subjects for f in resolver.at(t)]
        asked = [f for f in found if f is not None]
        if not asked:
            continue
        said = read_factuality(doc, token, data)
        if said.source is None or said.hypothetical or resolver.type(said.source) not in _SPEAKERS:
            continue
        rule = f"{language}/demandsFrom/appeal/{token.lemma_}"
        for filler in asked:
            if filler.entity not in (said.source, resolver.country(said.source, implied=True)):
                yield Candidate(said.source, "demandsFrom", filler.entity, token, None, rule, _WEIGHT)


def _obliged(verb: Word, clauses: Clauses, words: FactWords) -> bool:
    """Whether a modal of duty stands with the verb, in the mood of other people's words or inside a quotation."""
    modals = [t for t in clauses.helpers(verb) if t.lower_ in words.duty_forms]
    if not modals or clauses.adverbial(verb) or clauses.relative(verb):
        return False
    if any(clauses.conditional(m) for c in verb.children for m in c.children if c.i != verb.i):
        return False
    opening = next(t for t in verb.subtree if not t.is_punct and not t.is_space)
    if opening.i in [t.i for t in modals]:
        return False  # "Sollte Peru angreifen, …" is a condition
    quoted = any(True for _ in spans_at(verb.doc, "kg_quotes", verb.i))
    return quoted or any(t.lower_ in words.duty_reported for t in modals)
