"""The mentions of a document as what pronouns and descriptions may refer to, and how present each is."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc

from kg.linguistics.agreement import Agreement
from kg.linguistics.copying import write_layer
from kg.linguistics.page import Page, Stretch, Word
from kg.model import EntityType

__all__ = ["ACTORS", "STRONG", "Antecedents", "Seen"]

STRONG = ("name", "metonym", "group", "nominal", "description", "pronoun", "inhabitant")
ACTORS = (EntityType.PERSON, EntityType.COUNTRY, EntityType.PEOPLE, EntityType.ARMED_GROUP)
DASHES = ("–", "—", "-")  # what parts the dateline of a report from its text
_LANDS = (EntityType.COUNTRY, EntityType.CITY, EntityType.REGION)
_DEPTH = 3  # appositions between a name and the head of its phrase
_OFTEN = 8  # mentions after which an entity does not become more present


@dataclass(slots=True, eq=False)
class Seen:
    """A mention that may be referred to: its head token, its sentence's number, its possible genders.

    Two of them are the same only if they are the same object.
    """

    start: int
    end: int
    entity: str
    type: EntityType
    kind: str
    root: Word
    sentence: int
    genders: frozenset[str]


class Antecedents:
    """The mentions of one document, found by token and by sentence.

    Args:
        doc: A document with the layers of `kg_entities`.
        agreement: Gender and number, and the labels of the parser.
    """

    def __init__(self, doc: Page, agreement: Agreement) -> None:
        self.doc = doc
        self.agreement = agreement
        self.grammar = agreement.grammar
        self.entities: dict[str, dict[str, Any]] = doc.user_data.get("kg_entities", {})
        self.sentence = [0] * len(doc)
        for number, sent in enumerate(doc.sents):
            self.sentence[sent.start : sent.end] = [number] * len(sent)
        self.all: list[Seen] = []
        self.dropped: set[Seen] = set()
        self._datelines: set[int] = set()
        self._by_token: dict[int, list[Seen]] = defaultdict(list)
        self._by_root: dict[int, list[Seen]] = defaultdict(list)
        self._ends: dict[int, list[Seen]] = defaultdict(list)
        self._numbers: list[int] = []
        for span in doc.spans.get("kg_mentions", ()):
            if span.kb_id_ in self.entities:
                self.add(span.start, span.end, span.kb_id_, EntityType(span.label_), span.id_)
        self.frequency = Counter(m.entity for m in self.all)

    def add(self, start: int, end: int, entity: str, type_: EntityType, kind: str) -> Seen:
        """Note a mention."""
        root = self.doc.span(start, end).root
        genders = self._genders(root, entity, type_, kind)
        seen = Seen(start, end, entity, type_, kind, root, self.sentence[start], genders)
        if self.doc[start].is_sent_start and end < len(self.doc) and self.doc[end].text in DASHES:
            self._datelines.add(start)
        self.all.append(seen)
        for i in range(start, end):
            self._by_token[i].append(seen)
        self._by_root[root.i].append(seen)
        if seen.sentence not in self._ends:
            self._numbers.insert(bisect_right(self._numbers, seen.sentence), seen.sentence)
        self._ends[seen.sentence].append(seen)
        return seen

    def _genders(self, root: Word, entity: str, type_: EntityType, kind: str) -> frozenset[str]:
        if type_ is EntityType.PERSON:
            known = str(self.entities[entity].get("gender", ""))
            return frozenset({known}) if known in ("m", "f") else frozenset("mf")
        head = self.head(root)
        if type_ is EntityType.PEOPLE and kind in ("nominal", "inhabitant", "name"):
            return self.agreement.genders(head) if self.agreement.article(head) is not None else frozenset("p")
        if kind in ("name", "metonym") and self.agreement.article(head) is None:
            return frozenset("n") if type_ in _LANDS else frozenset("mfn")
        return self.agreement.genders(head)

    def head(self, token: Word) -> Word:
        """The head of the phrase in which a name stands beside its title."""
        for _ in range(_DEPTH):
            if not self.grammar.has(token, "apposition", "flat") or token.head == token:
                break
            token = token.head
        return token

    def over(self, index: int) -> list[Seen]:
        """The mentions over a token that still hold."""
        found = self._by_token.get(index)
        return [m for m in found if m not in self.dropped] if found else []

    def rooted(self, index: int) -> list[Seen]:
        """The mentions whose head is a token."""
        found = self._by_root.get(index)
        return [m for m in found if m not in self.dropped] if found else []

    def at(self, token: Word, depth: int = 0) -> Seen | None:
        """The mention whose head a token is, itself or the name beside a title."""
        over = [m for m in self.rooted(token.i) if m.kind in STRONG and m.start not in self._datelines]
        if over:
            return max(over, key=lambda m: m.end - m.start)
        if depth < _DEPTH:
            for child in self.grammar.children(token, "apposition", "flat"):
                found = self.at(child, depth + 1)
                if found is not None:
                    return found
        return None

    def before(self, token: Word, reach: int, kinds: Collection[str] = STRONG) -> list[Seen]:
        """Mentions before a token within some sentences back, the last one first."""
        here = self.sentence[token.i]
        found = [
            m
            for number in range(max(here - reach, 0), here + 1)
            for m in self._ends.get(number, ())
            if m.end <= token.i and m.kind in kinds and m not in self.dropped and m.start not in self._datelines
        ]
        return sorted(found, key=lambda m: -m.end)

    def weight(self, mention: Seen, token: Word) -> float:
        """How present a mention is at a token: near, subject, actor, often named."""
        value = -30.0 * (self.sentence[token.i] - mention.sentence) + 2.0 * min(self.frequency[mention.entity], _OFTEN)
        head = self.head(mention.root)
        if self.grammar.has(head, "subject", "passive_subject"):
            value += 25
        elif self.grammar.has(head, "object", "dative"):
            value += 8
        elif self.grammar.has(head, "nominal"):
            value -= 8
        if mention.type in ACTORS:
            value += 6
        return value + (4 if mention.type is EntityType.PERSON else 0)

    def best(self, token: Word, candidates: Iterable[Seen], *, lead: float = 0.0) -> Seen | None:
        """The most present candidate, if it leads the next other entity by enough."""
        scores: dict[str, tuple[float, Seen]] = {}
        for mention in candidates:
            value = self.weight(mention, token)
            if mention.entity not in scores or value > scores[mention.entity][0]:
                scores[mention.entity] = (value, mention)
        ranked = sorted(scores.values(), key=lambda x: -x[0])
        if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < lead):
            return None
        return ranked[0][1]

    def write(self, doc: Doc) -> None:
        """Put the mentions back into the document that the page was made of; forget entities without mentions."""
        kept = sorted((m for m in self.all if m not in self.dropped), key=lambda m: (m.start, -m.end, m.kind, m.entity))
        spans = [Stretch(self.doc, m.start, m.end, m.type.value, m.entity, m.kind) for m in kept]
        write_layer(doc, self.doc, "kg_mentions", spans)
        alive = {m.entity for m in kept}
        for entity in {m.entity for m in self.dropped} - alive:
            self.entities.pop(entity, None)
