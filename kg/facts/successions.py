"""Offices told by their relation to another's: predecessors, successors, colleagues, deputies, heads of governments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.facts.frames import Candidate
from kg.facts.offices import appointed, holders
from kg.facts.resolve import Filler, Resolver
from kg.facts.roles import Roles
from kg.lexicon_facts import FactWords
from kg.linguistics.page import Page, Word
from kg.model import Modality

__all__ = ["match_governments", "match_successions"]

_HOLDS, _HELD = "holdsOffice", "heldOffice"
_WEIGHT = 0.75
_GOVERNMENT_WEIGHT = 0.7
_OFFICES = frozenset({_HOLDS, _HELD})


def match_successions(
    doc: Page, offices: Sequence[Candidate], resolver: Resolver, words: FactWords, language: str
) -> Iterator[Candidate]:
    """Find offices that a noun names by somebody else's: "sein Vorgänger X", "ihr polnischer Amtskollege Y".

    Args:
        doc: An annotated document.
        offices: The offices that the document names by their titles.
        resolver: Entity lookup of the document.
        words: Word lists of the language.
        language: Two-letter code, for the rule's name.

    Yields:
        Candidates in text order.
    """
    roles = Roles(resolver)
    kinds = (
        (words.predecessor_nouns, _HELD),
        (words.successor_nouns, _HOLDS),
        (words.colleague_nouns | words.loose_colleague_nouns, _HOLDS),
        (words.deputy_nouns, _HOLDS),
    )
    known = [o for o in offices if o.predicate in _OFFICES]
    for token in resolver.grammar.of_kind(doc, "noun"):
        predicate = next((p for nouns, p in kinds if token.lemma_ in nouns), None)
        if predicate is None:
            continue
        given = appointed(token, roles, words)
        people = given or [f for f in holders(token, roles) if f.kind != "nominal"]
        planned = bool(given) and token.head.lemma_ in words.proposing_verbs
        others = [f for f in resolver.possessors(token) if resolver.type(f.entity) == "Person"]
        for person in people:
            office = _office(others, person, token, known)
            loose = token.lemma_ in words.loose_colleague_nouns and office is not None
            colleague = token.lemma_ in words.colleague_nouns or (loose and bool(resolver.adjectives(token)))
            owner = _home(token, person, resolver) if colleague else (office.object if office is not None else None)
            if loose and not colleague and office is not None:  # nobody has the same office of the same country
                own = resolver.country(person.entity, implied=True)
                owner, colleague = (own, True) if own != office.object else (None, False)
            if owner is None or any(o.subject == person.entity and o.object == owner for o in known):
                continue
            if office is None and not (colleague and resolver.adjectives(token)):
                continue
            role = token.lemma_ if token.lemma_ in words.deputy_nouns else office.role if office is not None else None
            if colleague and role is not None and resolver.name(owner) not in words.federations:
                role = _elsewhere(role, words)
            rule = f"{language}/{predicate}/title/{token.lemma_}"
            governor = resolver.grammar.governor(token)
            modality = Modality.PLANNED if planned else None
            yield Candidate(person.entity, predicate, owner, token, governor, rule, _WEIGHT, modality, role)


def _office(others: Sequence[Filler], person: Filler, token: Word, known: Sequence[Candidate]) -> Candidate | None:
    """The office of the other person that was named last before the word, else first after it."""
    names = {f.entity for f in others} - {person.entity}
    theirs = [o for o in known if o.subject in names]
    before = [o for o in theirs if o.trigger.i <= token.i]
    return before[-1] if before else theirs[0] if theirs else None


def _elsewhere(role: str, words: FactWords) -> str:
    """A title without the part that only federations have: "Bundespräsident" is elsewhere "Präsident"."""
    prefix = next((p for p in words.federal_prefixes if role.startswith(p) and role != p), "")
    rest = role.removeprefix(prefix)
    return rest[:1].upper() + rest[1:] if prefix else role


def _home(token: Word, person: Filler, resolver: Resolver) -> str | None:
    """The country of a colleague: its adjective, its genitive, else the person's own."""
    for filler in resolver.owners(token):
        if resolver.type(filler.entity) == "Country" and filler.kind != "pronoun":
            return filler.entity
    return resolver.country(person.entity, implied=True)


def match_governments(doc: Page, resolver: Resolver, words: FactWords, language: str) -> Iterator[Candidate]:
    """Find heads of governments by whose name the government goes: "die Regierung X", "die Regierung von X".

    Args:
        doc: An annotated document.
        resolver: Entity lookup of the document.
        words: Word lists of the language.
        language: Two-letter code, for the rule's name.

    Yields:
        Candidates in text order, without a role: the text names none.
    """
    grammar = resolver.grammar
    for token in grammar.of_kind(doc, "noun"):
        if token.lemma_.rpartition("-")[2] not in words.government_nouns:
            continue
        state = resolver.mention(token)
        if state is None or resolver.type(state.kb_id_) != "Country":
            continue
        named = [c for c in grammar.children(token, "apposition", "flat") if c.i > token.i]
        for child in grammar.children(token, "nominal"):
            preposition = grammar.preposition(child)
            if preposition is not None and preposition.word in grammar.group("owner_preposition"):
                named.append(child)
        found = [f for t in named if (f := resolver.one(t)) is not None and f.kind == "name"]
        for person in (*found, *resolver.modifiers(token)):
            if resolver.type(person.entity) == "Person":
                rule = f"{language}/{_HOLDS}/title/{token.lemma_}"
                governor = grammar.governor(token)
                yield Candidate(person.entity, _HOLDS, state.kb_id_, token, governor, rule, _GOVERNMENT_WEIGHT)
