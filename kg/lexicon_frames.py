"""The frames of a language: which words state which relation between which roles.

Data files in, checked and typed objects out. `kg/data/<language>/frames/<predicate>.toml` holds the triggers of one
predicate, `classes.toml` the named word classes, type groups and role names that they use, `titles.toml` the office
titles. Whatever is wrong in them stops the start with a `DataError` that names file, key, value and the nearest match.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from kg.config import language_dir
from kg.errors import DataError
from kg.lexicon_cache import kept
from kg.lexicon_frame_lexicon import FrameLexicon
from kg.lexicon_frame_records import (
    DEFAULT_WEIGHT,
    KINDS,
    Condition,
    Frame,
    Role,
    Step,
    TriggerIndex,
    parse_role,
)
from kg.lexicon_titles import Title, TitleRules, parse_titles
from kg.lexicon_values import Classes, entity_types, fail, known_keys, parse_classes, strings, text, word_class
from kg.model import Modality

__all__ = [
    "KINDS",
    "Condition",
    "Frame",
    "FrameLexicon",
    "Step",
    "Title",
    "TitleRules",
    "TriggerIndex",
    "load_frames",
    "parse_role",
    "read_frames",
]

_FILE_KEYS = ("predicate", "subject_types", "object_types", *KINDS)
_FRAME_KEYS = (
    "trigger",
    "subject",
    "object",
    "subject_types",
    "object_types",
    "requires",
    "requires_lemmas",
    "forbids",
    "forbids_lemmas",
    "modality",
    "weight",
    "reflexive",
    "passive_ok",
    "caution",
    "example",
)
_CONDITION_KEYS = ("role", "lemmas")


@functools.cache
def load_frames(language: str = "de") -> FrameLexicon:
    """The frames that are shipped for a language, read once.

    Args:
        language: Two-letter code.

    Returns:
        The checked lexicon; the same object at every call.

    Raises:
        UnsupportedLanguage: If there is no data folder for the language.
        DataError: If a data file is wrong.

    Example:
        >>> lexicon = load_frames("de")
        >>> sorted({frame.predicate for frame in lexicon.by_verb["besuchen"]})
        ['meetsWith', 'visits']
    """
    folder = language_dir(language)
    files = _frame_files(folder)
    sources = [*files, folder / "classes.toml", folder / "titles.toml"]
    return _lexicon(folder, *kept(f"frames-{language}", sources, lambda: _read(folder, files)))


def read_frames(folder: Path) -> FrameLexicon:
    """Read the frames of a language's data folder.

    Args:
        folder: A folder with `classes.toml`, `titles.toml` and `frames/*.toml`.

    Returns:
        The checked lexicon.

    Raises:
        DataError: If a file is missing or wrong.
    """
    return _lexicon(folder, *_read(folder, _frame_files(folder)))


def _frame_files(folder: Path) -> list[Path]:
    files = sorted((folder / "frames").glob("*.toml"))
    if not files:
        message = "there are no frames"
        raise DataError(message, source=folder / "frames", hint="write one TOML file per relation")
    return files


_Read: TypeAlias = tuple[tuple[Frame, ...], Classes, dict[str, Title], TitleRules]


def _read(folder: Path, files: Sequence[Path]) -> _Read:
    with _naming(folder / "classes.toml") as path:
        classes = parse_classes(_read_toml(path), path)
    frames: list[Frame] = []
    shared = _Shared({}, {})
    for file in files:
        with _naming(file):
            frames.extend(_frames_of_file(_read_toml(file), file, classes, folder.name, shared))
    with _naming(folder / "titles.toml") as path:
        titles, rules = parse_titles(_read_toml(path), path, classes)
    return tuple(frames), classes, titles, rules


@contextmanager
def _naming(file: Path) -> Iterator[Path]:
    """Name the file of which a value is of a kind that nobody thought of."""
    try:
        yield file
    except (TypeError, AttributeError, ValueError, LookupError) as error:
        message = f"a value is of the wrong kind: {error}"
        raise DataError(message, source=file, hint="compare with the other files of its kind") from error


def _lexicon(
    folder: Path, frames: tuple[Frame, ...], classes: Classes, titles: dict[str, Title], rules: TitleRules
) -> FrameLexicon:
    return FrameLexicon(
        language=folder.name,
        frames=frames,
        by_verb=_index(frames, "verb", classes, "verb"),
        by_verb_noun=_index(frames, "verb_noun", classes, "noun"),
        by_noun=_index(frames, "noun", classes, "noun"),
        by_adjective=_index(frames, "adjective", classes, "trigger"),
        compounds=_index(frames, "compound", classes, "trigger"),
        phrases=_index(frames, "phrase", classes, "noun", "verb"),
        titles=titles,
        title_rules=rules,
        classes=classes.words,
    )


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = "the file is missing"
        raise DataError(message, source=file, hint="install kg-geopolitics again") from error
    except (ValueError, RecursionError) as error:
        message = f"not valid TOML: {error}"
        raise DataError(message, source=file) from error


def _frames_of_file(
    table: Mapping[str, Any], file: Path, classes: Classes, language: str, shared: _Shared
) -> list[Frame]:
    known_keys(table, _FILE_KEYS, file, "file")
    predicate = text(table, "predicate", file, "file")
    if predicate != file.stem:
        fail(file, "predicate", predicate, [file.stem])
    defaults = {key: entity_types(table.get(key), classes, file, key) for key in ("subject_types", "object_types")}
    frames = []
    for kind in KINDS:
        rows = table.get(kind, [])
        if not isinstance(rows, list):
            fail(file, kind, rows, ["a list of tables"])
        for row in rows:
            where = f"{kind} {row.get('trigger', '?')}"
            known_keys(row, _FRAME_KEYS, file, where)
            for trigger in _triggers(row, classes, file, where):
                place = _Place(file, where, classes, language, shared)
                frames.append(_frame(row, predicate, kind, trigger, defaults, place))
    return frames


class _Shared(NamedTuple):
    """Roles and lists of lemmas that were read already: thousands of frames have a few hundred of them."""

    roles: dict[str, Role | None]
    lemmas: dict[tuple[str, ...], frozenset[str]]


class _Place(NamedTuple):
    """Where a frame is read and what is needed to read it."""

    file: Path
    where: str
    classes: Classes
    language: str
    shared: _Shared


def _triggers(row: Mapping[str, Any], classes: Classes, file: Path, where: str) -> list[str]:
    """All triggers of a row: each word can be a list ("ausführen/begehen") or name a class ("@strikes")."""
    trigger = text(row, "trigger", file, where)
    choices = [
        sorted(word_class(word, classes, file, where)) if word.startswith("@") else word.split("/")
        for word in trigger.split()
    ]
    if any("" in words for words in choices):
        fail(file, f"{where}: trigger", trigger, ["a word on each side of '/'"])
    return [" ".join(words) for words in product(*choices)]


def _frame(
    row: Mapping[str, Any],
    predicate: str,
    kind: str,
    trigger: str,
    defaults: Mapping[str, frozenset[str]],
    place: _Place,
) -> Frame:
    file, where, classes, language = place[:4]
    modality = row.get("modality")
    if modality is not None and modality not in set(Modality):
        fail(file, f"{where}: modality", modality, [str(m) for m in Modality])
    weight = row.get("weight", DEFAULT_WEIGHT)
    if not isinstance(weight, int | float) or not 0 <= weight <= 1:
        fail(file, f"{where}: weight", weight, ["a number from 0 to 1"])
    prep, noun, verb = _split_trigger(kind, trigger, place)
    subject = _role(text(row, "subject", file, where), place)
    if subject is None:
        fail(file, f"{where}: subject", "null", ["a role"])
    types = {
        key: entity_types(row[key], classes, file, f"{where}: {key}") if key in row else default
        for key, default in defaults.items()
    }
    return Frame(
        predicate=predicate,
        kind=kind,
        trigger=trigger.removeprefix("-") if kind == "compound" else trigger,
        subject=subject or (),
        object=_role(text(row, "object", file, where), place),
        subject_types=types["subject_types"],
        object_types=types["object_types"],
        requires=_conditions(row, "requires", place),
        forbids=_conditions(row, "forbids", place),
        requires_lemmas=strings(row, "requires_lemmas", file, where),
        forbids_lemmas=_lemmas(row, "forbids_lemmas", place),
        modality=None if modality is None else Modality(modality),
        weight=float(weight),
        reflexive=bool(row.get("reflexive", False)),
        passive_ok=bool(row.get("passive_ok", True)),
        caution=str(row.get("caution", "")),
        example=str(row.get("example", "")),
        verb=verb,
        noun=noun,
        prep=prep,
        rule=f"{language}/{predicate}/{kind}/{trigger.replace(' ', '-')}",
    )


def _split_trigger(kind: str, trigger: str, place: _Place) -> tuple[str | None, str | None, str | None]:
    """Preposition, noun and verb of a trigger; what the kind does not have is `None`."""
    words = trigger.split()
    if kind in ("verb_noun", "phrase") and len(words) > 1:
        prep = words[0] if words[0] in place.classes.prepositions else None
        rest = words[1:] if prep else words
        if kind == "verb_noun" and len(rest) != 2:
            fail(place.file, f"{place.where}: trigger", trigger, ["[preposition] noun verb"])
        if len(rest) == 2:
            return prep, rest[0], rest[1]
        return prep, rest[0], None
    if len(words) != 1 or kind == "verb_noun":
        fail(place.file, f"{place.where}: trigger", trigger, ["one word"])
    if kind == "verb":
        return None, None, trigger
    return (None, trigger, None) if kind in ("noun", "phrase") else (None, None, None)


def _role(written: str, place: _Place) -> Role | None:
    """Parse a role once and share it: most frames have one of a few hundred roles."""
    if written not in place.shared.roles:
        classes = place.classes
        try:
            parsed = parse_role(written, classes.labels, classes.prepositions, classes.cases)
        except ValueError as error:
            word, allowed = error.args
            fail(place.file, f"{place.where}: role {written!r}", word, allowed)
        place.shared.roles[written] = None if written == classes.no_role else parsed
    return place.shared.roles[written]


def _lemmas(table: Mapping[str, Any], key: str, place: _Place) -> frozenset[str]:
    """A list of lemmas in which `@name` stands for the words of a class; equal lists share one set."""
    words = strings(table, key, place.file, place.where)
    if words not in place.shared.lemmas:
        listed: set[str] = set()
        for word in words:
            listed |= word_class(word, place.classes, place.file, place.where) if word.startswith("@") else {word}
        place.shared.lemmas[words] = frozenset(listed)
    return place.shared.lemmas[words]


def _conditions(row: Mapping[str, Any], key: str, place: _Place) -> tuple[Condition, ...]:
    conditions = []
    for number, table in enumerate(row.get(key, ()), 1):
        where = f"{place.where}: {key} {number}"
        known_keys(table, _CONDITION_KEYS, place.file, where)
        role = _role(text(table, "role", place.file, where), place)
        lemmas = table.get("lemmas")
        if isinstance(lemmas, str):
            words: frozenset[str] | None = word_class(lemmas, place.classes, place.file, where)
        elif lemmas is None:
            words = None
        else:
            words = _lemmas(table, "lemmas", place)
        conditions.append(Condition(role or (), words))
    return tuple(conditions)


def _index(frames: Iterable[Frame], kind: str, classes: Classes, *attributes: str) -> TriggerIndex:
    """Frames of a kind by the first of the attributes that is set."""
    found: dict[str, list[Frame]] = {}
    for frame in frames:
        if frame.kind == kind:
            key = next(value for name in attributes if (value := getattr(frame, name)))
            found.setdefault(key, []).append(frame)
    frames_of = {key: tuple(group) for key, group in found.items()}
    return TriggerIndex(frames_of, classes.compounds, classes.variants, joined=kind in ("noun", "verb_noun"))
