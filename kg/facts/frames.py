"""Frames applied to a document: from trigger words to candidate relations between entities."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.facts.clauses import clause_lemmas
from kg.facts.deeds import Deeds, conditional_target, courts, forces, marchers, participle, relative_verb
from kg.facts.discourse import Discourse
from kg.facts.pairs import parts_of
from kg.facts.reach import aloof, looked_back, mediated, partnered
from kg.facts.resolve import Filler, Resolver
from kg.facts.roles import Roles, Trigger
from kg.facts.unsaid import answered_object, unsaid_subjects
from kg.lexicon_facts import FactWords
from kg.lexicon_frames import Condition, Frame, FrameLexicon, Step
from kg.linguistics.grammar import Grammar
from kg.linguistics.page import Page, Word
from kg.model import Modality

__all__ = ["Candidate", "match_frames"]

# What a construction adds to or takes from the frame's own weight; found by looking at dev errors, kept coarse.
_KIND_BONUS = {"verb_noun": 0.05, "phrase": 0.05}
_OWNER_FACTOR = 0.9
_INHERITED_FACTOR = 0.9
_OUTER_FACTOR = 0.85
_THING_FACTOR = 0.8
_THINGS = frozenset({"object", "oblique", "nominal", "dative"})
# Relations that touch whom a thing belongs to: who criticises Israel's policy criticises Israel.
_TOUCH_OWNERS = frozenset(
    {"attacks", "criticizes", "rejects", "supports", "protestsAgainst", "sanctions", "accuses", "threatens"}
)
_DONE_TO_PERSONS = frozenset({"arrests", "prosecutes"})
# Deeds that a clause may only look back at, whoever acts in it.
_DIRECTED = frozenset(
    {"criticizes", "accuses", "attacks", "threatens", "arrests", "kills", "rejects", "protestsAgainst"}
)
_JOURNEYS = frozenset({"visits"})
_GO_TO_PLACES = frozenset({"visits", "sendsTroops", "withdrawsFrom", "occupies", "attacks"})
# Unnamed, their adjective says where they come from, not whom they belong to ("israelische Medien").
_UNOWNED = frozenset({"Media", "Company", "Organization"})
_ARMS = frozenset({"Weapon"})
_PEOPLE = "People"
_IMPLIED_FACTOR = 0.85
_ANSWERED_FACTOR = 0.75
_TOLD_FACTOR = 0.8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A relation that a frame states between two entities, before modality, time and source are known."""

    subject: str
    predicate: str
    object: str | None
    trigger: Word
    governor: Word | None
    rule: str
    weight: float
    modality: Modality | None = None
    role: str | None = None


def match_frames(
    doc: Page,
    lexicon: FrameLexicon,
    resolver: Resolver,
    words: FactWords,
    *,
    offices: Mapping[str, Sequence[str]] | None = None,
    minimum: float = 0.5,
) -> Iterator[Candidate]:
    """Apply all frames to all words.

    Args:
        doc: An annotated document.
        lexicon: The frames of its language.
        resolver: Entity lookup of the document.
        words: Word lists of the language.
        offices: What the persons of the document hold or held an office in, for frames that leave it unsaid
            ("trat zurück").
        minimum: Frames below this weight are left out, 0 to 1.

    Yields:
        Candidates in text order; of several predicates between the same two entities at one word only the surest.
    """
    roles = Roles(resolver, words.state_forces - words.generic_people)
    grammar = resolver.grammar
    held = offices or {}
    discourse, deeds = Discourse(resolver), Deeds(roles, lexicon.classes)
    context = _Context(roles, words, held, discourse, deeds, lexicon.classes)
    verbs, nouns, adjectives = (grammar.tags(kind) for kind in ("verb", "noun", "adjective"))
    for token in doc:
        tag = token.pos_
        if tag in verbs:
            kinds = lexicon.of_verb(token.lemma_, token.lower_)
        elif tag in nouns:
            kinds = lexicon.of_noun(token.lemma_)
        elif tag in adjectives:
            kinds = lexicon.of_adjective(token.lemma_, token.lower_)
        else:
            continue
        if not kinds or token.is_punct or token.is_space:
            continue
        best: dict[tuple[str, str | None], Candidate] = {}
        for kind, frames in kinds:
            triggers = [(kind == "verb" and participle(token, roles)) or roles.trigger(token, kind)]
            verb = relative_verb(token, frames, roles) if kind == "verb_noun" else None
            if verb is not None:
                triggers.append(Trigger(token, kind, verb, roles))
            if kind == "noun":
                _remember(frames, triggers[0], context)
            for trigger, frame in itertools.product(triggers, frames):
                if frame.weight < minimum:
                    continue
                for candidate in _apply(frame, trigger, context):
                    key = (candidate.subject, candidate.object)
                    if key not in best or candidate.weight > best[key].weight:
                        best[key] = candidate
        for candidate in _told_once(best, resolver):
            discourse.note(token, candidate.subject, candidate.predicate, candidate.object)
            yield candidate


def _told_once(best: Mapping[tuple[str, str | None], Candidate], resolver: Resolver) -> Iterator[Candidate]:
    """The candidates of one word; what is done to a country's people is not done to the country as well."""
    for candidate in best.values():
        twins = (c for c in best.values() if c.predicate == candidate.predicate and c.subject == candidate.subject)
        people = (c.object for c in twins if c.object is not None and resolver.type(c.object) == _PEOPLE)
        if candidate.object is None or all(resolver.country(p) != candidate.object for p in people):
            yield candidate


@dataclass(frozen=True, slots=True)
class _Context:
    """What the frames are read with in one document."""

    roles: Roles
    words: FactWords
    held: Mapping[str, Sequence[str]]
    discourse: Discourse
    deeds: Deeds
    classes: Mapping[str, frozenset[str]]


def _apply(frame: Frame, trigger: Trigger, context: _Context) -> Iterator[Candidate]:
    roles, words, held, discourse = context.roles, context.words, context.held, context.discourse
    if not _allowed(frame, trigger, roles):
        return
    paths = frame.subject
    if (frame.predicate in _DIRECTED and looked_back(trigger, roles, words)) or mediated(trigger, words):
        paths = tuple(p for p in paths if not _is(p, "outer_subject", roles))
    subjects = _role(paths, frame.subject_types, trigger, roles)
    named = {f.entity for f, _ in subjects}
    subjects += [s for s in forces(frame, frame.subject, trigger, roles, words) if s[0].entity not in named]
    if not subjects or frame.object is None:
        known = {f.entity for f, _ in subjects}
        unsaid = unsaid_subjects(frame, trigger, roles, words, context.deeds.struck(trigger.token))
        subjects += [(f, w) for f, w in unsaid if f.entity not in known]
    if not subjects:
        subjects = marchers(frame, roles, context.classes) or courts(frame, trigger, roles, context.classes)
    if not subjects:
        return
    weight = min(1.0, frame.weight + _KIND_BONUS.get(frame.kind, 0.0) + 0.03 * len(frame.requires))
    if frame.object is None:
        for subject, factor in subjects:
            yield _candidate(frame, trigger, subject, None, weight * factor)
        return
    objects = _role(
        frame.object,
        frame.object_types,
        trigger,
        roles,
        owned=frame.predicate in _TOUCH_OWNERS,
        placed=frame.predicate in _GO_TO_PLACES,
        reached=frame.predicate in _JOURNEYS,
    )
    objects = objects or forces(frame, frame.object, trigger, roles, words)
    if not objects:
        elsewhere = context.deeds.told(frame, trigger) or conditional_target(frame, trigger, roles)
        objects = [(f, _TOLD_FACTOR) for f in elsewhere]
    if not objects and len(subjects) > 1 and any(_is(path, "conjunct", roles) for path in frame.object):
        # "Merkel und Hollande trafen sich": each with each, but not where a partner is told: "sprachen mit Putin".
        if partnered(trigger, {f.entity for f, _ in subjects}, roles, words) or aloof(trigger, subjects):
            return
        for i, (subject, factor) in enumerate(subjects):
            for other, _ in subjects[i + 1 :]:
                yield _candidate(frame, trigger, subject, other, weight * factor)
        return
    if not objects and any(_is(path, "implicit", roles) for path in frame.object):
        for subject, factor in subjects:
            for entity in held.get(subject.entity, ()):
                if roles.resolver.type(entity) in frame.object_types:
                    implied = Filler(entity, trigger.token, "implicit", "implicit")
                    yield _candidate(frame, trigger, subject, implied, weight * factor * _IMPLIED_FACTOR)
                    break
        return
    if not objects:
        for subject, factor in subjects:
            answered = answered_object(frame, trigger, subject.entity, roles, words, discourse)
            if answered is not None:
                yield _candidate(frame, trigger, subject, answered, weight * factor * _ANSWERED_FACTOR)
        return
    all_of_them = {f.entity for f, _ in subjects}
    if (
        len(subjects) > 1
        and all_of_them == {f.entity for f, _ in objects}
        and partnered(trigger, all_of_them, roles, words)
    ):
        return  # "die Verhandlungspartner Peru und Chile sprachen mit Bolivien"
    for subject, factor in subjects:
        if (
            frame.predicate == "affiliatedWith"
            and subject.kind == "nominal"
            and roles.resolver.type(subject.entity) in _UNOWNED
        ):
            continue
        for other, other_factor in objects:
            # "Ein Italiener wurde verhaftet" says nothing of Italy.
            if (
                frame.predicate in _DONE_TO_PERSONS
                and other.kind == "inhabitant"
                and roles.resolver.type(other.entity) == "Country"
            ):
                continue
            if subject.entity != other.entity:
                context.deeds.note(frame, trigger.token, other.entity)
                yield _candidate(frame, trigger, subject, other, weight * factor * other_factor)


def _remember(frames: Sequence[Frame], trigger: Trigger, context: _Context) -> None:
    """Note what the deeds that a noun names were directed at, whoever did them."""
    for frame in frames:
        if frame.object is None or frame.predicate not in _TOUCH_OWNERS & _GO_TO_PLACES:
            continue
        targets = _role(frame.object, frame.object_types, trigger, context.roles, owned=True, placed=True)
        for target, _ in targets:
            context.deeds.note(frame, trigger.token, target.entity)
        if not targets and not context.deeds.told(frame, trigger):
            context.deeds.note_scene(frame, trigger)
        return


def _is_thing(path: tuple[Step, ...], roles: Roles) -> bool:
    """Whether the path leads to an object, which people may stand for without their country being the goal."""
    return roles.grammar.steps.get(path[-1].label) in ("object", "dative")


def _is(path: tuple[Step, ...], name: str, roles: Roles) -> bool:
    return roles.grammar.steps.get(path[0].label) == name


def _candidate(frame: Frame, trigger: Trigger, subject: Filler, other: Filler | None, weight: float) -> Candidate:
    return Candidate(
        subject.entity,
        frame.predicate,
        other.entity if other else None,
        trigger.token,
        trigger.governor,
        frame.rule,
        weight,
        frame.modality,
    )


def _role(
    paths: tuple[tuple[Step, ...], ...],
    types: frozenset[str],
    trigger: Trigger,
    roles: Roles,
    *,
    owned: bool = False,
    placed: bool = False,
    reached: bool = False,
) -> list[tuple[Filler, float]]:
    """The fillers of the first path that leads to entities of a right type, each with a factor for its directness.

    With `owned` what belongs to an entity stands for it where nothing else fits ("die Politik Israels"), with `placed`
    a thing stands for the place that it is in ("den Flughafen von Damaskus"), with `reached` people do so, and their
    country is not the goal ("die in Albanien stationierten serbischen Soldaten").
    """
    for path in paths:
        found = []
        for filler in roles.fillers(trigger, path):
            fitting = roles.resolver.coerce(filler, types) or _armed(filler, types, roles)
            if fitting is not None and not (reached and filler.kind == "group" and _is_thing(path, roles)):
                factor = _OWNER_FACTOR if filler.via == "owner" else 1.0
                found.append((fitting, factor * (_OUTER_FACTOR if _is(path, "outer_subject", roles) else 1.0)))
        if found:
            inherited = any(a.inherited and a.role == roles.grammar.steps.get(path[0].label) for a in trigger.arguments)
            return [(f, w * _INHERITED_FACTOR) for f, w in found] if inherited else found
    for path in paths if owned or placed else ():
        if roles.grammar.steps.get(path[-1].label) not in _THINGS:
            continue
        for token in (c for t in roles.tokens(trigger, path) for c in roles.grammar.conjuncts(t)):
            named = roles.resolver.one(token)
            if not roles.grammar.is_(token, "noun") or not (named is None or (reached and named.kind == "group")):
                continue
            fillers = _belonging(token, roles) if owned else []
            fillers = fillers or (_within(token, roles) if placed else [])
            fitted = [f for f in (roles.resolver.coerce(x, types) for x in fillers) if f is not None]
            if fitted:
                return [(f, _THING_FACTOR) for f in fitted]
    return []


def _armed(filler: Filler, types: frozenset[str], roles: Roles) -> Filler | None:
    """Whose a weapon is where only its owner fits: "US-Drohnen töteten sieben Extremisten"."""
    if roles.resolver.type(filler.entity) not in _ARMS:
        return None
    fitting = (roles.resolver.coerce(f, types) for f in roles.resolver.owners(filler.token))
    return next((f for f in fitting if f is not None), None)


def _within(token: Word, roles: Roles) -> list[Filler]:
    """Where a thing is, also by a part of the place: "Dörfer im Norden Malis"."""
    found = roles.within(token)
    for child in roles.grammar.children(token, "nominal") if not found else ():
        found = found or roles.within(child)
    return found


def _belonging(token: Word, roles: Roles) -> list[Filler]:
    """Whom a thing belongs to, also by a thing between: "die Sparpolitik der Regierung von Präsident Vargas"."""
    found = roles.resolver.owners(token)
    for child in roles.grammar.genitives(token) if not found else ():
        found = found or roles.resolver.owners(child)
    return found


def _allowed(frame: Frame, trigger: Trigger, roles: Roles) -> bool:
    grammar, governor = roles.grammar, trigger.governor
    if frame.kind in ("verb_noun", "phrase"):
        if frame.verb is not None:
            if governor is None or _predicate(governor, trigger.token, grammar).lemma_ != frame.verb:
                return False
            if not _hangs_on(trigger.token, governor, grammar):
                return False
        # In a relative clause the pronoun stands for the noun, and that has no preposition.
        apart = governor is not None and _relative_to(trigger.token, governor, grammar)
        preposition = grammar.preposition(trigger.token) if not apart else None
        if frame.prep is not None and (preposition is None or preposition.word != frame.prep):
            return False
        if frame.prep is None and frame.verb is not None and preposition is not None:
            return False
    if governor is not None and frame.kind == "verb":
        if not frame.passive_ok and grammar.passive(governor):
            return False
        if frame.reflexive and not any(grammar.word(c, "reflexive") for c in governor.children):
            return False
    if not all(_met(c, trigger, roles) for c in frame.requires):
        return False
    if any(_met(c, trigger, roles) for c in frame.forbids):
        return False
    if frame.forbids_lemmas or frame.requires_lemmas:
        top = trigger.governor if trigger.governor is not None else trigger.token
        words = clause_lemmas(top, grammar)
        if frame.forbids_lemmas & words or not words.issuperset(frame.requires_lemmas):
            return False
    return True


def _predicate(governor: Word, noun: Word, grammar: Grammar) -> Word:
    """The verb of a noun's predicate: the copula where the noun governs its clause ("sind auf der Flucht")."""
    return next(iter(grammar.children(noun, "copula")), governor) if governor.i == noun.i else governor


def _hangs_on(noun: Word, verb: Word, grammar: Grammar) -> bool:
    """Whether noun and verb make one predicate; parsers may hang the noun on the object: "nahm den Mann in Haft"."""
    head = noun.head
    if noun.i == verb.i or head.i == verb.i or grammar.has(noun, "conjunct") or _relative_to(noun, verb, grammar):
        return True
    return head.head.i == verb.i and grammar.has(noun, "nominal") and grammar.has(head, "object", "passive_subject")


def _relative_to(noun: Word, verb: Word, grammar: Grammar) -> bool:
    return grammar.has(verb, "relative") and verb.head.i == noun.i


def _antecedent(token: Word, grammar: Grammar) -> Word:
    """The noun that a relative pronoun stands for, or the word itself."""
    if grammar.word(token, "relative") and grammar.is_(token, "pronoun"):
        clause = grammar.governor(token)
        if clause is not None and grammar.has(clause, "relative"):
            return clause.head
    return token


def _met(condition: Condition, trigger: Trigger, roles: Roles) -> bool:
    for path in condition.role:
        for token in roles.tokens(trigger, path):
            if condition.lemmas is None:
                return True
            said = _antecedent(token, roles.grammar)
            nouns = (said, *parts_of(said, roles.grammar))
            if any(condition.holds(c.lemma_) for noun in nouns for c in roles.grammar.conjuncts(noun)):
                return True
    return False
