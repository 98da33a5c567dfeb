"""How good the extraction is: measures against annotated articles in the exchange format (`kg.facts.gold`).

Entities are aligned one to one within an article, by the strings that name them or by Wikidata id. A claim is right
when predicate, subject and object are (symmetric predicates either way round); its qualifiers are measured on the
right ones.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import DataError
from kg.evaluate_causes import Cause, Key, Record, Side, find_cause
from kg.evaluate_names import align, normalise
from kg.evaluate_reliability import Reliability
from kg.evaluate_report import BY_PREDICATE, Accuracy, Figure, Mistake, Report
from kg.model import Claim, Modality
from kg.vocabulary import RELATIONS

__all__ = ["Accuracy", "Cause", "Figure", "Mistake", "Report", "evaluate", "load_gold", "with_confidence"]

_GIVEN = ("quantity", "role", "place", "date")


def load_gold(path: str | Path) -> list[dict[str, Any]]:
    """Read a file in the exchange format, one article per line.

    Args:
        path: The file; empty lines are passed over.

    Raises:
        DataError: If the file cannot be read or a line is no article with entities and claims.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        message = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise DataError(message, source=path, hint="give a file as `kg extract --format gold` writes it") from error
    records = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            problem, record = _checked(line)
            if problem is not None:
                raise DataError(problem, source=path, line=number, hint="one article per line, as in the guidelines")
            records.append(record)
    return records


def _checked(line: str) -> tuple[str | None, dict[str, Any]]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"not valid JSON: {error}", {}
    if not isinstance(record, dict) or not isinstance(record.get("id"), str) or not isinstance(record.get("text"), str):
        return "not an article: `id` and `text` must be strings", {}
    for key, required in (("entities", ("id", "name")), ("claims", ("subject", "predicate"))):
        items = record.get(key)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            return f"`{key}` must be a list of objects", {}
        for position, item in enumerate(items, 1):
            lacking = [name for name in required if not isinstance(item.get(name), str)]
            if lacking:
                return f"{key} {position} lacks {', '.join(lacking)}", {}
    for position, claim in enumerate(record["claims"], 1):
        if any(not isinstance(claim.get(name), int | None) for name in ("start", "end")):
            return f"claims {position}: start and end must be whole numbers", {}
    return None, record


def evaluate(gold: Iterable[Record], system: Iterable[Record], *, language: str = "de") -> Report:
    """Measure what a system extracted against what people annotated.

    Articles are matched by id; one that the system lacks counts as empty, one that the gold lacks is left out.

    Args:
        gold: Annotated articles in the exchange format.
        system: What was extracted, in the same format.
        language: Two-letter code of the texts: how names are inflected.

    Example:
        >>> lima = {"id": "E1", "type": "Country", "name": "Peru", "aliases": ["Lima"]}
        >>> quito = {"id": "E2", "type": "Country", "name": "Ecuador", "aliases": ["Quito"]}
        >>> claim = {"subject": "E1", "predicate": "receives", "object": "E2", "start": 0, "end": 19}
        >>> article = {"id": "a", "text": "Lima empfing Quito.", "entities": [lima, quito], "claims": [claim]}
        >>> evaluate([article], [article]).claims.f1
        1.0
    """
    found = {record["id"]: record for record in system}
    tally = _Tally(language)
    ids: set[str] = set()
    for record in gold:
        ids.add(record["id"])
        tally.add(record, found.get(record["id"]))
    if extra := [name for name in found if name not in ids]:
        tally.notes.append(f"{len(extra)} articles of the system are not in the gold, first {extra[0]}: left out")
    return tally.report()


def with_confidence(record: Record, claims: Iterable[Claim]) -> dict[str, Any]:
    """An article in the exchange format, its claims with the confidence that the format has no place for.

    Args:
        record: What `kg.facts.gold.to_gold` made of an extraction.
        claims: The claims of that extraction.

    Example:
        >>> record = {"claims": [{"subject": "P", "predicate": "visits", "object": "Q"}]}
        >>> with_confidence(record, [Claim("P", "visits", "Q")])["claims"][0]["confidence"]
        1.0
    """
    surest: dict[tuple[str, str, str | None], float] = {}
    for claim in claims:
        key = (claim.subject, claim.predicate, claim.object)
        surest[key] = max(claim.confidence, surest.get(key, 0.0))
    stated = [{**c, "confidence": surest.get((c["subject"], c["predicate"], c["object"]))} for c in record["claims"]]
    return {**record, "claims": stated}


@dataclass(slots=True)
class _Tally:
    language: str
    figures: dict[str, Figure] = field(default_factory=lambda: defaultdict(Figure))
    accuracies: dict[str, Accuracy] = field(default_factory=lambda: defaultdict(Accuracy))
    wrong: list[Mistake] = field(default_factory=list)
    missed: list[Mistake] = field(default_factory=list)
    misjudged: list[Mistake] = field(default_factory=list)
    stated: list[tuple[float, bool]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def report(self) -> Report:
        return Report(
            dict(self.figures),
            dict(self.accuracies),
            tuple(self.wrong),
            tuple(self.missed),
            tuple(self.misjudged),
            Reliability(tuple(self.stated)),
            tuple(self.notes),
        )

    def add(self, gold: Record, system: Record | None) -> None:
        name = gold["id"]
        if system is None:
            self.notes.append(f"{name}: missing from the system, counts as empty")
            system = {"entities": [], "claims": []}
        elif system.get("text") not in (None, gold.get("text")):
            self.notes.append(f"{name}: the texts differ, so offsets and evidence mean nothing")
        unknown = {c["predicate"] for c in (*gold["claims"], *system["claims"])} - RELATIONS.keys()
        self.notes += [f"{name}: unknown predicate {predicate}" for predicate in sorted(unknown)]

        alignment = align(gold["entities"], system["entities"], language=self.language)
        theirs = _Names(alignment)
        wanted, got = _by_key(gold["claims"], lambda x: x), _by_key(system["claims"], theirs)
        self._entities(gold, system, alignment)
        self._claims(wanted, got)
        for key in wanted:
            if key in got:
                self._attributes(wanted[key], got[key][0], theirs)
        ours = {e["id"]: e for e in gold["entities"]}
        others = {theirs(e["id"]) or "": e for e in system["entities"]}
        shared = frozenset(alignment.values())
        one = Side(ours, shared, {key: claims for key, claims in wanted.items() if key not in got})
        other = Side(others, shared, {key: claims for key, claims in got.items() if key not in wanted})
        judge = _Judge(name, str(gold.get("text") or ""), {**others, **ours}, self.language)
        self.wrong += judge.mistakes(other, one, Cause.NOT_SAID)
        self.missed += judge.mistakes(one, other, Cause.NO_FRAME)
        for key in (key for key in wanted if key in got):
            if not any(_modality(g) == _modality(got[key][0]) for g in wanted[key]):
                self.misjudged.append(judge.mistake(key, got[key][0], Cause.MODALITY))
        for key, claims in got.items():
            said = [float(c["confidence"]) for c in claims if isinstance(c.get("confidence"), int | float)]
            self.stated += [(max(said), key in wanted)] if said else []

    def _count(self, name: str, system: Iterable[Hashable], gold: Iterable[Hashable]) -> None:
        one, other = set(system), set(gold)
        self.figures[name] += Figure(len(one & other), len(one), len(other))

    def _score(self, name: str, right: bool) -> None:
        self.accuracies[name] += Accuracy(int(right), 1)

    def _entities(self, gold: Record, system: Record, alignment: Mapping[str, str]) -> None:
        self.figures["entities"] += Figure(len(alignment), len(system["entities"]), len(gold["entities"]))
        ours = {e["id"]: e for e in gold["entities"]}
        theirs = {e["id"]: e for e in system["entities"]}
        for one, other in alignment.items():
            self._score("entity type", theirs[one].get("type") == ours[other].get("type"))
            if ours[other].get("wikidata"):
                same = theirs[one].get("wikidata") == ours[other]["wikidata"]
                self._score("wikidata id, where gold has one", same)

    def _claims(self, gold: Iterable[Key], system: Iterable[Key]) -> None:
        ours, theirs = set(gold), set(system)
        self._count("claims", theirs, ours)
        self._count("claims: events", (k for k in theirs if not _stative(k)), (k for k in ours if not _stative(k)))
        self._count("claims: states", (k for k in theirs if _stative(k)), (k for k in ours if _stative(k)))
        self._count("claims: class of predicate only", map(_coarse, theirs), map(_coarse, ours))
        self._count("claims: pair of entities only", map(_pair, theirs), map(_pair, ours))
        for predicate in sorted({key[1] for key in ours | theirs}):
            same = [[key for key in keys if key[1] == predicate] for keys in (theirs, ours)]
            self._count(BY_PREDICATE + predicate, *same)

    def _attributes(self, gold: Sequence[Record], claim: Record, names: Callable[[str | None], str | None]) -> None:
        self._score("modality", any(_modality(g) == _modality(claim) for g in gold))
        source = names(claim["source"]) if claim.get("source") else None
        self._score("source", any(g.get("source") == source for g in gold))
        self._score("evidence sentence", any(_overlap(g, claim) for g in gold))
        for attribute in _GIVEN:
            given = [g[attribute] for g in gold if g.get(attribute)]
            if not given:
                continue
            value = claim.get(attribute)
            if attribute == "place":
                right = bool(value) and names(value) in given
            else:
                right = bool(value) and any(self._alike(str(g), str(value)) for g in given)
            self._score(f"{attribute}, where gold has one", right)

    def _alike(self, one: str, other: str) -> bool:
        a, b = normalise(one, language=self.language), normalise(other, language=self.language)
        return a in b or b in a


@dataclass(frozen=True, slots=True)
class _Names:
    """Ids of the system to those of the gold; an entity without a partner keeps its own, marked."""

    alignment: Mapping[str, str]

    def __call__(self, name: str | None) -> str | None:
        return self.alignment.get(str(name), f"?{name}")


def _by_key(claims: Iterable[Record], names: Callable[[str | None], str | None]) -> dict[Key, list[Record]]:
    out: dict[Key, list[Record]] = {}
    for claim in claims:
        subject, predicate = names(claim["subject"]), str(claim["predicate"])
        thing = names(claim["object"]) if claim.get("object") is not None else None
        relation = RELATIONS.get(predicate)
        if relation is not None and relation.symmetric and None not in (subject, thing) and str(thing) < str(subject):
            subject, thing = thing, subject
        out.setdefault((subject, predicate, thing), []).append(claim)
    return out


def _stative(key: Key) -> bool:
    return key[1] in RELATIONS and RELATIONS[key[1]].stative


def _pair(key: Key) -> frozenset[str | None]:
    return frozenset((key[0], key[2]))


def _coarse(key: Key) -> Hashable:
    return _pair(key), RELATIONS[key[1]].category if key[1] in RELATIONS else None


def _overlap(one: Record, other: Record) -> bool:
    start, end = one.get("start"), one.get("end")
    begins, ends = other.get("start"), other.get("end")
    if start is None or end is None or begins is None or ends is None:
        return False
    return bool(begins < end and start < ends)


def _modality(claim: Record) -> object:
    return claim.get("modality", str(Modality.ASSERTED))


@dataclass(frozen=True, slots=True)
class _Judge:
    """Says what is wrong in one article."""

    article: str
    text: str
    entities: Mapping[str, Record]
    language: str

    def mistakes(self, side: Side, other: Side, otherwise: Cause) -> Iterator[Mistake]:
        for key, claims in side.unmatched.items():
            sentence = self._sentence(claims[0])
            cause = find_cause(key, claims[0], side, other, sentence, otherwise=otherwise, language=self.language)
            yield self.mistake(key, claims[0], cause)

    def mistake(self, key: Key, claim: Record, cause: Cause) -> Mistake:
        subject, thing = (self._name(party) if party is not None else "-" for party in (key[0], key[2]))
        return Mistake(self.article, subject, key[1], thing, self._sentence(claim), cause)

    def _name(self, party: str) -> str:
        return str(self.entities.get(party, {}).get("name", party))

    def _sentence(self, claim: Record) -> str:
        return self.text[claim.get("start") or 0 : claim.get("end") or 0]
