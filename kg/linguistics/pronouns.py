"""What pronouns stand for: personal, possessive, relative and demonstrative ones, and adverbs of place.

Every answer is a list of mentions: empty where it is doubtful, several for "sie" after coordinated actors.
"""

from __future__ import annotations

from kg.linguistics.antecedents import ACTORS, Antecedents, Seen
from kg.linguistics.cues import Cues
from kg.linguistics.page import Word
from kg.linguistics.referring import CorefWords
from kg.model import EntityType

__all__ = ["Pronouns"]

_REACH = 3  # sentences back in which the antecedent of a pronoun is looked for
_NEUTER = frozenset("n")
_CLIMB = 6  # tokens between a relative pronoun and the verb of its clause


class Pronouns:
    """Finds what the pronouns of one document stand for.

    Args:
        seen: The mentions of the document.
        words: The words that stand for something named before.
        cues: Word lists of the language.
    """

    def __init__(self, seen: Antecedents, words: CorefWords, cues: Cues) -> None:
        self.seen = seen
        self.words = words
        self.cues = cues
        self.agreement = seen.agreement
        self.grammar = seen.grammar
        self._tags = self.grammar.tags("pronoun")

    def may_be(self, token: Word) -> bool:
        """Whether a word is a pronoun or an adverb of place."""
        return token.pos_ in self._tags or token.lower_ in self.words.places

    def resolve(self, token: Word) -> list[Seen]:
        """What a word stands for, if it is a pronoun or an adverb of place."""
        form = token.lower_
        one: Seen | None = None
        if form in self.words.places:
            one = self.place(token)
        elif not self.grammar.is_(token, "pronoun"):
            return []
        elif self.grammar.has(token, "determiner"):
            stem = next((s for s in self.words.possessives if form.startswith(s)), None)
            if stem is not None and form.removeprefix(stem) in ("", *self.cues.inflection.adjective):
                return self.possessive(token, self.words.possessives[stem])
        elif self.grammar.word(token, "relative") and not token.is_sent_start and form not in self.words.pronouns:
            one = self.relative(token)
        elif form in self.words.pronouns:
            return self.personal(token)
        elif form in self.words.demonstratives and token.is_sent_start:
            one = self.demonstrative(token)
        return [one] if one is not None else []

    def personal(self, token: Word) -> list[Seen]:
        """What a personal pronoun stands for: several for "sie" after coordinated actors."""
        genders = self._number(token, self.words.pronouns[token.lower_])
        if genders == _NEUTER and not self._meant(token):
            return []
        if genders == {"p"}:
            several = self._several(token)
            if several:
                return several
        clause = self.grammar.governor(token)
        fitting = [
            m
            for m in self.seen.before(token, _REACH)
            if m.genders & genders and not self._rivals(m, clause) and self._prominent(m, token)
        ]
        persons = [m for m in fitting if m.type is EntityType.PERSON]
        if genders <= {"m", "f"} and persons:
            near = [m for m in persons if m.sentence >= self.seen.sentence[token.i] - 1]
            fitting = near or persons
        found = self.seen.best(token, fitting, lead=3.0)
        return [found] if found is not None and not self._outdone(found, token, genders) else []

    def _meant(self, token: Word) -> bool:
        """Whether a neuter pronoun stands for somebody: as the only subject of a verb that needs one."""
        verb, grammar = token.head, self.grammar
        if not grammar.has(token, "subject", "expletive") or not grammar.is_(verb, "full_verb"):
            return False
        others = [c for c in grammar.children(verb, "subject", "passive_subject", "expletive") if c.i != token.i]
        return not others and verb.lemma_ not in self.words.impersonal and not grammar.passive(verb)

    def _several(self, token: Word) -> list[Seen]:
        """The coordinated actors that were the subject last."""
        here = self.seen.sentence[token.i]
        for mention in self.seen.before(token, 1):
            if mention.sentence == here and self._rivals(mention, self.grammar.governor(token)):
                continue
            head = self.seen.head(mention.root)
            if self.grammar.has(head, "subject") and mention.type in ACTORS:
                found = [self.seen.at(t) for t in self.grammar.conjuncts(head)]
                named = [m for m in found if m is not None and m.type in ACTORS]
                return named if len({m.entity for m in named}) > 1 else []
        return []

    def _prominent(self, mention: Seen, token: Word) -> bool:
        """Whether a pronoun may mean a mention: persons and groups always, others as the subject last."""
        if mention.type in (EntityType.PERSON, EntityType.PEOPLE, EntityType.ARMED_GROUP):
            return True
        if len(mention.genders) > 1:
            return False
        subject = self.grammar.has(self.seen.head(mention.root), "subject", "passive_subject")
        return subject and self.seen.sentence[token.i] - mention.sentence <= 1

    def _outdone(self, found: Seen, token: Word, genders: frozenset[str]) -> bool:
        """Whether a person without a name is nearer, so that the pronoun may mean him ("die Mutter … sie")."""
        for i in range(found.end, token.i):
            noun = self.seen.doc[i]
            if not self.grammar.is_(noun, "noun") or self.seen.over(i) or not self.grammar.has(noun, "subject"):
                continue
            told = self.cues.titles.gender(noun.text)
            if told is not None and (not told or told in genders):
                return True
        return False

    def _rivals(self, mention: Seen, clause: Word | None) -> bool:
        """Whether a mention is an argument of the same verb: then a pronoun means somebody else."""
        return clause is not None and self.seen.head(mention.root).head == clause

    def _number(self, token: Word, genders: frozenset[str]) -> frozenset[str]:
        """The genders that a pronoun allows here: its verb tells singular and plural apart."""
        if not self.grammar.has(token, "subject", "passive_subject"):
            return genders
        plural = self.agreement.plural_verb(token)
        if plural is None:
            return genders
        return (genders & {"p"} if plural else genders - {"p"}) or genders

    def possessive(self, token: Word, genders: frozenset[str]) -> list[Seen]:
        """Whose something is: the subject of its clause if it fits, else the person most present."""
        governor = self.grammar.governor(token)
        if governor is not None and not self.grammar.has(token.head, "subject", "passive_subject"):
            subject, _ = self.grammar.surface_subject(governor)
            if subject is not None and subject.i != token.head.i:
                owners = self._owners(subject, genders)
                if owners or not {token.head.lemma_} & self.words.kin or self.agreement.genders(subject) & genders:
                    return owners
        fitting = [m for m in self.seen.before(token, 1) if m.genders & genders and m.type is EntityType.PERSON]
        best = self.seen.best(token, fitting, lead=5.0)
        return [best] if best is not None and not self._outdone(best, token, genders) else []

    def _owners(self, subject: Word, genders: frozenset[str]) -> list[Seen]:
        """The entities of a subject, if a possessive of these genders can mean them."""
        found = [m for t in self.grammar.conjuncts(subject) if (m := self.seen.at(t)) is not None]
        if len({m.entity for m in found}) > 1:
            return found if "p" in genders else []
        pronouns = [m for m in self.seen.over(subject.i) if m.kind == "pronoun"]
        return [m for m in [*found, *pronouns][:1] if m.genders & genders or m in pronouns]

    def relative(self, token: Word) -> Seen | None:
        """The noun that a relative clause belongs to."""
        clause: Word = token
        for _ in range(_CLIMB):
            if self.grammar.has(clause, "relative", "clause_modifier"):
                found = self.seen.at(clause.head) if clause.head.i < token.i else None
                return found if found is not None and found.genders & self._shown(token) else None
            if clause.head == clause:
                break
            clause = clause.head
        return self._behind_comma(token)

    def _behind_comma(self, token: Word) -> Seen | None:
        """The name before the comma before a relative pronoun, where the parse does not show the clause."""
        if token.i < 2 or not self.seen.doc[token.i - 1].is_punct:
            return None
        last = [m for m in self.seen.over(token.i - 2) if m.end == token.i - 1 and m.kind == "name"]
        return next((m for m in last if m.genders & self._shown(token) and self.grammar.has(token, "subject")), None)

    def _shown(self, token: Word) -> frozenset[str]:
        """The genders that a relative pronoun shows by its form and role."""
        case = "nominative" if self.grammar.has(token, "subject", "passive_subject") else "oblique"
        return self.agreement.articles[case].get(token.lower_, frozenset("mfnp"))

    def place(self, token: Word) -> Seen | None:
        """The place last spoken of."""
        places = (EntityType.CITY, EntityType.COUNTRY, EntityType.REGION, EntityType.PLACE)
        near = [m for m in self.seen.before(token, 1, ("name", "metonym", "description")) if m.type in places]
        located = [m for m in near if self.grammar.preposition(m.root) is not None]
        found = located or [m for m in near if m.kind == "name"]
        return found[0] if found else None

    def demonstrative(self, token: Word) -> Seen | None:
        """What was said last in the sentence before ("Der beschwört …")."""
        genders = self._number(token, self.words.demonstratives[token.lower_])
        before = self.seen.sentence[token.i] - 1
        last = [m for m in self.seen.before(token, 1) if m.genders & genders and m.sentence == before]
        persons = [m for m in last if m.type is EntityType.PERSON]
        return next(iter(persons or [m for m in last if m.type in ACTORS]), None)
