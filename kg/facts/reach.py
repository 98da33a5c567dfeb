"""How far a noun that names a deed reaches: whether the subject of the clause around it is who did it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kg.facts.resolve import Filler
from kg.facts.roles import Roles, Trigger
from kg.lexicon_facts import FactWords

__all__ = ["aloof", "looked_back", "mediated", "partnered"]


def looked_back(trigger: Trigger, roles: Roles, words: FactWords) -> bool:
    """Whether a noun is only the time or cause of its clause: "Nach Kritik an X trat Y zurück" leaves open whose.

    Args:
        trigger: The word.
        roles: Role paths of the document.
        words: Word lists of the language.
    """
    preposition = roles.grammar.preposition(trigger.token) if trigger.kind == "noun" else None
    return preposition is not None and preposition.word in words.backward_prepositions


def mediated(trigger: Trigger, words: FactWords) -> bool:
    """Whether the subject of the clause only brought others together: "Peru vermittelte die Vereinbarung".

    Args:
        trigger: The word.
        words: Word lists of the language.
    """
    governor = trigger.governor
    return trigger.kind == "noun" and governor is not None and governor.lemma_ in words.mediating_verbs


def aloof(trigger: Trigger, subjects: Sequence[tuple[Filler, float]]) -> bool:
    """Whether a noun lies too deep in its clause for what its subjects do: "räumten ein Hindernis für den Vertrag aus".

    Args:
        trigger: The word.
        subjects: Who was found to do it, with the factors of their directness.
    """
    token, governor = trigger.token, trigger.governor
    if trigger.kind != "noun" or governor is None or token.head.i == governor.i or token.i == governor.i:
        return False
    inside = {word.i for word in token.subtree}
    return any(filler.token.i not in inside for filler, _ in subjects)


def partnered(trigger: Trigger, subjects: Collection[str], roles: Roles, words: FactWords) -> bool:
    """Whether the clause names with whom the subjects did it.

    Args:
        trigger: The word.
        subjects: Entity ids of the subjects.
        roles: Role paths of the document.
        words: Word lists of the language.
    """
    for argument in trigger.arguments:
        if argument.preposition is not None and argument.preposition.word in words.partner_prepositions:
            others = roles.resolver.at(argument.token)
            if not others or any(f.entity not in subjects for f in others):
                return True
    return False
