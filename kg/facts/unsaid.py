"""Sides of a relation that the clause of a frame's trigger does not name: its wording or its context gives them."""

from __future__ import annotations

from kg.facts.discourse import Discourse
from kg.facts.resolve import Filler
from kg.facts.roles import Roles, Trigger
from kg.lexicon_facts import FactWords
from kg.lexicon_frames import Frame
from kg.linguistics.page import Word
from kg.vocabulary import RELATIONS

__all__ = ["answered_object", "unsaid_subjects"]

_SUPPORT_FACTOR = 0.85
_AUTHORITY_FACTOR = 0.75
_CHARGED_FACTOR = 0.9
_THING_FACTOR = 0.8
# Acts that only the authorities of a place do, so that a passive without agent names them by the place.
_STATE_ACTS = frozenset({"arrests", "prosecutes", "expels"})
_TRIALS = frozenset({"prosecutes"})
_REMOVALS = frozenset({"expels"})
_WEAPON_ACTS = frozenset({"presentsWeapon", "testsWeapon"})
_SURE = 0.6
_SCENES = frozenset({"Country", "City", "Region", "Place"})
_JOURNEYS = frozenset({"visits"})
# Verbal acts that answer a deed, and what speaks through the texts in it ("ein Leitartikel in der Zeitung").
_ANSWERS = frozenset({"accuses", "criticizes", "rejects", "supports"})
_SPEAKING_PLACES = frozenset({"Media"})


def unsaid_subjects(
    frame: Frame, trigger: Trigger, roles: Roles, words: FactWords, struck: str | None = None
) -> list[tuple[Filler, float]]:
    """Find who does it where the frame's own paths lead to nobody.

    Args:
        frame: The frame.
        trigger: Its trigger.
        roles: Role paths of the document.
        words: Word lists of the language.
        struck: What the text says to have been attacked just before.

    Returns:
        Subjects, each with a factor for its directness.
    """
    found: list[tuple[Filler, float]] = []
    if frame.object is None:
        found = _victims(frame, trigger, roles, words, struck)
    elif frame.predicate in _JOURNEYS and trigger.kind == "noun":
        found = _halted(frame, trigger, roles)
    if not found and trigger.kind == "noun":
        charged = (f for token in roles.charged(trigger) for f in roles.resolver.at(token))
        fitting = (roles.resolver.coerce(f, frame.subject_types) for f in charged)
        found = [(f, _CHARGED_FACTOR) for f in fitting if f is not None]
    if not found and trigger.kind == "noun":
        found = _supported(frame, trigger, roles, words)
    if not found and trigger.kind == "noun":
        found = _planner(frame, trigger, roles)
    actor = roles.grammar.has(trigger.token, "object") and any(a.role == "subject" for a in trigger.arguments)
    if (
        not found
        and not actor
        and frame.kind == "noun"
        and frame.predicate in _TRIALS
        and "Country" in frame.subject_types
    ):
        # "Die Ermittlungen gegen X dauern an": the authorities of the country that the text is about.
        country = roles.resolver.around(trigger.token)
        found = [(Filler(country, trigger.token, "implicit", "implied"), _AUTHORITY_FACTOR)] if country else []
    if found or frame.kind not in ("verb", "adjective"):
        return found
    if frame.predicate in _STATE_ACTS and trigger.token.lemma_ not in words.kidnapping_verbs:
        found = _authority(frame, trigger, roles, implied=True)
    elif frame.kind == "verb" and frame.predicate in _WEAPON_ACTS:
        found = _authority(frame, trigger, roles) or _only_country(frame, trigger, roles)
    deed = frame.object is not None and not RELATIONS[frame.predicate].stative
    if not found and deed and frame.kind == "verb":
        found = _owning(frame, trigger, roles) or _forces(frame, trigger, roles, words)
    return found


def answered_object(
    frame: Frame, trigger: Trigger, subject: str, roles: Roles, words: FactWords, discourse: Discourse
) -> Filler | None:
    """Find whose deed a verbal act is about if the text has told of it: "verurteilte die Entscheidung".

    Args:
        frame: The frame.
        trigger: Its trigger.
        subject: Who does the act.
        roles: Role paths of the document.
        words: Word lists of the language.
        discourse: The document's relations so far.
    """
    if frame.kind == "verb" and frame.predicate in _JOURNEYS:
        others = {
            f.entity for a in trigger.arguments if a.role in ("object", "oblique") for f in roles.resolver.at(a.token)
        }
        return discourse.joined(trigger.token, others - {subject}) or _home(trigger, subject, roles, words)
    if frame.kind != "verb" or frame.predicate not in _ANSWERS or frame.weight < _SURE:
        return None
    grammar = roles.grammar
    for argument in trigger.arguments:
        token = argument.token
        if argument.role not in ("object", "dative") or argument.inherited or roles.resolver.one(token) is not None:
            continue
        told = (token, *grammar.children(token, "determiner"))
        if any(grammar.word(t, "definite") for t in told) and not grammar.possessives(token):
            pronoun = grammar.is_(token, "pronoun")
            return discourse.answered(trigger.token, subject, frame.predicate, frame.object_types, pronoun=pronoun)
    return None


def _home(trigger: Trigger, subject: str, roles: Roles, words: FactWords) -> Filler | None:
    """Where somebody returns to if nothing else is said: "Vargas kehrte aus dem Exil zurück"."""
    if trigger.token.lemma_ not in words.return_verbs or roles.resolver.type(subject) != "Person":
        return None
    grammar = roles.grammar
    for preposition in (a.preposition for a in trigger.arguments if a.role == "oblique"):
        when = preposition is not None and preposition.case == "dat" and preposition.word in grammar.group("locative")
        if preposition is not None and preposition.word in words.goal_prepositions and not when:  # "am Abend" says when
            return None
    country = roles.resolver.country(subject, implied=True)
    return Filler(country, trigger.token, "implicit", "implied") if country is not None else None


def _victims(
    frame: Frame, trigger: Trigger, roles: Roles, words: FactWords, struck: str | None
) -> list[tuple[Filler, float]]:
    """The country whose unnamed people suffer: "bei den Kämpfen starben 18 Soldaten"."""
    if "Country" not in frame.subject_types:
        return []
    for path in frame.subject:
        for token in (c for t in roles.tokens(trigger, path) for c in roles.grammar.conjuncts(t)):
            if token.lemma_ in words.generic_people and roles.resolver.one(token) is None:
                country = _attacked(token, struck, roles) or roles.resolver.around(
                    token, without=_doers(trigger, roles, words)
                )
                if country is not None:
                    return [(Filler(country, token, "implicit", "implicit"), _AUTHORITY_FACTOR)]
    return []


def _attacked(token: Word, struck: str | None, roles: Roles) -> str | None:
    """The country that was attacked just before, where the sentence of the dead names no place of its own."""
    resolver, sentence = roles.resolver, token.sent
    here = {resolver.type(s.kb_id_) for s in resolver.starting(sentence.start, sentence.end)}
    return resolver.state(struck) if struck is not None and not here & _SCENES else None


def _doers(trigger: Trigger, roles: Roles, words: FactWords) -> set[int]:
    """The words that say whose deed it was in which people came to harm: "bei einem israelischen Luftangriff"."""
    grammar = roles.grammar
    found: set[int] = set()
    for deed in (a.token for a in trigger.arguments if a.role in ("subject", "oblique")):
        if deed.lemma_.lower().endswith(tuple(words.deed_endings)):
            found |= {f.token.i for f in (*roles.resolver.adjectives(deed), *roles.resolver.modifiers(deed))}
            found |= {word.i for owner in grammar.genitives(deed) for word in owner.subtree}
    return found


def _halted(frame: Frame, trigger: Trigger, roles: Roles) -> list[tuple[Filler, float]]:
    """Who suffers something on a journey: "Bei der Einreise nach Peru wurde Quispe festgenommen"."""
    grammar, governor = roles.grammar, trigger.governor
    outer = any(grammar.steps.get(path[0].label) == "outer_subject" for path in frame.subject)
    if not outer or governor is None or not grammar.passive(governor) or grammar.preposition(trigger.token) is None:
        return []
    travellers = [f for a in trigger.arguments if a.role == "object" for f in roles.resolver.at(a.token)]
    fitting = [roles.resolver.coerce(f, frame.subject_types) for f in travellers]
    return [(f, _SUPPORT_FACTOR) for f in fitting if f is not None]


def _supported(frame: Frame, trigger: Trigger, roles: Roles, words: FactWords) -> list[tuple[Filler, float]]:
    """The subject of a support verb whose object the trigger is: "Die Luftwaffe flog Angriffe"."""
    governor = trigger.governor
    if governor is None or governor.lemma_ not in words.support_verbs or not roles.grammar.has(trigger.token, "object"):
        return []
    found = [f for a in trigger.arguments if a.role == "subject" for f in roles.resolver.at(a.token)]
    fitting = [roles.resolver.coerce(f, frame.subject_types) for f in found]
    return [(f, _SUPPORT_FACTOR) for f in fitting if f is not None]


def _forces(frame: Frame, trigger: Trigger, roles: Roles, words: FactWords) -> list[tuple[Filler, float]]:
    """The country whose unnamed forces act: "Soldaten nahmen drei Männer fest"."""
    for path in frame.subject:
        for token in roles.tokens(trigger, path):
            if token.lemma_ in words.state_forces and "Country" in frame.subject_types:
                country = _place_of(trigger, roles) or roles.resolver.around(token)
                if country is not None:
                    return [(Filler(country, token, "implicit", "implied"), _AUTHORITY_FACTOR)]
    return []


def _planner(frame: Frame, trigger: Trigger, roles: Roles) -> list[tuple[Filler, float]]:
    """Whose plan the deed is: "ihr Plan zur Entsendung von Truppen"."""
    grammar, token = roles.grammar, trigger.token
    preposition = grammar.preposition(token)
    if preposition is None or preposition.word not in grammar.group("purpose") or not grammar.is_(token.head, "noun"):
        return []
    fitting = [roles.resolver.coerce(f, frame.subject_types) for f in roles.resolver.owners(token.head)]
    return [(f, _AUTHORITY_FACTOR) for f in fitting if f is not None]


def _authority(frame: Frame, trigger: Trigger, roles: Roles, *, implied: bool = False) -> list[tuple[Filler, float]]:
    """The state in which a passive act of authority is done: "In Nordkorea wurden Ausländer festgenommen".

    With `implied` that is else the country that the article is about.
    """
    attributive = roles.grammar.has(trigger.token, "adjectival")
    if not (attributive or roles.grammar.passive(trigger.token)):
        return []
    if "Country" not in frame.subject_types or any(a.role == "subject" for a in trigger.arguments):
        return []
    # Who is thrown out of a place is so by those who rule there.
    removed = frame.predicate in _REMOVALS
    places = roles.grammar.group("locative") | (roles.grammar.group("origin") if removed else frozenset())
    for argument in trigger.arguments:
        preposition = argument.preposition
        if argument.role in ("oblique", "nominal") and preposition is not None and preposition.word in places:
            for filler in roles.resolver.at(argument.token):
                country = roles.resolver.state(filler.entity)
                if country is not None:
                    return [(Filler(country, filler.token, filler.kind, "implicit"), _AUTHORITY_FACTOR)]
    if not implied:
        return []
    # "Ein deutscher Journalist wurde festgenommen" does not say that Germany did it.
    victims = [] if attributive else [a.token for a in trigger.arguments if a.role == "object"]
    country = _place_of(trigger, roles) or roles.resolver.around(
        trigger.token, without={word.i for victim in victims for word in victim.subtree}
    )
    homes = {h for t in victims for f in roles.resolver.at(t) for h in (f.entity, roles.resolver.country(f.entity))}
    if country is None or (removed and country in homes):
        return []
    return [(Filler(country, trigger.token, "implicit", "implied"), _AUTHORITY_FACTOR)]


def _place_of(trigger: Trigger, roles: Roles) -> str | None:
    """The only country that the sentence says to be in: "Ein in Albanien lebender Italiener wurde verhaftet"."""
    sentence, resolver, grammar = trigger.token.sent, roles.resolver, roles.grammar
    found = set()
    for span in resolver.starting(sentence.start, sentence.end):
        preposition = grammar.preposition(span.root)
        if preposition is not None and preposition.word in grammar.group("inside"):
            found.add(resolver.state(span.kb_id_))
    return next(iter(found)) if len(found) == 1 else None


def _only_country(frame: Frame, trigger: Trigger, roles: Roles) -> list[tuple[Filler, float]]:
    """The only country that the sentence of a passive without agent names, itself or by a place in it."""
    grammar, resolver = roles.grammar, roles.resolver
    if not grammar.passive(trigger.token) or any(a.role == "subject" for a in trigger.arguments):
        return []
    sentence = trigger.token.sent
    here = [s.kb_id_ for s in resolver.starting(sentence.start, sentence.end)]
    places = [e for e in here if resolver.type(e) in ("City", "Region", "Place")]
    countries = {e for e in here if resolver.type(e) == "Country"} | {resolver.country(p) for p in places} - {None}
    if len(countries) != 1 or "Country" not in frame.subject_types:
        return []
    return [(Filler(str(countries.pop()), trigger.token, "implicit", "implicit"), _AUTHORITY_FACTOR)]


def _owning(frame: Frame, trigger: Trigger, roles: Roles) -> list[tuple[Filler, float]]:
    """Whose the subject is that is no entity itself: "Das Militär des Landes drohte"."""
    resolver = roles.resolver
    for path in frame.subject:
        for token in roles.tokens(trigger, path):
            person = resolver.is_office(token.lemma_) or resolver.is_office(token.text)  # he is meant, not his country
            if resolver.one(token) is None and roles.grammar.is_(token, "noun") and not person:
                media = [f for f in roles.within(token) if resolver.type(f.entity) in _SPEAKING_PLACES]
                fitting = [resolver.coerce(f, frame.subject_types) for f in (*resolver.possessors(token), *media)]
                found = next((f for f in fitting if f is not None), None)
                if found is not None:
                    return [(found, _THING_FACTOR)]
    return []
