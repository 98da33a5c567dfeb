"""Compile the words and rules of the lemma component.

In: the lemma table of spacy-lookups-data (MIT), the lemmas of the treebanks, and the corrections in
`kg/data/<language>/training/lemmas.toml`. Out: the data of `kg.linguistics.lemmas.LemmaRules`, pruned to
what the learnt ending rules do not give by themselves.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from kg.errors import DataError
from kg.training.words import load_lookup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from kg.training.conllu import Tree

__all__ = ["compile_lemmas", "learn_endings", "read_lemma_settings"]

_GROUPS = {"VERB": "V", "AUX": "V", "NOUN": "N", "ADJ": "A", "DET": "D", "PRON": "D", "ADP": "P"}
_LONGEST_ENDING = 7
_LEAST_WORDS = 4
_LEAST_SHARE = 0.75
_MOST_CUT = 5


def read_lemma_settings(path: Path) -> dict[str, Any]:
    """Read `lemmas.toml`.

    Raises:
        DataError: If it is missing or no TOML.
    """
    if not path.is_file():
        message = "lemma settings are missing"
        raise DataError(message, source=path)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        message = f"not valid TOML: {error}"
        raise DataError(message, source=path) from error


def compile_lemmas(language: str, trees: Iterable[Tree], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Compile table, endings and prefixes.

    Args:
        language: Two-letter code.
        trees: Training trees; those without lemmas are passed over.
        settings: What `read_lemma_settings` gives.
    """
    frequent = load_lookup(language, "lexeme_prob")
    table = _from_lookup(load_lookup(language, "lemma_lookup"), settings)
    table["A"] = {form: lemma for form, lemma in table["A"].items() if form in frequent}
    for group, words in _from_trees(trees).items():
        for form, lemma in words.items():
            if group in {"D", "P"} or form not in table[group]:
                table[group][form] = lemma
    _modernise(table, settings["old_spelling"], frequent)
    verbs = set(table["V"].values()) | set(settings["verbs"])
    for form, lemma in table["N"].items():
        if lemma not in frequent and form.lower() in verbs:
            table["N"][form] = form  # an infinitive as a noun
    for group, words in settings.get("corrections", {}).items():
        table[group].update(words)
    bases = {group: sorted(set(table[group].values())) for group in ("V", "N", "A")}
    bases["V"] = sorted({*bases["V"], *settings["verbs"]})
    endings = {g: learn_endings({base: base for base in bases[g]} | table[g]) for g in ("V", "N", "A")}
    return {
        "table": {group: dict(sorted(words.items())) for group, words in sorted(table.items())},
        "bases": bases,
        "endings": endings,
        "separable": sorted(settings["separable"]),
        "inseparable": sorted(settings["inseparable"]),
        "invariable": settings["invariable"],
        "participle": settings["participle"],
        "infinitive": settings["infinitive"],
        "regular": settings["regular"],
    }


def learn_endings(table: Mapping[str, str]) -> dict[str, list[Any]]:
    """Learn which ending is replaced by what.

    Args:
        table: Form → base form.

    Returns:
        Ending → [letters to cut, letters to add]: the change that most words with that ending show, kept
        where a shorter ending would say otherwise.

    Example:
        >>> learn_endings({"bauten": "bauen", "trauten": "trauen", "kauten": "kauen", "stauten": "stauen"})["ten"]
        [3, 'en']
    """
    counts: dict[str, Counter[tuple[int, str]]] = defaultdict(Counter)
    for form, lemma in table.items():
        same = 0
        while same < min(len(form), len(lemma)) and form[same] == lemma[same]:
            same += 1
        change = (len(form) - same, lemma[same:])
        if change[0] > _MOST_CUT:
            continue
        for size in range(max(1, change[0]), min(_LONGEST_ENDING, len(form) - 1) + 1):
            counts[form[-size:]][change] += 1
    rules: dict[str, tuple[int, str]] = {}
    for ending in sorted(counts, key=lambda text: (len(text), text)):
        (change, count), total = counts[ending].most_common(1)[0], counts[ending].total()
        if total < _LEAST_WORDS or (count < _LEAST_SHARE * total and len(ending) > 1):
            continue
        shorter = next((rules[ending[i:]] for i in range(1, len(ending)) if ending[i:] in rules), None)
        if change != shorter:
            rules[ending] = change
    return {ending: [cut, add] for ending, (cut, add) in rules.items()}


def _modernise(table: dict[str, dict[str, str]], spelling: Sequence[str], frequent: Mapping[str, float]) -> None:
    """Bring base forms to the new spelling where it is the usual one, and add forms in it; in place.

    Args:
        table: Group → form → base form.
        spelling: The old and the new letters.
        frequent: Word → logarithm of its frequency.
    """
    old, new = spelling
    for words in table.values():
        for form, lemma in list(words.items()):
            if old in form:
                words.setdefault(form.replace(old, new), lemma)
        for form, lemma in words.items():
            other = lemma.replace(old, new)
            if other in frequent and frequent[other] > frequent.get(lemma, -math.inf):
                words[form] = other


def _from_lookup(lookup: Mapping[str, str], settings: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Sort the table without parts of speech into verbs, nouns and adjectives."""
    table: dict[str, dict[str, str]] = defaultdict(dict)
    marks = settings["adjective_endings"]
    adjectives: dict[str, bool] = {}
    for form, lemma in lookup.items():
        if form[:1].isupper():
            if lemma[:1].isupper():
                table["N"][form] = lemma
            continue
        if lemma not in adjectives:
            adjectives[lemma] = sum(lookup.get(lemma + mark) == lemma for mark in marks) >= 2
        if adjectives[lemma]:
            table["A"][form] = lemma
        elif lemma.endswith(tuple(settings["verb_endings"])):
            table["V"][form] = lemma
    return table


def _from_trees(trees: Iterable[Tree]) -> dict[str, dict[str, str]]:
    """The most frequent base form of each word in the trees."""
    counts: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for tree in trees:
        for word in tree.words:
            group = _GROUPS.get(word.upos)
            if group and word.lemma and word.form.isalpha():
                counts[group][word.form if group == "N" else word.form.lower()][word.lemma] += 1
    return {
        group: {form: found.most_common(1)[0][0] for form, found in words.items()} for group, words in counts.items()
    }
