"""Offices: titles before, after and beside names, and what they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

from spacy.tokens import Doc, Token

from kg.facts.frames import Candidate
from kg.facts.resolve import Filler, Resolver
from kg.facts.roles import Roles
from kg.lexicon_frames import FrameLexicon, Step, Title
from kg.model import Modality

__all__ = ["context_country", "match_offices"]

# How sure the office's owner is, by where it was found.
_WEIGHTS = {"written": 0.95, "title": 0.9, "conjunct": 0.85, "person": 0.8, "context": 0.6}
_STATE = "Country"
_CLEARLY = 2  # how many times as often the article's own country is named
_REACH = 10  # words between a title and its name


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
    """A person's name after the title and what belongs to it, whatever the parser made of it.

    "EU-Kommissar für Energie Jan Beispiel", "der Präsident Kolumbiens, Jan Beispiel, sagte"; one comma is passed when the
    name follows it at once.
    """
    doc, grammar = token.doc, resolver.grammar
    starts = {s.start: s for s in resolver.mentions if s.id_ == "name" and resolver.type(s.kb_id_) == "Person"}
    comma = False
    for index in range(token.i + 1, min(token.i + _REACH, len(doc))):
        word = doc[index]
        if word.is_sent_start or grammar.is_(word, "verb"):
            return None
        if index in starts:
            return Filler(starts[index].kb_id_, token, "name", "apposition") if grammar.preposition(word) is None else None
        if comma or (grammar.is_(word, "punctuation") and word.text != ","):
            return None
        comma = word.text == ","
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
        around = context_country(token, resolver)
        if around is not None:
            return [(Filler(around, token, "implicit", "implicit"), "context")]
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


def context_country(token: Token, resolver: Resolver) -> str | None:
    """The country that a word without one of its own most likely belongs to.

    The only country of the sentence, else the one that the article names clearly more often than any other.
    """
    sentence = token.sent
    countries = [s for s in resolver.mentions if resolver.type(s.kb_id_) == _STATE]
    here = {s.kb_id_ for s in countries if s.start >= sentence.start and s.end <= sentence.end}
    if len(here) == 1:
        return here.pop()
    ranked = Counter(s.kb_id_ for s in countries).most_common(2)
    if ranked and (len(ranked) == 1 or ranked[0][1] >= _CLEARLY * ranked[1][1]):
        return ranked[0][0]
    return None
