"""Any article, entity, claim, extraction, for property tests (hypothesis)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from kg.model import (
    Article,
    Block,
    BlockKind,
    Claim,
    Comparison,
    Entity,
    EntityType,
    Evidence,
    Extraction,
    Modality,
    Qualifiers,
    Quantity,
    Quotation,
)
from kg.vocabulary import RELATIONS

__all__ = ["articles", "claims", "entities", "extractions", "names", "qualifiers", "quantities", "sound_extractions"]

# Whole extractions take a while to make up, above all on a busy machine: no property here is about time.
settings.register_profile("kg", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kg")

# half of a surrogate pair is no character: it cannot be written as UTF-8, nor hashed for the id of a claim
characters = st.characters(exclude_categories=["Cs"])
names = st.text(characters, min_size=1, max_size=20)
texts = st.text(characters, max_size=60)
positions = st.integers(0, 10**9)
numbers = st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number + 0.0)  # no -0.0: nobody counts it


@st.composite
def iso_dates(draw):
    day = draw(st.dates(date(1, 1, 1), date(9999, 12, 31))).isoformat()
    return day[: draw(st.sampled_from([4, 7, 10]))]


@st.composite
def articles(draw, text=texts):
    body = draw(text)
    cuts = sorted(draw(st.sets(st.integers(0, len(body)), max_size=4)))
    blocks = [Block(draw(st.sampled_from(BlockKind)), a, b) for a, b in pairwise(cuts)]
    return Article(
        id=draw(names),
        text=body,
        title=draw(st.none() | texts),
        published=draw(st.none() | st.dates()),
        publisher=draw(st.none() | names),
        url=draw(st.none() | names),
        language=draw(st.sampled_from(["de", "en", "de-AT", "no language"])),
        blocks=tuple(blocks),
    )


@st.composite
def entities(draw, ids=names, types=tuple(EntityType)):
    return Entity(
        id=draw(ids),
        type=draw(st.sampled_from(types)),
        name=draw(names),
        aliases=tuple(sorted(draw(st.sets(names, max_size=3)))),
        wikidata=draw(st.none() | st.from_regex(r"Q[1-9][0-9]{0,8}", fullmatch=True)),
        country=draw(st.none() | names),
        known=draw(st.booleans()),
    )


@st.composite
def quantities(draw):
    comparison = draw(st.sampled_from(Comparison))
    value = draw(st.none() | numbers)
    upper = None
    if comparison is Comparison.BETWEEN:
        value, upper = sorted([draw(numbers), draw(numbers)])
    return Quantity(draw(names), value, draw(st.none() | names), comparison, upper)


def qualifiers(ids=names):
    return st.builds(
        Qualifiers,
        modality=st.sampled_from(Modality),
        source=st.none() | ids,
        begins=st.none() | iso_dates(),
        ends=st.none() | iso_dates(),
        place=st.none() | ids,
        quantity=st.none() | quantities(),
        role=st.none() | names,
    )


def evidence(article=names):
    return st.builds(
        Evidence,
        article=article,
        start=positions,
        end=positions,
        quote=texts,
        rule=names,
        cue_start=positions,
        cue_end=positions,
        confidence=st.floats(0, 1),
    )


@st.composite
def claims(draw, ids=names, article=names):
    return Claim(
        subject=draw(ids),
        predicate=draw(st.sampled_from(list(RELATIONS))),
        object=draw(st.none() | ids),
        qualifiers=draw(qualifiers(ids)),
        evidence=tuple(draw(st.lists(evidence(article), max_size=3))),
    )


def quotations(ids=names, article=names):
    return st.builds(
        Quotation,
        article=article,
        start=positions,
        end=positions,
        text=texts,
        speaker=st.none() | ids,
        cue=st.none() | names,
        direct=st.booleans(),
        about=st.lists(ids, max_size=3, unique=True).map(tuple),
    )


@st.composite
def extractions(draw, article=None):
    """Any extraction at all, sound or not."""
    about = draw(articles() if article is None else article)
    pool = draw(st.lists(entities(), max_size=4, unique_by=lambda entity: entity.id))
    ids = st.sampled_from([entity.id for entity in pool]) if pool else names
    return Extraction.of(
        about,
        pool,
        draw(st.lists(claims(ids, st.just(about.id)), max_size=4)),
        draw(st.lists(quotations(ids, st.just(about.id)), max_size=3)),
    )


@st.composite
def sound_extractions(draw):
    """An extraction that keeps to the model: what is valid as a graph."""
    about = draw(articles(st.text(characters, min_size=4, max_size=200)))
    ids = [f"{name}{number}" for number, name in enumerate(draw(st.lists(names, min_size=4, max_size=8)))]
    pool = [draw(entities(st.just(id), (kind,))) for id, kind in zip(ids, _kinds(draw, len(ids)), strict=True)]
    by_type = {entity.id: entity.type for entity in pool}
    found = []
    for _ in range(draw(st.integers(0, 3))):
        relation = draw(st.sampled_from(list(RELATIONS.values())))
        subjects = [id for id, kind in by_type.items() if kind in relation.subject_types]
        objects = [id for id, kind in by_type.items() if kind in relation.object_types]
        if not subjects or (relation.takes_object and not objects):
            continue
        object = draw(st.sampled_from(objects)) if relation.takes_object else None
        sentences = tuple(draw(st.lists(_sentences(about), min_size=1, max_size=2)))
        subject = draw(st.sampled_from(subjects))
        found.append(Claim(subject, relation.name, object, draw(qualifiers(st.sampled_from(ids))), sentences))
    return Extraction.of(about, pool, found)


def _kinds(draw, number):
    kinds = [EntityType.PERSON, EntityType.COUNTRY, EntityType.CITY]
    return kinds + [draw(st.sampled_from(EntityType)) for _ in range(number - len(kinds))]


@st.composite
def _sentences(draw, article):
    start = draw(st.integers(0, len(article.text) - 1))
    end = draw(st.integers(start + 1, len(article.text)))
    cue = draw(st.integers(start, end - 1))
    quote = article.text[start:end]
    return Evidence(article.id, start, end, quote, draw(names), cue, draw(st.integers(cue, end)), draw(st.floats(0, 1)))
