"""Lasting ties that stand in the structure of a phrase instead of in a word: brackets, owners, places in places."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Span, Token

from kg.facts.frames import Candidate
from kg.facts.locations import Locations
from kg.facts.offices import find_title
from kg.facts.resolve import Filler, Resolver
from kg.lexicon_facts import FactWords
from kg.lexicon_frames import FrameLexicon
from kg.vocabulary import RELATIONS

__all__ = ["match_states"]

_ORGANS = frozenset(
    {"Ministry", "Media", "Company", "Organization", "PoliticalParty", "ArmedGroup", "InternationalOrganization"}
)
_OWNERS = frozenset(
    {"Country", "InternationalOrganization", "PoliticalParty", "Region", "City", "ArmedGroup", "Organization"}
)
_PLACES = frozenset({"City", "Region", "Place", "Country"})
# Without a name their adjective says where they come from, not whom they belong to ("israelische Medien").
_UNOWNED = frozenset({"ArmedGroup", "Media", "Company", "Organization"})
_STATE_OWNED = frozenset({"Media", "Company"})
_LOCATED = _ORGANS - {"ArmedGroup", "PoliticalParty"}
_NAMED = frozenset({"name", "adjective"})
_IN_BRACKETS = {"PoliticalParty": "memberOf", "Country": "citizenOf"}
_BELONGS = {
    "PoliticalParty": "memberOf",
    "ArmedGroup": "memberOf",
    "Organization": "affiliatedWith",
    "Company": "affiliatedWith",
    "Media": "affiliatedWith",
    "Ministry": "affiliatedWith",
}
_BRACKET = 6  # words looked at inside a bracket
_OPENING, _CLOSING = "([", ")]"


def match_states(doc: Doc, lexicon: FrameLexicon, resolver: Resolver, words: FactWords) -> Iterator[Candidate]:
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
            yield from _from(span, lexicon, resolver)
            yield from _origin(span, lexicon, resolver)
        elif kind in _ORGANS and (span.id_ == "name" or (span.id_ == "nominal" and kind not in _UNOWNED)):
            yield from _affiliation(span, lexicon, resolver, words)
        if (kind in _PLACES and span.id_ in ("name", "metonym")) or (
            kind in _LOCATED and span.id_ in ("name", "nominal")
        ):
            yield from _location(span, locations, lexicon.language, resolver)


def _candidate(
    span: Span, predicate: str, other: Filler, language: str, rule: str, weight: float, resolver: Resolver
) -> Candidate:
    governor = resolver.grammar.governor(span.root)
    return Candidate(
        span.kb_id_, predicate, other.entity, other.token, governor, f"{language}/{predicate}/structure/{rule}", weight
    )


def _bracket(span: Span, lexicon: FrameLexicon, resolver: Resolver) -> Iterator[Candidate]:
    """`Jan Beispiel (ÖVP)`: memberOf a party; `Jan Beispiel (Luxemburg)`: citizenOf a country."""
    doc = span.doc
    if span.end >= len(doc) or doc[span.end].text not in _OPENING:
        return
    for index in range(span.end + 1, min(span.end + _BRACKET, len(doc))):
        if doc[index].text in _CLOSING:
            return
        filler = resolver.one(doc[index])
        predicate = (
            _IN_BRACKETS.get(resolver.type(filler.entity)) if filler is not None and filler.kind == "name" else None
        )
        if filler is not None and predicate is not None:
            yield _candidate(span, predicate, filler, lexicon.language, "bracket", 0.95, resolver)
            return


def _from(span: Span, lexicon: FrameLexicon, resolver: Resolver) -> Iterator[Candidate]:
    """`Jan Beispiel von der Partei`, `von der Universität`, `aus den USA`."""
    grammar = resolver.grammar
    for child in grammar.children(span.root, "nominal"):
        preposition = grammar.preposition(child)
        if preposition is None or child.i < span.end:
            continue
        for filler in resolver.at(child):
            kind = resolver.type(filler.entity)
            if preposition.word in grammar.group("owner_preposition"):
                predicate = _BELONGS.get(kind)
            else:
                predicate = "citizenOf" if preposition.word in grammar.group("origin") and kind == "Country" else None
            if predicate is not None and filler.kind in _NAMED:
                yield _candidate(span, predicate, filler, lexicon.language, "from", 0.8, resolver)


def _phrase_heads(span: Span, resolver: Resolver) -> list[Token]:
    """The mention's own head, and the noun that it stands in apposition to ("Nachrichtenagentur TASS")."""
    root = span.root
    heads = [root]
    if resolver.grammar.has(root, "apposition", "flat") and resolver.grammar.is_(root.head, "noun"):
        heads.append(root.head)
    return heads


def _origin(span: Span, lexicon: FrameLexicon, resolver: Resolver) -> Iterator[Candidate]:
    """`der kanadische Journalist Fahmy`: citizenOf, unless the noun is an office."""
    for head in _phrase_heads(span, resolver)[1:]:
        if find_title(head, lexicon) is not None:
            continue
        for owner in resolver.adjectives(head):
            if resolver.type(owner.entity) == "Country":
                yield _candidate(span, "citizenOf", owner, lexicon.language, "adjective", 0.85, resolver)


def _affiliation(span: Span, lexicon: FrameLexicon, resolver: Resolver, words: FactWords) -> Iterator[Candidate]:
    """`russische Nachrichtenagentur TASS`, `südkoreanischer Geheimdienst`, `EU-Kommission`: affiliatedWith."""
    allowed = RELATIONS["affiliatedWith"].object_types
    doc, kind_ = span.doc, resolver.type(span.kb_id_)
    known = span.id_ == "name" and bool(resolver.entities[span.kb_id_].get("known"))
    for head in _phrase_heads(span, resolver):
        for owner in resolver.owners(head):
            kind = resolver.type(owner.entity)
            if known and owner.kind in ("description", "pronoun"):
                continue  # "hatte die Union der Gruppe vorgeworfen": a name needs no owner
            if span.start and doc[span.start - 1].text in _OPENING and owner.token.i == span.start - 2:
                continue  # the short form in brackets after the long one
            if owner.entity != span.kb_id_ and kind in _OWNERS and kind in allowed:
                yield _candidate(span, "affiliatedWith", owner, lexicon.language, "owner", 0.8, resolver)
                return
    prefix, hyphen, _ = span.root.text.partition("-")
    whole = resolver.named(prefix) if hyphen and len(prefix) > 1 and span.id_ == "name" else None
    if (
        whole is not None
        and whole != span.kb_id_
        and resolver.type(whole) in _OWNERS
        and resolver.type(whole) in allowed
    ):
        owner = Filler(whole, span.root, "modifier")
        yield _candidate(span, "affiliatedWith", owner, lexicon.language, "prefix", 0.75, resolver)
        return
    if kind_ in _STATE_OWNED and any(_of_state(head, words) for head in _phrase_heads(span, resolver)):
        state = resolver.country(span.kb_id_, implied=True) or resolver.around(span.root)
        if state is not None:
            owner = Filler(state, span.root, "implicit", "implicit")
            yield _candidate(span, "affiliatedWith", owner, lexicon.language, "state", 0.65, resolver)
            return
    country = resolver.country(span.kb_id_)
    if span.id_ == "nominal" and country is not None:
        yield _candidate(
            span, "affiliatedWith", Filler(country, span.root, "nominal"), lexicon.language, "country", 0.7, resolver
        )


def _of_state(noun: Token, words: FactWords) -> bool:
    """Whether it is the state's: `staatliche Nachrichtenagentur`, `Staatsmedien`."""
    return noun.lemma_.startswith(tuple(words.state_prefixes)) or any(
        c.lemma_.lower() in words.state_adjectives for c in noun.lefts
    )


def _location(span: Span, locations: Locations, language: str, resolver: Resolver) -> Iterator[Candidate]:
    """`Aleppo in Syrien`: locatedIn; `der Gerichtshof in den USA`: affiliatedWith, an organ belongs to its country."""
    organ = resolver.type(span.kb_id_) == "Ministry"
    for owner, rule, weight in locations.of(span, _phrase_heads(span, resolver)):
        predicate = "affiliatedWith" if organ and resolver.type(owner.entity) == "Country" else "locatedIn"
        yield _candidate(span, predicate, owner, language, rule, weight, resolver)
