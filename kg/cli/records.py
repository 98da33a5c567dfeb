"""Claims as flat records, for JSON lines, CSV and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kg.model import Article, Claim, Entity, Extraction, Qualifiers, Quantity

__all__ = ["CLAIM_COLUMNS", "claim_record", "claim_rows", "period"]

CLAIM_COLUMNS = (
    "article", "subject", "predicate", "object", "modality", "source", "date", "place", "quantity", "role",
    "confidence", "start", "end", "quote", "rule", "claim",
)  # fmt: skip


def claim_record(
    claim: Claim, entity: Callable[[str], Entity | None], article: Callable[[str], Article | None]
) -> dict[str, Any]:
    """One claim with the names of its entities and all of its evidence, for JSON.

    Args:
        claim: The claim.
        entity: Finds an entity by its id; one that is missing is given by its id.
        article: Finds an article by its id, for the title, day and address of the evidence.
    """
    q = claim.qualifiers
    return {
        "claim": claim.id,
        "subject": _entity(claim.subject, entity),
        "predicate": claim.predicate,
        "object": _entity(claim.object, entity),
        "modality": str(q.modality),
        "source": _entity(q.source, entity),
        "begins": q.begins,
        "ends": q.ends,
        "place": _entity(q.place, entity),
        "quantity": _quantity(q.quantity),
        "role": q.role,
        "confidence": round(claim.confidence, 3),
        "evidence": _evidence(claim, article),
    }


def _evidence(claim: Claim, find: Callable[[str], Article | None]) -> list[dict[str, Any]]:
    """The evidence of a claim with the article it stands in, sorted by article and place."""
    found = []
    for e in sorted(claim.evidence):
        article = find(e.article)
        found.append(
            {
                "article": e.article,
                "title": article.title if article else None,
                "published": article.published.isoformat() if article and article.published else None,
                "url": article.url if article else None,
                "start": e.start,
                "end": e.end,
                "quote": e.quote,
                "rule": e.rule,
                "confidence": round(e.confidence, 3),
            }
        )
    return found


def claim_rows(extractions: Iterable[Extraction]) -> Iterator[tuple[object, ...]]:
    """One row of `CLAIM_COLUMNS` for every claim and piece of evidence, in the order of the articles."""
    for extraction in extractions:
        names = {entity.id: entity.name for entity in extraction.entities}
        for claim in extraction.claims:
            q = claim.qualifiers
            for e in claim.evidence:
                yield (
                    e.article,
                    names.get(claim.subject, claim.subject),
                    claim.predicate,
                    None if claim.object is None else names.get(claim.object, claim.object),
                    str(q.modality),
                    None if q.source is None else names.get(q.source, q.source),
                    period(q),
                    None if q.place is None else names.get(q.place, q.place),
                    None if q.quantity is None else q.quantity.text,
                    q.role,
                    round(e.confidence, 3),
                    e.start,
                    e.end,
                    e.quote,
                    e.rule,
                    claim.id,
                )


def period(qualifiers: Qualifiers) -> str | None:
    """The time of a claim as ISO 8601: a day, month or year, or an interval, open where an end is unknown.

    Example:
        >>> period(Qualifiers(begins="2022")), period(Qualifiers(begins="2024-10", ends="2024-10"))
        ('2022/..', '2024-10')
    """
    begins, ends = qualifiers.begins, qualifiers.ends
    if begins is None and ends is None:
        return None
    return begins if begins == ends else f"{begins or '..'}/{ends or '..'}"


def _entity(entity_id: str | None, find: Callable[[str], Entity | None]) -> dict[str, Any] | None:
    if entity_id is None:
        return None
    entity = find(entity_id)
    if entity is None:
        return {"id": entity_id, "name": entity_id, "type": None, "wikidata": None}
    return {"id": entity.id, "name": entity.name, "type": str(entity.type), "wikidata": entity.wikidata}


def _quantity(quantity: Quantity | None) -> dict[str, Any] | None:
    if quantity is None:
        return None
    return {
        "text": quantity.text,
        "value": quantity.value,
        "upper": quantity.upper,
        "unit": quantity.unit,
        "comparison": str(quantity.comparison),
    }
