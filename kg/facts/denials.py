"""Denials answer: "Was Peru bestreitet" rejects what was said of Peru, and who said it was named before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.facts.frames import Candidate
from kg.facts.resolve import Resolver
from kg.facts.roles import Roles
from kg.lexicon_facts import FactWords
from kg.linguistics.page import Page, Word
from kg.model import Claim

__all__ = ["match_denials"]

_WEIGHT = 0.65
_CHARGES = frozenset({"accuses", "criticizes", "demandsFrom"})
_BARE = frozenset({"subject", "object", "dative"})  # parsers mix them up: "was Peru bestreitet"
_WINDOW = 2  # sentences back that a denial may answer
_ACTORS = frozenset(
    {"Person", "Country", "InternationalOrganization", "PoliticalParty", "ArmedGroup", "Ministry", "Organization"}
)


def match_denials(
    doc: Page, claims: Sequence[Claim], resolver: Resolver, words: FactWords, language: str
) -> Iterator[Candidate]:
    """Find whom a denial contradicts: who accused or asked the one who denies, or said it of him.

    Args:
        doc: An annotated document.
        claims: What it claims so far, each with one evidence.
        resolver: Entity lookup of the document.
        words: Word lists of the language.
        language: Two-letter code, for the rule's name.

    Yields:
        Candidates for `rejects`, in text order.
    """
    roles = Roles(resolver)
    sentences = {s.start: i for i, s in enumerate(doc.sents)}
    placed = [(sentences[span.sent.start], c) for c in claims if (span := _cue(doc, c)) is not None]
    rejected = {(at, c.subject) for at, c in placed if c.predicate == "rejects"}
    for token in resolver.grammar.of_kind(doc, "verb"):
        if token.lemma_ not in words.denial_verbs:
            continue
        if not _answers(token, roles):
            continue
        here = sentences[token.sent.start]
        bare = [a.token for a in roles.arguments(token) if a.role in _BARE and not _said(a.token, roles)]
        found = [resolver.coerce(f, _ACTORS) for t in bare for f in resolver.at(t)]
        deniers = [f.entity for f in found if f is not None]
        for denier in dict.fromkeys(deniers):
            if (here, denier) in rejected:
                continue
            before = [(at, c) for at, c in placed if here - _WINDOW <= at <= here and _before(c, token)]
            other = _charger(denier, before, here, resolver)
            if other is not None:
                rule = f"{language}/rejects/denial/{token.lemma_}"
                yield Candidate(denier, "rejects", other, token, None, rule, _WEIGHT)


def _cue(doc: Page, claim: Claim) -> Word | None:
    evidence = claim.evidence[0]
    span = doc.char_span(evidence.cue_start or 0, evidence.cue_end or 0)
    return span.root if span is not None and len(span) else None


def _before(claim: Claim, token: Word) -> bool:
    return (claim.evidence[0].cue_start or 0) < token.idx


def _answers(verb: Word, roles: Roles) -> bool:
    """Whether what is denied was said before: a word for it, or nothing at all."""
    grammar = roles.grammar
    bare = [a.token for a in roles.arguments(verb) if a.role in _BARE]
    if any(_said(t, roles) for t in bare):
        return True
    return len(bare) == 1 and not grammar.children(verb, "complement", "open_complement", "oblique")


def _said(token: Word, roles: Roles) -> bool:
    """Whether a nominal stands for what was said: a pronoun for things, or a noun spoken of as known."""
    grammar, resolver = roles.grammar, roles.resolver
    if resolver.one(token) is not None:
        return False
    if grammar.is_(token, "pronoun"):
        return True
    determined = any(grammar.word(d, "definite") for d in grammar.children(token, "determiner"))
    return grammar.is_(token, "noun") and determined and not resolver.owners(token)


def _charger(denier: str, before: Sequence[tuple[int, Claim]], here: int, resolver: Resolver) -> str | None:
    """Who accused the denier, last; else who accused another in the same sentence; else who reported it."""
    country = resolver.country(denier)
    for _, claim in reversed(before):
        if claim.predicate in _CHARGES and claim.object in (denier, country) and claim.subject != denier:
            return claim.subject
    for at, claim in reversed(before):
        if claim.predicate in _CHARGES and at == here and claim.subject not in (denier, country):
            return claim.subject
    for _, claim in reversed(before):
        source = claim.qualifiers.source
        if (
            claim.subject in (denier, country)
            and source not in (None, denier, country)
            and resolver.type(str(source)) in _ACTORS
        ):
            return source
    return None
