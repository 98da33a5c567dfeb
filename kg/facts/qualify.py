"""What restricts a claim: how sure it is, who says so, when, where and how many.

In: an annotated `Doc` (see `kg.linguistics`), the token that triggers a claim, its subject and object. Out:
`Qualified`, a pure reading of the document. Times, places and quantities are taken from the clause of the trigger
alone: a date that belongs to another verb is never used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.facts.clauses import presupposed
from kg.facts.factuality import CLAUSES, FactualityData, load_factuality, verbal_head
from kg.facts.modality import read_factuality
from kg.linguistics.layers import spans_between, whole_names
from kg.linguistics.page import Page, Stretch, Word
from kg.linguistics.sources import mention_at
from kg.model import Comparison, EntityType, Modality

__all__ = ["FactualityData", "Qualified", "load_factuality", "qualify"]

PLACES = frozenset({EntityType.CITY, EntityType.REGION, EntityType.COUNTRY, EntityType.PLACE})
VICTIMS = frozenset({"dead", "wounded", "missing", "displaced"})  # quantities of claims about harm done to people
NAMING = frozenset({"name", "metonym", "nominal", "description"})


@dataclass(frozen=True, slots=True)
class Qualified:
    """The qualifiers of a claim as found in the text.

    `source` and `place` are entity ids; `begins` and `ends` ISO 8601 as in `kg.model.Qualifiers`; `quantity` is a
    span of `kg_quantities` (read it with `kg.linguistics.quantities.read_quantity`). A `hypothetical` claim (condition,
    question, unreal case) is no claim at all: drop it.
    """

    modality: Modality = Modality.ASSERTED
    source: str | None = None
    begins: str | None = None
    ends: str | None = None
    place: str | None = None
    quantity: Stretch | None = None
    hypothetical: bool = False


def qualify(
    doc: Page,
    token: Word,
    *,
    data: FactualityData,
    subject: str | None = None,
    object: str | None = None,  # the word of the domain
    frame_modality: Modality | None = None,
    quantity_classes: Sequence[str] = (),
    governor: Word | None = None,
) -> Qualified:
    """Read the qualifiers of the claim that a token triggers.

    Args:
        doc: The annotated document.
        token: The trigger: verb, noun or adjective.
        data: From `load_factuality`.
        subject: Entity id of the claim's subject: never its place.
        object: Entity id of the claim's object: never its place.
        frame_modality: What the frame itself says ("beschuldigen" makes what follows alleged); the text may only
            weaken it.
        governor: The verb that forms one predicate with a noun as trigger ("die Kontrolle übernehmen"); modality is
            read there.
        quantity_classes: Classes of quantities that fit the relation, the best first (`soldiers`, `dead`, …).
    """
    if data.grammar.has(token, "auxiliary", "passive_auxiliary", "copula"):
        token = token.head
    found = read_factuality(doc, token, data, (subject, object), governor)
    modality = found.modality
    if frame_modality is not None and modality in (Modality.ASSERTED, Modality.REPORTED):
        modality = frame_modality if frame_modality is not Modality.ASSERTED else modality
    if modality is Modality.REPORTED and found.source is not None and found.source == subject and _speaks(token, data):
        modality = Modality.ASSERTED  # what somebody says of his own words: the author hears him say them
    harmed = not VICTIMS.isdisjoint(quantity_classes)
    reach = _Reach(doc, token, data, {subject, object}, object, governor, harmed)
    begins, ends = reach.time()
    published = doc.user_data.get("kg_published") or ""
    if modality is Modality.ASSERTED and begins is not None and published and begins > published[: len(begins)]:
        modality = Modality.PLANNED
    return Qualified(
        modality=modality,
        source=found.source if modality is not Modality.ASSERTED else None,
        begins=begins,
        ends=ends,
        place=reach.place(),
        quantity=reach.quantity(quantity_classes),
        hypothetical=found.hypothetical,
    )


def _speaks(token: Word, data: FactualityData) -> bool:
    """Whether the trigger itself is an act of speech."""
    words, reporting = data.words, data.reporting
    acts = words["verbs.announce"] | words["verbs.demand"] | words["verbs.deny"] | reporting.accuse | reporting.cues
    return token.lemma_ in acts or data.has("acts.nouns", token)


class _Reach:
    """What lies in reach of a trigger: the phrases of its own clause, the nearest first."""

    def __init__(
        self,
        doc: Page,
        token: Word,
        data: FactualityData,
        parties: set[str | None],
        object_: str | None,
        governor: Word | None,
        harmed: bool,
    ) -> None:
        self.harmed = harmed
        self.doc, self.token, self.data, self.parties = doc, token, data, parties
        self.grammar = data.grammar
        self.object, self.governor = object_, governor
        self.head = governor if governor is not None else verbal_head(token, self.grammar)

    def _layer(self, name: str, sentence: Stretch) -> Iterator[Stretch]:
        """The spans of a layer that start in a sentence."""
        return (s for s in spans_between(self.doc, name, sentence.start, sentence.end) if s.start >= sentence.start)

    def _owners(self, token: Word) -> Iterator[Word]:
        """The predicates that a phrase belongs to: the first clause above it, and on through what shares its clause."""
        grammar, current = self.grammar, token
        for _ in range(20):
            yield current
            if current.head == current:
                return
            clausal = grammar.has(current, *CLAUSES) or (
                current != token and grammar.has(current, "conjunct") and grammar.is_(current, "verb")
            )
            if (clausal and current != token) or grammar.has(current, "relative"):
                return
            if current != token and grammar.has(current, "adjectival"):
                yield current.head  # "die im Mai verschleppten Geiseln": then they were taken, and no more is said
                return
            current = current.head

    def _belongs(self, span: Stretch) -> int | None:
        """How near a phrase is: 0 below the trigger, 1 in its clause, 2 in a clause that it shares; `None` beyond."""
        owners = list(self._owners(span.root))
        if self.token in owners and self.token != self.head:
            return 0
        head = self.head
        if head is None or self._detached():
            return None
        if head in owners:
            return 1
        if self.grammar.has(head, "conjunct") and head.head in owners and span.start < head.i:
            return 2
        if (
            self.grammar.has(head, "open_complement")
            and head.head in owners
            and head.head.lemma_ in self.data.words["verbs.implicative"] | self.data.words["time.same"]
        ):
            return 2
        return None

    def _detached(self) -> bool:
        """Whether the trigger is only a name's title or adjective: the clause's time and place are not its own."""
        return (
            self.token != self.head
            and self.governor is None
            and presupposed(self.doc, self.token, self.grammar, self.parties)
        )

    def time(self) -> tuple[str | None, str | None]:
        """Begin and end of the nearest resolved time expression of the clause."""
        best: tuple[int, int] | None = None
        value = ""
        for span in self._layer("kg_dates", self.token.sent):
            rank = self._belongs(span) if span.kb_id_ else None
            if rank is None or self._foreign(span, rank):
                continue
            key = (rank, abs(span.start - self.token.i))
            if best is None or key < best:
                best, value = key, span.kb_id_
        if not value:
            value = self._time_of_occasion()
        if not value and (self._takes_up() or (self.harmed and not any(self._layer("kg_dates", self.token.sent)))):
            value = self._time_before()
        begins, _, ends = value.partition("/")
        return (begins if begins not in ("", "..") else None), (ends if ends not in ("", "..") else None)

    def _time_of_occasion(self) -> str:
        """The time of what a relative clause happens at: "der Anschlag im April, bei dem zwölf Menschen starben"."""
        clause, grammar = self.head, self.grammar
        while clause is not None and grammar.has(clause, "conjunct") and clause.head != clause:
            clause = clause.head
        if clause is None or not grammar.has(clause, "relative"):
            return ""
        for child in grammar.children(clause, "oblique"):
            preposition = grammar.preposition(child)
            words = self.data.words["definite.simultaneous"]
            if preposition is not None and preposition.word in words and grammar.is_(child, "pronoun"):
                break
        else:
            return ""
        inside = range(clause.left_edge.i, clause.right_edge.i + 1)
        outside = [s for s in self._layer("kg_dates", clause.sent) if s.kb_id_ and s.root.i not in inside]
        for occasion in (clause.head, grammar.governor(clause.head)):
            found = [s for s in outside if occasion is not None and occasion in list(self._owners(s.root))[1:]]
            if found:
                return str(min(found, key=lambda s: abs(s.start - clause.head.i)).kb_id_)
        return ""

    def _foreign(self, span: Stretch, rank: int) -> bool:
        """Whether the date dates another noun of the clause ("das Abkommen von 2015")."""
        if rank == 0:
            return False
        grammar, root = self.grammar, span.root
        if not grammar.has(root, "nominal") or not grammar.is_(root.head, "noun"):
            return False
        preposition = grammar.preposition(root)
        if preposition is not None and preposition.word in grammar.group("owner_preposition"):
            return True
        if mention_at(self.doc, root.head) is not None or presupposed(self.doc, root.head, grammar):
            return False  # actors have no date: the parser hung it too low
        noun = root.head
        while grammar.has(noun, "nominal") and noun.head != noun:
            noun = noun.head
        return noun != self.token and not self._circumstance(noun)

    def _circumstance(self, noun: Word) -> bool:
        """Whether the noun is an adverbial of the clause, whose time is the clause's ("bei einem Treffen im März")."""
        if noun.head != self.head:
            return False
        preposition = self.grammar.preposition(noun)
        words = self.data.words["definite.circumstances"]
        return self.data.has("time.frames", noun) or (preposition is not None and preposition.word in words)

    def _takes_up(self) -> bool:
        head = self.head
        return head is not None and any(
            c.lower_ in self.data.words["time.back"] for c in self.grammar.children(head, "adverbial")
        )

    def _continues(self) -> bool:
        """Whether the clause says more of what the sentence before tells: "dabei", "bei den Kämpfen"."""
        if self._takes_up():
            return True
        head, grammar = self.head, self.grammar
        for child in grammar.children(head, "oblique") if head is not None else ():
            preposition = grammar.preposition(child)
            if preposition is None or preposition.word not in self.data.words["definite.simultaneous"]:
                continue
            definite = self.data.words["definite.determiners"]
            if any(d.lower_ in definite for d in grammar.children(child, "determiner")) and not child.ent_type_:
                return True
        return False

    def _time_before(self) -> str:
        sentence = self.token.sent
        if sentence.start == 0:
            return ""
        before = self.doc[sentence.start - 1].sent
        values = [span.kb_id_ for span in self._layer("kg_dates", before) if span.kb_id_]
        return values[-1] if len(values) == 1 else ""

    def place(self) -> str | None:
        """The place that a locative phrase of the clause names; none if the object is a place itself."""
        entities = self.doc.user_data.get("kg_entities") or {}
        if entities.get(self.object, {}).get("type") in PLACES - {EntityType.COUNTRY}:
            return None
        best: tuple[int, int] | None = None
        found = None
        for span in self._places(self.token.sent):
            rank = self._placed(span)
            key = (rank or 0, abs(span.start - self.token.i))
            if rank is not None and (best is None or key < best):
                best, found = key, span.kb_id_
        return found if found is not None else self._place_before()

    def _place_before(self) -> str | None:
        """The place of the sentence before, if it names one and the clause goes on from there without another.

        Harm is told of after its cause: it goes on unless its sentence has a time of its own.
        """
        here = self.token.sent
        if here.start == 0 or any(s.label_ in PLACES for s in self._layer("kg_mentions", here)):
            return None
        if not self._continues() and not (self.harmed and not any(self._layer("kg_dates", here))):
            return None
        before = self.doc[here.start - 1].sent
        named = {str(s.kb_id_) for s in self._places(before) if s.label_ != EntityType.COUNTRY}
        return named.pop() if len(named) == 1 else None

    def _places(self, sentence: Stretch) -> Iterator[Stretch]:
        """The mentions of places in a sentence that stand in a locative phrase and are no party of the claim."""
        grammar, words = self.grammar, self.data.words
        for span in whole_names(list(self._layer("kg_mentions", sentence))):
            if span.label_ not in PLACES or span.id_ not in NAMING or not span.kb_id_ or span.kb_id_ in self.parties:
                continue
            lifted = self._lifted(span.root)
            if lifted == span.root and span.root.morph.get("Case", []) == ["Gen"]:
                continue
            preposition = grammar.preposition(lifted)
            if (
                preposition is not None
                and preposition.word in words["place.prepositions"]
                and preposition.case != "acc"
            ):
                yield span

    def _lifted(self, root: Word) -> Word:
        """The noun whose phrase names the place: "Norden" of "im Norden Malis", "Stadt" of "in der Stadt Lima"."""
        parts = self.data.words["place.parts"]
        while self.grammar.has(root, "apposition", "flat") or (
            self.grammar.has(root, "nominal") and root.head.lemma_ in parts
        ):
            root = root.head
        return root

    def _placed(self, span: Stretch) -> int | None:
        """How near the place is: 0 at the trigger, 1 at its verb, 2 inside an adverbial of that; `None` beyond."""
        grammar = self.grammar
        root = self._lifted(span.root)
        if root.head == self.token and root != self.token:
            return 0
        if self._detached() or self.head is None:
            return None
        if grammar.has(root, "oblique") and self._shares(root.head, root):
            return 1
        outer = root
        while grammar.has(outer, "nominal") and outer.head != outer:
            outer = outer.head
            if outer == self.token:
                return 0
        preposition = grammar.preposition(outer)
        inside = preposition is not None and preposition.word in self.data.words["definite.circumstances"]
        if preposition is not None and outer.lemma_ in self.data.reporting.before.get(preposition.word, ()):
            return None  # "nach Angaben des Ministeriums in Kiew"
        if outer != root and inside and grammar.has(outer, "oblique") and self._shares(outer.head, outer):
            return 2
        return None

    def _shares(self, verb: Word, phrase: Word) -> bool:
        """Whether a phrase at `verb` is the trigger's clause's own, or stands before the verb coordinated with it."""
        head = self.head
        if head is None:
            return False
        return verb == head or (self.grammar.has(head, "conjunct") and verb == head.head and phrase.i < head.i)

    def quantity(self, classes: Sequence[str]) -> Stretch | None:
        """The quantity of the clause whose class fits best, the nearest of equals.

        A quantity that counts one of the parties of the claim comes first, one that counts somebody else never.
        """
        best: tuple[int, int, int, int] | None = None
        found = None
        for span in self._layer("kg_quantities", self.token.sent):
            if span.label_ not in classes:
                continue
            rank = self._belongs(span)
            counts = self._counts(span)
            if rank is None or counts is None:
                continue
            key = (counts, rank, classes.index(span.label_), abs(span.start - self.token.i))
            if best is None or key < best:
                best, found = key, span
        return found

    def _counts(self, span: Stretch) -> int | None:
        """Whom a quantity counts: 0 the object, 1 nobody named, 2 the subject; `None` if somebody who is no party.

        A single subject beside an object is the one who acts ("ein Angreifer tötete …") and no quantity of the claim.
        """
        mention = mention_at(self.doc, span.root)
        if mention is None or (mention.id_ == "nominal" and mention.kb_id_ not in self.parties):
            return 1
        if mention.kb_id_ not in self.parties:
            return None
        if self.object is None or mention.kb_id_ == self.object:
            return 0
        return None if span.kb_id_.startswith(f"{Comparison.EXACTLY}|1|") else 2
