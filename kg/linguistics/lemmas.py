"""Base forms for frames: infinitives with their prefix, nouns and adjectives without endings.

The spaCy component `kg_de_lemmas` writes `token.lemma_`. It needs parts of speech and, to join separated
prefixes ("warf … vor" → "vorwerfen"), the dependency tree. It looks a word up in a compact table, then
takes it apart (prefix + known verb, first part of a compound + known noun), and at last applies ending
rules that were learnt from the table. All words are data: `kg.training` compiles them, and they are saved
with the model. Proper names stay as they are.

The component is registered by importing this module or through the entry point group `spacy_factories`.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import srsly
from spacy.attrs import DEP, MORPH, ORTH, POS
from spacy.language import Language

from kg.config import data_dir
from kg.errors import DataError
from kg.lexicon_cache import kept
from kg.linguistics.batches import InBatches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from spacy.tokens import Doc, Token

__all__ = ["LemmaRules", "Lemmas", "make_lemmas"]

_FILE = "lemmas.msgpack.gz"
_GROUPS = {"VERB": "V", "AUX": "V", "NOUN": "N", "ADJ": "A", "DET": "D", "PRON": "D", "ADP": "P"}
_KEPT = frozenset({"PROPN", "NUM", "PUNCT", "SYM", "X", "SPACE"})
_LONGEST_ENDING = 7
_CACHE_SIZE = 50_000
_SHORTEST_STEM = 2
_SHORTEST_HEAD = {"N": 4, "A": 5}


class LemmaRules:
    """Words and ending rules of one language, and how a base form follows from them.

    Args:
        data: `table`: group → form → base form; `endings`: group → ending → [letters to cut, letters to
            add]; `bases`: group → base forms that need no rule; `invariable`: endings of capitalised adjectives
            that do not change; `separable` and `inseparable`: verb prefixes; `regular`: `endings` and `infinitives`
            of verbs that do not change their stem; `participle` and `infinitive`: what stands between prefix and stem
            in a participle and in an infinitive.
            Groups are `V`, `N`, `A`, `D` (determiners, pronouns), `P` (prepositions).

    Example:
        >>> rules = LemmaRules(
        ...     {
        ...         "table": {"V": {"gestellt": "stellen"}},
        ...         "bases": {"V": ["stellen"]},
        ...         "separable": ["ein"],
        ...         "participle": "ge",
        ...         "infinitive": "zu",
        ...     }
        ... )
        >>> [rules.lemma(form, "VERB") for form in ("eingestellt", "einzustellen")]
        ['einstellen', 'einstellen']
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._table: dict[str, dict[str, str]] = dict(data.get("table", {}))
        self._endings: dict[str, dict[str, Sequence[Any]]] = dict(data.get("endings", {}))
        self._bases: dict[str, frozenset[str]] = {
            group: frozenset(words) for group, words in data.get("bases", {}).items()
        }
        self._separable: list[str] = sorted(data.get("separable", ()), key=len, reverse=True)
        self._inseparable: list[str] = sorted(data.get("inseparable", ()), key=len, reverse=True)
        self._participle = str(data.get("participle", ""))
        self._infinitive = str(data.get("infinitive", ""))
        self._regular: Mapping[str, Sequence[str]] = data.get("regular", {})
        self._invariable = tuple(data.get("invariable", ()))
        self._cache: dict[tuple[str, str, bool], str] = {}

    def lemma(self, form: str, pos: str, *, is_infinitive: bool = False) -> str:
        """The base form of a word.

        Args:
            form: The word as written.
            pos: Universal part of speech.
            is_infinitive: Whether the word is known to be an infinitive already.
        """
        key = (form, pos, is_infinitive)
        found = self._cache.get(key)
        if found is None:
            if len(self._cache) >= _CACHE_SIZE:
                self._cache.clear()
            found = self._cache[key] = self._find(form, pos, is_infinitive=is_infinitive)
        return found

    def is_verb(self, base: str) -> bool:
        """Whether it is the base form of a known verb."""
        return base in self._bases.get("V", ())

    def _find(self, form: str, pos: str, *, is_infinitive: bool) -> str:
        if pos in _KEPT or not form:
            return form
        group = _GROUPS.get(pos)
        if group is None:
            return form.lower()
        if group == "V":
            return self._verb(form.lower(), is_infinitive=is_infinitive)
        if group == "N":
            return self._noun(form)
        lower = form.lower()
        found = self._known(group, lower)
        if found is not None:
            return found
        if group != "A":
            return lower
        if (form[1:] != lower[1:] and "-" not in form) or (form != lower and form.endswith(self._invariable)):
            return form
        return self._compound(group, lower) or self._by_ending(group, lower)

    def _known(self, group: str, form: str) -> str | None:
        found = self._table.get(group, {}).get(form)
        if found is None and form in self._bases.get(group, ()):
            return form
        return found

    def _verb(self, form: str, *, is_infinitive: bool) -> str:
        found = self._known_verb(form)
        if found is not None:
            return found
        for prefix in self._separable:
            if form.startswith(prefix) and len(form) > len(prefix) + _SHORTEST_STEM:
                rest = form[len(prefix) :]
                if self._infinitive and rest.startswith(self._infinitive):
                    inner = rest[len(self._infinitive) :]
                    if inner in self._bases.get("V", ()):
                        return prefix + inner
                base = self._known_verb(rest)
                if base is not None:
                    return prefix + base
        for prefix in self._inseparable:
            if form.startswith(prefix) and len(form) > len(prefix) + _SHORTEST_STEM:
                rest = form[len(prefix) :]
                base = self._known("V", rest) or self._known("V", self._participle + rest)
                if base is None and prefix != self._participle:
                    base = self._known_verb(rest)
                if base is not None:
                    return prefix + base
        if is_infinitive:
            return self._without_infix(form, self._infinitive)
        return self._by_ending("V", self._without_infix(form, self._participle, self._infinitive))

    def _known_verb(self, form: str) -> str | None:
        """By the table, or as a regular form of a known verb."""
        found = self._known("V", form)
        if found is not None:
            return found
        for ending in self._regular.get("endings", ()):
            stem = form.removesuffix(ending)
            if stem != form:
                for infinitive in self._regular.get("infinitives", ()):
                    if stem + infinitive in self._bases.get("V", ()):
                        return stem + infinitive
        return None

    def _without_infix(self, form: str, *infixes: str) -> str:
        """Cut the infix of a participle or infinitive, at the start or behind a separable prefix."""
        for infix in infixes:
            if not infix:
                continue
            for prefix in (*self._separable, ""):
                start = prefix + infix
                is_bare_infinitive = not prefix and infix == self._infinitive
                if form.startswith(start) and len(form) > len(start) + _SHORTEST_STEM and not is_bare_infinitive:
                    return prefix + form[len(start) :]
        return form

    def _noun(self, form: str) -> str:
        found = self._known("N", form)
        if found is not None:
            return found
        first, hyphen, last = form.rpartition("-")
        if hyphen and last and last[0].isupper():
            return f"{first}-{self._noun(last)}"
        return self._compound("N", form) or self._by_ending("N", form)

    def _compound(self, group: str, form: str) -> str | None:
        """Base form by the longest known last part, such as "Staats" + "präsidenten"."""
        for start in range(_SHORTEST_STEM, len(form) - _SHORTEST_HEAD[group] + 1):
            head = form[start:]
            found = self._known(group, head.capitalize() if group == "N" else head)
            if found is not None:
                return form[:start] + (found.lower() if form[start - 1] != "-" else found)
        return None

    def _by_ending(self, group: str, form: str) -> str:
        endings = self._endings.get(group, {})
        for size in range(min(_LONGEST_ENDING, len(form) - 1), 0, -1):
            rule = endings.get(form[-size:])
            if rule is not None and len(form) - int(rule[0]) >= _SHORTEST_STEM:
                return form[: len(form) - int(rule[0])] + str(rule[1])
        return form


class Lemmas(InBatches):
    """The pipeline component: writes `token.lemma_` of every token.

    Args:
        particles: Labels of the relation between a verb and its separated prefix.
        data: What `LemmaRules` takes; a loaded model brings its own.
        complements: Labels of the relation between a verb and an adjective that may be part of it: "stellte Geld
            bereit" is "bereitstellen", if that is a verb.
    """

    def __init__(
        self,
        particles: Iterable[str] = (),
        data: Mapping[str, Any] | None = None,
        *,
        complements: Iterable[str] = (),
    ) -> None:
        self.particles = frozenset(particles)
        self.complements = frozenset(complements)
        self.set_data(data or {})

    def set_data(self, data: Mapping[str, Any]) -> None:
        """Replace the words and rules."""
        self._data = data
        self._rules = LemmaRules(data)
        self._known: dict[tuple[int, ...], str] = {}  # the numbers of strings are the same in every vocabulary

    def __call__(self, doc: Doc) -> Doc:
        """Write the base forms of a document."""
        values = doc.to_array([ORTH, POS, MORPH])
        lemmas = [self._known.get(key) or self._learn(key, doc) for key in map(tuple, values.tolist())]
        for verb, prefix in self._prefixes(doc).items():
            if _GROUPS.get(verb.pos_) == "V" and not lemmas[verb.i].startswith(prefix):
                lemmas[verb.i] = prefix + lemmas[verb.i]
        for part in self._related(doc, self.complements):
            joined = part.lower_ + lemmas[part.head.i]
            if part.pos_ == "ADJ" and not part.morph.get("Case", []) and self._rules.is_verb(joined):
                lemmas[part.head.i] = joined
        for token, lemma in zip(doc, lemmas, strict=True):
            token.lemma_ = lemma
        return doc

    def _prefixes(self, doc: Doc) -> dict[Token, str]:
        """The separated prefix of each verb that has one, the first of several."""
        found: dict[Token, str] = {}
        for token in self._related(doc, self.particles):
            found.setdefault(token.head, token.lower_)
        return found

    @staticmethod
    def _related(doc: Doc, labels: Iterable[str]) -> list[Token]:
        """The words with one of the labels that have another word as head."""
        wanted = np.array([doc.vocab.strings[label] for label in labels], dtype="uint64")
        tokens = [doc[i] for i in np.flatnonzero(np.isin(doc.to_array(DEP), wanted)).tolist()]
        return [token for token in tokens if token.head.i != token.i]

    def _learn(self, key: tuple[int, ...], doc: Doc) -> str:
        """Find the base form of a word by the numbers of its form, part of speech and features."""
        strings = doc.vocab.strings
        form, pos, morph = (strings[number] for number in key)
        is_infinitive = _GROUPS.get(pos) == "V" and "VerbForm=Inf" in morph
        if len(self._known) >= _CACHE_SIZE:
            self._known.clear()
        found = self._known[key] = self._rules.lemma(form, pos, is_infinitive=is_infinitive)
        return found

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Words and rules as bytes."""
        return gzip.compress(srsly.msgpack_dumps(self._data), compresslevel=9, mtime=0)

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Lemmas:
        """Take words and rules from bytes."""
        self.set_data(_unpacked(data))
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write words and rules into a folder."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _FILE).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Lemmas:
        """Read words and rules from a folder.

        Raises:
            DataError: If the file is missing.
        """
        file = Path(path) / _FILE
        if not file.is_file():
            message = "the model has no lemma table"
            raise DataError(message, source=file, hint="install kg-geopolitics again")
        if file.resolve().is_relative_to(data_dir()):  # the shipped ones, which are asked for at every start
            self.set_data(kept("lemmas", [file], lambda: _unpacked(file.read_bytes())))
            return self
        return self.from_bytes(file.read_bytes())


def _unpacked(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = srsly.msgpack_loads(gzip.decompress(data))
    return found


@Language.factory(
    "kg_de_lemmas",
    assigns=["token.lemma"],
    requires=["token.pos"],
    default_config={"particles": [], "complements": []},
)
def make_lemmas(nlp: Language, name: str, particles: list[str], complements: list[str]) -> Lemmas:
    """Make the component for a pipeline.

    Args:
        nlp: The pipeline.
        name: Name of the component in it.
        particles: Labels of the relation between a verb and its separated prefix.
        complements: Labels of the relation between a verb and an adjective that may be part of it.
    """
    return Lemmas(particles, complements=complements)
