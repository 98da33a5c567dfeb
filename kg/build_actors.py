"""The actors of an archive: who they are, which may be one or two, and bringing a graph to what was decided of them.

Decisions (`kg.facts.decisions`) are applied to every article when it is read. What was read before is brought to them
here: rewritten where something was added, read anew from the text in the graph where a decision was taken back. So a
graph is always what a build from nothing with the same decisions would give.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from kg.build_partition import Task, read_partition
from kg.config import Settings
from kg.errors import DataError, KGError, StoreError
from kg.facts.decisions import Decision, Decisions, Merge, Split
from kg.model import Entity, EntityType
from kg.rdf.links import ACTORS, decision_quads
from kg.rdf.vocabulary import entity_id, entity_iri
from kg.store import KnowledgeGraph

__all__ = [
    "Actor",
    "Suggestion",
    "articles_of",
    "find_actor",
    "follow_decisions",
    "free_id",
    "go_together",
    "list_actors",
    "suggest",
]

_BATCH = 32  # articles rewritten or read at once
_LOCAL = re.compile(r"_[0-9a-f]{10}$")  # of an actor whose name tells it from others in its article only
_PLACES = {EntityType.COUNTRY, EntityType.REGION, EntityType.CITY, EntityType.PLACE}
_BODIES = {
    EntityType.INTERNATIONAL_ORGANIZATION, EntityType.POLITICAL_PARTY, EntityType.ARMED_GROUP, EntityType.MINISTRY,
    EntityType.MEDIA, EntityType.COMPANY, EntityType.ORGANIZATION,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor with the number of claims about it and of articles that mention it."""

    entity: Entity
    claims: int
    articles: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A decision that the graph suggests, and why."""

    decision: Merge | Split
    why: str


def list_actors(graph: KnowledgeGraph, *, like: str = "") -> list[Actor]:
    """The actors of a graph, those with most claims first.

    Args:
        graph: The graph.
        like: Only those with these letters in a name or id.

    Example:
        >>> from kg.model import Article, Extraction
        >>> graph = KnowledgeGraph()
        >>> graph.add(Extraction.of(Article("a", ""), [Entity("Peru", EntityType.COUNTRY, "Peru")]))
        >>> [(actor.entity.name, actor.claims, actor.articles) for actor in list_actors(graph)]
        [('Peru', 0, 1)]
    """
    claims: Counter[str] = Counter()
    for part in ("rdf:subject", "rdf:object"):
        asked = f"SELECT ?e (COUNT(?c) AS ?n) WHERE {{ ?c a kg:Claim ; {part} ?e }} GROUP BY ?e"
        claims.update(_counted(graph, asked))
    asked = "SELECT ?e (COUNT(DISTINCT ?a) AS ?n) WHERE { ?a a schema:NewsArticle ; schema:mentions ?e } GROUP BY ?e"
    articles = _counted(graph, asked)
    wanted = like.casefold()
    found = [
        Actor(entity, claims[entity.id], articles.get(entity.id, 0))
        for entity in graph.entities()
        if any(wanted in name.casefold() for name in (entity.id, entity.name, *entity.aliases))
    ]
    return sorted(found, key=lambda actor: (-actor.claims, -actor.articles, actor.entity.id))


def _counted(graph: KnowledgeGraph, sparql: str) -> dict[str, int]:
    counted = {}
    for node, count in graph.query(sparql).terms:
        try:
            counted[entity_id(node)] = int(count.value)  # type: ignore[arg-type, union-attr]
        except DataError:
            continue  # somebody else's node
    return counted


def find_actor(graph: KnowledgeGraph, wanted: str) -> Entity:
    """The actor of an id, or else of a name that only one has.

    Raises:
        StoreError: If there is none, or more than one.
    """
    entity = graph.entity(wanted)
    if entity is not None:
        return entity
    named = [actor.entity for actor in list_actors(graph, like=wanted)]
    exact = [e for e in named if wanted.casefold() in {e.name.casefold()}] or [
        e for e in named if wanted.casefold() in {alias.casefold() for alias in e.aliases}
    ]
    if len(exact) == 1:
        return exact[0]
    near = [e.id for e in exact or named][:5]
    message = f"{len(exact)} actors are called {wanted!r}" if exact else f"there is no actor {wanted!r}"
    hint = f"give an id: {', '.join(near)}" if near else "`kg actors TARGET` lists them"
    raise StoreError(message, hint=hint)


def free_id(graph: KnowledgeGraph, type: EntityType, name: str) -> str:
    """An id for a new actor of a type and name, as reading would give it, or the next that is free."""
    from kg.linguistics.registry import slug  # with spaCy, which takes long to load

    wanted = free = f"{type}_{slug(name)}"
    number = 2
    while graph.entity(free) is not None:
        free, number = f"{wanted}_{number}", number + 1
    return free


def articles_of(graph: KnowledgeGraph, actor: str) -> set[str]:
    """The articles (ids) that mention an actor (its id)."""
    return _mentioning(graph, [actor])


def go_together(one: EntityType, other: EntityType) -> bool:
    """Whether actors of two types may be one: both persons, both bodies, both places.

    Example:
        >>> go_together(EntityType.COMPANY, EntityType.ORGANIZATION), go_together(EntityType.PERSON, EntityType.CITY)
        (True, False)
    """
    return one is other or any(one in family and other in family for family in (_BODIES, _PLACES))


# --- what was decided ------------------------------------------------------------------------------------------------


def follow_decisions(
    graph: KnowledgeGraph,
    decisions: Decisions,
    *,
    settings: Settings | None = None,
    on_error: Callable[[KGError], None] | None = None,
) -> int:
    """Bring the articles of a graph to what was decided; if it was interrupted, the next call goes on.

    Args:
        graph: Whose articles were written by other decisions, or by these.
        decisions: All that hold now.
        settings: Language and model, for articles that must be read anew.
        on_error: Called with the error of an article that cannot be read; without it the first one is raised.

    Returns:
        The number of articles that were written anew.

    Raises:
        DataError: If a claim does not fit into the graph any more.
        StoreError: If the graph cannot be written.
    """
    before = _applied(graph)
    if before == decisions:
        return 0
    kept = set(before.made) & set(decisions.made)
    gone = [decision for decision in before.made if decision not in kept]
    new = [decision for decision in decisions.made if decision not in kept]
    # Of whom a decision has taken out of the graph the text alone tells where he was.
    lost = [d for d in new if isinstance(d, Split) and any(before.resolve(d.actor, a) != d.actor for a in d.articles)]
    anew = _mentioning(graph, {name for d in (*gone, *lost) for name in _shown(d, before)})
    changed = _mentioning(graph, {name for d in (*new, *gone) for name in _named(d)}) - anew
    count = 0
    for batch in _batches(sorted(anew)):
        task = Task(settings or Settings(), decisions=decisions)
        articles = [article for name in batch if (article := graph.article(name)) is not None]
        readings = read_partition([article for article in articles if article.text], task)
        graph.add(*(reading.extraction for reading in readings if reading.extraction is not None))
        count += len(readings)
        errors: list[KGError] = [_textless(article.id) for article in articles if not article.text]
        for error in (*errors, *(reading.error for reading in readings if reading.error is not None)):
            if on_error is None:
                raise error
            on_error(error)
    for batch in _batches(sorted(changed)):
        graph.add(*(decisions.apply(graph.extraction(name)) for name in batch))
        count += len(batch)
    replaced = {
        actor: decisions.resolve(actor, "") for d in decisions.made if isinstance(d, Merge) for actor in d.actors
    }
    graph.put_graph(ACTORS, decision_quads(decisions.text() if len(decisions) else "", replaced))
    return count


def _textless(article: str) -> StoreError:
    message = "the graph does not hold the text, so it cannot be read anew without the decision"
    return StoreError(message, source=article, hint="build it again from its file with --again")


def _applied(graph: KnowledgeGraph) -> Decisions:
    """The decisions that the articles of a graph were written by."""
    rows = graph.query(f"SELECT ?text WHERE {{ <{ACTORS}> schema:text ?text }}").rows
    return Decisions.parse(str(rows[0][0]), source=ACTORS) if rows else Decisions()


def _named(decision: Decision) -> Sequence[str]:
    """The actors that a decision changes."""
    return (*decision.actors, decision.into) if isinstance(decision, Merge) else (decision.actor,)


def _shown(decision: Decision, decisions: Decisions) -> Sequence[str]:
    """Who stands in the graph where a decision was applied."""
    articles = decision.articles if isinstance(decision, Split) else ("",)
    starts: tuple[str, ...] = (decision.into,) if isinstance(decision, Merge) else (decision.actor,)
    starts += (decision.into,) if isinstance(decision, Split) else ()
    return [name for start in starts for name in (start, *(decisions.resolve(start, each) for each in articles))]


def _mentioning(graph: KnowledgeGraph, actors: Iterable[str]) -> set[str]:
    """The articles (ids) that mention one of some actors."""
    found: set[str] = set()
    for batch in _batches(sorted(actors)):
        nodes = " ".join(str(entity_iri(actor)) for actor in batch)
        asked = f"VALUES ?e {{ {nodes} }} ?a schema:mentions ?e ; schema:identifier ?id ; a schema:NewsArticle"
        found.update(str(row[0]) for row in graph.query(f"SELECT DISTINCT ?id WHERE {{ {asked} }}").rows)
    return found


def _batches(items: Iterable[str]) -> Iterator[list[str]]:
    flow = iter(items)
    while batch := list(islice(flow, _BATCH)):
        yield batch


# --- what may be wrong -----------------------------------------------------------------------------------------------


def suggest(graph: KnowledgeGraph) -> list[Suggestion]:
    """Which actors may be one, and which may be two: for somebody to look at, since names alone prove nothing.

    One: the same name under kinds of body or place that go together; a surname alone, of one country with the only
    full name in the archive that ends so; a full name within a longer one. Two: a person with offices in several
    countries.

    Returns:
        Suggestions, the merges first, in the order of their actors.
    """
    actors = {actor.entity.id: actor for actor in list_actors(graph)}
    taken: set[str] = set()
    found = []
    for suggestion in (*_same_name(actors), *_surnames(actors), *_longer_names(actors)):
        names = set(_named(suggestion.decision))
        if not names & taken:
            taken |= names
            found.append(suggestion)
    return [*found, *_two_persons(graph, actors)]


def _same_name(actors: dict[str, Actor]) -> Iterator[Suggestion]:
    named: dict[tuple[str, bool], list[Actor]] = defaultdict(list)
    for actor in actors.values():
        if _LOCAL.search(actor.entity.id) and actor.entity.country is None:
            continue  # the police of some town: the same word in two articles says nothing
        for family in (_BODIES, _PLACES):
            if actor.entity.type in family:
                named[actor.entity.name.casefold(), family is _BODIES].append(actor)
    for group in named.values():
        known = [actor for actor in group if actor.entity.known]
        if len(group) > 1 and len(known) <= 1 and _one_country(actor.entity for actor in group):
            first, *others = sorted(group, key=lambda actor: (not actor.entity.known, -actor.claims, actor.entity.id))
            kinds = ", ".join(sorted({str(actor.entity.type) for actor in group}))
            yield _merge(first, others, f"one name, kinds that go together: {kinds}")


def _surnames(actors: dict[str, Actor]) -> Iterator[Suggestion]:
    full: dict[str, list[Actor]] = defaultdict(list)
    persons = [actor for actor in actors.values() if actor.entity.type is EntityType.PERSON]
    for actor in persons:
        if " " in actor.entity.name and not _LOCAL.search(actor.entity.id):
            full[actor.entity.name.split()[-1].casefold()].append(actor)
    short: dict[str, list[Actor]] = defaultdict(list)
    for actor in persons:
        candidates = full[actor.entity.name.casefold()] if _LOCAL.search(actor.entity.id) else []
        if len(candidates) == 1 and actor.entity.country and actor.entity.country == candidates[0].entity.country:
            short[candidates[0].entity.id].append(actor)
    for id, group in short.items():
        home = group[0].entity.country
        yield _merge(actors[id], group, f"a surname that one person of {home} has")


def _longer_names(actors: dict[str, Actor]) -> Iterator[Suggestion]:
    by_ends: dict[tuple[str, str], list[Actor]] = defaultdict(list)
    for actor in actors.values():
        words = actor.entity.name.casefold().split()
        if actor.entity.type is EntityType.PERSON and len(words) > 1 and not _LOCAL.search(actor.entity.id):
            by_ends[words[0], words[-1]].append(actor)
    for group in by_ends.values():
        known = [actor for actor in group if actor.entity.known]
        chain = sorted((set(actor.entity.name.casefold().split()) for actor in group), key=len)
        nested = all(one <= other for one, other in pairwise(chain))
        if len(group) > 1 and len(known) <= 1 and nested and _one_country(actor.entity for actor in group):
            first, *others = sorted(group, key=lambda actor: (not actor.entity.known, -actor.claims, actor.entity.id))
            yield _merge(first, others, "a full name within a longer one")


def _two_persons(graph: KnowledgeGraph, actors: dict[str, Actor]) -> Iterator[Suggestion]:
    offices: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for claim in graph.claims(predicate="holdsOffice"):
        place = actors.get(claim.object or "")
        person = actors.get(claim.subject)
        if place is None or person is None or person.entity.known or person.entity.type is not EntityType.PERSON:
            continue
        home = place.entity.id if place.entity.type is EntityType.COUNTRY else place.entity.country
        if home is not None:
            offices[claim.subject][home].update(evidence.article for evidence in claim.evidence)
    for person_id, homes in sorted(offices.items()):
        ranked = sorted(homes, key=lambda home: (-len(homes[home]), home))
        for home in ranked[1:]:
            articles = homes[home] - {article for other in ranked if other != home for article in homes[other]}
            if articles:
                entity = actors[person_id].entity
                land = actors[home].entity.name if home in actors else home
                name = f"{entity.name} ({land})"
                split = Split(person_id, tuple(sorted(articles)), free_id(graph, entity.type, name), name, entity.type)
                yield Suggestion(split, f"offices in {ranked[0]} and in {home}")


def _one_country(entities: Iterable[Entity]) -> bool:
    return len({entity.country for entity in entities} - {None}) <= 1


def _merge(first: Actor, others: Iterable[Actor], why: str) -> Suggestion:
    into = first.entity
    return Suggestion(Merge(tuple(sorted(o.entity.id for o in others)), into.id, into.name, into.type), why)
