"""Offices: titles before, after and beside names, and what they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from spacy.tokens import Doc, Token

from kg.facts.frames import Candidate
from kg.facts.resolve import Filler, Resolver
from kg.facts.roles import Roles
from kg.lexicon_facts import FactWords
from kg.lexicon_frames import FrameLexicon, Step, Title
from kg.model import Modality

__all__ = ["find_title", "match_offices"]

# How sure the office's owner is, by where it was found.
_WEIGHTS = {"written": 0.95, "title": 0.9, "conjunct": 0.85, "person": 0.8, "context": 0.65}
_STATE = "Country"
_REACH = 10  # words between a title and its name


def match_offices(doc: Doc, lexicon: FrameLexicon, resolver: Resolver, words: FactWords) -> Iterator[Candidate]:
    """Find who holds or held which office.

    Args:
        doc: An annotated document.
        lexicon: Titles and their rules.
        resolver: Entity lookup of the document.
        words: Word lists of the language.

    Yields:
        Candidates with `role` set to the title in the nominative, in text order.
    """
    roles = Roles(resolver)
    for token in doc:
        if not resolver.grammar.is_(token, "noun"):
            continue
        title = find_title(token, lexicon)
        if title is None:
            continue
        changed = _changes(token, lexicon, resolver, words)
        people = _holders(token, roles)
        if not people:
            people = _appointed(token, roles, words)
            if people and token.head.lemma_ in words.proposing_verbs:
                changed = "planned"
        if not people:
            continue
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
                role = _role_name(token, resolver, lexicon) if predicate in ("holdsOffice", "heldOffice") else None
                governor = resolver.grammar.governor(token)
                yield Candidate(person.entity, predicate, owner.entity, token, governor, rule, weight, modality, role)


def find_title(token: Token, lexicon: FrameLexicon) -> Title | None:
    """The office that a noun names, by lemma or form, whole or by the last part of a compound."""
    for form in (token.lemma_, token.text):
        title = lexicon.title(form) or lexicon.title(form.rpartition("-")[2])
        if title is not None:
            return title
    return None


def _appointed(token: Token, roles: Roles, words: FactWords) -> list[Filler]:
    """Who is given the office: "wählte ihn zum Präsidenten"."""
    verb = token.head
    if verb.lemma_ not in words.appointing_verbs | words.proposing_verbs or not roles.grammar.is_(verb, "verb"):
        return []
    preposition = roles.grammar.preposition(token)
    if preposition is None or preposition.word not in roles.grammar.group("office_preposition"):
        return []
    found = [f for a in roles.arguments(verb) if a.role == "object" for f in roles.resolver.at(a.token)]
    return [f for f in found if roles.resolver.type(f.entity) == "Person"]


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
    # "Der Gesandte war der Franzose Jean Beispiel": the office is the subject.
    if grammar.has(token, "subject") and any(True for _ in grammar.children(token.head, "copula")):
        said = resolver.one(token.head)
        if said is not None and resolver.type(said.entity) == "Person":
            return [said]
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

    "EU-Kommissar für Energie Jan Beispiel", "der Präsident Kolumbiens, Jan Beispiel, sagte"; one comma is passed when
    the name follows it at once.
    """
    doc, grammar = token.doc, resolver.grammar
    starts = {s.start: s for s in resolver.mentions if s.id_ == "name" and resolver.type(s.kb_id_) == "Person"}
    comma = False
    for index in range(token.i + 1, min(token.i + _REACH, len(doc))):
        word = doc[index]
        if word.is_sent_start or grammar.is_(word, "verb"):
            return None
        if index in starts:
            return (
                Filler(starts[index].kb_id_, token, "name", "apposition") if grammar.preposition(word) is None else None
            )
        if comma or (grammar.is_(word, "punctuation") and word.text != ","):
            return None
        comma = word.text == ","
    return None


def _owners(token: Token, title: Title, person: Filler, roles: Roles) -> list[tuple[Filler, str]]:
    """What the office belongs to, and how it was found."""
    resolver, grammar = roles.resolver, roles.grammar
    trigger = roles.trigger(token, "noun")
    other = False
    for written in title.object:
        fillers = roles.fillers(trigger, _path(written))
        found = [resolver.coerce(f, title.object_types) for f in fillers]
        fitting = [(f, "written") for f in found if f is not None]
        if fitting:
            return fitting
        other = other or any(f.entity != person.entity for f in fillers)
    if other:
        return []  # the office belongs to something else than what it can belong to
    if title.body:
        body = resolver.named(title.body)
        if body is not None:
            return [(Filler(body, token, "implicit", "implicit"), "title")]
    # "der russische Präsident und Oberbefehlshaber": conjuncts share the owner.
    if grammar.has(token, "conjunct") and grammar.is_(token.head, "noun"):
        found = [resolver.coerce(f, title.object_types) for f in resolver.owners(token.head)]
        fitting = [(f, "conjunct") for f in found if f is not None]
        if fitting:
            return fitting
    if _STATE in title.object_types:
        country = resolver.country(person.entity, implied=True)
        if country is not None:
            return [(Filler(country, token, "implicit", "implicit"), "person")]
        around = resolver.around(token)
        if around is not None:
            return [(Filler(around, token, "implicit", "implicit"), "context")]
    return []


def _changes(token: Token, lexicon: FrameLexicon, resolver: Resolver, words: FactWords) -> str | None:
    """Whether an adjective or adverb says that the office is over (`former`) or to come (`planned`)."""
    rules = lexicon.title_rules
    named = any(True for _ in resolver.grammar.children(token, "apposition"))
    for child in token.children:
        lemma = child.lemma_.lower()
        if resolver.grammar.has(child, "adjectival"):
            if lemma in rules.former_adjectives:
                return "former"
            if lemma in rules.planned_adjectives:
                return "planned"
        elif resolver.grammar.has(child, "adverbial") and lemma in rules.former_adverbs:
            return "former"
    # "Er war Minister und Parteichef": the copula hangs on the first; beside a name it says nothing of the office.
    first = (
        token.head if resolver.grammar.has(token, "conjunct") and resolver.grammar.is_(token.head, "noun") else token
    )
    past = any(c.lower_ in words.past_copula for c in resolver.grammar.children(first, "copula"))
    return "former" if past and not named else None


def _role_name(token: Token, resolver: Resolver, lexicon: FrameLexicon) -> str:
    """The title in the nominative, without `Ex-` and without the compound's first part where that names the owner."""
    lemma = token.lemma_
    for prefix in lexicon.title_rules.former_prefixes:
        rest = lemma.removeprefix(prefix)
        if rest != lemma and rest:
            lemma = rest[0].upper() + rest[1:]
    head, hyphen, last = lemma.rpartition("-")
    return last if hyphen and head and resolver.modifiers(token) else lemma
