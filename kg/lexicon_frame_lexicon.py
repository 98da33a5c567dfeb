"""All frames of a language, and which of them a word may trigger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from kg.lexicon_cache import Remembered
from kg.lexicon_frame_records import Frame
from kg.lexicon_titles import Title, TitleRules

__all__ = ["FrameLexicon", "Triggered"]

Triggered: TypeAlias = tuple[tuple[str, tuple[Frame, ...]], ...]


@dataclass(frozen=True, slots=True)
class FrameLexicon:
    """All frames of a language, by the lemma that triggers them.

    Attributes:
        language: Two-letter code.
        frames: All of them, in the order of the files.
        by_verb: Verb lemma (with prefix) → frames of kind `verb`.
        by_verb_noun: Noun lemma → frames of kind `verb_noun`.
        by_noun: Noun lemma → frames of kind `noun`.
        by_adjective: Adjective or participle lemma → frames of kind `adjective`.
        compounds: Last part of a compound (`Besuch`) or first part with its hyphen (`Ex-`) → frames of kind `compound`.
        phrases: Frames of kind `phrase`, by their anchor: the noun, or without one the verb.
        titles: Lemma, also feminine → office title.
        title_rules: Prefixes, adjectives and endings that change or make titles.
        classes: Named word classes.
    """

    language: str
    frames: tuple[Frame, ...]
    by_verb: Mapping[str, tuple[Frame, ...]]
    by_verb_noun: Mapping[str, tuple[Frame, ...]]
    by_noun: Mapping[str, tuple[Frame, ...]]
    by_adjective: Mapping[str, tuple[Frame, ...]]
    compounds: Mapping[str, tuple[Frame, ...]]
    phrases: Mapping[str, tuple[Frame, ...]]
    titles: Mapping[str, Title] = field(default_factory=dict)
    title_rules: TitleRules = field(default_factory=TitleRules)
    classes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _title_of: Remembered[str, Title | None] = field(init=False, repr=False, compare=False)
    _office_of: Remembered[tuple[str, ...], Title | None] = field(init=False, repr=False, compare=False)
    _of_verb: Remembered[tuple[str, str], Triggered] = field(init=False, repr=False, compare=False)
    _of_noun: Remembered[str, Triggered] = field(init=False, repr=False, compare=False)
    _of_adjective: Remembered[tuple[str, str], Triggered] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare to remember look-ups by word."""
        object.__setattr__(self, "_title_of", Remembered(lambda lemma: self.title_rules.find(lemma, self.titles)))
        object.__setattr__(self, "_office_of", Remembered(self._find_office))
        object.__setattr__(self, "_of_verb", Remembered(self._find_of_verb))
        object.__setattr__(self, "_of_noun", Remembered(self._find_of_noun))
        object.__setattr__(self, "_of_adjective", Remembered(self._find_of_adjective))

    def title(self, lemma: str) -> Title | None:
        """The office title of a noun, also of a feminine, of a prefixed one and of a compound of a known title.

        Args:
            lemma: The noun, in the nominative singular.

        Returns:
            The title, or `None` if the noun names no office.
        """
        return self._title_of[lemma]

    def office(self, *forms: str) -> Title | None:
        """The office title that one of a noun's forms names, whole or by the last part of a compound."""
        return self._office_of[forms]

    def of_verb(self, lemma: str, form: str) -> Triggered:
        """The frames that a verb may trigger, also as a participle, each with the kind of trigger that it is then."""
        return self._of_verb[lemma, form]

    def of_noun(self, lemma: str) -> Triggered:
        """The frames that a noun may trigger, also by its last part."""
        return self._of_noun[lemma]

    def of_adjective(self, lemma: str, form: str) -> Triggered:
        """The frames that an adjective or participle may trigger, by its lemma, else by its form in lower case."""
        return self._of_adjective[lemma, form]

    def _find_of_verb(self, forms: tuple[str, str]) -> Triggered:
        return (*_some(("verb", self.by_verb.get(forms[0], ()))), *self.of_adjective(*forms))

    def _find_of_noun(self, lemma: str) -> Triggered:
        head, _, last = lemma.rpartition("-")
        by_part = (*self.compounds.get(last, ()), *self.by_noun.get(last, ())) if head else ()
        return _some(
            ("verb_noun", self.by_verb_noun.get(lemma, ())),
            ("verb_noun", self.phrases.get(lemma, ())),
            ("noun", self.by_noun.get(lemma, ())),
            ("noun", by_part),
        )

    def _find_of_adjective(self, forms: tuple[str, str]) -> Triggered:
        return _some(("adjective", self.by_adjective.get(forms[0], ()) or self.by_adjective.get(forms[1], ())))

    def _find_office(self, forms: tuple[str, ...]) -> Title | None:
        for form in forms:
            title = self.title(form) or self.title(form.rpartition("-")[2])
            if title is not None:
                return title
        return None


def _some(*found: tuple[str, tuple[Frame, ...]]) -> Triggered:
    return tuple((kind, frames) for kind, frames in found if frames)
