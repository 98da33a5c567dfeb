"""The parts of a phrase: what is coordinated, prepositions with their cases, genitives, possessives."""

from __future__ import annotations

from collections.abc import Sequence

from kg.linguistics.labels import Labels, Preposition
from kg.linguistics.page import Word, asked_once

__all__ = ["Phrases"]


class Phrases(Labels):
    """Labels and words of one language, and the phrases that they build; see `kg.linguistics.grammar`."""

    @asked_once
    def conjuncts(self, token: Word) -> Sequence[Word]:
        """The token and all that is coordinated with it below it, in text order."""
        if not token.children:
            return [token]
        found, todo = [], [token]
        while todo:
            current = todo.pop(0)
            found.append(current)
            todo.extend(c for c in self.children(current, "conjunct") if self.is_(c, "noun") == self.is_(token, "noun"))
        return sorted(found, key=lambda t: t.i)

    @asked_once
    def preposition(self, token: Word) -> Preposition | None:
        """The preposition of the phrase headed by the token; conjuncts share that of the first."""
        for child in self.children(token, "case"):
            form = child.lower_
            if form in self._words["behind"] and child.i < token.i:
                continue  # it belongs to the noun before: "nahm Medien zufolge einer Parade die Ehre ab"
            if form in self._contractions:
                return self._contractions[form]
            if self.is_(child, "adposition"):
                return Preposition(form, self._case(token, child))
        after = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else token
        if after.lower_ in self._words["behind"] and after.head.i > after.i:
            return Preposition(after.lower_, "dat")  # "die Zahl der Toten der IOM zufolge", hung on what follows
        if self.has(token, "conjunct") and token.head is not token:
            return self.preposition(token.head)
        return None

    def written_preposition(self, token: Word) -> Preposition | None:
        """The preposition that the token is, with the case that the next word shows; for words that no parse joins."""
        if token.lower_ in self._contractions:
            return self._contractions[token.lower_]
        if not self.is_(token, "adposition"):
            return None
        after = token.nbor().lower_ if token.i + 1 < len(token.doc) else ""
        cases = ("acc", "dat", "acc_after_preposition")
        case = next((c for c in cases if after in self._cases[c]), None)
        return Preposition(token.lower_, case.partition("_")[0] if case is not None else None)

    def _case(self, head: Word, preposition: Word) -> str | None:
        for token in (*(c for c in head.lefts if c.i > preposition.i), head):
            form = token.lower_
            if form in self._cases["acc"]:
                return "acc"
            if form in self._cases["dat"]:
                return "dat"
            if form in self._cases["acc_after_preposition"]:
                return "acc"
            cases = token.morph.get("Case", [])
            if cases == [self.morphology["accusative"]]:
                return "acc"
            if cases == [self.morphology["dative"]]:
                return "dat"
        return None

    @asked_once
    def genitives(self, noun: Word) -> Sequence[Word]:
        """Bare nominal modifiers: genitives after or before the noun ("Merkels Besuch", "Besuch der Kanzlerin")."""
        found = [c for c in self.children(noun, "nominal") if self.preposition(c) is None]
        if found and noun.head.lemma_ in self._words["banishing"]:
            # "Lima verwies den Botschafter des Landes": from there, it is not the ambassador's
            return [c for c in found if c.i < noun.i or self.is_(c, "name")]
        return found

    @asked_once
    def possessives(self, noun: Word) -> Sequence[Word]:
        """Possessive determiners of the noun ("sein Besuch")."""
        return [c for c in self.children(noun, "determiner") if c.lower_.startswith(self._possessive_stems)]

    def only(self, noun: Word) -> bool:
        """Whether the noun can mean the only one that there is: with the definite article or with none."""
        return all(self.word(t, "definite") for t in self.children(noun, "determiner"))
