"""The records that the stages hand to each other. Standard library only.

Text comes in as `Article`; the extraction of one article is an `Extraction`: entities, claims with their evidence,
quotations. Every span is a half-open `[start, end)` range of code points in `Article.text`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Self

from kg.errors import SettingsError

__all__ = [
    "Article",
    "Block",
    "BlockKind",
    "Claim",
    "Comparison",
    "Entity",
    "EntityType",
    "Evidence",
    "Extraction",
    "Modality",
    "Qualifiers",
    "Quantity",
    "Quotation",
]


class BlockKind(StrEnum):
    """What a range of the text is. `CLUTTER` is not read; `SOURCE` names the publisher."""

    HEADLINE = "headline"
    LEAD = "lead"
    BODY = "body"
    CAPTION = "caption"
    SOURCE = "source"
    CLUTTER = "clutter"


class EntityType(StrEnum):
    """The entity types of the annotation guidelines."""

    PERSON = "Person"
    COUNTRY = "Country"
    REGION = "Region"
    CITY = "City"
    PLACE = "Place"
    INTERNATIONAL_ORGANIZATION = "InternationalOrganization"
    POLITICAL_PARTY = "PoliticalParty"
    ARMED_GROUP = "ArmedGroup"
    MINISTRY = "Ministry"
    MEDIA = "Media"
    COMPANY = "Company"
    ORGANIZATION = "Organization"
    WEAPON = "Weapon"
    AGREEMENT = "Agreement"
    EVENT = "Event"
    PEOPLE = "People"


class Modality(StrEnum):
    """The degree of factuality of a claim.

    `ALLEGED` (an accusation, a claim of responsibility, what a side says of its enemy) is written as `reported` in the
    gold format, which does not know it.
    """

    ASSERTED = "asserted"
    REPORTED = "reported"
    ALLEGED = "alleged"
    PLANNED = "planned"
    NEGATED = "negated"


class Comparison(StrEnum):
    """How a quantity relates to its number: `mehr als 10.000` is `AT_LEAST` 10000."""

    EXACTLY = "exactly"
    ABOUT = "about"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Block:
    """A range of an article's text with its kind."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `text` is never rewritten; `blocks` (in order, not overlapping) say what is what in it.

    `id` is unique in a build: the id of a JSONL or CSV row, else the file name's stem, else a hash of the text.
    `published` is the day of publication (a `date`, or an ISO day that becomes one), `None` if unknown: relative dates
    then stay unresolved.
    Without `blocks` the whole text is one body.
    """

    id: str
    text: str
    title: str | None = None
    published: date | None = None
    publisher: str | None = None
    url: str | None = None
    language: str = "de"
    blocks: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        """Take an ISO day for `published` as well.

        Raises:
            SettingsError: If `published` is neither a date nor an ISO day.
        """
        given: object = self.published
        if isinstance(given, str):
            try:
                object.__setattr__(self, "published", date.fromisoformat(given))
            except ValueError as error:
                message = f"published is {given!r}, no day"
                raise SettingsError(message, source=self.id, hint="give a datetime.date or YYYY-MM-DD") from error

    @property
    def digest(self) -> str:
        """SHA-256 of the text, hexadecimal: the article is the same if the text is."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing in the world that claims are about.

    `id` is the stable local name used in IRIs: the gazetteer's for known ones, else made from type and full name;
    an entity known by surname only gets an id that holds for its article alone.
    `country` is the `id` of the country that the entity acts for or lies in. `aliases` are the strings by which the
    text refers to it and its usual names, sorted.
    """

    id: str
    type: EntityType
    name: str
    aliases: tuple[str, ...] = ()
    wikidata: str | None = None
    country: str | None = None
    known: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with unit as the text gives it: `mehr als 10.000 Soldaten`.

    `value` is the number (for `BETWEEN` the lower one, `upper` the other); `None` where words leave it open
    (`Tausende` gives 1000 with `AT_LEAST`). `unit` is what is counted, as lemma (`Soldat`, `Euro`).
    """

    text: str
    value: float | None = None
    unit: str | None = None
    comparison: Comparison = Comparison.EXACTLY
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class Qualifiers:
    """What restricts a claim. Entity-valued fields hold `Entity.id`.

    `begins` and `ends` are ISO 8601 (`2024`, `2024-10`, `2024-10-07`), inclusive; both are set and equal for a single
    year, month or day; one of them may be missing for an open period.
    """

    modality: Modality = Modality.ASSERTED
    source: str | None = None
    begins: str | None = None
    ends: str | None = None
    place: str | None = None
    quantity: Quantity | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """Where a claim is said. `quote == article.text[start:end]` always: the sentence that proves the claim.

    `cue_start`/`cue_end` is the word that triggered it, `rule` names the frame (`de/visits/verb/besuchen`),
    `confidence` lies between 0 and 1.
    """

    article: str
    start: int
    end: int
    quote: str
    rule: str
    cue_start: int
    cue_end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Claim:
    """One relation between two entities with its qualifiers and its evidence.

    Equality leaves evidence out: a claim is what is said, not where. `object` is `None` for `suffersCasualties`.

    Example:
        >>> claim = Claim("Russland", "attacks", "Ukraine")
        >>> claim.id == Claim("Russland", "attacks", "Ukraine").id
        True
    """

    subject: str
    predicate: str
    object: str | None
    qualifiers: Qualifiers = Qualifiers()
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)

    @property
    def id(self) -> str:
        """Hash of subject, predicate, object and qualifiers: 32 hexadecimal digits."""
        q = self.qualifiers
        n = q.quantity
        parts = [
            self.subject,
            self.predicate,
            self.object,
            str(q.modality),
            q.source,
            q.begins,
            q.ends,
            q.place,
            q.role,
        ]
        parts.append(None if n is None else f"{n.text}|{n.value}|{n.upper}|{n.unit}|{n.comparison}")
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @property
    def confidence(self) -> float:
        """The best confidence of its evidence, 0 to 1 (1 without evidence)."""
        return max((e.confidence for e in self.evidence), default=1.0)

    @property
    def affirmed(self) -> bool:
        """Whether a direct triple may be written beside the claim (design, rule 4)."""
        return self.qualifiers.modality in (Modality.ASSERTED, Modality.REPORTED) and self.object is not None


@dataclass(frozen=True, slots=True)
class Quotation:
    """What somebody says, in his words (`direct`) or in the author's.

    `start`/`end` span the words said, `cue` is the verb or preposition that introduces them, `about` are the ids of
    the entities named in it, `speaker` is an entity id.
    """

    article: str
    start: int
    end: int
    text: str
    speaker: str | None = None
    cue: str | None = None
    direct: bool = True
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read from one article. Claims and quotations name entities by id; all of them are in `entities`."""

    article: Article
    entities: tuple[Entity, ...] = ()
    claims: tuple[Claim, ...] = ()
    quotations: tuple[Quotation, ...] = ()

    @classmethod
    def of(
        cls,
        article: Article,
        entities: Iterable[Entity] = (),
        claims: Iterable[Claim] = (),
        quotations: Iterable[Quotation] = (),
    ) -> Self:
        """Build from any iterables, keeping their order."""
        return cls(article, tuple(entities), tuple(claims), tuple(quotations))
