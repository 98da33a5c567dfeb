"""Lasting ties that stand in the structure of a phrase instead of in a word: brackets, owners, places in places."""

from __future__ import annotations

from collections.abc import Iterator

from kg.facts.affiliations import ORGANS, affiliations
from kg.facts.frames import Candidate
from kg.facts.locations import Locations
from kg.facts.offices import find_title
from kg.facts.resolve import Filler, Resolver
from kg.lexicon_facts import FactWords
from kg.lexicon_frames import FrameLexicon
from kg.linguistics.page import Page, Stretch, Word

__all__ = ["match_states"]

_PLACES = frozenset({"City", "Region", "Place", "Country"})
_LOCATED = ORGANS - {"ArmedGroup", "PoliticalParty"}
_NAMED = frozenset({"name", "adjective"})
_IN_BRACKETS = {"PoliticalParty": "memberOf", "Country": "citizenOf"}
_BELONGS = {
    "PoliticalParty": "memberOf",
    "ArmedGroup": "memberOf",
    "Organization": "affiliatedWith",
    "Company": "affiliatedWith",
    "Media": "affiliatedWith",
    "Ministry": "affiliatedWith",
    "InternationalOrganization": "affiliatedWith",
}
_CITIZENS = "occupations"  # the word class of persons by what they do
_BRACKET = 6  # words looked at inside a bracket
_OPENING, _CLOSING = "([", ")]"


def match_states(doc: Page, lexicon: FrameLexicon, resolver: Resolver, words: FactWords) -> Iterator[Candidate]:
    """Find memberships in brackets, organs of states, places in places and origins of persons.

    Args:
        doc: An annotated document.
        lexicon: The frames of its language, for titles.
        resolver: Entity lookup of the document.
        words: Word lists of the language.

    Yields:
        Candidates in text order.
    """
    locations = Locations(resolver, words)
    for span in resolver.mentions:
        kind = resolver.type(span.kb_id_)
        if kind == "Person" and span.id_ == "name":
            yield from _bracket(span, lexicon, resolver)
            yield from _from(span, locations, lexicon.language, resolver)
            yield from _origin(span, lexicon, resolver, words)
        elif kind == "Person" and span.id_ in ("description", "nominal"):
            if span.id_ == "nominal":
                yield from _described(span, lexicon, resolver, words)
                continue
            yield from _inhabitant(span, lexicon.language, resolver)
        elif kind in ORGANS and span.id_ in ("name", "nominal"):
            for owner, rule, weight in affiliations(span, _phrase_heads(span, resolver), resolver, words):
                yield _candidate(span, "affiliatedWith", owner, lexicon.language, rule, weight, resolver)
        if (kind in _PLACES and span.id_ in ("name", "metonym", "nominal")) or (
            kind in _LOCATED and span.id_ in ("name", "nominal")
        ):
            yield from _location(span, locations, lexicon.language, resolver)


def _candidate(
    span: Stretch, predicate: str, other: Filler, language: str, rule: str, weight: float, resolver: Resolver
) -> Candidate:
    governor = resolver.grammar.governor(span.root)
    return Candidate(
        span.kb_id_, predicate, other.entity, other.token, governor, f"{language}/{predicate}/structure/{rule}", weight
    )


def _bracket(span: Stretch, lexicon: FrameLexicon, resolver: Resolver) -> Iterator[Candidate]:
    """`Jan Beispiel (ÖVP)`: memberOf a party; `Jan Beispiel (Luxemburg)`: citizenOf a country."""
    doc = span.doc
    if span.end >= len(doc) or doc[span.end].text not in _OPENING:
        return
    for index in range(span.end + 1, min(span.end + _BRACKET, len(doc))):
        if doc[index].text in _CLOSING or doc[index].lower_ in lexicon.title_rules.former_adverbs:
            return
        filler = resolver.one(doc[index])
        # "Ungarn" may be a country or its people; alone in a bracket it is the country.
        inhabitant = resolver.of_kind(doc[index], "inhabitant")
        if inhabitant is not None and resolver.name(inhabitant.kb_id_) == inhabitant.text:
            filler = Filler(inhabitant.kb_id_, doc[index], "name")
        predicate = (
            _IN_BRACKETS.get(resolver.type(filler.entity)) if filler is not None and filler.kind == "name" else None
        )
        if filler is not None and predicate is not None:
            yield _candidate(span, predicate, filler, lexicon.language, "bracket", 0.95, resolver)
            return


def _from(span: Stretch, locations: Locations, language: str, resolver: Resolver) -> Iterator[Candidate]:
    """`Jan Beispiel von der Partei`, `von der Universität`, `aus den USA`."""
    grammar = resolver.grammar
    found = [f for child in grammar.children(span.root, "nominal") for f in _source(child, span, resolver)]
    after = locations.next(span, grammar.group("origin"))
    if after is not None and resolver.type(after.entity) == "Country" and not any(p == "citizenOf" for p, _ in found):
        found.append(("citizenOf", after))
    party = locations.next(span, grammar.group("owner_preposition"))
    governor = grammar.governor(span.root)
    passive = governor is not None and grammar.passive(governor)  # "wurde Jan Beispiel von der Partei gelobt"
    if party is not None and resolver.type(party.entity) == "PoliticalParty" and not found and not passive:
        found.append(("memberOf", party))
    for predicate, filler in found:
        yield _candidate(span, predicate, filler, language, "from", 0.8, resolver)


def _source(child: Word, span: Stretch, resolver: Resolver) -> Iterator[tuple[str, Filler]]:
    grammar = resolver.grammar
    preposition = grammar.preposition(child)
    if preposition is None or child.i < span.end:
        return
    for filler in resolver.at(child):
        kind = resolver.type(filler.entity)
        if preposition.word in grammar.group("owner_preposition"):
            predicate = _BELONGS.get(kind)
        else:
            predicate = "citizenOf" if preposition.word in grammar.group("origin") and kind == "Country" else None
        if predicate is not None and filler.kind in _NAMED:
            yield predicate, filler


def _phrase_heads(span: Stretch, resolver: Resolver) -> list[Word]:
    """The mention's own head, and the noun that it stands in apposition to ("Nachrichtenagentur TASS")."""
    root = span.root
    heads = [root]
    if resolver.grammar.has(root, "apposition", "flat") and resolver.grammar.is_(root.head, "noun"):
        heads.append(root.head)
    # "Radio Lima, der Sender der Gruppe": a noun after the name.
    heads += [c for c in resolver.grammar.children(root, "apposition") if resolver.mention(c) is None]
    return heads


def _origin(span: Stretch, lexicon: FrameLexicon, resolver: Resolver, words: FactWords) -> Iterator[Candidate]:
    """`der kanadische Journalist Fahmy`, `der Franzose Maurel`: citizenOf, unless the noun is an office."""
    offices = words.colleague_nouns | words.loose_colleague_nouns | words.predecessor_nouns | words.successor_nouns
    for head in _phrase_heads(span, resolver)[1:]:
        if find_title(head, lexicon) is not None or head.lemma_ in offices:
            continue
        inhabitant = resolver.of_kind(head, "inhabitant")
        owners = resolver.adjectives(head)
        if inhabitant is not None:
            owners.append(Filler(inhabitant.kb_id_, head, "inhabitant"))
        for owner in owners:
            if resolver.type(owner.entity) == "Country":
                yield _candidate(span, "citizenOf", owner, lexicon.language, "adjective", 0.85, resolver)


def _described(span: Stretch, lexicon: FrameLexicon, resolver: Resolver, words: FactWords) -> Iterator[Candidate]:
    """`ein kanadischer Priester`: citizenOf, if the noun says more than that it is a human being."""
    lemma = span.root.lemma_
    if find_title(span.root, lexicon) is None and lemma in lexicon.classes[_CITIZENS] - words.generic_people:
        for owner in resolver.adjectives(span.root):
            if resolver.type(owner.entity) == "Country":
                yield _candidate(span, "citizenOf", owner, lexicon.language, "adjective", 0.8, resolver)


def _inhabitant(span: Stretch, language: str, resolver: Resolver) -> Iterator[Candidate]:
    """`Der Indonesier kündigte an`: a person described by the people that he belongs to."""
    country = resolver.sense(span.doc.span(span.root.i, span.root.i + 1), "inhabitant")
    if country is not None and resolver.type(country) == "Country":
        owner = Filler(country, span.root, "inhabitant")
        yield _candidate(span, "citizenOf", owner, language, "inhabitant", 0.75, resolver)


def _location(span: Stretch, locations: Locations, language: str, resolver: Resolver) -> Iterator[Candidate]:
    """`Aleppo in Syrien`: locatedIn; `der Gerichtshof in den USA`: affiliatedWith, an organ belongs to its country."""
    organ = resolver.type(span.kb_id_) == "Ministry"
    for owner, rule, weight in locations.of(span, _phrase_heads(span, resolver)):
        predicate = "affiliatedWith" if organ and resolver.type(owner.entity) == "Country" else "locatedIn"
        yield _candidate(span, predicate, owner, language, rule, weight, resolver)
