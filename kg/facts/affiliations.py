"""Whom organisations belong to: owners beside, inside and before their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.facts.resolve import Filler, Resolver
from kg.lexicon_facts import FactWords
from kg.linguistics.page import Stretch, Word
from kg.vocabulary import RELATIONS

__all__ = ["ORGANS", "affiliations"]

ORGANS = frozenset(
    {"Ministry", "Media", "Company", "Organization", "PoliticalParty", "ArmedGroup", "InternationalOrganization"}
)
_OWNERS = frozenset({"Country", "InternationalOrganization", "PoliticalParty", "Region", "ArmedGroup", "Organization"})
# Without a name their adjective says where they come from, not whom they belong to ("israelische Medien").
_UNOWNED = frozenset({"ArmedGroup", "Media", "Company", "Organization"})
# A region tells where they are at home ("die bayerische CSU", "Arbeiterpartei Kurdistans").
_BRANCHES = frozenset({"PoliticalParty", "ArmedGroup"})
_STATE_OWNED = frozenset({"Media", "Company"})
# Of what the name may tell whom it belongs to; a region only says where it is at home.
_SPELLED = frozenset({"Country", "InternationalOrganization"})
# Their adjective says whose they are ("Iranische Revolutionsgarden"), not only where ("Syrische Beobachtungsstelle").
_STATES_OWN = frozenset({"Ministry", "ArmedGroup"})
_AT_HOME = frozenset({"Organization", "Company", "Media"})
_COUNTRY = "Country"
_OPENING = "(["
_LONGEST = 3  # words of an owner's name inside another name

Found = tuple[Filler, str, float]


def affiliations(span: Stretch, heads: Sequence[Word], resolver: Resolver, words: FactWords) -> Iterator[Found]:
    """Find `russische Nachrichtenagentur TASS`, `südkoreanischer Geheimdienst`, `EU-Kommission`, `Rat der EU`.

    Args:
        span: A mention of an organisation, by name or as `nominal`.
        heads: Its own head and the noun that it stands in apposition to.
        resolver: Entity lookup of the document.
        words: Word lists of the language.

    Yields:
        The owner, the name of the rule, the weight; the owners of one rule only.
    """
    if span.root.lemma_.lower().endswith(tuple(words.no_organs)):
        return
    for found, rule, weight in (
        (_owners(span, heads, resolver), "owner", 0.8),
        (_spelled(span, resolver), "inside", 0.75),
        (_prefix(span, resolver), "prefix", 0.75),
        (_state(span, heads, resolver, words), "state", 0.65),
        (_country(span, resolver), "country", 0.7),
    ):
        owner = next((f for f in found if _fits(span, f, resolver)), None)
        if owner is not None:
            yield owner, rule, weight
            return


def _fits(span: Stretch, owner: Filler, resolver: Resolver) -> bool:
    kind = resolver.type(owner.entity)
    if kind == "Region" and resolver.type(span.kb_id_) in _BRANCHES:
        return False
    if kind == "PoliticalParty" and resolver.type(span.kb_id_) == "Ministry":
        return False  # organs of a state are no party's
    return owner.entity != span.kb_id_ and kind in _OWNERS and kind in RELATIONS["affiliatedWith"].object_types


def _owners(span: Stretch, heads: Sequence[Word], resolver: Resolver) -> Iterator[Filler]:
    """Adjectives of origin, genitives, `von` and first parts of compounds."""
    kind, doc = resolver.type(span.kb_id_), span.doc
    known = span.id_ == "name" and bool(resolver.entities[span.kb_id_].get("known"))
    for head in heads:
        for owner in _own_first(span, resolver.owners(head), resolver):
            if known and owner.kind in ("description", "pronoun"):
                continue  # "hatte die Union der Gruppe vorgeworfen": a name needs no owner
            if span.start and doc[span.start - 1].text in _OPENING and owner.token.i == span.start - 2:
                if owner.kind == "modifier":
                    yield owner  # "die EU-Mission (XYZ)"
                continue  # the short form in brackets after the long one
            if (
                span.id_ == "nominal"
                and kind in _UNOWNED
                and (owner.kind != "modifier" or resolver.type(owner.entity) == _COUNTRY or _plural(span))
            ):
                continue
            if owner.kind == "adjective" and resolver.type(owner.entity) == "Region" and (known or kind in _AT_HOME):
                continue  # "die Salzburger SPÖ" is a part of it, "die kalifornische Universität" lies there
            yield owner


def _own_first(span: Stretch, owners: list[Filler], resolver: Resolver) -> list[Filler]:
    """The owners, that of the entity first: "deutsche und spanische Gerichte" are two entities over the same words."""
    country = resolver.country(span.kb_id_)
    return sorted(owners, key=lambda o: o.entity != country)


def _plural(span: Stretch) -> bool:
    return span.root.morph.get("Number", []) == ["Plur"]


def _spelled(span: Stretch, resolver: Resolver) -> Iterator[Filler]:
    """An owner inside the name: `Arbeiterpartei Nordkoreas`, `Sicherheitsrat der Vereinten Nationen`."""
    if span.id_ != "name" or resolver.type(span.kb_id_) in _STATE_OWNED:
        return  # the name of a newspaper or company says little of its owner
    grammar, kind = resolver.grammar, resolver.type(span.kb_id_)
    for inner in resolver.mentions:
        if span.start <= inner.start and inner.end <= span.end and resolver.type(inner.kb_id_) in _SPELLED:
            root = inner.root
            genitive = grammar.has(root, "nominal") and grammar.preposition(root) is None
            if (inner.id_ == "adjective" and kind in _STATES_OWN) or (
                inner.id_ == "name" and (genitive or resolver.genitive(root))
            ):
                yield Filler(inner.kb_id_, root, inner.id_)
    if not resolver.entities[span.kb_id_].get("known"):
        return
    for start in range(span.start, span.end):
        for end in range(span.end, start, -1):
            if end - start <= _LONGEST and end - start < len(span):
                words = span.doc.span(start, end)
                tail = start > span.start and end == span.end and not grammar.is_(span.doc[start - 1], "adposition")
                owner = resolver.sense(words, "name") if tail else None
                if owner is None and kind in _STATES_OWN:
                    owner = resolver.sense(words, "adjective")
                if owner is not None and resolver.type(owner) in _SPELLED:
                    yield Filler(owner, span.root, "name")


def _prefix(span: Stretch, resolver: Resolver) -> Iterator[Filler]:
    """The first part of a name with a hyphen: `EU-Kommission`."""
    prefix, hyphen, _ = span.root.text.partition("-")
    whole = resolver.named(prefix) if hyphen and len(prefix) > 1 and span.id_ == "name" else None
    if whole is not None and resolver.type(whole) != "Organization":
        yield Filler(whole, span.root, "modifier")


def _state(span: Stretch, heads: Sequence[Word], resolver: Resolver, words: FactWords) -> Iterator[Filler]:
    """What is the state's, `staatliche Nachrichtenagentur`, `Staatsmedien`: that of the country around it."""
    prefixes = tuple(words.state_prefixes)
    named = span.id_ == "name"
    if resolver.type(span.kb_id_) not in _STATE_OWNED or not any(
        (named and h.lemma_.startswith(prefixes)) or any(c.lemma_.lower() in words.state_adjectives for c in h.lefts)
        for h in heads
    ):
        return
    state = resolver.country(span.kb_id_, implied=True) or resolver.around(span.root)
    if state is not None:
        yield Filler(state, span.root, "implicit", "implicit")


def _country(span: Stretch, resolver: Resolver) -> Iterator[Filler]:
    """The country of an organ without a name, as coreference or context found it."""
    country = resolver.country(span.kb_id_)
    if resolver.described(span.kb_id_):
        return  # "der Stuttgarter Landtag" is the city's or the land's
    if span.id_ != "nominal" or country is None or resolver.type(span.kb_id_) in _UNOWNED:
        return
    if any(_tells(mention, resolver) for mention in resolver.of(span.kb_id_)):
        yield Filler(country, span.root, "nominal")


def _tells(mention: Stretch, resolver: Resolver) -> bool:
    """Whether the words of a mention tell whose it is: "das Gericht in Lima", but not "das Parlament"."""
    inside = resolver.starting(mention.start, mention.end)
    return any(other.end <= mention.end and other.kb_id_ != mention.kb_id_ for other in inside)
