"""Deeds that a text speaks of again: "der Anschlag" after "ein Anschlag in Lima", protests of the marchers it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.facts.resolve import Filler
from kg.facts.roles import Roles, Trigger
from kg.lexicon_facts import FactWords
from kg.lexicon_frames import Frame, Step
from kg.linguistics.grammar import Argument
from kg.linguistics.page import Word

__all__ = ["Deeds", "conditional_target", "courts", "forces", "marchers", "participle", "relative_verb"]

_MARCHERS, _ACTS = "demonstrators", "attack_acts"
_MARCH_FACTOR = 0.85
_TRIALS = frozenset({"prosecutes", "arrests"})
_CUSTODY = frozenset({"arrests"})
_SURE = 0.75
_COURT_FACTOR = 0.7
_FIGHTS = frozenset({"fights"})
_FORCES_FACTOR = 0.85
_THREATS = frozenset({"threatens"})
_SPAN = 8  # sentences after which a deed has to be named again
_RETOLD = frozenset({"attacks"})
_SCENES = frozenset({"City", "Region", "Country", "Place"})


class Deeds:
    """What the deeds of a text were directed at; `note` them in text order.

    Args:
        roles: Role paths of the document.
        classes: Word classes of the language.
    """

    def __init__(self, roles: Roles, classes: Mapping[str, frozenset[str]]) -> None:
        self._roles = roles
        self._acts = classes.get(_ACTS, frozenset())
        self._sentences = {s.start: i for i, s in enumerate(roles.resolver.doc.sents)}
        self._targets: list[tuple[int, str, str]] = []

    def note(self, frame: Frame, trigger: Word, target: str) -> None:
        """Remember what a word says that a deed was directed at.

        Args:
            frame: The frame that says it.
            trigger: The word.
            target: The entity.
        """
        if frame.predicate in _RETOLD:
            self._targets.append((self._sentences[trigger.sent.start], frame.predicate, target))

    def struck(self, token: Word) -> str | None:
        """What was attacked last, in the sentence before at the furthest: its people are the dead of "dabei".

        Args:
            token: A word of the sentence that speaks of them.
        """
        here = self._sentences[token.sent.start]
        near = [t for sentence, _, t in self._targets if 0 <= here - sentence <= 1]
        return near[-1] if near else None

    def note_scene(self, frame: Frame, trigger: Trigger) -> None:
        """Remember where a deed of unknown aim was done: "In Lima wurde ein Anschlag verübt".

        Args:
            frame: A frame of its noun.
            trigger: The noun.
        """
        grammar = self._roles.grammar
        if frame.predicate not in _RETOLD or frame.noun not in self._acts:
            return
        for argument in trigger.arguments:
            preposition = argument.preposition
            if argument.role == "oblique" and preposition and preposition.word in grammar.group("inside"):
                for filler in self._roles.resolver.at(argument.token):
                    if self._roles.resolver.type(filler.entity) in _SCENES:
                        self.note(frame, trigger.token, filler.entity)
                        return

    def told(self, frame: Frame, trigger: Trigger) -> list[Filler]:
        """What a deed is directed at that the text told of before and here only names: "bekannte sich zum Anschlag".

        Args:
            frame: A frame of its noun.
            trigger: The noun.
        """
        token = trigger.token
        if frame.predicate not in _RETOLD or frame.kind not in ("verb_noun", "noun"):
            return []
        acts = [token] if frame.noun in self._acts else self._acts_below(token)
        if not any(self._definite(act) for act in acts):
            return []
        here = self._sentences[token.sent.start]
        before = [(i, t) for i, p, t in self._targets if p == frame.predicate and here - _SPAN <= i < here]
        last = max((i for i, _ in before), default=-1)
        return [
            Filler(t, token, "implicit", "discourse")
            for t in dict.fromkeys(t for i, t in before if i == last)
            if self._roles.resolver.type(t) in frame.object_types
        ]

    def _acts_below(self, noun: Word) -> list[Word]:
        """The deeds that a noun is about: "die Verantwortung für den Anschlag"."""
        return [c for c in self._roles.grammar.children(noun, "nominal") if c.lemma_ in self._acts]

    def _definite(self, token: Word) -> bool:
        grammar = self._roles.grammar
        if any(grammar.word(t, "definite") for t in grammar.children(token, "determiner")):
            return True
        preposition = grammar.preposition(token)
        cases = list(grammar.children(token, "case"))
        return preposition is not None and bool(cases) and cases[0].lower_ != preposition.word  # "zum Anschlag"


def marchers(frame: Frame, roles: Roles, classes: Mapping[str, frozenset[str]]) -> list[tuple[Filler, float]]:
    """Who protests where a text names its demonstrators elsewhere: "Es kam zu Protesten gegen Vargas".

    Args:
        frame: A frame of a noun.
        roles: Role paths of the document.
        classes: Word classes of the language.
    """
    if frame.predicate != "protestsAgainst" or frame.kind != "noun":
        return []
    resolver = roles.resolver
    found = {
        s.kb_id_: s
        for s in reversed(resolver.mentions)
        if resolver.type(s.kb_id_) == "People" and s.root.lemma_ in classes.get(_MARCHERS, frozenset())
    }
    span = next(iter(reversed(found.values())), None)
    return [(Filler(span.kb_id_, span.root, "implicit", "implied"), _MARCH_FACTOR)] if span is not None else []


def relative_verb(noun: Word, frames: Sequence[Frame], roles: Roles) -> Word | None:
    """The verb of a relative clause that makes one predicate with its noun: "Drohungen, die Lima ausgestoßen hat".

    Args:
        noun: The noun.
        frames: Frames of the noun with a verb.
        roles: Role paths of the document.
    """
    grammar = roles.grammar
    verbs = {f.verb for f in frames if f.prep is None}
    for verb in grammar.children(noun, "relative"):
        pronouns = (a.token for a in roles.arguments(verb) if a.role == "object")
        if verb.lemma_ in verbs and any(grammar.word(p, "relative") for p in pronouns):
            return verb
    return None


def participle(token: Word, roles: Roles) -> Trigger | None:
    """A participle before a noun with its doer: "die von der EU verhängten Sanktionen" says what the verb says.

    Args:
        token: The participle.
        roles: Role paths of the document.
    """
    grammar = roles.grammar
    if not grammar.has(token, "adjectival") or not grammar.is_(token, "verb"):
        return None
    arguments = [a for a in roles.arguments(token) if not a.inherited]
    agents = grammar.group("agent")
    doers = [a for a in arguments if a.role == "oblique" and a.preposition and a.preposition.word in agents]
    if not doers or any(a.role in ("subject", "object") for a in arguments):
        return None
    found = [Argument("subject", a.token, a.preposition) if a is doers[0] else a for a in arguments]
    return Trigger(token, "verb", token, arguments=[*found, Argument("object", token.head)])


def courts(
    frame: Frame, trigger: Trigger, roles: Roles, classes: Mapping[str, frozenset[str]]
) -> list[tuple[Filler, float]]:
    """The state whose unnamed courts or police act: "Vargas wird in Lima der Prozess gemacht".

    Args:
        frame: A frame of a verb with its noun.
        trigger: Its trigger.
        roles: Role paths of the document.
        classes: Word classes of the language.
    """
    sure = frame.kind == "verb_noun" and frame.weight >= _SURE and "Country" in frame.subject_types
    if frame.predicate not in _TRIALS or not sure:
        return []
    if frame.predicate in _CUSTODY and frame.noun not in classes.get("custody", frozenset()):
        return []  # hostages are no state's
    grammar, resolver = roles.grammar, roles.resolver
    accused = frame.object is not None and any(grammar.steps.get(p[0].label) == "subject" for p in frame.object)
    if not accused and any(a.role == "subject" for a in trigger.arguments):
        return []
    country = None
    for argument in trigger.arguments:
        preposition = argument.preposition
        if argument.role == "oblique" and preposition and preposition.word in grammar.group("inside"):
            for filler in resolver.at(argument.token):
                country = country or resolver.state(filler.entity)
    victims = {word.i for a in trigger.arguments if a.role == "object" for word in a.token.subtree}
    country = country or resolver.around(trigger.token, without=victims)
    return [(Filler(country, trigger.token, "implicit", "implied"), _COURT_FACTOR)] if country else []


def conditional_target(frame: Frame, trigger: Trigger, roles: Roles) -> list[Filler]:
    """Whom a threat is for that names only a condition: "drohte mit Vergeltung, sollten die Rebellen angreifen".

    Args:
        frame: A frame of a verb.
        trigger: Its trigger.
        roles: Role paths of the document.
    """
    if frame.predicate not in _THREATS or frame.kind != "verb" or trigger.governor is None:
        return []
    grammar = roles.grammar
    if not any(grammar.steps.get(p[0].label) == "open_complement" for p in frame.object or ()):
        return []  # not a verb that threatens with a deed
    for clause in grammar.children(trigger.governor, "adverbial_clause", "open_complement"):
        for argument in roles.arguments(clause):
            if argument.role == "subject" and not argument.inherited:
                fitting = (roles.resolver.coerce(f, frame.object_types) for f in roles.resolver.at(argument.token))
                found = [f for f in fitting if f is not None and f.kind != "pronoun"]
                if found:
                    return found
    return []


def forces(
    frame: Frame, paths: tuple[tuple[Step, ...], ...], trigger: Trigger, roles: Roles, words: FactWords
) -> list[tuple[Filler, float]]:
    """The state whose unnamed army is a side of a fight: "Gefechte zwischen der Armee und der Miliz".

    Args:
        frame: The frame.
        paths: The role of the side.
        trigger: Its trigger.
        roles: Role paths of the document.
        words: Word lists of the language.
    """
    if frame.predicate not in _FIGHTS:
        return []
    for path in paths:
        for token in (c for t in roles.tokens(trigger, path) for c in roles.grammar.conjuncts(t)):
            if token.lemma_ in words.state_forces and roles.resolver.one(token) is None:
                country = roles.resolver.around(token)
                return [(Filler(country, token, "implicit", "implied"), _FORCES_FACTOR)] if country else []
    return []
