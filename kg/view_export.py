"""What the network view carries beside what it shows, so that it can write claims as kg's own RDF.

The page writes Turtle that `kg validate` accepts and every command of kg reads: for that it needs the ids behind the
names and what identifies a piece of evidence. Each function gives fields for the record of the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kg.lexicon_places import location_of
from kg.model import Article, Claim, Entity, Evidence
from kg.rdf.encode import COMPARISONS, evidence_iri, quantity_iri
from kg.rdf.names import other_names

__all__ = ["article_fields", "claim_fields", "entity_fields", "evidence_fields", "others"]


def entity_fields(entity: Entity) -> dict[str, Any]:
    """`known`, `countryId`, those aliases that are `names`, and of a place of the gazetteer where it lies.

    That is `lat`, `lon` (degrees) and `geonames` (number).
    """
    place = location_of(entity)
    where = {} if place is None else {"lat": place.latitude, "lon": place.longitude}
    number = {} if place is None or place.iri is None else {"geonames": place.geonames}
    names = {"names": list(other_names(entity))}
    return {"known": entity.known, "countryId": entity.country} | names | where | number


def claim_fields(claim: Claim) -> dict[str, Any]:
    """`sourceId`, `placeId` (ids of entities) and `amount`: hash, value, upper value, unit and comparison."""
    q = claim.qualifiers
    n = q.quantity
    amount = None
    if n is not None:
        amount = [_hash(quantity_iri(n).value), n.value, n.upper, n.unit, COMPARISONS[n.comparison]]
    return {"sourceId": q.source, "placeId": q.place, "amount": amount}


def evidence_fields(evidence: Evidence) -> dict[str, Any]:
    """`hash`, `start` and `cue` (code points), `rule`, and `exact`, the confidence unrounded."""
    e = evidence
    return {
        "hash": _hash(evidence_iri(e).value),
        "start": e.start,
        "cue": [e.cue_start, e.cue_end],
        "rule": e.rule,
        "exact": float(e.confidence),
    }


def article_fields(article: Article) -> dict[str, Any]:
    """`sha256` of the text, which is not in the page; nothing where the text is not at hand."""
    return {"sha256": article.digest} if article.text else {}


def others(claims: Iterable[Claim], entities: Iterable[Entity], shown: Iterable[str]) -> list[dict[str, Any]]:
    """The entities that claims name as source, place or country and that are no nodes, sorted by id.

    Args:
        claims: Those in the page.
        entities: At least those that the claims name.
        shown: Ids of the nodes.

    Returns:
        Records with `id`, `label`, `type`, `aliases`, `wikidata` and the fields of `entity_fields`.

    Example:
        >>> from kg.model import EntityType, Qualifiers
        >>> visit = Claim("P", "visits", "Peru", Qualifiers(place="Lima"))
        >>> lima = Entity("Lima", EntityType.CITY, "Lima", known=True)
        >>> [(other["id"], round(other["lat"])) for other in others([visit], [lima], ["P", "Peru"])]
        [('Lima', -12)]
    """
    by_id = {e.id: e for e in entities}
    shown = set(shown)
    named: set[str] = set()
    for claim in claims:
        named |= {name for name in (claim.qualifiers.source, claim.qualifiers.place) if name is not None}
    named |= {by_id[name].country or name for name in named | shown if name in by_id}
    return [_record(by_id[name]) for name in sorted(named - shown) if name in by_id]


def _record(entity: Entity) -> dict[str, Any]:
    return {
        "id": entity.id,
        "label": entity.name or entity.id,
        "type": str(entity.type),
        "aliases": [alias for alias in entity.aliases if alias != entity.name],
        "wikidata": entity.wikidata,
    } | entity_fields(entity)


def _hash(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]
