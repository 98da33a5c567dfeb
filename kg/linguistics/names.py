"""Proper names in a document: gazetteer and named-entity recogniser brought together.

Comes in: a tagged and parsed `Doc`. Goes out: `Name` records, not crossing, each with what it may mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kg.lexicon import Gazetteer, Sense
from kg.linguistics.cues import Cues
from kg.linguistics.grammar import Grammar
from kg.linguistics.page import Page, Stretch, Word
from kg.linguistics.titles import title_before
from kg.model import EntityType

__all__ = ["LABELS", "Name", "find_names", "readable_tokens", "without_articles"]

_PLACES = {EntityType.COUNTRY, EntityType.CITY, EntityType.REGION, EntityType.PLACE}
_ORGANISATIONS = {
    EntityType.INTERNATIONAL_ORGANIZATION,
    EntityType.POLITICAL_PARTY,
    EntityType.ARMED_GROUP,
    EntityType.MINISTRY,
    EntityType.MEDIA,
    EntityType.COMPANY,
    EntityType.ORGANIZATION,
}
# What the labels of the recogniser allow; labels that are not listed allow everything.
LABELS: dict[str, frozenset[EntityType]] = {
    "PER": frozenset({EntityType.PERSON, EntityType.PEOPLE}),
    "LOC": frozenset(_PLACES),
    "ORG": frozenset({*_ORGANISATIONS, EntityType.COUNTRY}),
    "MISC": frozenset({*_ORGANISATIONS, EntityType.WEAPON, EntityType.AGREEMENT, EntityType.EVENT, EntityType.PEOPLE}),
}


class Name(NamedTuple):
    """A proper name, adjective of origin or inhabitant in the text: tokens `[start, end)`.

    `senses` are the actors of the gazetteer that it may mean, none for an unknown name; `label` is the recogniser's
    label, if it saw one; `told` the type that the article tells of an unknown name; `kind` as in `kg.linguistics`.
    """

    start: int
    end: int
    kind: str
    senses: tuple[Sense, ...] = ()
    label: str = ""
    told: EntityType | None = None

    @property
    def safe(self) -> bool:
        """Whether one of its senses needs no support."""
        return any(s.safe for s in self.senses)


def readable_tokens(doc: Page) -> list[bool]:
    """For each token whether it is read: what lies in a block of clutter is not."""
    readable = [not token.is_space for token in doc]
    for block in doc.spans.get("kg_blocks", ()):
        if block.label_ == "clutter":
            readable[block.start : block.end] = [False] * (block.end - block.start)
    return readable


def without_articles(doc: Page, start: int, end: int, grammar: Grammar) -> int:
    """The start of a range of tokens without determiners and prepositions before its first word."""
    while start < end - 1 and (doc[start].pos_ in ("DET", "ADP", "PRON", "PUNCT") or doc[start].is_punct):
        if (
            doc[start].text[:1].isupper()
            and start == doc[start].sent.start
            and doc[start].ent_type_
            and doc[start].pos_ != "DET"
        ):
            break
        start += 1
    return start


class _Finder:
    def __init__(self, doc: Page, gazetteer: Gazetteer, cues: Cues, grammar: Grammar) -> None:
        self.doc = doc
        self.gazetteer = gazetteer
        self.cues = cues
        self.grammar = grammar
        self.readable = readable_tokens(doc)

    # --- gazetteer ----------------------------------------------------------------------------------------------

    def matches(self) -> Iterator[Name]:
        """The longest known names, from left to right."""
        i = 0
        while i < len(self.doc):
            found = self._match(i) if self.readable[i] and self.gazetteer.concerns(self.doc[i].text) else None
            if found is not None:
                yield found
                i = found.end
            else:
                i += 1

    def _match(self, i: int) -> Name | None:
        token = self.doc[i]
        first = token.text[:1]
        if not (first.isalpha() or first.isdigit()):
            return None
        if first.islower() and not token.text[1:2].isupper():
            return self._lower(i)
        longest = self.gazetteer.longest(token.text.split("/")[0])
        limit = min(i + (longest + 2 if longest > 1 else 1), len(self.doc))
        for j in range(self._within(i, limit), i + 1, -1):
            senses = self.gazetteer.senses(self.doc.written(i, j))
            if senses and not self.doc[j - 1].is_punct:
                return Name(i, j, self._kind(senses), senses)
        return self._single(token)

    def _within(self, start: int, end: int) -> int:
        """Where words from a place on leave the sentence or what is read, or the end given if they do not before."""
        for i in range(start + 1, end):
            if self.doc[i].is_sent_start or not self.readable[i]:
                return i
        return end

    def _lower(self, i: int) -> Name | None:
        token = self.doc[i]
        longest = self.gazetteer.longest(token.text)
        for j in range(min(i + longest, len(self.doc)), i + 1, -1):
            if all(self.readable[i:j]) and self.doc[j - 1].text[:1].isupper():
                senses = self.gazetteer.senses(self.doc.written(i, j))
                if senses:
                    return Name(i, j, self._kind(senses), senses)
        if "-" in token.text and any(c.isupper() for c in token.text):
            return self._single(token)
        if self.grammar.is_(token, "adjective") or token.pos_ in ("X", ""):
            senses = self.gazetteer.adjective(token.text)
            if senses:
                return Name(i, i + 1, "adjective", senses)
        return None

    def _single(self, token: Word) -> Name | None:
        adjective = self.gazetteer.adjective(token.text) or self.gazetteer.origin(token.text)
        if adjective and self.grammar.is_(token, "adjective"):
            return Name(token.i, token.i + 1, "adjective", adjective)
        senses = self.gazetteer.senses(token.text)
        if not senses and adjective and token.i + 1 < len(self.doc) and self.grammar.is_(self.doc[token.i + 1], "noun"):
            return Name(token.i, token.i + 1, "adjective", adjective)
        senses = self._land_or_people(token, senses)
        if senses and self._kind(senses) != "adjective":
            if token.pos_ in ("VERB", "AUX", "ADV", "ADP", "DET", "PRON", "SCONJ", "CCONJ", "NUM"):
                return None
            return Name(token.i, token.i + 1, self._kind(senses), senses)
        return None

    def _land_or_people(self, token: Word, senses: tuple[Sense, ...]) -> tuple[Sense, ...]:
        """Of a word that names a country and its people ("Polen") the people only with an article or a number."""
        if {"name", "inhabitant"} <= {s.kind for s in senses}:
            counted = any(c.i < token.i for c in self.grammar.children(token, "determiner", "numeral", "adjectival"))
            return tuple(s for s in senses if s.kind == ("inhabitant" if counted else "name"))
        return senses

    @staticmethod
    def _kind(senses: tuple[Sense, ...]) -> str:
        kinds = {s.kind for s in senses}
        return next((k for k in ("metonym", "inhabitant", "name") if k in kinds), "adjective")

    # --- compounds ----------------------------------------------------------------------------------------------

    def modifier(self, token: Word, seen: set[str]) -> Name | None:
        """The actor in the first part of a compound: "US-Präsident", "Kremlsprecher"."""
        if "-" in token.text.strip("-"):
            parts = token.text.split("-")
            for cut in range(len(parts) - 1, 0, -1):
                front = "-".join(parts[:cut])
                senses = tuple(s for s in self.gazetteer.senses(front) if s.kind != "adjective")
                if senses and (any(s.safe for s in senses) or front.isupper() or self._armed(senses)):
                    return Name(token.i, token.i + 1, "modifier", senses)
                if front in seen:
                    return Name(token.i, token.i + 1, "modifier", ())
            return None
        if not self.grammar.is_(token, "noun"):
            return None
        for cut in self.cues.joints(token.text):
            front = token.text[:cut]
            for form in (front, front.removesuffix("s"), front.removesuffix("n")):
                senses = tuple(s for s in self.gazetteer.senses(form) if s.safe and s.kind != "adjective")
                if senses:
                    return Name(token.i, token.i + 1, "modifier", senses)
        return None

    def of_group(self, entity: Name) -> bool:
        """Whether a name is a known group and a word for its people, and so no name of its own: "Hamas-Miliz"."""
        front, _, last = self.doc[entity.start].text.rpartition("-")
        if entity.end - entity.start > 1 or not front or not self.cues.members.match(last):
            return False
        senses = (s for form in (front, front.replace("-", " ")) for s in self.gazetteer.senses(form))
        return any(s.safe and s.kind != "adjective" for s in senses)

    def _armed(self, senses: tuple[Sense, ...]) -> bool:
        """Whether a name can only be that of an armed group, which needs no more proof in a compound."""
        return all(self.gazetteer.actors[s.actor].type is EntityType.ARMED_GROUP for s in senses)

    # --- recogniser ---------------------------------------------------------------------------------------------

    def entities(self) -> Iterator[Name]:
        """The recogniser's spans without articles and titles."""
        for span in self.doc.ents:
            if not all(self.readable[span.start : span.end]):
                continue
            start, end = self._trim(span)
            if sum(c.isalpha() for c in self.doc.written(start, end)) > 1:
                yield Name(start, end, "name", (), span.label_)

    def _trim(self, span: Stretch) -> tuple[int, int]:
        start = without_articles(self.doc, span.start, span.end, self.grammar)
        end = span.end
        while end > start and self.doc[end - 1].is_punct:
            end -= 1
        while start > 0 and self._joined(start):
            start -= 1
        while (
            start < end - 1 and self.cues.type_of_cue(self.doc[start]) and self.grammar.is_(self.doc[start + 1], "name")
        ):
            start += 1
        while end - start > 1 and self._apart(start, end):
            end -= 1
        if span.label_ == "PER":
            while end < len(self.doc) and self.readable[end] and self._continues(end):
                end += 1
            while start < end - 1 and self.cues.titles.gender(self.doc[start].text) is not None:
                start += 1
        return start, end

    def _continues(self, index: int) -> bool:
        """Whether a word goes on with the name before it ("Vargas", "al-Haddad")."""
        token = self.doc[index]
        if token.ent_type_:
            return False
        prefixes = tuple(p for p in self.cues.inflection.name_particles if p.endswith("-"))
        return token.lower_.startswith(prefixes) or (
            self.grammar.has(token, "flat") and self.grammar.is_(token, "name")
        )

    def _apart(self, start: int, end: int) -> bool:
        """Whether the last word of a span is a common noun of another phrase ("Hebron Anschlag")."""
        last = self.doc[end - 1]
        common = self.grammar.is_(last, "noun") and not self.grammar.is_(last, "name")
        first = self.doc.span(start, end - 1).root
        return common and self.grammar.is_(first, "name") and not start <= last.head.i < end - 1 and first.head != last

    def _joined(self, start: int) -> bool:
        """Whether the word before a span is the first part of the same name ("Julio" before "Vargas")."""
        token, before = self.doc[start], self.doc[start - 1]
        together = self.grammar.has(token, "flat") and token.head.i <= before.i
        known = before.text in self.gazetteer.given or not before.ent_type_
        return (
            together
            and known
            and self.readable[before.i]
            and self.grammar.is_(before, "name")
            and self.cues.titles.gender(before.text) is None
        )


def _compatible(name: Name, label: str, gazetteer: Gazetteer) -> bool:
    allowed = LABELS.get(label)
    if allowed is None or name.kind == "inhabitant":
        return True
    types = {gazetteer.actors[s.actor].type for s in name.senses}
    if EntityType.COUNTRY in types and label != "PER":
        return True
    return bool(types & allowed)


def find_names(doc: Page, gazetteer: Gazetteer, cues: Cues, grammar: Grammar) -> list[Name]:
    """All names of a document, in text order; modifiers of compounds included, names inside names after these.

    Args:
        doc: A tagged, parsed document with `doc.ents`.
        gazetteer: Known actors.
        cues: Word lists of the language.
        grammar: Labels of the parser.
    """
    finder = _Finder(doc, gazetteer, cues, grammar)
    hits = {h.start: h for h in finder.matches()}
    starts = {i: h.start for h in hits.values() for i in range(h.start, h.end)}
    names: list[Name] = []
    dropped: set[int] = set()
    for entity in finder.entities():
        if finder.of_group(entity):
            continue
        over = [hits[i] for i in dict.fromkeys(starts[i] for i in range(entity.start, entity.end) if i in starts)]
        named = [h for h in over if h.kind != "adjective"]
        covering = next((h for h in over if h.start <= entity.start and h.end >= entity.end), None)
        if covering is not None:
            fits = _compatible(covering, entity.label, gazetteer)
            if not fits and covering.safe and title_before(doc, covering.start, cues) is None:
                continue  # the gazetteer knows better than the recogniser
            types = {gazetteer.actors[s.actor].type for s in covering.senses}
            single = covering.end - covering.start == 1 and types != {EntityType.PERSON}
            if single and covering.kind != "adjective" and not fits:
                dropped.add(covering.start)
                names.append(entity)
            elif covering.kind != "adjective":
                hits[covering.start] = covering._replace(label=entity.label)
            continue
        if any(h.start < entity.start or h.end > entity.end for h in named):
            continue
        joints = sum(doc[i].is_punct for i in range(entity.start, entity.end))  # "Lima/Quito"
        whole = sum(h.end - h.start for h in named) == entity.end - entity.start - joints
        given = (
            entity.label == "PER"
            and doc[entity.start].text in gazetteer.given
            and named
            and named[0].end - named[0].start == 1
        )
        if len(named) > 1 and whole and not given and all(h.safe for h in named):
            continue  # two known names side by side are no third one
        inner = _head_of(entity, named, doc, cues)
        if inner is not None and _compatible(inner, entity.label, gazetteer):
            hits[inner.start] = inner._replace(label=entity.label)
            continue
        if entity.label == "PER":
            dropped.update(h.start for h in over)
        else:
            persons = [h for h in named if gazetteer.actors[h.senses[0].actor].type is EntityType.PERSON]
            dropped.update(h.start for h in persons)
        names.append(entity)
    names.extend(h for start, h in hits.items() if start not in dropped)
    taken = {i for n in names for i in range(n.start, n.end)}
    seen = {doc.written(n.start, n.end) for n in names} | {doc[n.end - 1].text for n in names if n.label == "PER"}
    for token in doc:
        if finder.readable[token.i] and token.i not in taken and token.text[:1].isupper():
            found = finder.modifier(token, seen)
            if found is not None:
                names.append(found)
    return sorted(names, key=lambda n: (n.start, -n.end))


def _head_of(entity: Name, inner: list[Name], doc: Page, cues: Cues) -> Name | None:
    """The known name that a longer span of the recogniser really is: what else is in it only announces it."""
    for hit in inner:
        rest = [doc[i] for i in range(entity.start, entity.end) if not hit.start <= i < hit.end]
        if all(
            t.is_punct
            or t.text.islower()  # not "al-Beispiel"
            or cues.type_of_cue(t) is not None
            or cues.titles.gender(t.text) is not None
            for t in rest
        ):
            return hit
        if hit.end == entity.end and _short_form(hit, rest, doc):
            return hit
    return None


def _short_form(hit: Name, rest: list[Word], doc: Page) -> bool:
    """Whether a known abbreviation stands behind the common noun that it is short for ("Menschenrechtsrat UNHRC")."""
    short = doc.span(hit.start, hit.end)
    compounds = all(t.pos_ == "NOUN" or "-" in t.text for t in rest)
    return len(short) == 1 and short.text.isupper() and len(short.text) > 2 and compounds and bool(rest)
