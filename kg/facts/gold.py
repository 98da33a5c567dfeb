"""The exchange format for annotated articles: one JSON object per article, as the annotation guidelines define it.

It holds less than an `Extraction`: one evidence sentence per claim, dates instead of periods, quantities as written, no
quotations, and no modality `alleged`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kg.errors import DataError
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction, Modality, Qualifiers, Quantity

__all__ = ["from_gold", "to_gold"]


def to_gold(extraction: Extraction) -> dict[str, Any]:
    """Write an extraction in the exchange format.

    Entities are those that take part in a claim and those that are known to the gazetteer. Each claim gets its best
    evidence; `alleged` becomes `reported`; a period becomes the year or month that both ends share, else its begin.

    Args:
        extraction: What was read from one article.

    Returns:
        A dictionary that `json.dumps` takes; `id` and `text` are the article's, offsets count its code points.

    Example:
        >>> record = to_gold(Extraction(Article("a1", "Lima empfing Quito.", published=date(2025, 3, 12))))
        >>> record["id"], record["published"], record["claims"]
        ('a1', '2025-03-12', [])
    """
    article = extraction.article
    used = {name for claim in extraction.claims for name in _participants(claim)}
    return {
        "id": article.id,
        "text": article.text,
        "published": None if article.published is None else article.published.isoformat(),
        "entities": [_entity_record(e) for e in extraction.entities if e.id in used or e.known],
        "claims": [_claim_record(claim) for claim in _once(extraction.claims)],
    }


def from_gold(record: Mapping[str, Any]) -> Extraction:
    """Read an annotated article.

    Its entities count as known, because somebody listed them on purpose; the rule of all evidence is `gold`.

    Args:
        record: One object of the exchange format.

    Returns:
        The extraction; `to_gold` gives the record back, but for the order of aliases and of keys.

    Raises:
        DataError: If a key is missing or a value is none of the format's.

    Example:
        >>> from_gold({"id": "a1", "text": "Ruhe.", "published": None, "entities": [], "claims": []}).article.id
        'a1'
    """
    try:
        published = record.get("published")
        day = None if published is None else date.fromisoformat(published)
        article = Article(record["id"], record["text"], published=day)
        entities = [_entity(e) for e in record["entities"]]
        claims = [_claim(c, article) for c in record["claims"]]
    except KeyError as error:
        message = f"the key {error} is missing"
        raise DataError(message, source=record.get("id"), hint="see the file format of the guidelines") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise DataError(str(error), source=record.get("id"), hint="see the file format of the guidelines") from error
    return Extraction.of(article, entities, claims)


def _once(claims: Iterable[Claim]) -> list[Claim]:
    """Each relation once for a modality and a source, as the format wants it: the surest, in the order of the first."""
    best: dict[tuple[str, str, str | None, Modality, str | None], Claim] = {}
    for claim in claims:
        q = claim.qualifiers
        key = (claim.subject, claim.predicate, claim.object, q.modality, q.source)
        if key not in best or claim.confidence > best[key].confidence:
            best[key] = claim
    return list(best.values())


def _participants(claim: Claim) -> set[str]:
    q = claim.qualifiers
    return {name for name in (claim.subject, claim.object, q.source, q.place) if name is not None}


def _entity_record(entity: Entity) -> dict[str, Any]:
    return {
        "id": entity.id,
        "type": str(entity.type),
        "name": entity.name,
        "wikidata": entity.wikidata,
        "aliases": list(entity.aliases),
    }


def _claim_record(claim: Claim) -> dict[str, Any]:
    q = claim.qualifiers
    best = min(claim.evidence, key=lambda e: (-e.confidence, e.start), default=None)
    return {
        "subject": claim.subject,
        "predicate": claim.predicate,
        "object": claim.object,
        "start": None if best is None else best.start,
        "end": None if best is None else best.end,
        "modality": str(Modality.REPORTED if q.modality is Modality.ALLEGED else q.modality),
        "source": q.source,
        "date": _date(q.begins, q.ends),
        "place": q.place,
        "quantity": None if q.quantity is None else q.quantity.text,
        "role": q.role,
    }


def _date(begins: str | None, ends: str | None) -> str | None:
    """The year, month or day that holds the whole period, else its begin: the format has no periods."""
    if begins is None or ends is None or begins == ends:
        return begins or ends
    shared = []
    for one, other in zip(begins.split("-"), ends.split("-"), strict=False):
        if one != other:
            break
        shared.append(one)
    return "-".join(shared) or begins


def _entity(record: Mapping[str, Any]) -> Entity:
    return Entity(
        id=record["id"],
        type=EntityType(record["type"]),
        name=record["name"],
        aliases=tuple(sorted(record.get("aliases") or ())),
        wikidata=record.get("wikidata"),
        known=True,
    )


def _claim(record: Mapping[str, Any], article: Article) -> Claim:
    start, end, day, quantity = (record.get(key) for key in ("start", "end", "date", "quantity"))
    evidence = []
    if start is not None and end is not None:
        if not 0 <= start < end <= len(article.text):
            message = f"the evidence {start}–{end} lies outside of the text"
            raise ValueError(message)
        evidence.append(Evidence(article.id, start, end, article.text[start:end], "gold", start, end))
    qualifiers = Qualifiers(
        modality=Modality(record.get("modality") or Modality.ASSERTED),
        source=record.get("source"),
        begins=day,
        ends=day,
        place=record.get("place"),
        quantity=None if quantity is None else Quantity(quantity),
        role=record.get("role"),
    )
    return Claim(record["subject"], record["predicate"], record.get("object"), qualifiers, tuple(evidence))
