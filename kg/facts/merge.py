"""One claim for what is said once or several times: union of evidence, qualifiers joined where they agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace

from kg.model import Claim, Evidence, Qualifiers
from kg.vocabulary import RELATIONS

__all__ = ["merge_claims"]


def merge_claims(claims: Iterable[Claim], *, symmetric: Mapping[str, bool] | None = None) -> tuple[Claim, ...]:
    """Merge the claims of one article.

    Claims with the same subject, predicate and object whose qualifiers do not contradict each other become one with the
    evidence of all; a symmetric relation is kept in one direction, that of its first claim.

    Args:
        claims: Claims in text order.
        symmetric: Relation name → whether it is symmetric; `None` takes the ontology's.

    Returns:
        Claims in the order of their first evidence.

    Example:
        >>> from kg.model import Qualifiers
        >>> first = Claim("Russland", "attacks", "Ukraine")
        >>> second = Claim("Russland", "attacks", "Ukraine", Qualifiers(begins="2022", ends="2022"))
        >>> [c.qualifiers.begins for c in merge_claims([first, second])]
        ['2022']
    """
    mirrored = symmetric if symmetric is not None else {name: r.symmetric for name, r in RELATIONS.items()}
    merged: list[Claim] = []
    index: dict[tuple[str, str, str | None], list[int]] = {}
    for claim in claims:
        key = (claim.subject, claim.predicate, claim.object)
        if (
            mirrored.get(claim.predicate)
            and claim.object is not None
            and (claim.object, claim.predicate, claim.subject) in index
        ):
            key = (claim.object, claim.predicate, claim.subject)
            claim = replace(claim, subject=key[0], object=key[2])
        for position in index.get(key, ()):
            joined = _join(merged[position].qualifiers, claim.qualifiers)
            if joined is not None:
                evidence = _evidence((*merged[position].evidence, *claim.evidence))
                merged[position] = replace(merged[position], qualifiers=joined, evidence=evidence)
                break
        else:
            index.setdefault(key, []).append(len(merged))
            merged.append(claim)
    return tuple(merged)


def _evidence(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Each sentence once, with the rule that was surest of it, in text order."""
    best: dict[tuple[str, int, int], Evidence] = {}
    for evidence in found:
        key = (evidence.article, evidence.start, evidence.end)
        if key not in best or (evidence.confidence, best[key]) > (best[key].confidence, evidence):
            best[key] = evidence
    return tuple(sorted(best.values()))


def _join(one: Qualifiers, other: Qualifiers) -> Qualifiers | None:
    """The qualifiers of both, or `None` if they contradict each other."""
    if one.modality != other.modality:
        return None
    changes = {}
    for name in (f.name for f in fields(Qualifiers)):
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine is None and theirs is not None:
            changes[name] = theirs
        elif mine is not None and theirs is not None and mine != theirs:
            return None
    if ("begins" in changes) != ("ends" in changes) and (one.begins or one.ends):
        return None  # half of one period and half of another make no period
    return replace(one, **changes) if changes else one
