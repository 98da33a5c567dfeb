"""Tie what a language model says to the text, or drop it.

Comes in: the page of a document that went through the pipeline, and what a model said of a piece of it. Goes out:
claims whose parties are entities of the document, whose relation the ontology allows, whose quotation stands in the
text, and whose times and quantities are read by the same components as those of the rules.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum

from kg.engines.answer import SaidClaim, SaidEntity
from kg.facts.extract import quantity_of
from kg.facts.resolve import Resolver
from kg.linguistics.page import Page, Stretch
from kg.linguistics.registry import slug
from kg.model import Article, Claim, EntityType, Evidence, Qualifiers, Quantity
from kg.vocabulary import RELATIONS

__all__ = ["Ground", "Reason"]

_SHORTEST = 8  # code points of a quotation: anything shorter stands nearly everywhere
_MOST_SENTENCES = 4  # of a quotation
_MOST_PLACES = 50  # where a name is looked for
_LONGEST_NAME, _LONGEST_ROLE, _LONGEST_QUANTITY = 200, 100, 200
_LEAST = 0.5  # confidence of a claim that is taken, as for the rules
_LOW, _HIGH = 0.02, 0.98  # as sure as the rules may be
_ENDING = 2  # letters of a word that inflection may change
_STEM = 4  # letters that stay
_ALIKE_SIGNS = {sign: f"[{signs}]" for signs in ('"„“”«»‟', "'‚‘’‹›‛", "–—‒―-") for sign in signs}
_UNTOLD = frozenset({"pronoun", "modifier"})  # mentions whose words are no name
_ALIKE = (
    frozenset({EntityType.CITY, EntityType.REGION, EntityType.PLACE}),
    frozenset(
        {
            EntityType.ARMED_GROUP,
            EntityType.COMPANY,
            EntityType.INTERNATIONAL_ORGANIZATION,
            EntityType.MEDIA,
            EntityType.MINISTRY,
            EntityType.ORGANIZATION,
            EntityType.POLITICAL_PARTY,
        }
    ),
)
"""Types that readers of one text may choose differently for one thing."""
_ISO = re.compile(r"(\d{4})(-\d\d){0,2}", re.ASCII)
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)
_LETTER = re.compile(r"[^\W\d_]")


class Reason(StrEnum):
    """Why a claim is not taken."""

    NO_RELATION = "the ontology has no such relation"
    NOT_ALLOWED = "the ontology does not allow the relation between such parties"
    ITSELF = "a relation of something with itself"
    UNNAMED = "the quotation names none of the parties"
    DOUBTED = "the model itself doubts it"
    NO_PARTY = "a party does not stand in the text"
    SHORT = "the quotation is too short to prove anything"
    NOT_QUOTED = "the quotation does not stand in the text"
    LONG = "the quotation is longer than any proof"


class _Dropped(Exception):
    """Raised where a claim is given up; its argument is the reason."""


class Ground:
    """The text that a model's words are tied to.

    Args:
        page: The document.
        article: The article that it was made of.
        resolver: Entities of the document; those that the model finds besides are added to them.
        rule: What the evidence names as having read it.
    """

    def __init__(self, page: Page, article: Article, resolver: Resolver, rule: str) -> None:
        self.page, self.article, self.resolver, self.rule = page, article, resolver, rule
        self._sentences = [sentence.start_char for sentence in page.sents]
        self._ends: dict[int, list[Stretch]] = {}
        for span in resolver.mentions:
            if span.id_ not in _UNTOLD:
                self._ends.setdefault(span.end_char, []).append(span)
        self._words: dict[str, set[str]] = {}  # entity → the words that the model has for it
        self._digest = hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest()[:10]

    def claims(
        self,
        ranges: Sequence[tuple[int, int]],
        entities: Iterable[SaidEntity],
        claims: Iterable[SaidClaim],
        dropped: Counter[str],
    ) -> Iterator[Claim]:
        """The claims that hold, in the order of the answer.

        Args:
            ranges: The part of the text that the model was asked about.
            entities: What it found.
            claims: What it said.
            dropped: Where reasons are counted.
        """
        ids: dict[str, str] = {}
        for said in entities:
            found = self._entity(said, ranges)
            if found is not None:
                ids.setdefault(said.id, found)
        for claim in claims:
            try:
                yield self._claim(claim, ids, ranges)
            except _Dropped as reason:
                dropped[str(reason.args[0])] += 1

    # --- entities ---------------------------------------------------------------------------------------------------

    def _entity(self, said: SaidEntity, ranges: Sequence[tuple[int, int]]) -> str | None:
        """The id of an entity: that of the pipeline's mention in its place, the gazetteer's, or a new one."""
        votes: Counter[str] = Counter()
        standing: list[str] = []
        for words in dict.fromkeys((said.name, *said.mentions)):
            places = list(self._places(words, ranges))
            if places and len(words) <= _LONGEST_NAME and _LETTER.search(words):
                standing.append(" ".join(words.split()))
                for start, end in places:
                    self._vote(start, end, said.type, votes)
        if not standing:
            return None
        found = votes.most_common(1)[0][0] if votes else self._known(standing, said.type) or self._new(said, standing)
        self._words.setdefault(found, set()).update(standing)
        return found

    def _places(self, words: str, ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Where words stand in ranges of the text, as words of their own."""
        parts = words.split()
        if not parts:
            return
        pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, parts)) + r"(?!\w)")
        left = _MOST_PLACES
        for start, end in ranges:
            for match in pattern.finditer(self.article.text, start, end):
                yield match.span()
                left -= 1
                if not left:
                    return

    def _vote(self, start: int, end: int, type_: EntityType, votes: Counter[str]) -> None:
        """Count the mentions that end with the words, those that are the words more."""
        for span in self._ends.get(end, ()):
            if span.start_char >= start and _alike(EntityType(self.resolver.type(span.kb_id_)), type_):
                votes[span.kb_id_] += 3 if span.start_char == start else 1

    def _known(self, standing: Iterable[str], type_: EntityType) -> str | None:
        """The only actor of the gazetteer that one of the names can mean."""
        gazetteer = self.resolver.gazetteer
        if gazetteer is None:
            return None
        for words in standing:
            actors = {s.actor for s in gazetteer.senses(words) if s.safe and gazetteer.actors[s.actor].type is type_}
            if len(actors) == 1 and self.resolver.imply(actor := actors.pop()):
                return actor
        return None

    def _new(self, said: SaidEntity, standing: list[str]) -> str:
        name = " ".join(said.name.split())
        if name not in standing and (len(name) > _LONGEST_NAME or not _stands(name, self.article.text)):
            name = max(standing, key=len)
        local = said.type is EntityType.PEOPLE or (said.type is EntityType.PERSON and " " not in name)
        identifier = f"{said.type}_{slug(name)}" + (f"_{self._digest}" if local or name[:1].islower() else "")
        record = {"type": str(said.type), "name": name, "aliases": sorted({name, *standing})}
        self.resolver.entities.setdefault(identifier, record)
        return identifier

    # --- claims -----------------------------------------------------------------------------------------------------

    def _claim(self, said: SaidClaim, ids: dict[str, str], ranges: Sequence[tuple[int, int]]) -> Claim:
        relation = RELATIONS.get(said.predicate)
        if relation is None:
            raise _Dropped(Reason.NO_RELATION)
        subject = self._party(said.subject, ids)
        thing = self._party(said.object, ids) if said.object is not None and relation.takes_object else None
        types = [EntityType(self.resolver.type(party)) if party is not None else None for party in (subject, thing)]
        if types[0] is None or not relation.allows(types[0], types[1]):
            raise _Dropped(Reason.NOT_ALLOWED)
        if subject == thing:
            raise _Dropped(Reason.ITSELF)
        quote = self._quotation(said.quote, ranges)
        start, end = self._whole(*quote)
        if not any(self._named(party, start, end) for party in (subject, thing) if party is not None):
            raise _Dropped(Reason.UNNAMED)
        if said.confidence < _LEAST:
            raise _Dropped(Reason.DOUBTED)
        source = ids.get(said.source) if said.source is not None else None
        place = ids.get(said.place) if said.place is not None else None
        begins, ends = self._time(said, start, end)
        qualifiers = Qualifiers(
            modality=said.modality,
            source=source if source != thing else None,
            begins=begins,
            ends=ends,
            place=place if place not in (subject, thing) else None,
            quantity=self._quantity(said.quantity, start, end),
            role=self._role(said.role) if said.predicate in ("holdsOffice", "heldOffice") else None,
        )
        evidence = Evidence(
            article=self.article.id,
            start=start,
            end=end,
            quote=self.article.text[start:end],
            rule=self.rule,
            cue_start=quote[0],
            cue_end=quote[1],
            confidence=round(min(_HIGH, max(_LOW, said.confidence)), 3),
        )
        return Claim(subject, said.predicate, thing, qualifiers, (evidence,))

    @staticmethod
    def _party(name: str, ids: dict[str, str]) -> str:
        if name not in ids:
            raise _Dropped(Reason.NO_PARTY)
        return ids[name]

    def _quotation(self, words: str, ranges: Sequence[tuple[int, int]]) -> tuple[int, int]:
        """Where a quotation stands.

        Any blanks and line breaks count as one, and quotation marks and dashes as one of their kind, for models write
        the ones of their own language; everything else is literal. What is kept is what the text has.
        """
        parts = words.split()
        if sum(map(len, parts)) < _SHORTEST or len(parts) < 2:
            raise _Dropped(Reason.SHORT)
        pattern = re.compile(r"\s+".join("".join(_ALIKE_SIGNS.get(c) or re.escape(c) for c in part) for part in parts))
        for start, end in ranges:
            if match := pattern.search(self.article.text, start, end):
                return match.span()
        raise _Dropped(Reason.NOT_QUOTED)

    def _whole(self, start: int, end: int) -> tuple[int, int]:
        """The sentences that a quotation stands in, without blanks at their ends."""
        first = max(0, bisect_right(self._sentences, start) - 1)
        last = max(first, bisect_right(self._sentences, end - 1) - 1)
        if last - first >= _MOST_SENTENCES:
            raise _Dropped(Reason.LONG)
        begin, stop = self.page.sents[first].start_char, self.page.sents[last].end_char
        text = self.article.text
        while text[begin].isspace():
            begin += 1
        while text[stop - 1].isspace():
            stop -= 1
        return begin, stop

    def _named(self, party: str, start: int, end: int) -> bool:
        """Whether sentences refer to an entity, by a mention of the pipeline or words of the model."""
        if any(m.kb_id_ == party and start <= m.start_char and m.end_char <= end for m in self.resolver.mentions):
            return True
        return any(next(self._places(words, [(start, end)]), None) for words in self._words.get(party, ()))

    # --- what restricts a claim -------------------------------------------------------------------------------------

    def _time(self, said: SaidClaim, start: int, end: int) -> tuple[str | None, str | None]:
        """The time that the model's words mean: as the pipeline reckons it, else the model if they hold the year."""
        place = self._near(said.when, start, end)
        if place is None:
            return None, None
        for span in self._over("kg_dates", *place):
            if "/" in span.kb_id_:
                begins, ends = span.kb_id_.split("/", 1)
                return begins.strip(".") or None, ends.strip(".") or None
        years = set(_YEAR.findall(self.article.text[slice(*place)]))
        if self._over("kg_dates", *place):
            return None, None  # a day that nobody can tell without the day of publication
        told = [value if value is not None and _is_day(value) else None for value in (said.begins, said.ends)]
        if not any(told) or any(value is not None and value[:4] not in years for value in told):
            return None, None
        return told[0], told[1]

    def _quantity(self, words: str | None, start: int, end: int) -> Quantity | None:
        place = self._near(words, start, end)
        if place is None or place[1] - place[0] > _LONGEST_QUANTITY:
            return None
        for span in self._over("kg_quantities", *place):
            return quantity_of(span)
        return Quantity(self.article.text[slice(*place)])

    def _role(self, words: str | None) -> str | None:
        """A title whose every word stands in the text, inflected or not."""
        role = " ".join((words or "").split())
        return role if 0 < len(role) <= _LONGEST_ROLE and _stands(role, self.article.text) else None

    def _near(self, words: str | None, start: int, end: int) -> tuple[int, int] | None:
        """Where words stand in the sentences of a claim."""
        return next(self._places(words, [(start, end)]), None) if words is not None else None

    def _over(self, layer: str, start: int, end: int) -> list[Stretch]:
        return [s for s in self.page.spans.get(layer, ()) if s.start_char < end and s.end_char > start]


def _alike(one: EntityType, other: EntityType) -> bool:
    return one is other or any(one in group and other in group for group in _ALIKE)


def _stands(words: str, text: str) -> bool:
    """Whether a text holds every word of a phrase, but for endings."""
    lower = text.casefold()
    stems = (w[: max(_STEM, len(w) - _ENDING)] for w in words.casefold().split())
    return bool(_LETTER.search(words)) and all(re.search(r"(?<!\w)" + re.escape(stem), lower) for stem in stems)


def _is_day(value: str) -> bool:
    """Whether a text is a year, month or day in ISO 8601."""
    if not _ISO.fullmatch(value):
        return False
    try:
        date.fromisoformat((value + "-01-01")[:10] if len(value) == 4 else (value + "-01")[:10])
    except ValueError:
        return False
    return True
