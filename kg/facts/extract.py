"""From an annotated document to what it claims: a pure function, run after the pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from kg.facts.appeals import match_appeals
from kg.facts.confidence import features, load_calibration
from kg.facts.denials import match_denials
from kg.facts.frames import Candidate, match_frames
from kg.facts.memberships import match_memberships
from kg.facts.merge import merge_claims
from kg.facts.offices import match_offices
from kg.facts.presence import match_presence
from kg.facts.qualify import Qualified, load_factuality, qualify
from kg.facts.resolve import Resolver
from kg.facts.states import match_states
from kg.facts.successions import match_governments, match_successions
from kg.lexicon import load_gazetteer
from kg.lexicon_facts import FactWords, load_fact_words
from kg.lexicon_frames import FrameLexicon, load_frames
from kg.linguistics.copying import page_of
from kg.linguistics.grammar import load_grammar
from kg.linguistics.layers import whole_names
from kg.linguistics.page import Page, Stretch, Word
from kg.model import (
    Article,
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

__all__ = ["entities_of", "extract", "quantity_of", "quotations_of"]

# Which classes of quantity tell something about a claim of the predicate.
QUANTITIES: dict[str, tuple[str, ...]] = {
    "suffersCasualties": ("dead", "wounded", "missing", "displaced", "soldiers", "people"),
    "kills": ("dead", "soldiers", "people"),
    "arrests": ("arrested", "people", "soldiers"),
    "expels": ("people",),
    "sendsTroops": ("soldiers", "people", "weapons"),
    "withdrawsFrom": ("soldiers", "people"),
    "suppliesWeapons": ("weapons", "money"),
    "providesAid": ("money",),
    "agreesWith": ("money",),
    "protestsAgainst": ("people",),
    "attacks": ("weapons", "soldiers"),
    "fights": ("soldiers",),
}
# Ties that a phrase states whatever its sentence says: "Präsident X soll …" leaves him president.
# An appeal is asserted: the author hears it made.
_PHRASAL = ("/title/", "/structure/", "/appeal/")
_TIES = frozenset({"affiliatedWith", "locatedIn", "citizenOf", "familyOf"})
# Deeds whose sentence seldom names a place that is not theirs.
_DONE_SOMEWHERE = frozenset(
    {
        "presentsWeapon",
        "testsWeapon",
        "attacks",
        "kills",
        "fights",
        "arrests",
        "suffersCasualties",
        "meetsWith",
        "protestsAgainst",
    }
)
_ENTRIES = frozenset({"appoints", "elected"})
_FIGHTING = frozenset({"attacks", "fights", "kills"})
_NOUNS = ("/noun/", "/compound/")


def extract(document: Doc, article: Article, *, minimum: float = 0.5) -> Extraction:
    """Read entities, claims and quotations from an annotated document.

    Args:
        document: A document that went through the pipeline of `kg.linguistics`.
        article: The article that it was made from (`document.text == article.text`).
        minimum: Candidates below this confidence are dropped, 0 to 1.

    Returns:
        The extraction; claims in text order, merged, entities in order of their first use.

    Raises:
        UnsupportedLanguage: If kg has no data for the article's language.
    """
    language = article.language
    doc = page_of(document)
    grammar = load_grammar(language)
    lexicon = load_frames(language)
    words = load_fact_words(language)
    resolver = Resolver(doc, grammar, load_gazetteer(language), is_office=lambda noun: lexicon.title(noun) is not None)
    factuality = load_factuality(language)
    offices = list(match_offices(doc, lexicon, resolver, words))
    offices += match_successions(doc, offices, resolver, words, language)
    offices += match_governments(doc, resolver, words, language)
    over = {(o.trigger.i, o.subject, o.object) for o in offices if o.predicate != "speaksFor"}
    held: dict[str, list[str]] = {}
    for office in offices:
        if office.object is not None and office.role is not None:
            held.setdefault(office.subject, []).append(office.object)
    framed = match_frames(doc, lexicon, resolver, words, offices=held)
    candidates: list[Candidate] = [
        *(c for c in framed if c.predicate != "speaksFor" or (c.trigger.i, c.subject, c.object) not in over),
        *offices,
        *match_states(doc, lexicon, resolver, words),
        *match_memberships(doc, resolver, words, language),
        *match_presence(doc, resolver, words, language, offices=held),
        *match_appeals(doc, resolver, words, factuality, language),
    ]
    claims: list[Claim] = []
    for candidate in sorted(candidates, key=lambda c: (c.trigger.i, c.predicate, c.subject, c.object or "")):
        if candidate.weight < minimum:
            continue
        if _phrasal(candidate) and not _predicative(candidate, resolver):
            entry = _entry(candidate, lexicon, resolver)
            if entry is None:
                qualified = Qualified(modality=candidate.modality or Modality.ASSERTED)
            else:
                found = qualify(
                    doc,
                    entry,
                    data=factuality,
                    subject=candidate.subject,
                    object=candidate.object,
                    frame_modality=candidate.modality,
                )
                qualified = replace(found, ends=None, place=None)
        else:
            qualified = qualify(
                doc,
                candidate.trigger,
                data=factuality,
                subject=candidate.subject,
                object=candidate.object,
                frame_modality=candidate.modality,
                quantity_classes=QUANTITIES.get(candidate.predicate, ()),
                governor=candidate.governor if "/verb_noun/" in candidate.rule else None,
            )
        if qualified.hypothetical:
            continue
        if candidate.object == qualified.source and _named_once(candidate, resolver):
            continue  # who says it is not whom it is done to: "nach Erkenntnissen der Dienste"
        sided = _suffering(_side(candidate, qualified, resolver, words), candidates, resolver)
        if sided is not None and _possible(sided, resolver):
            claims.append(_claim(sided, qualified, article, resolver))
    for denial in match_denials(doc, claims, resolver, words, language):
        if _possible(denial, resolver):
            claims.append(_claim(denial, Qualified(modality=Modality.ASSERTED), article, resolver))
    merged = merge_claims(claims)
    quotations = tuple(quotations_of(doc, article, resolver))
    return Extraction.of(article, entities_of(merged, quotations, resolver), merged, quotations)


def _named_once(candidate: Candidate, resolver: Resolver) -> bool:
    """Whether the object of a claim that has one is named only once in its sentence."""
    sentence = candidate.trigger.sent
    here = [s for s in resolver.starting(sentence.start, sentence.end) if s.kb_id_ == candidate.object]
    apart = [s for s in here if not any(o is not s and o.start <= s.start and s.end <= o.end for o in here)]
    return candidate.object is not None and len(apart) < 2


def _side(candidate: Candidate, qualified: Qualified, resolver: Resolver, words: FactWords) -> Candidate:
    """Casualties of no named side are those of the country where they happen: "In Kenia starben drei Menschen"."""
    mine = (s for s in resolver.mentions if s.kb_id_ == candidate.subject)
    if candidate.object is not None or not any(s.root.lemma_ in words.generic_people for s in mine):
        return candidate
    country = None
    if qualified.place is not None:
        country = qualified.place if resolver.type(qualified.place) == "Country" else resolver.country(qualified.place)
    country = country or resolver.around(candidate.trigger)
    return replace(candidate, subject=country) if country is not None else candidate


def _suffering(candidate: Candidate, others: Sequence[Candidate], resolver: Resolver) -> Candidate | None:
    """Casualties without a named side are never the attacker's: "Bei einem russischen Angriff auf X starben elf"."""
    if candidate.object is not None or resolver.type(candidate.subject) != "Country":
        return candidate
    named = (s for s in resolver.mentions if s.kb_id_ == candidate.subject and s.id_ in ("group", "inhabitant"))
    if any(s.root.head == candidate.trigger for s in named):
        return candidate
    fights = [c for c in others if c.predicate in _FIGHTING and c.trigger.sent == candidate.trigger.sent]
    if all(
        candidate.subject not in ((c.subject, c.object) if c.predicate == "fights" else (c.subject,)) for c in fights
    ):
        return candidate
    struck = {c.object for c in fights if c.predicate == "attacks" and c.object is not None}
    countries = {resolver.state(o) for o in struck} - {None}
    countries -= {c.subject for c in fights}
    return replace(candidate, subject=str(countries.pop())) if len(countries) == 1 else None


def _possible(candidate: Candidate, resolver: Resolver) -> bool:
    """Whether the ontology allows the relation between things of these types."""
    subject = EntityType(resolver.type(candidate.subject))
    other = EntityType(resolver.type(candidate.object)) if candidate.object is not None else None
    return RELATIONS[candidate.predicate].allows(subject, other)


def _phrasal(candidate: Candidate) -> bool:
    return any(part in candidate.rule for part in _PHRASAL) or (
        candidate.predicate in _TIES and any(part in candidate.rule for part in _NOUNS)
    )


def _predicative(candidate: Candidate, resolver: Resolver) -> bool:
    """Whether an office is what the clause is about ("wird Präsident"), so that its modality is the clause's."""
    governor = candidate.governor
    if governor is None:
        return False
    return governor.i == candidate.trigger.i or (
        candidate.trigger.head.i == governor.i
        and resolver.grammar.word(governor, "become")
        and candidate.trigger.i != governor.i
    )


def _entry(candidate: Candidate, lexicon: FrameLexicon, resolver: Resolver) -> Word | None:
    """The verb by which somebody comes into an office, whose time and modality are the office's: "zum X gewählt"."""
    grammar, title = resolver.grammar, candidate.trigger
    if candidate.predicate != "holdsOffice" or not grammar.has(title, "oblique"):
        return None
    if grammar.children(title, "apposition", "flat"):
        return None  # the one who appoints: "von Präsident X ernannt"
    frames = lexicon.by_verb.get(title.head.lemma_, ())
    return title.head if any(frame.predicate in _ENTRIES for frame in frames) else None


def _only_place(candidate: Candidate, source: str | None, resolver: Resolver) -> str | None:
    """The only place that the sentence of a deed names: "einer Parade in Lima, auf der die Rakete gezeigt wurde"."""
    if candidate.predicate not in _DONE_SOMEWHERE:
        return None
    sentence = candidate.trigger.sent
    here = resolver.starting(sentence.start, sentence.end)
    places = whole_names([s for s in here if resolver.type(s.kb_id_) in ("City", "Region", "Place")])
    named = {
        s.kb_id_
        for s in places
        if (s.id_ == "name" or not any(s.start <= o.start and o.end <= s.end and len(o) < len(s) for o in places))
        and not _aside(s.root, candidate.trigger, resolver)
    }
    # "nach Angaben des Ministeriums in Lima": there it has its seat
    speakers = [s for s in here if s.kb_id_ == source]
    seats = {s.kb_id_ for s in places if any(o.start <= s.start and s.end <= o.end for o in speakers)}
    return named.pop() if len(named) == 1 and not named & seats else None


def _aside(place: Word, trigger: Word, resolver: Resolver) -> bool:
    """Whether a place stands in a relative clause of which the trigger is no part."""
    clauses = (t for t in (place, *place.ancestors) if resolver.grammar.has(t, "relative"))
    return any(clause != trigger and clause not in trigger.ancestors for clause in clauses)


def _claim(candidate: Candidate, qualified: Qualified, article: Article, resolver: Resolver) -> Claim:
    place = qualified.place or _only_place(candidate, qualified.source, resolver)
    start, end = _sentence(candidate.trigger, article.text)
    cue = candidate.trigger
    evidence = Evidence(
        article=article.id,
        start=start,
        end=end,
        quote=article.text[start:end],
        rule=candidate.rule,
        cue_start=cue.idx,
        cue_end=cue.idx + len(cue.text),
        confidence=_confidence(candidate, qualified, article.language, resolver),
    )
    qualifiers = Qualifiers(
        modality=qualified.modality,
        source=qualified.source,
        begins=qualified.begins,
        ends=qualified.ends,
        place=place if place not in (candidate.subject, candidate.object) else None,
        quantity=quantity_of(qualified.quantity) if qualified.quantity is not None else None,
        role=candidate.role,
    )
    return Claim(candidate.subject, candidate.predicate, candidate.object, qualifiers, (evidence,))


def _confidence(candidate: Candidate, qualified: Qualified, language: str, resolver: Resolver) -> float:
    """How likely the claim is right; without a calibration of the language as sure as its frame."""
    calibration = load_calibration(language)
    if calibration is None:
        return round(min(1.0, candidate.weight), 3)
    return calibration.probability(features(candidate, qualified.modality, resolver))


def _sentence(token: Word, text: str) -> tuple[int, int]:
    """The sentence of a token as a range without blanks at its ends."""
    span = token.sent
    start, end = span.start_char, span.end_char
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def quantity_of(span: Stretch) -> Quantity:
    """The quantity that a span of the layer `kg_quantities` states."""
    comparison, value, upper, unit = [*span.kb_id_.split("|"), "", "", "", ""][:4]
    return Quantity(
        text=span.text,
        value=float(value) if value else None,
        unit=unit or None,
        comparison=Comparison(comparison) if comparison else Comparison.EXACTLY,
        upper=float(upper) if upper else None,
    )


def quotations_of(doc: Page, article: Article, resolver: Resolver) -> Iterator[Quotation]:
    """What is quoted in a document, directly and indirectly, in text order."""
    spans = (*doc.spans.get("kg_quotes", ()), *doc.spans.get("kg_indirect", ()))
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        about = dict.fromkeys(s.kb_id_ for s in resolver.starting(span.start, span.end) if s.end <= span.end)
        yield Quotation(
            article=article.id,
            start=span.start_char,
            end=span.end_char,
            text=article.text[span.start_char : span.end_char],
            speaker=span.kb_id_ if span.kb_id_ in resolver.entities else None,
            cue=doc[int(span.id_)].text if span.id_.isdigit() else None,
            direct=span.label_ == "direct",
            about=tuple(about),
        )


def entities_of(claims: Iterable[Claim], quotations: Iterable[Quotation], resolver: Resolver) -> list[Entity]:
    """Entities that the claims and quotations name, then the known ones that the text names besides."""
    used: dict[str, None] = {}
    for claim in claims:
        q = claim.qualifiers
        used.update(dict.fromkeys(x for x in (claim.subject, claim.object, q.source, q.place) if x is not None))
    for quotation in quotations:
        used.update(dict.fromkeys(x for x in (quotation.speaker, *quotation.about) if x is not None))
    for span in resolver.mentions:
        if resolver.entities[span.kb_id_].get("known") and span.id_ in ("name", "metonym", "adjective", "inhabitant"):
            used.setdefault(span.kb_id_)
    for key in list(used):
        country = resolver.entities[key].get("country")
        if country in resolver.entities:
            used.setdefault(country)
    return [_entity(key, resolver) for key in used]


def _entity(key: str, resolver: Resolver) -> Entity:
    record = resolver.entities[key]
    return Entity(
        id=key,
        type=EntityType(record["type"]),
        name=record["name"],
        aliases=tuple(sorted(set(record.get("aliases", ())))),
        wikidata=record.get("wikidata") or None,
        country=record.get("country") or None,
        known=bool(record.get("known")),
    )
