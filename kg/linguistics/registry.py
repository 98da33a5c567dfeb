"""The entities of one article while they are found, and the words by which the article refers to them."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from spacy.tokens import Doc

from kg.lexicon import Gazetteer
from kg.linguistics.copying import write_layer
from kg.linguistics.page import Page, Stretch
from kg.model import EntityType

__all__ = ["Mention", "Registry", "slug"]


def slug(name: str) -> str:
    """A name as the local part of an IRI.

    Example:
        >>> slug("Anna Müller-Lüd. 3")
        'Anna_Müller-Lüd_3'
    """
    return re.sub(r"\s+", "_", re.sub(r"[^\w\s-]", "", name.replace("/", " ")).strip()).strip("-_") or "_"


class Mention(NamedTuple):
    """A range of tokens `[start, end)` that refers to an entity; `kind` as in `kg.linguistics`."""

    start: int
    end: int
    entity: str
    type: EntityType
    kind: str


@dataclass(slots=True)
class _Draft:
    type: EntityType
    name: str
    aliases: dict[str, None] = field(default_factory=dict)
    wikidata: str = ""
    country: str = ""
    known: bool = False
    gender: str = ""


class Registry:
    """Entities and mentions of one document.

    Args:
        doc: The document.
        gazetteer: What is known of the world.
    """

    def __init__(self, doc: Page, gazetteer: Gazetteer) -> None:
        self.doc = doc
        self.gazetteer = gazetteer
        self.mentions: list[Mention] = []
        self._at: dict[int, list[Mention]] = defaultdict(list)
        self._drafts: dict[str, _Draft] = {}
        self._digest = hashlib.sha256(doc.text.encode("utf-8", "surrogatepass")).hexdigest()[:10]

    def known(self, actor_id: str) -> str:
        """Take an actor of the gazetteer into the article; returns its id."""
        if actor_id not in self._drafts:
            actor = self.gazetteer.actors[actor_id]
            name = actor.name.split(" (")[0]
            draft = _Draft(actor.type, name, {}, actor.wikidata, actor.country, True, actor.gender)
            draft.aliases.update(dict.fromkeys((name, *actor.names)))
            self._drafts[actor_id] = draft
        return actor_id

    def new(self, type_: EntityType, name: str, *, country: str = "", gender: str = "", local: bool = False) -> str:
        """Make an entity that the gazetteer does not know, or return the one made before.

        Args:
            type_: Its type.
            name: Its fullest name.
            country: Id of the country it acts for, or empty.
            gender: `m`, `f`, `n`, `p` or empty.
            local: Whether the name tells it from others in this article only.
        """
        identifier = f"{type_.value}_{slug(name)}" + (f"_{self._digest}" if local else "")
        if country in self.gazetteer.actors:
            self.known(country)
        if identifier not in self._drafts:
            self._drafts[identifier] = _Draft(type_, name, {name: None}, country=country, gender=gender)
        return identifier

    def type(self, entity: str) -> EntityType:
        """The type of an entity of this article."""
        return self._drafts[entity].type

    def country(self, entity: str) -> str:
        """The country that an entity is or acts for, or empty."""
        draft = self._drafts[entity]
        return entity if draft.type is EntityType.COUNTRY else draft.country

    def name(self, entity: str) -> str:
        """The name of an entity of this article."""
        return self._drafts[entity].name

    def gender(self, entity: str, value: str = "") -> str:
        """The gender of an entity; a value given sets it where it is not known."""
        draft = self._drafts[entity]
        if value and not draft.gender:
            draft.gender = value
        return draft.gender

    def alias(self, entity: str, *texts: str) -> None:
        """Note words by which the article refers to an entity."""
        self._drafts[entity].aliases.update((" ".join(t.split()), None) for t in texts if t.strip())

    def mention(self, start: int, end: int, entity: str, kind: str, *, alias: bool = True) -> Mention:
        """Note a mention and, unless told otherwise, its words as an alias."""
        found = Mention(start, end, entity, self._drafts[entity].type, kind)
        if found not in self._at[start]:
            self.mentions.append(found)
            self._at[start].append(found)
            if alias:
                self.alias(entity, self.doc.written(start, end))
        return found

    def merge(self, old: str, new: str) -> None:
        """Give all that one entity has to another one, and forget it."""
        draft = self._drafts.pop(old, None)
        if draft is None:
            return
        self.alias(new, *draft.aliases)
        moved = [m._replace(entity=new, type=self.type(new)) if m.entity == old else m for m in self.mentions]
        self.mentions = list(dict.fromkeys(moved))
        self._at.clear()
        for mention in self.mentions:
            self._at[mention.start].append(mention)

    def rename(self, text: str, old: str, new: str) -> None:
        """Give the mentions of one entity that bear a certain name to another entity."""
        same = {m for m in self.mentions if m.entity == old and self.doc.written(m.start, m.end) == text}
        self.alias(new, text)
        self.mentions = [m._replace(entity=new, type=self.type(new)) if m in same else m for m in self.mentions]
        self._at.clear()
        for mention in self.mentions:
            self._at[mention.start].append(mention)

    def modify(self, start: int) -> None:
        """Make the names that start at a token first parts of a compound."""
        moved = [m._replace(kind="modifier") if m.start == start and m.kind == "name" else m for m in self.mentions]
        self.mentions = moved
        self._at[start] = [m for m in moved if m.start == start]

    def ending(self, index: int, kinds: tuple[str, ...]) -> Mention | None:
        """The longest mention of one of the kinds that starts at a token."""
        over = [m for m in self._at.get(index, ()) if m.kind in kinds]
        return max(over, key=lambda m: m.end, default=None)

    def write(self, doc: Doc) -> None:
        """Put mentions and entities into the layers of the document that the page was made of."""
        ordered = sorted(self.mentions, key=lambda m: (m.start, -m.end, m.kind, m.entity))
        spans = [Stretch(self.doc, m.start, m.end, m.type.value, m.entity, m.kind) for m in ordered]
        write_layer(doc, self.doc, "kg_mentions", spans)
        self.doc.user_data["kg_entities"] = {
            key: {
                "type": draft.type.value,
                "name": draft.name,
                "aliases": sorted(draft.aliases),
                "wikidata": draft.wikidata,
                "country": draft.country,
                "known": draft.known,
                "gender": draft.gender,
            }
            for key, draft in self._drafts.items()
        }
