"""Offices: titles before, after and beside names, and what they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from kg.facts.frames import Candidate
from kg.facts.memberships import parties_before, party_of_office
from kg.facts.organs import national_organ, organ_of
from kg.facts.resolve import Filler, Resolver
from kg.facts.roles import Roles
from kg.lexicon_facts import FactWords
from kg.lexicon_frames import FrameLexicon, Step, Title
from kg.linguistics.grammar import Grammar
from kg.linguistics.page import Page, Word
from kg.model import Modality

__all__ = ["appointed", "find_title", "holders", "match_offices", "predicative"]

# How sure the office's owner is, by where it was found.
_WEIGHTS = {"written": 0.95, "title": 0.9, "body": 0.85, "conjunct": 0.85, "person": 0.8, "context": 0.68}
_GUESSED = frozenset({"person", "context"})
_STATE, _PERSON = "Country", "Person"
_REACH = 10  # words between a title and its name
# Relations that a title states and that are a past office once they are over.
_HOLDS, _SPEAKS = "holdsOffice", "speaksFor"
_OVER = frozenset({_HOLDS, _SPEAKS})
# A spokesman without owner seldom speaks for the country of the article.
_UNLIKELY = frozenset({"speaksFor", "memberOf"})
_OPENING = "(["


def match_offices(doc: Page, lexicon: FrameLexicon, resolver: Resolver, words: FactWords) -> Iterator[Candidate]:
    """Find who holds or held which office.

    Args:
        doc: An annotated document.
        lexicon: Titles and their rules.
        resolver: Entity lookup of the document.
        words: Word lists of the language.

    Yields:
        Candidates with `role` set to the title in the nominative, in text order.
    """
    found = list(_candidates(doc, lexicon, resolver, words))
    said = {(c.subject, c.role) for c, how in found if how not in _GUESSED}
    for candidate, how in found:
        # "der tschechische Außenminister X … Außenminister X": the second time it is the same office.
        if how not in _GUESSED or (candidate.subject, candidate.role) not in said:
            yield candidate


def _candidates(
    doc: Page, lexicon: FrameLexicon, resolver: Resolver, words: FactWords
) -> Iterator[tuple[Candidate, str]]:
    """All offices, and how what they belong to was found."""
    roles = Roles(resolver)
    over = lexicon.title_rules.former_predicate
    for token in resolver.grammar.of_kind(doc, "noun"):
        title = find_title(token, lexicon)
        if title is None:
            continue
        changed = _changes(token, lexicon, resolver, words)
        if token.head.lemma_ in words.seeming_verbs and predicative(token, resolver.grammar):
            continue
        people = appointed(token, roles, words)
        if people and token.head.lemma_ in words.proposing_verbs:
            changed = "planned"
        if not people and not _given(token, roles, words):
            people = holders(token, roles)
        if not people:
            continue
        predicate = title.predicate
        if (title.former or changed == "former") and predicate in _OVER:
            predicate = over
        modality = Modality.PLANNED if title.planned or changed == "planned" else None
        for person in people:
            yield from ((c, "title") for c in party_of_office(token, person, resolver, words, lexicon.language))
            for owner, how in _owners(token, title, person, roles, words):
                if owner.entity == person.entity or (predicate == over and resolver.type(owner.entity) == _PERSON):
                    continue
                stated = _HOLDS if predicate == _SPEAKS and _presides(token, owner, resolver, words) else predicate
                weight = title.weight * _WEIGHTS[how]
                rule = f"{lexicon.language}/{stated}/title/{token.lemma_}"
                role = _role_name(token, resolver, lexicon) if stated in (_HOLDS, over) else None
                governor = resolver.grammar.governor(token)
                yield (
                    Candidate(person.entity, stated, owner.entity, token, governor, rule, weight, modality, role),
                    how,
                )


def _presides(token: Word, owner: Filler, resolver: Resolver, words: FactWords) -> bool:
    """Whether the one speaker of a parliament is meant, who presides over it, and not a spokesman."""
    only = resolver.grammar.only(token)  # "ein Sprecher des Parlaments" is one of several
    return only and owner.token.i > token.i and owner.token.lemma_.lower().endswith(tuple(words.chamber_nouns))


def find_title(token: Word, lexicon: FrameLexicon) -> Title | None:
    """The office that a noun names, by lemma or form, whole or by the last part of a compound."""
    return lexicon.office(token.lemma_, token.text)


def _given(token: Word, roles: Roles, words: FactWords) -> bool:
    """Whether a verb gives the office to somebody, so that its subject does not hold it: "bestellte X als Minister"."""
    grammar, verb = roles.grammar, token.head
    if verb.lemma_ not in words.appointing_verbs | words.proposing_verbs or not grammar.is_(verb, "verb"):
        return False
    preposition = grammar.preposition(token)
    office = preposition is not None and preposition.word in grammar.group("office_preposition")
    return office or predicative(token, grammar)


def predicative(token: Word, grammar: Grammar) -> bool:
    """Whether a particle makes the noun a predicate: "als Minister".

    Args:
        token: A noun.
        grammar: The grammar of its language.
    """
    return any(grammar.word(c, "as") for c in grammar.children(token, "case", "mark", "adverbial"))


def appointed(token: Word, roles: Roles, words: FactWords) -> list[Filler]:
    """The persons who are given the office: "wählte ihn zum Präsidenten".

    Args:
        token: The title.
        roles: The roles of its document.
        words: Word lists of its language.
    """
    if not _given(token, roles, words):
        return []
    found = [f for a in roles.arguments(token.head) if a.role == "object" for f in roles.resolver.at(a.token)]
    return [f for f in found if roles.resolver.type(f.entity) == _PERSON]


@cache
def _path(written: str) -> tuple[Step, ...]:
    steps = []
    for step in written.split(">"):
        head, _, case = step.partition("+")
        label, _, prep = head.partition(":")
        steps.append(Step(label, prep or None, case or None))
    return tuple(steps)


def holders(token: Word, roles: Roles) -> list[Filler]:
    """The persons whom a title is said of, named ones before one that only the title itself names.

    Args:
        token: The title.
        roles: The roles of its document.
    """
    resolver = roles.resolver
    own = _person(resolver.one(token), resolver)
    if own is not None and own.kind != "nominal" and not _only_title(token, resolver):
        return [own]
    named = _named(token, roles)
    if named or own is None or predicative(token, roles.grammar):
        return named  # "Als Minister reiste er": the title is nobody of its own
    return [own]


def _only_title(token: Word, resolver: Resolver) -> bool:
    """Whether a title alone was taken for a name ("Ministeriumssprecher")."""
    span = resolver.mention(token)
    return span is not None and span.id_ == "name" and len(span) == 1 and not resolver.grammar.is_(token, "name")


def _person(filler: Filler | None, resolver: Resolver) -> Filler | None:
    return filler if filler is not None and resolver.type(filler.entity) == _PERSON else None


def _named(token: Word, roles: Roles) -> list[Filler]:
    resolver, grammar = roles.resolver, roles.grammar
    if grammar.has(token, "apposition", "flat", "compound"):
        before = _before(token, resolver)
        if before is not None:
            return [before]
        head = _person(resolver.one(token.head), resolver)
        if head is not None:
            return [head]
    following = _following(token, resolver)
    if following is not None:
        return [following]
    if grammar.has(token, "conjunct") and grammar.is_(token.head, "noun"):
        # "der Präsident und seine Minister": an article of its own tells of others.
        return [] if grammar.children(token, "determiner") else holders(token.head, roles)
    trigger = roles.trigger(token, "noun")
    subject = tuple(Step(label, None, None) for label, role in grammar.steps.items() if role == "subject")[:1]
    people = [f for f in roles.fillers(trigger, subject) if resolver.type(f.entity) == _PERSON]
    if people:
        return people
    # "Vorher war Peters Gesandter": a name in -s before a predicate without subject is no genitive.
    if grammar.children(token, "copula") and not any(True for _ in grammar.children(token, "subject")):
        people = [f for f in resolver.possessors(token) if f.kind == "name" and f.token.i == token.i - 1]
        people = [f for f in people if resolver.type(f.entity) == _PERSON]
        if people:
            return people
    # "Der Gesandte war der Franzose Jean Beispiel", "Minister bleibt Jan Beispiel": the office is the subject.
    beside: list[Word] = []
    if grammar.has(token, "subject") and bool(grammar.children(token.head, "copula")):
        beside = [token.head]
    elif grammar.word(token.head, "become") and grammar.has(token, "subject", "object", "open_complement"):
        beside = [t for t in grammar.children(token.head, "subject", "object", "open_complement") if t.i != token.i]
    for other in beside:
        said = _person(resolver.one(other), resolver)
        if said is not None and grammar.preposition(token) is None:
            return [said]
    # "Außenminister und Vizekanzler Steinmeier": the name hangs on the last title.
    for child in grammar.children(token, "conjunct"):
        filler = _person(resolver.one(child), resolver)
        if filler is not None and filler.via == "apposition":
            return [filler]
    before = _before(token, resolver)
    return [before] if before is not None else []


def _before(token: Word, resolver: Resolver) -> Filler | None:
    """A person's name before a comma and the title: "Jan Beispiel, bisher Sprecher der Partei"."""
    doc, grammar = token.doc, resolver.grammar
    index = token.i - 1
    while index > token.sent.start and (
        grammar.is_(doc[index], "adjective")
        or any(grammar.has(doc[index], role) for role in ("determiner", "adverbial", "numeral"))
    ):
        index -= 1
    if doc[index].text != "," or index <= token.sent.start:
        return None
    for span in resolver.mentions:
        if span.end == index and span.id_ == "name" and resolver.type(span.kb_id_) == _PERSON:
            return Filler(span.kb_id_, token, "name", "apposition")
    return None


def _following(token: Word, resolver: Resolver) -> Filler | None:
    """A person's name after the title and what belongs to it, whatever the parser made of it.

    "EU-Kommissar für Energie Jan Beispiel", "der Präsident Kolumbiens, Jan Beispiel, sagte"; one comma is passed when
    the name follows it at once.
    """
    doc, grammar = token.doc, resolver.grammar
    near = resolver.starting(token.i + 1, token.i + _REACH)
    starts = {s.start: s for s in near if s.id_ == "name" and resolver.type(s.kb_id_) == _PERSON}
    comma = False
    for index in range(token.i + 1, min(token.i + _REACH, len(doc))):
        word = doc[index]
        if word.is_sent_start or grammar.is_(word, "verb"):
            return None
        if grammar.is_(word, "noun") and index not in starts and grammar.possessives(word):
            return None  # "die Ministerin nach dem Gespräch mit ihrem Kollegen Jan Beispiel"
        if index in starts:
            if word.head.i > token.i and resolver.genitive(word):
                return None  # "entsandte den Botschafter zur Feier Beispiels"
            alone = comma or grammar.preposition(word) is None
            return Filler(starts[index].kb_id_, token, "name", "apposition") if alone else None
        if comma or (grammar.is_(word, "punctuation") and word.text != ","):
            return None
        comma = word.text == ","
    return None


def _whole(token: Word, country: str, words: FactWords) -> bool:
    """Whether the title, its owner unsaid, can be that of the whole country and not of one of its states."""
    title = token.lemma_.rpartition("-")[2]
    return title not in words.local_titles and (title not in words.regional_titles or country not in words.federations)


def _owners(token: Word, title: Title, person: Filler, roles: Roles, words: FactWords) -> list[tuple[Filler, str]]:
    """What the office belongs to, and how it was found."""
    resolver, grammar = roles.resolver, roles.grammar
    trigger = roles.trigger(token, "noun")
    other = False
    parties = parties_before(token, resolver, words)
    for written in title.object:
        fillers = [f for f in roles.fillers(trigger, _path(written)) if f.entity not in parties]
        found = [resolver.coerce(f, title.object_types) for f in fillers]
        fitting = [(f, "written") for f in found if f is not None]
        if fitting:
            body = organ_of(token, title, fitting[0][0].entity, resolver) or national_organ(token, fitting[0][0], roles)
            return [(Filler(body, token, "implicit", "implicit"), "written")] if body is not None else fitting
        # A place after "in" may as well be the verb's: "bestellte den Minister in den Palast".
        other = other or (":" not in written and any(f.entity != person.entity for f in fillers))
    if other:
        return []  # the office belongs to something else than what it can belong to
    prefix = token.text.rpartition("-")[0]
    named = resolver.named(prefix) if len(prefix) > 1 and "modifier" in title.object else None
    if named is not None and named not in parties and resolver.type(named) in title.object_types:
        return [(Filler(named, token, "modifier"), "title")]
    if title.body:
        body = resolver.named(title.body)
        if body is not None:
            return [(Filler(body, token, "implicit", "implicit"), "title")]
    body = organ_of(token, title, None, resolver)
    if body is not None:
        return [(Filler(body, token, "implicit", "implicit"), "body")]
    # "der russische Präsident und Oberbefehlshaber": conjuncts share the owner.
    if grammar.has(token, "conjunct") and grammar.is_(token.head, "noun") and _shared(token.head, person, resolver):
        # The first part of a compound belongs to it alone: "FDP-Politiker und Minister".
        shared = [f for f in resolver.owners(token.head) if f.kind != "modifier"]
        found = [resolver.coerce(f, title.object_types) for f in shared]
        fitting = [(f, "conjunct") for f in found if f is not None]
        if fitting:
            return fitting
    if _STATE in title.object_types:
        of_party = next((c for party in parties if (c := resolver.country(party, implied=True))), None)
        country = resolver.country(person.entity, implied=True) or of_party or _party_country(person, resolver)
        if country is not None:
            return (
                [(Filler(country, token, "implicit", "implicit"), "person")]
                if _whole(token, resolver.name(country), words)
                else []
            )
        around = None if title.predicate in _UNLIKELY else resolver.around(token, among=title.candidates)
        if around is not None and (
            _addressed(token, around, resolver) or not _whole(token, resolver.name(around), words)
        ):
            around = None
        if around is not None:
            return [(Filler(around, token, "implicit", "implicit"), "context")]
    return []


def _addressed(token: Word, country: str, resolver: Resolver) -> bool:
    """Whether what the title's bearer does is done to the country: "Der Minister warf Peru vor, …" is not Peru's."""
    grammar, verb = resolver.grammar, resolver.grammar.governor(token)
    if verb is None:
        return False
    if any(
        s.kb_id_ == country and s.root.head == verb and grammar.has(s.root, "object", "dative", "oblique", "subject")
        for s in resolver.starting(verb.sent.start, verb.sent.end)
    ):
        return True
    objects = (resolver.mention(a.token) for a in grammar.arguments(verb) if a.role == "object")
    towns = (s.kb_id_ for s in objects if s is not None and resolver.type(s.kb_id_) == "City")
    return any(resolver.country(town) == country for town in towns)  # "Minister Beispiel besuchte Lima"


def _shared(title: Word, person: Filler, resolver: Resolver) -> bool:
    """Whether a coordinated title has no other person of its own."""
    own = _person(resolver.one(title), resolver)
    return own is None or own.entity == person.entity


def _party_country(person: Filler, resolver: Resolver) -> str | None:
    """The country of the party in brackets after the person's name: "Familienministerin Beispiel (SPD)"."""
    known, doc = resolver.party_countries, resolver.doc
    if person.entity not in known:
        ends = [s.end for s in resolver.of(person.entity) if s.id_ == "name" and s.end + 1 < len(doc)]
        inside = (s for end in ends if doc[end].text in _OPENING for s in resolver.starting(end + 1, end + 2))
        party = next((s.kb_id_ for s in inside if resolver.type(s.kb_id_) == "PoliticalParty"), None)
        known[person.entity] = None if party is None else resolver.country(party, implied=True)
    return known[person.entity]


def _changes(token: Word, lexicon: FrameLexicon, resolver: Resolver, words: FactWords) -> str | None:
    """Whether an adjective or adverb says that the office is over (`former`) or to come (`planned`)."""
    rules = lexicon.title_rules
    named = bool(resolver.grammar.children(token, "apposition"))
    present = any(c.lower_ not in words.past_copula for c in resolver.grammar.children(token, "copula"))
    for child in token.children:
        lemma = child.lemma_.lower()
        if resolver.grammar.has(child, "adjectival"):
            if lemma in rules.former_adjectives:
                return "former"
            if lemma in rules.planned_adjectives:
                return "planned"
        elif resolver.grammar.has(child, "adverbial") and lemma in rules.former_adverbs and not present:
            return "former"
    # "Er war Minister und Parteichef": the copula hangs on the first; beside a name it says nothing of the office.
    first = (
        token.head if resolver.grammar.has(token, "conjunct") and resolver.grammar.is_(token.head, "noun") else token
    )
    past = any(c.lower_ in words.past_copula for c in resolver.grammar.children(first, "copula"))
    return "former" if (past and not named) or _ended(token, resolver, words) else None


def _ended(token: Word, resolver: Resolver, words: FactWords) -> bool:
    """Whether the word above tells of the end of the office: "nach dem Sturz von Machthaber Beispiel"."""
    grammar, head = resolver.grammar, token.head
    if grammar.has(token, "nominal"):
        if head.lemma_ in words.ending_nouns:
            return True
        if head.lemma_ not in words.leaving_nouns:
            return False
        preposition = grammar.preposition(head)
        return grammar.has(head, "subject") or (preposition is not None and preposition.word in grammar.group("after"))
    return (
        head.lemma_ in words.ending_verbs and grammar.has(token, "passive_subject", "subject") and grammar.passive(head)
    )


def _role_name(token: Word, resolver: Resolver, lexicon: FrameLexicon) -> str:
    """The title in the nominative, without `Ex-` and without the compound's first part where that names the owner."""
    lemma = token.lemma_
    for prefix in lexicon.title_rules.former_prefixes:
        for form in (prefix, prefix.removesuffix("-")):
            rest = lemma.removeprefix(form)
            if rest != lemma and rest and (form == prefix or rest[0].islower()):
                lemma = rest[0].upper() + rest[1:]
    for cut, whole in lexicon.title_rules.variants:
        if lemma.endswith(cut):
            lemma = lemma.removesuffix(cut) + whole
    head, hyphen, last = lemma.rpartition("-")
    if hyphen and "-" not in token.text:
        return lemma.replace("-", " ")  # a compound that is written apart
    return last if hyphen and head and resolver.modifiers(token) else lemma
