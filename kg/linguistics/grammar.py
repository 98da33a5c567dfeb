"""Questions to a parsed sentence, in the words of grammar instead of dependency labels.

The labels, prepositions and function words of a language come from `grammar-<scheme>.toml`. All code asks in the
Universal Dependencies structure (auxiliaries under the full verb, prepositions under their noun); documents of a model
with another scheme are brought to it first (`kg.linguistics.conversion`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from kg.lexicon import read_table
from kg.linguistics.labels import Preposition
from kg.linguistics.page import Word, asked_once
from kg.linguistics.phrases import Phrases

__all__ = ["Argument", "Grammar", "Preposition", "load_grammar"]

_ALL_CASES = frozenset({"nom", "acc", "dat", "gen"})
_ONLY_NOMINATIVE = frozenset({"nom"})
_ACC_OR_DAT = frozenset({"acc", "dat"})  # of an article the first if singular, the second if plural
_MAX_DEPTH = 12  # longest climb through a chain of governing verbs; parses can be wrong, loops must end


class Argument(NamedTuple):
    """A dependent of a predicate: its role as the grammar file names it, its head word, its preposition.

    `inherited` is true for a subject that is shared with a coordinated or governing verb.
    """

    role: str
    token: Word
    preposition: Preposition | None = None
    inherited: bool = False


class Grammar(Phrases):
    """The labels and words of one language and label scheme, and the structures that they stand for.

    Args:
        data: The parsed grammar file.
        source: Its path, for error messages.

    Raises:
        DataError: If a table is missing or has a wrong type.
    """

    # --- predicates ---------------------------------------------------------------------------------------------

    def lemma(self, verb: Word) -> str:
        """The verb's lemma; the pipeline has joined a separated prefix already."""
        return verb.lemma_

    @asked_once
    def passive(self, verb: Word) -> bool:
        """Whether the verb is passive, its own auxiliaries deciding, else those of the conjunct before."""
        if verb.morph.get("VerbForm", []) == ["Inf"] and not any(
            self.word(t, "passive") and t.morph.get("Tense", []) == ["Past"] and t.morph.get("Mood", []) == ["Ind"]
            for t in self.children(verb, "passive_auxiliary", "auxiliary")
        ):
            return False  # "wird … treffen" is future, whatever the parser calls it; "wurde … empfangen" never is
        auxiliaries = list(self.children(verb, "auxiliary"))
        if self.children(verb, "passive_auxiliary") or self._reduced(verb, "passive"):
            return True
        if any(self.word(t, "active") for t in auxiliaries):
            return False
        if self.children(verb, "passive_subject"):
            return verb.morph.get("VerbForm", []) != ["Fin"]
        if self.has(verb, "conjunct") and verb.head is not verb and self.is_(verb.head, "verb"):
            if auxiliaries or bool(self.children(verb, "copula", "subject")):
                return False
            return verb.morph.get("VerbForm", []) != ["Fin"] and self.passive(verb.head)
        return False

    def surface_subject(self, verb: Word, depth: int = 0) -> tuple[Word | None, bool]:
        """The grammatical subject, and whether it is inherited from a coordinated or governing verb."""
        for child in self._dependents(verb):
            if self.has(child, "subject", "passive_subject"):
                return child, False
        head = verb.head
        if depth > _MAX_DEPTH:
            return None, False
        if self._reduced(verb, "active") or self._reduced(verb, "passive"):
            return head, False
        if self.has(verb, "conjunct") and (self.is_(head, "verb") or self.has(head, "root")):
            return self.surface_subject(head, depth + 1)[0], True
        if not self._infinitive(verb):
            return None, False
        if self.is_(head, "noun") and not self.children(head, "copula"):
            return self._intender(head, depth), True
        if self.has(verb, "open_complement", "adverbial_clause", "complement", "clause_modifier", "loose_clause"):
            noun = self._content_of(verb)
            if noun is not None:
                return self._intender(noun, depth), True
            told = self.told(head)
            return (told, True) if told is not None else (self.surface_subject(head, depth + 1)[0], True)
        if self.has(verb, "subject"):
            own = next((c for c in self.children(head, "subject") if c != verb and self.is_(c, "noun")), None)
            if own is not None and self.children(head, "copula"):
                return own, True  # "Peru is ready to go", whose infinitive the parser took for a second subject
            return self.told(head), True  # "it was granted them to go"
        return None, False

    def _intender(self, noun: Word, depth: int) -> Word | None:
        """Who does the infinitive of a noun: its owner, or who decides, plans or tries it; unknown if it is bidden."""
        if noun.lemma_ in self._words["biddings"]:
            return None
        owner = next(iter(self.genitives(noun)), None) or next(iter(self.possessives(noun)), None)
        intended = noun.lemma_ in self._words["intentions"]
        for child in self.children(noun, "nominal") if owner is None and intended else ():
            preposition = self.preposition(child)
            if preposition is not None and preposition.word in self.group("owner_preposition"):
                return child
        governor = self.governor(noun)
        return owner if owner is not None or governor is None else self.surface_subject(governor, depth + 1)[0]

    def _content_of(self, verb: Word) -> Word | None:
        """The noun that an infinitive says more of, hung on the verb by the parser: "lobt den Plan Perus, … zu …"."""
        if any(not self.word(mark, "to") for mark in self.children(verb, "mark")):
            return None
        for noun in reversed(self.children(verb.head, "subject", "passive_subject", "object", "oblique")):
            preposition = self.preposition(noun)
            fits = preposition is None or preposition.word in self._words["content_preposition"]
            if noun.i < verb.i and fits and noun.lemma_ in self._words["intentions"] | self._words["biddings"]:
                return noun
        return None

    def controls(self, verb: Word) -> bool:
        """Whether what depends on a verb is done by its object: it makes somebody do it, or warns him of it."""
        return verb.lemma_ in self._words["object_control"]

    def told(self, verb: Word) -> Word | None:
        """Who does the infinitive of a verb that makes somebody else do it, or lets him ("forces him to go")."""
        if not self.controls(verb):
            return None
        passive = self.passive(verb)
        for argument in self._core(verb, passive):
            if argument.role in ("dative", "object") or (passive and argument.role == "subject"):
                return argument.token
        for child in self.children(verb, "oblique"):
            preposition = self.preposition(child)
            if preposition is not None and preposition.word in self._words["control_preposition"]:
                return child
        return None

    def _reduced(self, clause: Word, kind: str) -> bool:
        """Whether a clause behind its noun has no pronoun for it.

        `kind` is what the noun is to it: `active` its subject, `passive` the subject of the passive, `gap` its object
        ("troops sent to Peru", "the town they took").
        """
        return clause.dep_ in self._reductions[kind]

    @asked_once
    def _infinitive(self, verb: Word) -> bool:
        """Whether the verb is a bare or `zu` infinitive or a participle without subject of its own."""
        if any(self.word(t, "to") for t in self.children(verb, "mark")):
            return True
        finite = [
            t
            for t in (verb, *self.children(verb, "auxiliary", "passive_auxiliary", "copula"))
            if t.morph.get("VerbForm", []) == ["Fin"]
        ]
        return not finite and not self.children(verb, "subject", "passive_subject")

    @asked_once
    def governor(self, token: Word) -> Word | None:
        """The predicate in whose clause the token stands: the nearest verb, or copular noun or adjective, above it.

        The predicate of the whole sentence is its own.
        """
        current = token
        for _ in range(_MAX_DEPTH):
            above = current.head
            if self.is_(above, "verb") or self.children(above, "copula", "subject", "passive_subject"):
                return above
            if above is current:
                break
            current = above
        return None

    @asked_once
    def cases(self, noun: Word) -> frozenset[str]:
        """The cases (`nom`, `acc`, `dat`, `gen`) that the phrase's article or pronoun leaves open, all without one."""
        for token in (*self.children(noun, "determiner"), noun):
            if token.lower_ in self._articles:
                if token.i < noun.i and not all(noun.is_ancestor(noun.doc[i]) for i in range(token.i + 1, noun.i)):
                    continue  # a parser hung the article of the name between on the noun: "den Philippinen Waffen"
                cases, number = self._articles[token.lower_], noun.morph.get("Number", [])
                # A name's number is guessed: "den USA".
                if token is not noun and cases == _ACC_OR_DAT and number and not self.is_(noun, "name"):
                    return _ACC_OR_DAT - ({"dat"} if number == ["Sing"] else {"acc"})
                # "Der Ukraine" is no subject.
                feminine = "acc" not in cases and noun.text in self._words.get("feminine_names", ())
                return cases - {"nom"} if feminine else cases
        return _ALL_CASES

    @asked_once
    def _dependents(self, verb: Word) -> Sequence[Word]:
        """The verb's children, and those that a parser hung on one of its auxiliaries, which can have none."""
        found: list[Word] = []
        for child in verb.children:
            found.append(child)
            if child.children and self.has(child, "auxiliary", "passive_auxiliary", "copula"):
                found += child.children
        return found

    def _core(self, verb: Word, passive: bool) -> list[Argument]:
        """Subject, object and dative of a verb, the labels checked against what the articles show.

        Parsers mix up bare nominals more often than anything else; articles seldom lie.
        """
        bare: list[tuple[str, Word]] = []
        for child in self._dependents(verb):
            role = self.role(child)
            if role == "expletive" and not self.children(verb, "subject", "passive_subject"):
                role = "subject"  # "Es hat gedroht": whether it stands for somebody is seen elsewhere
            if self._topic(child):
                continue
            if role == "oblique" and self.preposition(child) is None:
                if "acc" not in self.cases(child):
                    role = "dative"
                elif self._behind(child) or self._titled(child):
                    role = "object"
            if role in ("subject", "passive_subject", "object", "dative"):
                bare.append(("subject" if role == "passive_subject" else role, child))
        for role, noun in bare if not any(role == "object" for role, _ in bare) else ():
            name = self._before_title(noun) if role == "subject" else None
            if name is not None:
                bare = [("subject", name), *((r if n is not noun else "object", n) for r, n in bare)]
                break
        if not any(role == "object" for role, _ in bare):
            glued = (
                g
                for child in self._dependents(verb)
                for g in self.children(child, "flat", "apposition")
                if self._glued(child, g)
            )
            bare += [("object", g) for g in list(glued)[:1]]
        found: list[tuple[str, Word]] = []
        for role, child in bare:
            cases = self.cases(child)
            if role == "subject" and "nom" not in cases:
                role = "object" if "acc" in cases else "dative"
            elif role == "object" and "acc" not in cases and not passive:
                role = (
                    "subject"
                    if "nom" in cases and not any(r == "subject" for r, _ in bare) and not self._infinitive(verb)
                    else "dative"
                    if "dat" in cases
                    else role
                )
            elif role == "dative" and "dat" not in cases:
                role = "object"
            found.append((role, child))
        subjects = [c for r, c in found if r == "subject"]
        if not subjects and not passive and not self.has(verb, "conjunct") and not self._infinitive(verb):
            # A finite clause has a subject: "… starben drei Soldaten".
            only = next((c for r, c in found if r == "object" and "nom" in self.cases(c)), None)
            found = [("subject" if c is only else r, c) for r, c in found]
        if len(subjects) > 1 and not passive and not any(r == "object" for r, _ in found):
            # Of two bare nominals the one that agrees with the verb, else the first, is the subject.
            sure = [c for c in subjects if self.cases(c) == _ONLY_NOMINATIVE]  # "Putin bat er"
            others = [c for c in subjects if c not in sure] if sure else []
            second = next((c for c in (*others, *subjects) if c in others or not self._agree(c, verb)), subjects[1])
            found = [("object" if c is second else r, c) for r, c in found]
        objects = [c for r, c in found if r == "object"]
        subjects = [c for r, c in found if r == "subject"]
        if objects and len(subjects) > 1 and not passive and not any(r == "dative" for r, _ in found):
            # "Japan spendete Haiti zehn Millionen": beside an object the second bare name is the dative.
            found = [("dative" if c is subjects[1] else r, c) for r, c in found]
        elif len(objects) > 1 and not any(r == "dative" for r, _ in found):
            # "… hat Berlin Versagen vorgeworfen": of two bare objects the first is the dative.
            first = next((c for c in objects if "dat" in self.cases(c)), None)
            found = [("dative" if c is first else r, c) for r, c in found]
        return [Argument(role, child) for role, child in found]

    def _behind(self, noun: Word) -> bool:
        """Whether a preposition before the phrase belongs to the noun before: "hat Berichten zufolge Lima besetzt"."""
        if any(c.i < noun.i and c.lower_ in self._words["behind"] for c in self.children(noun, "case")):
            return True
        first = noun.left_edge
        return first.i > 0 and first.nbor(-1).lower_ in self._words["behind"]

    def _titled(self, noun: Word) -> bool:
        """Whether a name follows the noun: no time or measure then ("traf in Lima Präsidentin Ana Vargas")."""
        if self.children(noun, "case", "mark"):
            return False  # "ebenso wie Präsidentin Ana Vargas"
        return any(self.is_(c, "name") and c.i == noun.i + 1 for c in self.children(noun, "apposition", "flat"))

    def _before_title(self, noun: Word) -> Word | None:
        """The name right before a title and its name, if it is a phrase of its own: "bat Quispe Präsidentin Vargas"."""
        first = noun.doc[noun.i - 1] if noun.i > noun.sent.start and self._titled(noun) else noun
        while self.has(first, "flat") and first.head.i < first.i:
            first = first.head
        bare = first.head == noun and self.has(first, "nominal") and self.preposition(first) is None
        own = bare and self.is_(first, "name") and first.morph.get("Case", []) == ["Nom"]
        return first if own else None

    def _glued(self, name: Word, noun: Word) -> bool:
        """Whether a noun behind another is a phrase of its own: "traf in Lima Präsident Vargas", "am Montag Peru"."""
        if self.has(noun, "apposition"):
            return self.is_(noun, "name") and noun.i == name.i + 1 and name.lower_ in self._words["time"]
        common = self.is_(noun, "noun") and not self.is_(noun, "name")
        return common and self.is_(name, "name") and noun.i > name.i and not self.has(name, "apposition")

    def _topic(self, noun: Word) -> bool:
        """Whether a phrase only opens a headline before a colon: "Peru und Chile: Boric droht"."""
        if noun.i > noun.head.i:
            return False
        last = max(t.i for t in noun.subtree)
        if last >= noun.head.i:
            return False
        return any(noun.doc[i].text == ":" for i in range(last, min(last + 2, len(noun.doc))))

    def _agree(self, noun: Word, verb: Word) -> bool:
        """Whether noun and finite verb have the same number, as far as both show one; conjuncts make a plural."""
        finite = next((t for t in (*verb.children, verb) if t.morph.get("VerbForm", []) == ["Fin"]), verb)
        wanted, number = finite.morph.get("Number", []), noun.morph.get("Number", [])
        if self.children(noun, "conjunct"):
            number = [self.morphology["plural"]]
        return not wanted or not number or wanted == number

    @asked_once
    def arguments(self, verb: Word) -> Sequence[Argument]:
        """The deep arguments of a verb: the passive undone, shared subjects added, in text order.

        In "Der Ort wurde von Rebellen erobert" `Rebellen` is the `subject` and `Ort` the `object`.
        """
        passive = self.passive(verb)
        core = self._core(verb, passive)
        taken = {a.token.i for a in core}
        found: list[Argument] = []
        for argument in core:
            deep = "object" if passive and argument.role == "subject" else argument.role
            found.append(Argument(deep, argument.token))
        if not any(a.role == "subject" for a in core):
            subject, inherited = self.surface_subject(verb)
            if subject is not None and subject.i not in taken:
                found.append(Argument("object" if passive else "subject", subject, None, inherited))
        if self._reduced(verb, "gap") and not any(a.role == "object" for a in found):
            found.append(Argument("object", verb.head))
        agents: list[tuple[int, Argument]] = []
        for child in self._dependents(verb):
            role = self.role(child)
            if child.i in taken or role in ("subject", "passive_subject"):
                continue
            preposition = self.preposition(child) if role in ("oblique", "agent", "nominal") else None
            if (
                role in ("oblique", "agent")
                and preposition is not None
                and passive
                and preposition.word in self._agents
            ):
                agents.append((self._agents.index(preposition.word), Argument("subject", child, preposition)))
            else:
                found.append(Argument("oblique" if role == "agent" else role, child, preposition))
        best = min((rank for rank, _ in agents), default=0)
        for rank, argument in agents:
            found.append(argument if rank == best else Argument("oblique", argument.token, argument.preposition))
        return sorted(found, key=lambda a: a.token.i)


@cache
def load_grammar(language: str = "de", scheme: str = "ud") -> Grammar:
    """Load the grammar of a language.

    Args:
        language: Two-letter code.
        scheme: Label scheme: `ud`.

    Raises:
        UnsupportedLanguage: If the language has no data.
        DataError: If the file is missing or wrong.

    Example:
        >>> load_grammar("de").steps["nsubj"]
        'subject'
    """
    name = f"grammar-{scheme}.toml"
    return Grammar(read_table(language, name), source=f"{language}/{name}")
