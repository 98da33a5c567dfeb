"""Events as a table of the kind that political scientists know: a row for who did what to whom, when and where.

A row is a claim whose relation has an event type of PLOVER, between two actors. The columns follow POLECAT, in its
order; what POLECAT has not (how factual it is, who says so, by how many articles and sources) stands where it belongs.
"""

from __future__ import annotations

import calendar
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from kg.facts.acting import acts_for
from kg.lexicon_places import Location, location_of
from kg.lexicon_sectors import Sectors, country_codes, load_sectors
from kg.model import Article, Claim, Entity, EntityType, Extraction
from kg.vocabulary import RELATIONS

__all__ = ["EVENTS", "day_of", "event_count", "event_rows"]

_ACTOR = {
    "id": "string", "name": "string", "type": "string", "country": "string", "sector": "string", "title": "string",
    "wikidata": "string",
}  # fmt: skip
EVENTS: dict[str, str] = {
    "event_id": "string", "event_date": "date", "event_date_end": "date", "event_date_precision": "string",
    "event_date_source": "string", "event_type": "string", "event_mode": "string", "relation": "string",
    "quad_class": "string", "quad_code": "int", "cameo": "string", "score": "float", "modality": "string",
    **{f"actor_{name}": kind for name, kind in _ACTOR.items()},
    **{f"recipient_{name}": kind for name, kind in _ACTOR.items()},
    "place_id": "string", "place_name": "string", "place_country": "string", "latitude": "float", "longitude": "float",
    "geonames": "int", "quantity": "string", "value": "float", "upper": "float", "unit": "string",
    "comparison": "string", "attributed_to": "string", "attributed_to_name": "string", "publishers": "list",
    "publication_date": "date", "articles": "int", "sources": "int", "confidence": "float", "quote": "string",
    "article": "string", "start": "int", "end": "int", "url": "string",
}  # fmt: skip
"""The columns with their types. Named as in POLECAT where it has them, in small letters with underscores."""

_NO_ACTORS = {EntityType.WEAPON, EntityType.AGREEMENT, EntityType.EVENT}
_PLACES = {EntityType.REGION, EntityType.CITY, EntityType.PLACE}
_WHERE = _PLACES | {EntityType.COUNTRY}
_QUADS = {"verbal cooperation": 1, "material cooperation": 2, "verbal conflict": 3, "material conflict": 4}
_PAST = "heldOffice"
_STANDING = ("holdsOffice", "speaksFor", "memberOf", _PAST)
_PARTS = (*_STANDING, "affiliatedWith")
_PRECISION = {4: "year", 7: "month", 10: "day"}
_SCHEMA = (
    "CREATE TEMP TABLE standing (actor, article, state, home, sector, title)",
    "CREATE INDEX standing_actor ON standing (actor, article)",
)
_Entity = Callable[[str], Entity | None]
_Claim = Callable[[str], tuple[Claim, int]]


def event_count(database: sqlite3.Connection, entity: _Entity) -> int:
    """How many events there are; see `event_rows`."""
    return sum(1 for _ in _events(database, entity))


def event_rows(database: sqlite3.Connection, claim: _Claim, entity: _Entity) -> Iterator[dict[str, Any]]:
    """The rows of the table, by date, those without one last.

    Args:
        database: That of `kg.tables.Tables`.
        claim: Fetches a claim with the number of its independent sources.
        entity: Fetches an entity.

    Source:
        Columns: Halterman, Schrodt, Beger, Bagozzi and Scarborough, "Creating Custom Event Data Without Dictionaries",
        2023, and the files of POLECAT, https://doi.org/10.7910/DVN/AJGVIT.
    """
    _read_standings(database, claim, entity)
    for name, published in _events(database, entity):
        said, sources = claim(name)
        yield _row(database, said, sources, published, entity)


def _events(database: sqlite3.Connection, entity: _Entity) -> Iterator[tuple[str, str | None]]:
    """The claims that are events, with the day of their first article, by date."""
    typed = [relation.name for relation in RELATIONS.values() if relation.plover and not relation.stative]
    marks = ", ".join("?" * len(typed))
    found = database.execute(
        f"SELECT claim.id, object, min(published) AS first FROM claim LEFT JOIN evidence ON claim = claim.id "
        f"LEFT JOIN article ON article.id = article WHERE predicate IN ({marks}) AND object IS NOT NULL "
        "GROUP BY claim.id ORDER BY coalesce(begins, ends, min(published), '~'), claim.id",
        typed,
    )
    for name, other, published in found:
        whom = entity(other)
        if whom is None or whom.type not in _NO_ACTORS:
            yield name, published


def _read_standings(database: sqlite3.Connection, claim: _Claim, entity: _Entity) -> None:
    """Note what every article says of the offices of its actors, for whom they act, and their sectors by that."""
    if database.execute("SELECT 1 FROM sqlite_temp_master WHERE name = 'standing'").fetchone():
        return  # somebody else reads the events as well
    for statement in _SCHEMA:
        database.execute(statement)
    marks = ", ".join("?" * len(_PARTS))
    found = database.execute(
        f"SELECT DISTINCT article, language, claim FROM evidence JOIN claim ON claim.id = claim "
        f"JOIN article ON article.id = article WHERE predicate IN ({marks}) ORDER BY article, claim",
        _PARTS,
    ).fetchall()
    for (article, language), rows in groupby(found, key=lambda row: (row[0], row[1] or "")):
        claims = [claim(name)[0] for _, _, name in rows]
        claims = [c for c in claims if c.affirmed]
        names = {name for c in claims for name in (c.subject, c.object) if name is not None}
        people = {name: e for name in sorted(names) if (e := entity(name)) is not None}
        read = Extraction.of(Article(article, "", language=language), people.values(), claims)
        sectors = load_sectors(language.partition("-")[0])
        told: set[tuple[str | None, ...]] = {(link.actor, link.state, None, None, None) for link in acts_for(read)}
        past = {(c.subject, c.object, c.qualifiers.role) for c in claims if c.predicate == _PAST}
        for c in claims:
            over = c.predicate != _PAST and (c.subject, c.object, c.qualifiers.role) in past
            if c.predicate in _STANDING and not over:
                body = people.get(c.object or "")
                home = None if body is None else body.id if body.type is EntityType.COUNTRY else body.country
                sector = sectors.of_office(c.predicate, c.qualifiers.role, body)
                told.add((c.subject, None, home, sector, c.qualifiers.role))
        database.executemany(
            "INSERT INTO standing VALUES (?, ?, ?, ?, ?, ?)",
            [(actor, article, *rest) for actor, *rest in sorted(told, key=repr)],
        )


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the articles of an event say of an actor."""

    states: Counter[str]
    homes: Counter[str]
    sectors: tuple[tuple[str, str | None], ...]


def _standing(database: sqlite3.Connection, actor: str, claim: str) -> _Standing:
    rows = database.execute(
        "SELECT state, home, sector, title FROM standing WHERE actor = ? "
        "AND article IN (SELECT article FROM evidence WHERE claim = ?) ORDER BY state, home, sector, title",
        (actor, claim),
    ).fetchall()
    states, homes = (Counter(row[n] for row in rows if row[n]) for n in (0, 1))
    return _Standing(states, homes, tuple((s, t) for _, _, s, t in rows if s))


def _actor(database: sqlite3.Connection, id: str, claim: str, entity: _Entity, sectors: Sectors) -> tuple[Any, ...]:
    """The columns of an actor."""
    who = entity(id)
    if who is None:
        return (id, id, None, country_codes().get(id), None, None, None)
    told = _standing(database, id, claim)
    sector, title = sectors.of(who), None
    if who.type is EntityType.PERSON and told.sectors:
        sector, title = min(told.sectors, key=lambda each: (sectors.codes.index(each[0]), each[1] or "~"))
    return (who.id, who.name, str(who.type), _country(who, told), sector, title, who.wikidata)


def _country(who: Entity, told: _Standing | None = None) -> str | None:
    """The code of the country that somebody is, acts for, belongs to, or has an office in."""
    codes = country_codes()
    if who.id in codes:
        return codes[who.id]
    home = who.country
    if told is not None and (told.states or not home):
        ranked = told.states or told.homes
        home = min(ranked, key=lambda state: (state != who.country, -ranked[state], state), default=None)
    return None if home is None else codes.get(home)


def _row(
    database: sqlite3.Connection, claim: Claim, sources: int, published: str | None, entity: _Entity
) -> dict[str, Any]:
    relation, q, n = RELATIONS[claim.predicate], claim.qualifiers, claim.qualifiers.quantity
    best = min(claim.evidence, key=lambda e: (-e.confidence, e.article, e.start), default=None)
    articles = {
        id: (language, publisher, url)
        for id, language, publisher, url in database.execute(
            "SELECT DISTINCT id, language, publisher, url FROM article JOIN evidence ON article = id WHERE claim = ?",
            (claim.id,),
        )
    }
    language, _, url = articles.get(best.article if best else "", ("", None, None))
    sectors = load_sectors((language or "").partition("-")[0])
    begins, ends, precision, source = _time(q.begins, q.ends, published)
    place, spot = _place(claim, entity)
    actors = [_actor(database, id, claim.id, entity, sectors) for id in (claim.subject, claim.object or "")]
    speaker = None if q.source is None else entity(q.source)
    values = (
        claim.id, begins, ends, precision, source, relation.plover, relation.mode, relation.name, relation.quad_class,
        _QUADS.get(relation.quad_class or ""), relation.cameo, relation.score, str(q.modality), *actors[0], *actors[1],
        place and place.id, place and place.name, place and _country(place), spot and spot.latitude,
        spot and spot.longitude, spot and spot.geonames, n and n.text, n and n.value, n and n.upper, n and n.unit,
        n and str(n.comparison), q.source, speaker.name if speaker else q.source,
        sorted({publisher for _, publisher, _ in articles.values() if publisher}), day_of(published),
        len({e.article for e in claim.evidence}), sources, claim.confidence, best and best.quote,
        best and best.article, best and best.start, best and best.end, url,
    )  # fmt: skip
    return dict(zip(EVENTS, values, strict=True))


def _place(claim: Claim, entity: _Entity) -> tuple[Entity | None, Location | None]:
    """Where it happens: as the claim says, else its object where that is a place."""
    place = None if claim.qualifiers.place is None else entity(claim.qualifiers.place)
    if place is None and claim.object is not None:
        whom = entity(claim.object)
        goes = RELATIONS[claim.predicate].object_types <= _WHERE
        place = whom if whom is not None and (whom.type in _PLACES or (goes and whom.type in _WHERE)) else None
    return place, None if place is None else location_of(place)


def _time(
    begins: str | None, ends: str | None, published: str | None
) -> tuple[date | None, date | None, str | None, str | None]:
    """First and last day, how exactly they are known, and whether the text or the article tells them."""
    told = begins or ends
    if told is None:
        day = day_of(published)
        return (day, day, None, None) if day is None else (day, day, "day", "article")
    last = day_of(ends, last=True)
    # What has an end but no beginning is known at its end alone.
    return day_of(begins) if begins else last, last, _PRECISION.get(len(told)), "text"


@cache
def day_of(told: str | None, *, last: bool = False) -> date | None:
    """The first or last day of a year, month or day in ISO 8601; `None` for none that the calendar has.

    Example:
        >>> day_of("2024-02"), day_of("2024-02", last=True)
        (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    """
    try:
        year, month, day = ([int(part) for part in (told or "").split("-")] + [0, 0])[:3]
        month = month or (12 if last else 1)
        return date(year, month, day or (calendar.monthrange(year, month)[1] if last else 1))
    except ValueError:
        return None
