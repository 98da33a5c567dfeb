"""The role notation of the frames, walked over a parsed sentence: which entities stand in which role of a trigger."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from kg.facts.arguments import mended
from kg.facts.companions import Companions
from kg.facts.resolve import Filler, Resolver
from kg.lexicon_frames import Step
from kg.linguistics.grammar import Argument, Grammar, Preposition
from kg.linguistics.page import Word

__all__ = ["Roles", "Trigger"]

# Names that after a noun and `von` say where it is, and not who does the deed: "im Norden von Mali".
_WHEREABOUTS = frozenset({"Country", "Region", "City", "Place"})
_SPINE = 3  # how deep a phrase may lie under the last noun before its verb


class Trigger:
    """A word that may state a relation.

    Attributes:
        token: The word itself.
        kind: What it is: `verb`, `noun`, `adjective`, or `verb_noun` for a noun whose verb belongs to the trigger.
        governor: The verb (or copular predicate) in whose clause it stands; a verb governs itself.
        arguments: The deep arguments of the governor.
    """

    __slots__ = ("_arguments", "_roles", "governor", "kind", "token")

    def __init__(
        self,
        token: Word,
        kind: str,
        governor: Word | None,
        roles: Roles | None = None,
        arguments: Sequence[Argument] | None = None,
    ) -> None:
        self.token = token
        self.kind = kind
        self.governor = governor
        self._roles = roles
        self._arguments = arguments

    @property
    def arguments(self) -> Sequence[Argument]:
        """Found out when the first frame asks: most triggers are given up before."""
        if self._arguments is None:
            verb, roles = self.governor, self._roles
            self._arguments = roles.arguments(verb) if verb is not None and roles is not None else ()
        return self._arguments


class Roles:
    """Walks role paths in one document.

    Args:
        resolver: Entity lookup of the document.
        forces: Nouns for the forces of a state, which stand for the country that the text is about.
    """

    def __init__(self, resolver: Resolver, forces: Collection[str] = ()) -> None:
        self.resolver = resolver
        self._forces = forces
        self.grammar: Grammar = resolver.grammar
        self._companions = Companions(self.grammar)

    def trigger(self, token: Word, kind: str) -> Trigger:
        """Make a trigger of a word."""
        attributive = kind == "adjective" and self.grammar.has(token, "adjectival")
        governor = token if kind == "verb" or attributive else self._governor(token)
        return Trigger(token, kind, governor, self)

    def arguments(self, verb: Word) -> Sequence[Argument]:
        """The deep arguments of a verb, computed once."""
        known = self.resolver.arguments  # of one document, whatever asks for them
        if verb.i not in known:
            found = self.grammar.arguments(verb)
            if self.grammar.passive(verb) and not any(a.role == "subject" for a in found):
                found = sorted([*found, *self._agent(verb, found)], key=lambda a: a.token.i)
            known[verb.i] = mended(verb, found, self.resolver)
        return known[verb.i]

    def _agent(self, verb: Word, arguments: Sequence[Argument]) -> list[Argument]:
        """The agent of a passive that a parser hung on the noun before it: "wurde Ende Juni von der Miliz besetzt"."""
        for argument in arguments:
            if argument.role != "oblique" or argument.token.right_edge.i + 1 != verb.i:
                continue
            for token in argument.token.subtree:
                preposition = self.grammar.preposition(token) if self.grammar.has(token, "nominal") else None
                if preposition is None or preposition.word not in self.grammar.group("owner_preposition"):
                    continue
                filler = self.resolver.one(token)
                named = filler is not None and filler.kind in ("name", "metonym")
                seat = filler is not None and filler.kind == "metonym"  # "die Anschläge von Brüssel"
                if not (named and filler is not None and (seat or self.resolver.type(filler.entity) in _WHEREABOUTS)):
                    return [Argument("subject", token, preposition)]
        return []

    def _governor(self, token: Word) -> Word | None:
        if self.grammar.children(token, "copula"):
            return token
        if self.grammar.has(token, "conjunct") and self.grammar.children(token.head, "copula"):
            return token.head
        return self.grammar.governor(token)

    def fillers(self, trigger: Trigger, path: tuple[Step, ...]) -> list[Filler]:
        """The entities that a path leads to, in text order, each once."""
        first = self.grammar.steps.get(path[0].label, "")
        if len(path) == 1 and first == "adjectival":
            return self.resolver.adjectives(trigger.token)
        if len(path) == 1 and first == "modifier":
            return self.resolver.modifiers(trigger.token)
        last = self.grammar.steps.get(path[-1].label, "")
        if len(path) > 1 and last in ("owner", "adjectival", "modifier"):
            tokens = self.tokens(trigger, path[:-1])
            find = {
                "owner": self.resolver.owners,
                "adjectival": self.resolver.adjectives,
                "modifier": self.resolver.modifiers,
            }[last]
            return _unique(f for t in tokens for c in self.grammar.conjuncts(t) for f in find(c))
        if first == "head" and trigger.kind == "noun" and len(path) == 1:
            filler = self.resolver.one(trigger.token)
            return [filler, *self.resolver.beside(trigger.token, filler)] if filler is not None else []
        return _unique(f for t in self.tokens(trigger, path) for f in (*self.resolver.at(t), *self._unnamed(t)))

    def _unnamed(self, token: Word) -> Iterator[Filler]:
        """The countries of forces that are not said to be anybody's: "Kämpfe zwischen Armee und Rebellen"."""
        for conjunct in self.grammar.conjuncts(token) if self._forces else ():
            if conjunct.lemma_ in self._forces and self.resolver.one(conjunct) is None:
                country = self.resolver.around(conjunct) if not self.resolver.owners(conjunct) else None
                if country is not None:
                    yield Filler(country, conjunct, "implicit", "implied")

    def tokens(self, trigger: Trigger, path: tuple[Step, ...]) -> list[Word]:
        """The words that a path leads to, without conjuncts."""
        walker = _WALKERS.get(self.grammar.steps.get(path[0].label, ""))
        found = list(walker(self, trigger, path[0])) if walker is not None else []
        for step in path[1:]:
            found = [t for token in found for t in self._descend(token, step)]
        return found

    def _descend(self, token: Word, step: Step) -> Sequence[Word]:
        name = self.grammar.steps.get(step.label, "")
        kind = "verb" if self.grammar.is_(token, "verb") else "noun"
        walker = _WALKERS.get(name)
        return walker(self, self.trigger(token, kind), step) if walker is not None else []

    def charged(self, trigger: Trigger) -> list[Word]:
        """Who does what a verb charges or allows him: "warf Peru Angriffe vor", "Peru wird ein Angriff vorgeworfen"."""
        verb, token = trigger.governor, trigger.token
        if verb is None or not self.grammar.word(verb, "dative_control"):
            return []
        if not any(a.role == "object" and token in self.grammar.conjuncts(a.token) for a in trigger.arguments):
            return []
        found = [a.token for a in trigger.arguments if a.role == "dative"]
        return [t for t in found if token not in t.subtree]

    def within(self, token: Word) -> list[Filler]:
        """The places that a thing is in or belongs to: "Flughafen von Damaskus", "Exil in Riad"."""
        found = [f for child in self.grammar.genitives(token) for f in self.resolver.at(child)]
        for child in self.grammar.children(token, "nominal"):
            preposition = self.grammar.preposition(child)
            words = self.grammar.group("locative") | self.grammar.group("owner_preposition")
            if preposition is not None and preposition.word in words:
                found += self.resolver.at(child)
        for participle in self.grammar.children(token, "adjectival"):
            # "die in Albanien stationierten Soldaten"
            for child in self.grammar.children(participle, "oblique", "nominal"):
                preposition = self.grammar.preposition(child)
                if preposition is not None and preposition.word in self.grammar.group("inside"):
                    found += self.resolver.at(child)
        return found

    # --- single steps -------------------------------------------------------------------------------------------

    def _argument(self, trigger: Trigger, step: Step) -> list[Word]:
        role = self.grammar.steps[step.label]
        found = [a.token for a in trigger.arguments if a.role == role]
        if not found and role == "dative":
            # Names show no case, and parsers take their dative for an object: "Nordkorea drohte Südkorea".
            found = [a.token for a in trigger.arguments if a.role == "object" and "dat" in self.grammar.cases(a.token)]
        verb = trigger.governor
        if verb is None:
            return found
        beside = [c for t in found for c in self._companions.of(t, verb, is_subject=role == "subject")]
        return [*found, *(c for c in beside if c not in found)]

    def _subject(self, trigger: Trigger, step: Step) -> list[Word]:
        if (
            trigger.kind in ("noun", "adjective")
            and trigger.governor is not None
            and trigger.governor.i != trigger.token.i
            and not self._predicative(trigger)
        ):
            return []
        return self._argument(trigger, step)

    def _predicative(self, trigger: Trigger) -> bool:
        """Whether a noun or adjective is said of the subject of its verb ("wird Präsident", "gilt als Vertrauter")."""
        token, verb = trigger.token, trigger.governor
        if verb is None or token.head.i != verb.i:
            return False
        if self.grammar.has(token, "conjunct"):
            return True
        if self.grammar.has(token, "open_complement"):
            return True
        if self.grammar.word(verb, "become") and self.grammar.has(token, "object", "subject"):
            return self.grammar.preposition(token) is None
        return any(self.grammar.word(c, "as") for c in self.grammar.children(token, "case", "mark", "adverbial"))

    def _outer_subject(self, trigger: Trigger, _step: Step) -> list[Word]:
        governor = trigger.governor
        if governor is None:
            return []
        charged = self.charged(trigger)
        if charged:
            return charged
        if self.grammar.controls(governor) and self.grammar.has(trigger.token, "oblique"):  # "warnte ihn vor Angriffen"
            told = self.grammar.told(governor)
            return [told] if told is not None and trigger.token not in told.subtree else []
        subjects = [a.token for a in trigger.arguments if a.role == "subject"]
        return [t for t in subjects if t.i != trigger.token.i and trigger.token not in t.subtree]

    def _oblique(self, trigger: Trigger, step: Step) -> list[Word]:
        found = [a.token for a in trigger.arguments if a.role in ("oblique", "agent") and _fits(a.preposition, step)]
        if not found and trigger.kind == "adjective" and self.grammar.has(trigger.token, "adjectival"):
            # A parser may hang the participle's phrase on the noun: "der in Albanien festgenommene Student".
            for child in self.grammar.children(trigger.token.head, "nominal", "oblique"):
                if child.i < trigger.token.i and _fits(self.grammar.preposition(child), step):
                    found.append(child)
        if not found and trigger.kind == "verb":
            # A parser may hang the goal on the noun before it: "verlegte Truppen nach Syrien".
            for argument in trigger.arguments:
                said = any(self.grammar.word(c, "as") for c in self.grammar.children(argument.token, "case", "mark"))
                if said and step.prep not in self.grammar.group("locative") | self.grammar.group("after"):
                    continue  # "lobte es als Vorbild für Europa", but "kam als Student nach Wien"
                if argument.role in ("object", "oblique", "subject") and not self._fronted(argument, trigger):
                    for noun in self.grammar.conjuncts(argument.token):
                        found += [c for c in self._spine(noun) if _fits(self.grammar.preposition(c), step)]
        return found

    def _fronted(self, argument: Argument, trigger: Trigger) -> bool:
        """Whether an argument stands alone before the finite verb: what follows it there is its own."""
        verb = trigger.token
        finite = min(t.i for t in (verb, *self.grammar.children(verb, "auxiliary", "passive_auxiliary")))
        return argument.token.i < finite and any(a.token.i > finite for a in trigger.arguments)

    def _spine(self, noun: Word, depth: int = 0) -> Iterator[Word]:
        """The phrases under a noun, and goals under the last of them: "zur Debatte der Versammlung nach Genf"."""
        below = list(self.grammar.children(noun, "nominal"))
        for token in below:
            preposition = self.grammar.preposition(token)
            if depth == 0 or (preposition is not None and preposition.word not in self.grammar.group("locative")):
                yield token
        if below and depth < _SPINE:
            yield from self._spine(below[-1], depth + 1)

    def _nominal(self, trigger: Trigger, step: Step) -> Sequence[Word]:
        if step.prep == "gen":
            return self.grammar.genitives(trigger.token)
        if step.prep is None:
            return self.grammar.children(trigger.token, "nominal")
        found = [c for c in self.grammar.children(trigger.token, "nominal") if _fits(self.grammar.preposition(c), step)]
        if not found and step.prep not in self.grammar.group("inside") | self.grammar.group("owner_preposition"):
            # A parser may hang it on the genitive: "der Abzug der Truppen aus Mali", "die Kritik der Union an Peru".
            below = [c for g in self.grammar.genitives(trigger.token) for c in self.grammar.children(g, "nominal")]
            found = [c for c in below if _fits(self.grammar.preposition(c), step)]
        if not found and trigger.kind in ("noun", "verb_noun"):
            # A parser may hang it on the verb: "… traf zu Gesprächen mit der Regierung ein".
            edge = max((t.i for t in trigger.token.subtree), default=trigger.token.i)
            for argument in trigger.arguments:
                if (
                    argument.role in ("oblique", "agent")
                    and _fits(argument.preposition, step)
                    and argument.token.i > trigger.token.i
                ):
                    left = min(t.i for t in argument.token.subtree)
                    if left in (edge + 1, trigger.token.i + 1):
                        found.append(argument.token)
        return found

    def _genitive(self, trigger: Trigger, _step: Step) -> Sequence[Word]:
        return self.grammar.genitives(trigger.token)

    def _possessor(self, trigger: Trigger, _step: Step) -> list[Word]:
        token = trigger.token
        return [*self.grammar.possessives(token), *(g for g in self.grammar.genitives(token) if g.i < token.i)]

    def _apposition(self, trigger: Trigger, _step: Step) -> list[Word]:
        token = trigger.token
        found = list(self.grammar.children(token, "apposition", "flat"))
        for other in self.grammar.children(token, "conjunct"):
            if not self.grammar.children(other, "determiner"):
                # "der Vertraute und Minister Berg": the name behind the last noun is that of all.
                found += self.grammar.children(other, "apposition", "flat")
        if self.grammar.has(token, "apposition", "flat") and token.head is not token:
            found.append(token.head)
        return found

    def _head(self, trigger: Trigger, _step: Step) -> list[Word]:
        token = trigger.token
        if trigger.kind == "adjective" and self.grammar.has(token, "adjectival"):
            return [token.head]
        return [] if trigger.kind == "adjective" else [token]


_WALKERS: dict[str, Callable[[Roles, Trigger, Step], Sequence[Word]]] = {
    "subject": Roles._subject,
    "outer_subject": Roles._outer_subject,
    "object": Roles._argument,
    "dative": Roles._argument,
    "oblique": Roles._oblique,
    "nominal": Roles._nominal,
    "genitive": Roles._genitive,
    "possessor": Roles._possessor,
    "apposition": Roles._apposition,
    "head": Roles._head,
    "complement": Roles._argument,
    "open_complement": Roles._argument,
}


def _fits(preposition: Preposition | None, step: Step) -> bool:
    if preposition is None or preposition.word != step.prep:
        return False
    return step.case is None or preposition.case is None or preposition.case == step.case


def _unique(fillers: Iterator[Filler]) -> list[Filler]:
    found: dict[str, Filler] = {}
    for filler in fillers:
        found.setdefault(filler.entity, filler)
    return list(found.values())
