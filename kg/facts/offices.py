"""Offices: titles before, after and beside names, and what they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from spacy.tokens import Doc, Token

from kg.facts.frames import Candidate
from kg.facts.resolve import Filler, Resolver
from kg.facts.roles import Roles
from kg.lexicon_frames import FrameLexicon, Step, Title
from kg.model import Modality

__all__ = ["match_offices"]

# How sure the office's owner is, by where it was found.
_WEIGHTS = {"written": 0.95, "title": 0.9, "conjunct": 0.85, "person": 0.8, "context": 0.6}
_STATE = "Country"


def match_offices(doc: Doc, lexicon: FrameLexicon, resolver: Resolver) -> Iterator[Candidate]:
    """Find who holds or held which office.

    Args:
        doc: An annotated document.
        lexicon: Titles and their rules.
        resolver: Entity lookup of the document.

    Yields:
        Candidates with `role` set to the title in the nominative, in text order.
    """
    roles = Roles(resolver)
    for token in doc:
        if not resolver.grammar.is_(token, "noun"):
            continue
        title = lexicon.title(token.lemma_) or lexicon.title(token.lemma_.rpartition("-")[2])
        if title is None:
            continue
        people = _holders(token, roles)
        if not people:
            continue
        changed = _changes(token, lexicon, resolver)
        predicate = title.predicate
        if title.former or changed == "former":
            predicate = lexicon.title_rules.former_predicate if predicate == "holdsOffice" else predicate
        modality = Modality.PLANNED if title.planned or changed == "planned" else None
        for person in people:
            for owner, how in _owners(token, title, person, roles):
                if owner.entity == person.entity:
                    continue
                weight = title.weight * _WEIGHTS[how]
                rule = f"{lexicon.language}/{predicate}/title/{token.lemma_}"
                role = _role_name(token, resolver) if predicate in ("holdsOffice", "heldOffice") else None
                governor = resolver.grammar.governor(token)
                yield Candidate(person.entity, predicate, owner.entity, token, governor, rule, weight, modality, role)


@cache
def _path(written: str) -> tuple[Step, ...]:
    steps = []
    for step in written.split(">"):
        head, _, case = step.partition("+")
        label, _, prep = head.partition(":")
        steps.append(Step(label, prep or None, case or None))
    return tuple(steps)


def _holders(token: Token, roles: Roles) -> list[Filler]:
    """The persons whom the title is said of."""
    resolver, grammar = roles.resolver, roles.grammar
    own = resolver.one(token)
    if own is not None and resolver.type(own.entity) == "Person":
        return [own]
    if grammar.has(token, "apposition", "flat", "compound"):
        head = resolver.one(token.head)
        if head is not None and resolver.type(head.entity) == "Person":
            return [head]
    if grammar.has(token, "conjunct") and grammar.is_(token.head, "noun"):
        return _holders(token.head, roles)
    trigger = roles.trigger(token, "noun")
    people = [f for f in roles.fillers(trigger, _path("nsubj")) if resolver.type(f.entity) == "Person"]
    if people:
        return people
    following = _following(token, resolver)
    if following is not None:
        return [following]
    # "Außenminister und Vizekanzler Steinmeier": the name hangs on the last title.
    for child in grammar.children(token, "conjunct"):
        filler = resolver.one(child)
        if filler is not None and filler.via == "apposition" and resolver.type(filler.entity) == "Person":
            return [filler]
    return []


def _following(token: Token, resolver: Resolver) -> Filler | None:
    """A person's name right after the title, whatever the parser made of it."""
    if token.i + 1 >= len(token.doc) or token.doc[token.i + 1].is_sent_start:
        return None
    for span in resolver.mentions:
        if span.start == token.i + 1 and span.id_ == "name" and resolver.type(span.kb_id_) == "Person":
            return Filler(span.kb_id_, token, "name", "apposition")
    return None


def _owners(token: Token, title: Title, person: Filler, roles: Roles) -> list[tuple[Filler, str]]:
    """What the office belongs to, and how it was found."""
    resolver, grammar = roles.resolver, roles.grammar
    trigger = roles.trigger(token, "noun")
    for written in title.object:
        found = [resolver.coerce(f, title.object_types) for f in roles.fillers(trigger, _path(written))]
        fitting = [(f, "written") for f in found if f is not None]
        if fitting:
            return fitting
    if title.body:
        for key, entity in resolver.entities.items():
            if entity["name"] == title.body:
                return [(Filler(key, token, "implicit", "implicit"), "title")]
    # "der russische Präsident und Oberbefehlshaber": conjuncts share the owner.
    if grammar.has(token, "conjunct") and grammar.is_(token.head, "noun"):
        found = [resolver.coerce(f, title.object_types) for f in resolver.owners(token.head)]
        fitting = [(f, "conjunct") for f in found if f is not None]
        if fitting:
            return fitting
    if _STATE in title.object_types:
        country = resolver.country(person.entity)
        if country is not None:
            return [(Filler(country, token, "implicit", "implicit"), "person")]
    return []


def _changes(token: Token, lexicon: FrameLexicon, resolver: Resolver) -> str | None:
    """Whether an adjective or adverb says that the office is over (`former`) or to come (`planned`)."""
    rules = lexicon.title_rules
    for child in token.children:
        lemma = child.lemma_.lower()
        if resolver.grammar.has(child, "adjectival"):
            if lemma in rules.former_adjectives:
                return "former"
            if lemma in rules.planned_adjectives:
                return "planned"
        elif resolver.grammar.has(child, "adverbial") and lemma in rules.former_adverbs:
            return "former"
    return None


def _role_name(token: Token, resolver: Resolver) -> str:
    """The title in the nominative, without the compound's first part where that names the owner."""
    head, hyphen, last = token.lemma_.rpartition("-")
    return last if hyphen and head and resolver.modifiers(token) else token.lemma_


