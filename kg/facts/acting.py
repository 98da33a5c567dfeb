"""Who acts for which state: what follows from offices, spokesmen and the bodies that they belong to (`kg:actsFor`).

A text seldom says it; it says that somebody is minister or ambassador of a state, or speaks for its ministry. Nothing
new is read here: each link follows from claims of one article, names them, and goes when the article goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from kg.errors import UnsupportedLanguage
from kg.lexicon import read_table, words_of
from kg.lexicon_facts import load_fact_words
from kg.lexicon_frames import load_frames
from kg.model import Claim, Entity, EntityType, Extraction

__all__ = ["ActsFor", "acts_for"]

_OFFICE, _PAST, _VOICE, _MEMBER, _PART = "holdsOffice", "heldOffice", "speaksFor", "memberOf", "affiliatedWith"
_STATES = frozenset({EntityType.COUNTRY, EntityType.INTERNATIONAL_ORGANIZATION})
_BODIES = frozenset({EntityType.MINISTRY, EntityType.INTERNATIONAL_ORGANIZATION})
_CABINETS = frozenset({EntityType.MINISTRY, EntityType.ORGANIZATION})
_LOCAL = frozenset({EntityType.REGION, EntityType.CITY})


@dataclass(frozen=True, slots=True, order=True)
class ActsFor:
    """Somebody acts for a state or an international organisation.

    Attributes:
        actor: `Entity.id` of the person or the organ.
        state: `Entity.id` of the country or the international organisation.
        claims: `Claim.id` of the claims that it follows from together, sorted. Their evidence is its evidence, and
            their time is when it holds.
    """

    actor: str
    state: str
    claims: tuple[str, ...]


def acts_for(extraction: Extraction) -> tuple[ActsFor, ...]:
    """Derive who acts for which state from what one article claims.

    Who has an office of a country or of an international organisation, or speaks for it, acts for it; so does who has
    one in a ministry, court, parliament, embassy or other organ of it, who sits in its government, and the organ
    itself. Only asserted and reported claims count. Offices of parties, regions and cities, those of the opposition
    and past ones count for nothing, nor does an office that the same article also calls a past one.

    Args:
        extraction: What was read from the article. Offices are judged by the word lists of its language; without any,
            claims that name a title are passed over.

    Returns:
        Sorted; one pair several times if it follows from several claims each by itself.

    Example:
        >>> from kg.model import Article, Qualifiers
        >>> people = [Entity("Vargas", EntityType.PERSON, "Julio Vargas"), Entity("Peru", EntityType.COUNTRY, "Peru")]
        >>> office = Claim("Vargas", "holdsOffice", "Peru", Qualifiers(role="Präsident"))
        >>> [(a.actor, a.state) for a in acts_for(Extraction.of(Article("a1", ""), people, [office]))]
        [('Vargas', 'Peru')]
    """
    return tuple(sorted(set(_Reader(extraction).found())))


@dataclass(frozen=True, slots=True)
class _Words:
    """Which titles and bodies stand for no state."""

    kinds: frozenset[str]
    beginnings: tuple[str, ...]
    words: frozenset[str]
    governments: tuple[str, ...]
    language: str

    def counts(self, title: str) -> bool:
        """Whether a title is an office that acts for a state."""
        nouns = [w for w in title.split() if w[:1].isupper()] or title.split()
        if any(w in self.words or w.startswith(self.beginnings) for w in nouns):
            return False
        lexicon = load_frames(self.language)
        known = next((t for t in map(lexicon.title, (title, *nouns)) if t is not None), None)
        return known is None or not (known.kind in self.kinds or known.former or known.planned)

    def governs(self, body: Entity) -> bool:
        """Whether a body is a government."""
        return body.name.lower().endswith(self.governments) and not body.name.startswith(self.beginnings)


@cache
def _words(language: str) -> _Words | None:
    """The word lists of a language, `None` if it has none."""
    name = "acting.toml"
    try:
        table = read_table(language, name)
        governments = load_fact_words(language).government_nouns
    except UnsupportedLanguage:
        return None
    return _Words(
        kinds=frozenset(words_of(table, "title_kinds", name)),
        beginnings=words_of(table, "beginnings", name),
        words=frozenset(words_of(table, "words", name)),
        governments=tuple(sorted(noun.lower() for noun in governments)),
        language=language,
    )


class _Reader:
    """Holds the entities and the affirmed claims of one article."""

    def __init__(self, extraction: Extraction) -> None:
        self._entities = {e.id: e for e in extraction.entities}
        self._claims = [c for c in extraction.claims if c.affirmed]
        self._words = _words(extraction.article.language.partition("-")[0])
        self._past = {(c.subject, c.object, c.qualifiers.role) for c in self._of(_PAST)}
        self._owners: dict[str, list[Claim]] = {}
        for claim in self._of(_PART):
            self._owners.setdefault(claim.subject, []).append(claim)

    def found(self) -> Iterator[ActsFor]:
        for claim in self._claims:
            body = self._entities.get(claim.object or "")
            if body is None:
                continue
            if claim.predicate == _PART and self._type(claim.subject) in _BODIES and body.type in _STATES:
                yield ActsFor(claim.subject, body.id, (claim.id,))
            elif self._type(claim.subject) is EntityType.PERSON and self._speaks(claim, body):
                for state, because in self._states(body):
                    yield ActsFor(claim.subject, state, tuple(sorted({claim.id, *because})))

    def _of(self, predicate: str) -> Iterable[Claim]:
        return (c for c in self._claims if c.predicate == predicate)

    def _type(self, entity: str | None) -> EntityType | None:
        known = self._entities.get(entity or "")
        return None if known is None else known.type

    def _speaks(self, claim: Claim, body: Entity) -> bool:
        """Whether the claim makes its subject one who acts for the body."""
        if claim.predicate == _MEMBER:
            return body.type in _CABINETS and self._words is not None and self._words.governs(body)
        if claim.predicate not in (_OFFICE, _VOICE) or body.type not in _STATES | _BODIES:
            return False
        if claim.predicate == _OFFICE and (claim.subject, claim.object, claim.qualifiers.role) in self._past:
            return False
        titles = _titles(claim)
        return not titles or (self._words is not None and any(map(self._words.counts, titles)))

    def _states(self, body: Entity) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The states that a body is or belongs to, and the claims that say so."""
        if body.type in _STATES:
            yield body.id, ()
        if body.type not in _BODIES | _CABINETS:
            return
        owners = self._owners.get(body.id, ())
        for claim in owners:
            if claim.object is not None and self._type(claim.object) in _STATES:
                yield claim.object, (claim.id,)
        local = any(self._type(c.object) in _LOCAL for c in owners)  # "das bayerische Innenministerium"
        if body.type in _CABINETS and not local and not any(self._type(c.object) in _STATES for c in owners):
            described = self._type(body.country)
            if body.country and (described is EntityType.COUNTRY or (described is None and body.known)):
                yield body.country, ()  # the gazetteer knows whose it is, even where no word names the state


def _titles(claim: Claim) -> set[str]:
    """The titles that a claim names: its role, else the nouns that its rules read it from."""
    if claim.qualifiers.role is not None:
        return {claim.qualifiers.role}
    return {word for e in claim.evidence if (word := e.rule.rpartition("/")[2])[:1].isupper()}
