"""Who says something: from a word of saying to the entity that says it.

Shared by the quotations (`kg.linguistics.quotes`) and the factuality of claims (`kg.facts.qualify`). In: a parsed `Doc`
with `kg_mentions`; out: entity ids. The words are data (`reporting.toml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from kg.errors import DataError
from kg.lexicon import read_table, words_of
from kg.linguistics.grammar import Grammar
from kg.linguistics.layers import spans_at, spans_between
from kg.linguistics.page import Page, Stretch, Word

__all__ = ["Reporting", "attributions", "entity_of", "load_reporting", "mention_at", "speaker_of", "speakers"]

FILE = "reporting.toml"
PARTS = ("adjective", "modifier")  # kinds of mentions that only point to the owner of the thing that bears them
NAMELESS = "nominal"  # the kind of mentions without a name
NEAR = 6  # tokens between a particle of saying and the speaker
_MAX_DEPTH = 6
_OWNING = frozenset({"gen", "dat"})  # cases of an owner, also after "von"
_OWNER_REACH = 8  # words behind a noun of saying in which its owner stands
_ACTORS = frozenset({"name", "nominal", "group", "metonym"})


@dataclass(frozen=True, slots=True)
class Reporting:
    """The words by which a language says who says what."""

    report: frozenset[str]
    claim: frozenset[str]
    accuse: frozenset[str]
    quote: frozenset[str]
    cited: frozenset[str]
    impersonal: frozenset[str]
    impersonal_prepositions: frozenset[str]
    passive_prepositions: frozenset[str]
    direct: frozenset[str]
    behind: frozenset[str]
    ending: frozenset[str]
    about: frozenset[str]
    bare: frozenset[str]
    own: frozenset[str]
    before: Mapping[str, frozenset[str]]
    particles: frozenset[str]
    adverbs: frozenset[str]
    statement: frozenset[str]
    statement_endings: tuple[str, ...]
    speaker: frozenset[str]
    speaker_endings: tuple[str, ...]
    nameless: frozenset[str]
    accusation: frozenset[str]
    nominal: Mapping[str, frozenset[str]]
    nominal_claim: Mapping[str, frozenset[str]]
    marks: Mapping[str, frozenset[str]]
    shortest: int
    colon: frozenset[str]
    cues: frozenset[str] = field(init=False, repr=False, compare=False)
    closing: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Join the verbs that may introduce direct speech, and what may end the words said before such a verb."""
        object.__setattr__(self, "cues", self.report | self.claim | self.quote | self.impersonal)
        object.__setattr__(self, "closing", frozenset({","}).union(*self.marks.values()))

    def is_nameless(self, noun: Word) -> bool:
        """Whether the noun means a person who only speaks for somebody ("ein peruanischer Offizier")."""
        return noun.text in self.nameless or noun.lemma_ in self.nameless

    def speaks(self, noun: Word) -> bool:
        """Whether the noun means somebody who speaks for its owner, or something that the owner says."""
        words = (noun.text, noun.lemma_)
        return any(w in self.speaker or w.lower().endswith(self.speaker_endings) for w in words) or self.is_statement(
            noun
        )

    def is_statement(self, noun: Word) -> bool:
        """Whether the noun means something said or found ("Angaben", "Behördenangaben")."""
        return (
            noun.text in self.statement or noun.lemma_ in self.statement or noun.lower_.endswith(self.statement_endings)
        )


@cache
def load_reporting(language: str) -> Reporting:
    """Read and check `reporting.toml` of a language.

    Raises:
        DataError: If the file is missing or wrong.

    Example:
        >>> "laut" in load_reporting("de").direct
        True
    """
    raw: dict[str, Any] = read_table(language, FILE)

    def words(table: str, key: str) -> frozenset[str]:
        return frozenset(words_of(raw[table], key, FILE))

    try:
        return Reporting(
            report=words("verbs", "report"),
            claim=words("verbs", "claim"),
            accuse=words("verbs", "accuse"),
            quote=words("verbs", "quote"),
            cited=words("verbs", "cited"),
            impersonal=words("impersonal", "verbs"),
            impersonal_prepositions=words("impersonal", "prepositions"),
            passive_prepositions=words("impersonal", "passive_prepositions"),
            direct=words("prepositions", "direct"),
            behind=words("prepositions", "behind"),
            ending=words("prepositions", "ending"),
            about=words("prepositions", "about"),
            bare=words("prepositions", "bare"),
            own=words("prepositions", "own"),
            before={
                word: frozenset(words_of(raw["prepositions"]["before"], word, FILE))
                for word in raw["prepositions"]["before"]
            },
            particles=words("said", "particles"),
            adverbs=words("said", "adverbs"),
            statement=words("nouns", "statement"),
            statement_endings=words_of(raw["nouns"], "statement_endings", FILE),
            speaker=words("nouns", "speaker"),
            nameless=words("nouns", "nameless"),
            speaker_endings=words_of(raw["nouns"], "speaker_endings", FILE),
            accusation=words("nouns", "accusation"),
            nominal={verb: frozenset(words_of(raw["nominal"], verb, FILE)) for verb in raw["nominal"]},
            nominal_claim={
                verb: frozenset(words_of(raw["nominal_claim"], verb, FILE)) for verb in raw["nominal_claim"]
            },
            marks={mark: frozenset(words_of(raw["marks"], mark, FILE)) for mark in raw["marks"]},
            shortest=int(raw["quotation"]["shortest"]),
            colon=words("quotation", "colon"),
        )
    except (KeyError, TypeError, ValueError) as error:
        message = f"wrong entry: {error!r}"
        raise DataError(message, source=FILE, hint="compare the file with the one that kg ships") from error


def mention_at(doc: Page, token: Word, *, parts: bool = False) -> Stretch | None:
    """The longest mention that the token heads, else the shortest that covers it.

    Args:
        doc: The document.
        token: The word asked about.
        parts: Take adjectives of origin and first parts of compounds ("US-" in "US-Angaben") instead of whole names.
    """
    near = spans_at(doc, "kg_mentions", token.i)
    covering = [s for s in near if (s.id_ in PARTS) == parts and s.kb_id_]
    headed = [s for s in covering if s.root == token]
    if headed:
        return max(headed, key=len)
    return min(covering, key=len, default=None)


def entity_of(doc: Page, token: Word, grammar: Grammar, reporting: Reporting) -> str | None:
    """The entity that a phrase names, or for which it speaks ("ein Sprecher des Ministeriums": the ministry).

    Args:
        doc: The document.
        token: Head of the phrase.
        grammar: The language's grammar.
        reporting: Its words of saying; their nouns say what speaks for its owner.

    Returns:
        The entity's id, or `None` if the phrase names none.
    """
    return _entity(doc, token, grammar, reporting, 0)


def _entity(doc: Page, token: Word, grammar: Grammar, reporting: Reporting, depth: int) -> str | None:
    mention = mention_at(doc, token)
    nameless = mention is not None and mention.id_ == NAMELESS and reporting.is_nameless(token)
    if mention is not None and not nameless:
        return str(mention.kb_id_)
    if depth > _MAX_DEPTH:
        return None
    owner = _owner(doc, token, grammar, reporting, depth)
    return owner if owner is not None or mention is None else str(mention.kb_id_)


def _owner(doc: Page, token: Word, grammar: Grammar, reporting: Reporting, depth: int) -> str | None:
    """The name that stands with the noun, else whom it speaks for."""
    speaks = reporting.speaks(token)
    for role in ("apposition", "flat", "compound", "nominal"):
        if role == "nominal" and not speaks:
            return None
        for child in grammar.children(token, role):
            found = _entity(doc, child, grammar, reporting, depth + 1)
            if found is not None:
                return found
    for part in (*grammar.children(token, "adjectival", "determiner"), token):
        mention = mention_at(doc, part, parts=part == token) or mention_at(doc, part, parts=True)
        if mention is not None:
            return str(mention.kb_id_)
    return None


def speaker_of(doc: Page, cue: Word, grammar: Grammar, reporting: Reporting) -> str | None:
    """The entity that speaks where `cue` is the word of saying.

    Verbs take their subject (of a passive the agent; of "hieß es aus …" the prepositional phrase), particles and
    prepositions the noun that they stand with.
    """
    return _first(doc, speakers(doc, cue, grammar, reporting), grammar, reporting)


def speakers(doc: Page, cue: Word, grammar: Grammar, reporting: Reporting) -> Iterator[Word]:
    """Heads of the phrases that may name who speaks where `cue` is the word of saying, the likeliest first."""
    if not grammar.is_(cue, "verb"):
        nouns = [
            t for t in (cue.head, *cue.children) if t != cue and grammar.is_(t, "noun") and abs(t.i - cue.i) <= NEAR
        ]
        yield from nouns or doc[cue.i + 1 : cue.i + NEAR]
        return
    if cue.lemma_ in reporting.cited:
        quoted = [c for c in grammar.children(cue, "object", "passive_subject") if not reporting.is_statement(c)]
        if quoted:
            yield quoted[0]
            return
    passive = grammar.passive(cue)
    if not passive:
        yield from _subjects(cue, grammar, reporting)
    impersonal = cue.lemma_ in reporting.impersonal
    prepositions = reporting.passive_prepositions if passive else reporting.impersonal_prepositions
    for child in grammar.children(cue, "oblique", "agent", "nominal") if passive or impersonal else ():
        preposition = grammar.preposition(child)
        named = preposition is not None and preposition.word in prepositions
        if named or (impersonal and reporting.is_statement(child)):
            yield child


def _subjects(cue: Word, grammar: Grammar, reporting: Reporting) -> list[Word]:
    """What may be the subject of a verb of saying.

    After a comma or a closing mark the verb comes before its subject ("…, sagte X"): whatever the parser calls the
    first noun phrase behind it, it is the subject.
    """
    subject, _ = grammar.surface_subject(cue)
    found = [] if subject is None or grammar.has(subject, "expletive") else [subject]
    if cue.i > cue.sent.start and cue.nbor(-1).text in reporting.closing and (subject is None or subject.i < cue.i):
        subjects = [c for c in grammar.children(cue, "subject") if c.i > cue.i]
        behind = [c for c in grammar.children(cue, "object", "dative") if c.i > cue.i]
        found = [*(subjects or behind)[:1], *found]
    return found


def _first(doc: Page, tokens: Iterable[Word], grammar: Grammar, reporting: Reporting) -> str | None:
    return next((found for token in tokens if (found := entity_of(doc, token, grammar, reporting)) is not None), None)


def attributions(
    doc: Page, phrase: Iterator[Word], grammar: Grammar, reporting: Reporting
) -> Iterator[tuple[Word, str | None]]:
    """The phrases of attribution among tokens ("laut X", "nach Angaben von X", "X zufolge") with their entities."""
    tags = grammar.tags("noun")
    for token in phrase:
        astray = not grammar.has(token, "case") or token.head.i > token.i
        if token.lower_ in reporting.behind and astray and token.i > token.sent.start:
            # "Medien zufolge", whatever the parser hung the preposition on
            yield token, _before(doc, token, grammar, reporting)
            continue
        if token.pos_ not in tags:
            continue
        preposition = grammar.preposition(token)
        if preposition is None:
            if _bare(token, grammar, reporting):
                yield token, entity_of(doc, token, grammar, reporting)
            continue
        nouns = reporting.before.get(preposition.word, frozenset())
        said = token.text in nouns or token.lemma_ in nouns
        if preposition.word in reporting.ending and token.lower_.endswith(reporting.statement_endings):
            said = True
        direct = preposition.word in reporting.direct
        if said and not direct and (_about(token, grammar, reporting) or _dressed(token, grammar, reporting)):
            continue
        if said or direct:
            if any(c.lemma_ in reporting.own for c in grammar.children(token, "adjectival")):
                yield token, _self(doc, token, grammar, reporting)
                continue
            owner = _first(doc, grammar.children(token, "nominal"), grammar, reporting)
            whose = owner if said or reporting.is_statement(token) else None
            source = whose or entity_of(doc, token, grammar, reporting)
            yield token, source or (_behind(doc, token, grammar) if said else None)


def _bare(noun: Word, grammar: Grammar, reporting: Reporting) -> bool:
    """Whether a noun of saying opens a clause that has a subject besides: "Peruanischen Schätzungen sollen 20 …"."""
    if not (grammar.has(noun, "subject", "passive_subject") and reporting.is_statement(noun)):
        return False
    return any(c.i > noun.i for c in grammar.children(noun.head, "subject", "passive_subject"))


def _self(doc: Page, noun: Word, grammar: Grammar, reporting: Reporting) -> str | None:
    """Who says something of himself: "Peru hat nach eigenen Angaben ein Schiff versenkt"."""
    verb = grammar.governor(noun)
    subject = grammar.surface_subject(verb)[0] if verb is not None else None
    return entity_of(doc, subject, grammar, reporting) if subject is not None else None


def _before(doc: Page, preposition: Word, grammar: Grammar, reporting: Reporting) -> str | None:
    """The actor named right before a preposition that stands behind its noun."""
    ending = (s for s in spans_between(doc, "kg_mentions", preposition.i - 1, preposition.i) if s.end == preposition.i)
    named = next((str(s.kb_id_) for s in ending if s.id_ in _ACTORS), None)
    return named or entity_of(doc, doc[preposition.i - 1], grammar, reporting)


def _behind(doc: Page, noun: Word, grammar: Grammar) -> str | None:
    """The actor named right behind a noun of saying that the parser left without owner.

    "nach Erkenntnissen nordischer und baltischer Geheimdienste": shared nouns are often parsed apart.
    """
    end = noun.i + 1
    while end < min(noun.i + _OWNER_REACH, noun.sent.end) and not (
        grammar.is_(doc[end], "verb")
        or grammar.is_(doc[end], "punctuation")
        or (grammar.has(doc[end], "determiner") and not grammar.cases(doc[end].head) & _OWNING)  # "Angaben ein Schiff"
    ):
        end += 1
    for span in spans_between(doc, "kg_mentions", noun.i + 1, end):
        if span.id_ in _ACTORS:
            return str(span.kb_id_)
    return None


def _about(noun: Word, grammar: Grammar, reporting: Reporting) -> bool:
    """Whether the noun says what it is about and not whose it is ("nach Berichten über Kämpfe" is a time)."""
    found = (grammar.preposition(child) for child in grammar.children(noun, "nominal"))
    return any(preposition is not None and preposition.word in reporting.about for preposition in found)


def _dressed(noun: Word, grammar: Grammar, reporting: Reporting) -> bool:
    """Whether a noun that names a source only if bare has company: "nach umstrittenen Aussagen" is a time."""
    if noun.text not in reporting.bare and noun.lemma_ not in reporting.bare:
        return False
    return bool(grammar.children(noun, "determiner", "adjectival"))
