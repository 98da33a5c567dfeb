"""The labels, parts of speech and words of a language, and what they say of the words of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.errors import DataError
from kg.lexicon_cache import Remembered
from kg.linguistics.page import Page, Word

__all__ = ["Labels", "Preposition"]


@dataclass(frozen=True, slots=True)
class Preposition:
    """A preposition without its article (`im` is `in`) and the case it governs here: `acc`, `dat` or `None` if open."""

    word: str
    case: str | None


class Labels:
    """The labels and words of one language and label scheme.

    Args:
        data: The parsed grammar file.
        source: Its path, for error messages.

    Raises:
        DataError: If a table is missing or has a wrong type.
    """

    def __init__(self, data: Mapping[str, object], *, source: str = "grammar") -> None:
        self.source = source
        self._labels = self._table(data, "labels")
        self._pos = self._table(data, "pos")
        self._words = self._table(data, "words")
        self._cases = self._table(data, "case_words")
        self._articles = self._table(data, "articles")
        self.steps: dict[str, str] = {k: str(v) for k, v in self._raw(data, "steps").items()}
        self.morphology = {k: str(v) for k, v in self._raw(data, "morphology").items()}
        self._contractions: dict[str, Preposition] = {}
        for form, value in self._raw(data, "contractions").items():
            if not (isinstance(value, list) and len(value) == 2):
                message = f"contraction {form!r} is {value!r}"
                raise DataError(message, source=source, hint='write it as ["preposition", "acc" or "dat"]')
            self._contractions[form] = Preposition(str(value[0]), str(value[1]))
        self.genitive_ending = self.morphology.get("genitive_ending", "")
        self._agents = tuple(self._raw_list(data, "words", "agent"))
        self._possessive_stems = tuple(self._words["possessive"])
        reductions = self._table(data, "reduced") if "reduced" in data else {}
        self._reductions = {kind: reductions.get(kind, frozenset()) for kind in ("active", "passive", "gap")}
        self._label_of = {label: role for role, labels in self._labels.items() for label in labels}
        self._labels_of = Remembered(self._find_labels)  # roles → labels

    def _find_labels(self, roles: tuple[str, ...]) -> frozenset[str]:
        return frozenset(label for label, role in self._label_of.items() if role in roles)

    def _raw(self, data: Mapping[str, object], name: str) -> Mapping[str, object]:
        table = data.get(name)
        if not isinstance(table, dict):
            message = f"table [{name}] is missing"
            raise DataError(message, source=self.source, hint="compare with grammar-ud.toml of German")
        return table

    def _raw_list(self, data: Mapping[str, object], table: str, key: str) -> list[str]:
        value = self._raw(data, table).get(key, [])
        if not isinstance(value, list):
            message = f"[{table}] {key} is {value!r}, not a list"
            raise DataError(message, source=self.source)
        return [str(x) for x in value]

    def _table(self, data: Mapping[str, object], name: str) -> dict[str, frozenset[str]]:
        return {key: frozenset(self._raw_list(data, name, key)) for key in self._raw(data, name)}

    def labels(self, *roles: str) -> frozenset[str]:
        """The labels that mean one of the roles."""
        return self._find_labels(roles)

    def role(self, token: Word) -> str:
        """The role of a token towards its head, or its label if the grammar names none."""
        return self._label_of.get(token.dep_, token.dep_)

    def has(self, token: Word, *roles: str) -> bool:
        """Whether the token has one of the roles."""
        return token.dep_ in self._labels_of[roles]

    def is_(self, token: Word, kind: str) -> bool:
        """Whether the token's part of speech is of the kind (`noun`, `verb`, `adjective`, …)."""
        return token.pos_ in self._pos[kind]

    def tags(self, kind: str) -> frozenset[str]:
        """The parts of speech of a kind."""
        return self._pos[kind]

    def of_kind(self, page: Page, kind: str) -> Sequence[Word]:
        """The words of a page whose part of speech is of a kind, in text order."""
        found = page.known.get(kind)
        if found is None:
            tags = self._pos[kind]
            found = page.known[kind] = [word for word in page if word.pos_ in tags]
        return found

    def heads_of(self, page: Page, role: str) -> Sequence[Word]:
        """The words of a page that have a child with the role, in text order."""
        labels = self._labels_of[role,]
        heads = {word.head.i for word in page if word.dep_ in labels and word.head is not word}
        return [page[i] for i in sorted(heads)]

    def word(self, token: Word, group: str) -> bool:
        """Whether the token is a word of a group of the grammar file, by form or lemma."""
        words = self._words[group]
        return token.lower_ in words or token.lemma_.lower() in words

    def children(self, token: Word, *roles: str) -> Sequence[Word]:
        """The children with one of the roles, in text order."""
        if not token.children:
            return ()
        labels = self._labels_of[roles]
        return [child for child in token.children if child.dep_ in labels]

    def group(self, name: str) -> frozenset[str]:
        """The words of a group of the grammar file."""
        return self._words[name]
