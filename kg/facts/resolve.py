"""From a word in a role to the entity that it stands for."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kg.facts.pairs import pair_of, parts_of
from kg.lexicon import Gazetteer
from kg.lexicon_facts import load_fact_words
from kg.linguistics.grammar import Argument, Grammar
from kg.linguistics.page import Page, Stretch, Word

__all__ = ["Filler", "Resolver"]

# Kinds of mention that can stand for a phrase by themselves, the most telling first.
_SEVERAL = frozenset({"group", "pronoun"})  # kinds of which one word may stand for several
_SELF = ("name", "metonym", "group", "nominal", "inhabitant", "description", "pronoun")
_MAX_APPOSITIONS = 3
_STATE = "Country"
_CLEARLY = 2  # how many times as often the article's own country is named
_DATELINE_TYPES = frozenset({"City", "Country", "Region", "Place"})
_FAR = 1  # words between the sentence of a pronoun and that of its names
_DATELINE_WORDS = 5
_DATELINE_JOINTS = frozenset({"/", ","})
_DASHES = frozenset({"-", "–", "—"})


class Filler(NamedTuple):
    """An entity in a role: which one, through which word, how directly.

    `via` is `direct`, `apposition` ("Präsident" for "Präsident Putin"), `owner` ("russische" for "russische Truppen"),
    `relative` (a relative pronoun's antecedent) or `implicit`; `kind` is the mention's kind.
    """

    entity: str
    token: Word
    kind: str
    via: str = "direct"


class Resolver:
    """Looks up entities in one document.

    Args:
        doc: A document with the layers `kg_mentions` and `kg_entities`.
        grammar: The grammar of its language.
        gazetteer: Lasting actors, for countries that are meant but not named ("Bundeskanzlerin").
        is_office: Whether a noun names an office and so stands for a person.
    """

    def __init__(
        self,
        doc: Page,
        grammar: Grammar,
        gazetteer: Gazetteer | None = None,
        *,
        is_office: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.doc = doc
        self.grammar = grammar
        self.gazetteer = gazetteer
        self.is_office = is_office
        self.entities: dict[str, Mapping[str, Any]] = dict(doc.user_data.get("kg_entities", {}))
        self.mentions: list[Stretch] = [s for s in doc.spans.get("kg_mentions", []) if s.kb_id_ in self.entities]
        self._in_order = sorted(self.mentions, key=lambda span: span.start)
        self._starts = [span.start for span in self._in_order]
        self._states = [span for span in self.mentions if self.type(span.kb_id_) == _STATE]
        self._of: dict[str, list[Stretch]] = {}
        for span in self.mentions:
            self._of.setdefault(span.kb_id_, []).append(span)
        self._described: dict[str, bool] = {}
        self.dateline = _datelines(self.mentions)
        self._by_root: dict[int, list[Stretch]] = {}
        self._inside: dict[int, Stretch] = {}
        self.arguments: dict[int, Sequence[Argument]] = {}  # of verbs, as kg.facts.roles finds them
        self.party_countries: dict[str, str | None] = {}  # of persons, as kg.facts.offices finds them
        for span in self.mentions:
            if span.start in self.dateline:
                continue
            self._by_root.setdefault(span.root.i, []).append(span)
            if span.id_ in ("name", "metonym"):
                for token in span:
                    self._inside.setdefault(token.i, span)

    def starting(self, start: int, end: int) -> list[Stretch]:
        """The mentions whose first word is in a range of words, in text order."""
        return self._in_order[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def of(self, entity: str) -> Sequence[Stretch]:
        """The mentions of an entity, in text order."""
        return self._of.get(entity, ())

    def described(self, entity: str) -> bool:
        """Whether an adjective of origin stands before any mention of an entity."""
        if entity not in self._described:
            self._described[entity] = any(self.adjectives(span.root) for span in self.of(entity))
        return self._described[entity]

    def type(self, entity: str) -> str:
        """The entity's type, a value of `EntityType`."""
        return str(self.entities[entity]["type"])

    def name(self, entity: str) -> str:
        """The entity's name."""
        return str(self.entities[entity]["name"])

    def country(self, entity: str, *, implied: bool = False) -> str | None:
        """The country that the entity belongs to, if the text names it or, with `implied`, also if not."""
        value = str(self.entities[entity].get("country") or "")
        return value if value in self.entities or (implied and self.imply(value)) else None

    def state(self, entity: str) -> str | None:
        """The country that the entity is or belongs to, named or not."""
        return entity if self.type(entity) == _STATE else self.country(entity, implied=True)

    def imply(self, actor: str) -> bool:
        """Take an actor of the gazetteer into the document's entities although no word names it.

        Returns:
            Whether it is among them now.
        """
        if actor in self.entities:
            return True
        known = self.gazetteer.actors.get(actor) if self.gazetteer is not None else None
        if known is None:
            return False
        self.entities[actor] = {
            "type": str(known.type),
            "name": known.name,
            "aliases": [known.name],
            "wikidata": known.wikidata,
            "country": known.country,
            "known": True,
            "gender": known.gender,
        }
        return True

    def capital(self, entity: str) -> bool:
        """Whether the gazetteer knows the entity as the capital of its country."""
        country = self.entities[entity].get("country")
        actor = self.gazetteer.actors.get(country) if self.gazetteer is not None and country else None
        return actor is not None and bool({entity, self.name(entity)} & set(actor.capitals))

    def named(self, name: str) -> str | None:
        """The entity of a name, in the document or else in the gazetteer."""
        for key, entity in self.entities.items():
            if entity["name"] == name:
                return key
        senses = self.gazetteer.senses(name) if self.gazetteer is not None else ()
        return senses[0].actor if senses and self.imply(senses[0].actor) else None

    def around(self, token: Word, *, among: Sequence[str] = (), without: Collection[int] = ()) -> str | None:
        """The country that a word without one of its own most likely belongs to.

        The only country of the sentence, else that of the places in it, else the one that the article names clearly
        more often than any other.

        Args:
            token: The word.
            among: Names of the only countries that it may be; any without.
            without: Places of words that are not asked.
        """
        sentence = token.sent
        inside = [
            s.kb_id_
            for s in self.starting(sentence.start, sentence.end)
            if s.end <= sentence.end and s.start not in without and not self._aside(s.root, token)
            if not self._of_deed(s)
        ]
        here = {e for e in inside if self._may_be(e, among)}
        if not here:
            places = [e for e in inside if self.type(e) in _DATELINE_TYPES]
            found = {c for c in (self.country(p, implied=True) for p in places) if c is not None}
            here = {c for c in found if self._may_be(c, among)}
        if len(here) == 1:
            return here.pop()
        mentions = (s for s in self._states if s.start not in without)
        central = (s.kb_id_ for s in mentions if self._may_be(s.kb_id_, among) and not self._aside(s.root, token))
        ranked = Counter(central).most_common(2)
        if ranked and (len(ranked) == 1 or ranked[0][1] >= _CLEARLY * ranked[1][1]):
            return ranked[0][0]
        # Of two that are named about as often it is the one that the report comes from.
        homes = {d.kb_id_ if self.type(d.kb_id_) == _STATE else self.country(d.kb_id_) for d in self.dateline.values()}
        return next((country for country, _ in ranked if country in homes), None)

    def _aside(self, name: Word, token: Word) -> bool:
        """Whether a name only stands in a participle phrase about something else: "die vom Iran gestützte Miliz"."""
        for word in name.ancestors:
            if self.grammar.has(word, "adjectival"):
                return token not in word.subtree and token is not word.head
        return False

    def _of_deed(self, span: Stretch) -> bool:
        """Whether an adjective tells who did something to somebody: "bei einem russischen Raketenangriff"."""
        ends = tuple(load_fact_words(span.doc.lang_).deed_endings)
        return span.id_ == "adjective" and span.root.head.lemma_.lower().endswith(ends)

    def _may_be(self, entity: str, among: Sequence[str]) -> bool:
        return self.type(entity) == _STATE and (not among or self.name(entity) in among)

    def sense(self, span: Stretch, kind: str | None = None) -> str | None:
        """The actor of the gazetteer that the words name without doubt; it becomes one of the document's entities.

        Args:
            span: The words, as they stand or as lemma.
            kind: The kind of name that they must be: `name`, `adjective`, `inhabitant`; any without.
        """
        if self.gazetteer is None:
            return None
        for form in (span.text, span.lemma_):
            for sense in self.gazetteer.senses(form):
                if sense.safe and kind in (None, sense.kind) and self.imply(sense.actor):
                    return sense.actor
        return None

    def mention(self, token: Word) -> Stretch | None:
        """The most telling mention that the token heads or, for a name, lies in."""
        spans = [s for s in self._by_root.get(token.i, ()) if s.id_ in _SELF]
        if spans:
            return min(spans, key=lambda s: (_SELF.index(s.id_), s.start - s.end))
        return self._inside.get(token.i)

    def of_kind(self, token: Word, kind: str) -> Stretch | None:
        """The mention of a kind (`adjective`, `modifier`, …) that covers the token."""
        return next((s for s in self._by_root.get(token.i, ()) if s.id_ == kind), None)

    def at(self, token: Word) -> list[Filler]:
        """The entities that the phrase headed by the token stands for, its conjuncts included."""
        found: dict[str, Filler] = {}
        for conjunct in self._side_by_side(token):
            pair = pair_of(conjunct, self.mentions, self.type, self.grammar)
            several = pair or self._represented(conjunct)
            for entity in several:
                found.setdefault(entity, Filler(entity, conjunct, "description"))
            filler = self.one(conjunct) if not several else None
            for part in parts_of(conjunct, self.grammar) if filler is None and not several else ():
                found.update((f.entity, f) for f in self.at(part) if f.entity not in found)
            if filler is not None:
                found.setdefault(filler.entity, filler)
                for span in self._by_root.get(conjunct.i, ()) if filler.kind in _SEVERAL else ():
                    if span.id_ == filler.kind:  # "russische und syrische Truppen", "sie" after two actors
                        found.setdefault(span.kb_id_, Filler(span.kb_id_, conjunct, span.id_))
                for other in (*self.beside(conjunct, filler), *self._together(conjunct, filler)):
                    found.setdefault(other.entity, other)
        return list(found.values())

    def _side_by_side(self, token: Word) -> Iterator[Word]:
        """The conjuncts of a phrase, and those hung on a word inside its name ("Republik Kongo und …")."""
        for conjunct in self.grammar.conjuncts(token):
            yield conjunct
            span = self.mention(conjunct)
            if span is not None and span.id_ == "name" and span.end - span.start > 1 and span.root.i == conjunct.i:
                inner = (self.grammar.conjuncts(word) for word in span if word.i != conjunct.i)
                yield from (w for words in inner for w in words[1:] if not span.start <= w.i < span.end)

    def _represented(self, token: Word) -> list[str]:
        """The owners of people who act for several: "Vertreter der Miliz und des Landes"."""
        words, lemma = load_fact_words(token.doc.lang_), token.lemma_
        if lemma not in words.delegates and not lemma.lower().endswith(tuple(words.delegate_endings)):
            return []
        found = [f for owner in self.grammar.genitives(token) for f in self.at(owner)] or self.modifiers(token)
        owners = [f.entity for f in found if self.type(f.entity) != "Person"]
        return owners if len(owners) > 1 or self.one(token) is None else []

    def beside(self, token: Word, first: Filler) -> Iterator[Filler]:
        """The other names after a noun, if it stands for the first: "die Außenminister Vargas und Quispe"."""
        for child in self.grammar.children(token, "apposition", "flat") if first.via == "apposition" else ():
            for name in self.grammar.conjuncts(child)[1:]:
                filler = self.one(name) if self.grammar.is_(name, "name") else None  # not "Frau Ana und Sohn Luis"
                if filler is not None and self.type(filler.entity) == self.type(first.entity):
                    yield Filler(filler.entity, token, filler.kind, "apposition")

    def _together(self, token: Word, filler: Filler) -> list[Filler]:
        """All whom a plural pronoun takes up: "Vargas und Quispe reisten nach Lima. Sie trafen …"."""
        if filler.kind != "pronoun" or self.type(filler.entity) != "Person" or not self._plural(token):
            return []
        named = [s for s in self.mentions if s.kb_id_ == filler.entity and s.id_ == "name" and s.end <= token.i]
        if not named or token.sent.start - named[-1].sent.end > _FAR:
            return []
        first = named[-1].root
        while self.grammar.has(first, "conjunct", "apposition", "flat") and first.head.i != first.i:
            first = first.head
        others = (f for f in self.at(first) if f.kind != "pronoun" and self.type(f.entity) == "Person")
        return [Filler(f.entity, token, "pronoun") for f in others]

    def _plural(self, token: Word) -> bool:
        """Whether a word is plural; of a subject the finite verb says it."""
        number = token.morph.get("Number", [])
        if self.grammar.has(token, "subject"):
            verbs = (token.head, *self.grammar.children(token.head, "auxiliary", "passive_auxiliary", "copula"))
            number = next((v.morph.get("Number", []) for v in verbs if "Fin" in v.morph.get("VerbForm", [])), number)
        return number == [self.grammar.morphology["plural"]]

    def one(self, token: Word, depth: int = 0) -> Filler | None:
        """The entity that the token itself stands for: its mention, its apposition, its antecedent."""
        span = self.mention(token)
        if span is not None and span.id_ in ("name", "metonym", "pronoun"):
            return Filler(span.kb_id_, token, span.id_)
        # A name beside a description says more than the description: "der Präsident, Wladimir Putin".
        if depth < _MAX_APPOSITIONS and self.grammar.is_(token, "noun"):
            for child in self.grammar.children(token, "apposition", "flat"):
                filler = self.one(child, depth + 1) if not self.genitive(child) else None
                if filler is not None and (
                    span is None
                    or self.type(filler.entity) == "Person"
                    or filler.entity == span.kb_id_
                    or (span.id_ == "description" and filler.kind == "name")
                ):
                    return Filler(filler.entity, token, filler.kind, "apposition")
        if span is not None:
            return Filler(span.kb_id_, token, span.id_)
        if depth < _MAX_APPOSITIONS and self.grammar.word(token, "relative") and self.grammar.is_(token, "pronoun"):
            clause = self.grammar.governor(token)
            if clause is not None and self.grammar.has(clause, "relative"):
                filler = self.one(clause.head, depth + 1)
                return Filler(filler.entity, token, filler.kind, "relative") if filler else None
        return None

    def owners(self, token: Word) -> list[Filler]:
        """The entities that the phrase belongs to: adjective of origin, genitive, possessive, `von`, first part.

        Where a deed names its doer by the preposition of an agent, the others only suffer it ("die Festnahme von
        Journalisten durch Belarus").
        """
        found: dict[str, Filler] = {}
        for filler in self._doers(token) or self._owners(token):
            found.setdefault(filler.entity, Filler(filler.entity, filler.token, filler.kind, "owner"))
        return list(found.values())

    def _doers(self, token: Word) -> list[Filler]:
        agents = self.grammar.group("agent") - self.grammar.group("owner_preposition")
        found: list[Filler] = []
        for child in self.grammar.children(token, "nominal"):
            preposition = self.grammar.preposition(child)
            if preposition is not None and preposition.word in agents:
                found += self.at(child)
        return found

    def _owners(self, token: Word) -> Iterator[Filler]:
        yield from self.adjectives(token)
        yield from self.modifiers(token)
        for child in (*self.grammar.possessives(token), *self.grammar.genitives(token)):
            yield from self.at(child)
        for child in self.grammar.children(token, "apposition", "flat"):
            if self.genitive(child):
                yield from self.at(child)
        for child in self.grammar.children(token, "nominal"):
            preposition = self.grammar.preposition(child)
            if preposition is not None and preposition.word in self.grammar.group("owner_preposition"):
                yield from self.at(child)
            elif preposition is not None and preposition.word in self.grammar.group("origin"):
                yield from (f for f in self.at(child) if f.kind == "metonym" and self.type(f.entity) == "Country")

    def possessors(self, token: Word) -> list[Filler]:
        """The entities that the phrase belongs to by a possessive word, a genitive or `von`."""
        found: dict[str, Filler] = {}
        for child in (*self.grammar.possessives(token), *self.grammar.children(token, "nominal")):
            preposition = self.grammar.preposition(child)
            if preposition is None or preposition.word in self.grammar.group("owner_preposition"):
                for filler in self.at(child):
                    found.setdefault(filler.entity, filler)
        return list(found.values())

    def genitive(self, token: Word) -> bool:
        """Whether a name beside a noun is its genitive, whatever the parser says: "der Gerichtshof Nordkoreas".

        Args:
            token: The head of the name.
        """
        span = self.mention(token)
        if span is None or span.id_ not in ("name", "metonym") or span.root.i != token.i:
            return False
        stem = span.text.removesuffix(self.grammar.genitive_ending)
        return stem not in ("", span.text) and f" {self.name(span.kb_id_)}".endswith(f" {stem}")

    def adjectives(self, token: Word) -> list[Filler]:
        """Countries named by adjectives of origin before the noun ("russische und chinesische Diplomaten")."""
        found = []
        for child in self.grammar.children(token, "adjectival"):
            for adjective in (child, *self.grammar.children(child, "conjunct")):
                span = self.of_kind(adjective, "adjective")
                if span is not None:
                    found.append(Filler(span.kb_id_, adjective, "adjective"))
        return found

    def modifiers(self, token: Word) -> list[Filler]:
        """Entities named by the first part of a compound ("US-Präsident", "Putin-Vertrauter")."""
        return [Filler(s.kb_id_, token, "modifier") for s in self._by_root.get(token.i, ()) if s.id_ == "modifier"]

    def coerce(self, filler: Filler, types: Iterable[str]) -> Filler | None:
        """The filler if its type is among `types`; a capital or seat becomes its country where only that fits."""
        allowed = set(types)
        kind = self.type(filler.entity)
        if not allowed or kind in allowed:
            return filler
        country = self.country(filler.entity, implied=True)
        if kind == "City" and "Country" in allowed and country and self.capital(filler.entity):
            return Filler(country, filler.token, "metonym", filler.via)
        return None


def _datelines(mentions: Iterable[Stretch]) -> dict[int, Stretch]:
    """Places that open a sentence before a dash ("Kairo – Frankreichs Präsident …"), by their first word.

    They say where the report comes from and take no part in its sentences.
    """
    found = {}
    for span in mentions:
        doc = span.doc
        if span.label_ in _DATELINE_TYPES and doc[span.start].is_sent_start and span.end < len(doc):
            index = span.end
            while index < min(span.end + _DATELINE_WORDS, len(doc)) and doc[index].text in _DATELINE_JOINTS:
                index += 2  # "Lima/Quito –", "Riga, Tallinn –"
            if index < len(doc) and doc[index].text in _DASHES:
                found[span.start] = span
    return found
