"""The gazetteer: lasting actors and places, found by any form of their names.

`ontology/actors.ttl` comes in, checked, typed `Actor` records and an index of their names come out. Inflection is not
in the file: endings are data of the language (`inflection.toml`).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from kg.config import language_dir, ontology_dir
from kg.errors import DataError
from kg.lexicon_actors import Actor, read_actors
from kg.lexicon_cache import Remembered, kept
from kg.model import EntityType

__all__ = ["Actor", "Gazetteer", "Inflection", "Sense", "load_gazetteer", "load_inflection", "read_actors"]


class Sense(NamedTuple):  # thousands: tuples are read from the cache faster than other objects
    """What a word may mean: an actor, by way of its `name`, `adjective`, `inhabitant` or `metonym`.

    `safe` is false for names that are also something else.
    """

    actor: str
    kind: str
    safe: bool = True


@dataclass(frozen=True, slots=True)
class Inflection:
    """Endings of a language, the longer first."""

    adjective: tuple[str, ...]
    genitive: tuple[str, ...]
    plural: tuple[str, ...]
    origin: tuple[str, ...]
    articles: tuple[str, ...]
    name_particles: tuple[str, ...] = ()
    name_suffixes: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    nominative: Mapping[str, str] = field(default_factory=dict)


_MARKS = {ord(c): None for c in map(chr, range(0x300, 0x370)) if c != "\u0308"}
_LETTERS: dict[int, str] = {
    0x2019: "'",  # quotation marks used as apostrophes
    0x2018: "'",
    0x02BC: "'",
    0x2013: "-",
    0x2011: "-",
    0x0111: "d",  # letters with a stroke or without a dot, which do not decompose
    0x0142: "l",
    0x0131: "i",
    0x00F8: "o",
    0x00DF: "ss",
}
_AFTER_HYPHEN = re.compile(r"-\w|^[A-Z](?=[a-z]{1,2}-)")
_DIAERESIS = re.compile("(?<![aouAOU])\u0308")
_PIECE = re.compile(r"\w+|[^\w\s]")  # no tokenizer parts a name further


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """A name without the differences of writing that do not matter: accents, kinds of hyphens, case after a hyphen.

    Example:
        >>> fold("Recep Tayyip Erdoğan") == fold("Recep Tayyip Erdogan"), fold("Kim Jong-Un") == fold("Kim Jong-un")
        (True, True)
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name.translate(_LETTERS)).translate(_MARKS)
        name = unicodedata.normalize("NFC", _DIAERESIS.sub("", name))
    if "-" in name:
        name = _AFTER_HYPHEN.sub(lambda m: m.group().lower(), name)
    return " ".join(name.split())


class Gazetteer:
    """Actors by id, and by every form of their names.

    Args:
        actors: The records.
        inflection: Endings of the language in which names are looked up.

    Example:
        >>> land = Actor("Nordland", EntityType.COUNTRY, "Nordland", adjectives=["nordländisch"])
        >>> endings = Inflection(("en", "e"), ("s",), ("n",), ("er",), ())
        >>> [s.kind for s in Gazetteer([land], endings).senses("nordländischen")]
        ['adjective']
    """

    def __init__(self, actors: Iterable[Actor], inflection: Inflection) -> None:
        self.actors: dict[str, Actor] = {a.id: a for a in actors}
        self.inflection = inflection
        self._inner = re.compile(rf"(?<=\w{{3}})(?:{'|'.join(map(re.escape, inflection.adjective))})(?= )")
        self._names: dict[str, list[Sense]] = defaultdict(list)
        self._adjectives: dict[str, list[Sense]] = defaultdict(list)
        self._loose: dict[str, list[Sense]] = {}
        self._starts: set[str] = set()
        self._lengths: dict[str, int] = {}
        self.families: dict[str, list[str]] = defaultdict(list)
        self.given: dict[str, str] = {}
        self._concerned = Remembered(self._may_concern)
        self._longest_of = Remembered(self._find_longest)
        self._senses_of = Remembered(self._find_senses)
        self._adjective_of = Remembered(self._find_adjective)
        self._origin_of = Remembered(self._find_origin)
        for actor in self.actors.values():
            self._add(actor)

    def __getstate__(self) -> tuple[object, ...]:
        """What takes long to make; actors as rows, which are read much faster than objects."""
        rows = [tuple(getattr(actor, name) for name in Actor.__slots__) for actor in self.actors.values()]
        return (rows, self.inflection, *(getattr(self, name) for name in _INDEXES))

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.__init__((), state[1])  # type: ignore[misc]  # the look-ups that are remembered
        self.actors = {row[0]: Actor(*row) for row in state[0]}
        for name, value in zip(_INDEXES, state[2:], strict=True):
            setattr(self, name, value)

    def _key(self, name: str) -> str:
        key = fold(name)
        return self._inner.sub("", key) if " " in key else key

    def _add(self, actor: Actor) -> None:
        hidden = set(actor.hidden)
        metonyms = set(actor.metonyms)
        names = dict.fromkeys((actor.name.split(" (")[0], *actor.names, *actor.foreign, *actor.hidden))
        for name in names:
            if name not in metonyms or name == actor.name:
                self._put(name, Sense(actor.id, "name", name not in hidden))
        for name in actor.metonyms:
            self._put(name, Sense(actor.id, "metonym"))
        for name in actor.inhabitants:
            self._put(name, Sense(actor.id, "inhabitant"))
        for stem in actor.adjectives:
            self._adjectives[fold(stem)].append(Sense(actor.id, "adjective"))
        if actor.family:
            self.families[fold(actor.family)].append(actor.id)
        if actor.given:
            self.given.setdefault(actor.given.split()[0], actor.gender)

    def _put(self, name: str, sense: Sense) -> None:
        key = self._key(name)
        senses = self._names[key]
        if Sense(sense.actor, sense.kind, not sense.safe) in senses:
            senses[:] = [Sense(s.actor, s.kind, False) if s.actor == sense.actor else s for s in senses]
        elif sense not in senses:
            senses.append(sense)
        if " " in key:
            loose = self._key(name.replace("-", " "))
            self._loose.setdefault(loose.lower(), senses)
            start = key.split(" ")[0]
            self._starts.add(start)
            pieces = len(_PIECE.findall(name))
            for word in (start, loose.split(" ")[0].lower()):
                self._lengths[word] = max(self._lengths.get(word, 1), pieces)

    # --- look-up ------------------------------------------------------------------------------------------------

    def concerns(self, word: str) -> bool:
        """Whether a name may begin with a word or be it, in whatever form."""
        return self._concerned[word]

    def _may_concern(self, word: str) -> bool:
        starts = max(self.longest(word), self.longest(word.split("/")[0])) > 1
        return starts or bool(self.senses(word) or self.adjective(word) or self.origin(word))

    def longest(self, first_word: str) -> int:
        """The number of tokens of the longest name that may begin with a word, at least 1."""
        return self._longest_of[first_word]

    def _find_longest(self, first_word: str) -> int:
        words = (first_word, first_word[:1].upper() + first_word[1:])
        forms = [form for word in words for form in (self._key(word + " x")[:-2], fold(word))]
        if self._starts.isdisjoint(forms):
            return 1
        return max(self._lengths.get(form, 1) for form in (*forms, *(form.lower() for form in forms)))

    def senses(self, form: str) -> tuple[Sense, ...]:
        """All that a form may mean; genitives, adjective endings and plurals undone, the form itself first."""
        return self._senses_of[form]

    def _find_senses(self, form: str) -> tuple[Sense, ...]:
        key = self._key(form)
        if key in self._names:
            return tuple(self._names[key])
        for ending in self.inflection.genitive:
            if key.endswith(ending) and len(key) - len(ending) > 1 and key[: -len(ending)] in self._names:
                return tuple(self._names[key[: -len(ending)]])
        if " " in key:
            return self._inflected_last(key) or self._loosely(key)
        found = self.adjective(form)
        if found:
            return found
        for ending in self.inflection.plural:
            if key.endswith(ending) and len(key) > 4:
                found = tuple(s for s in self._names.get(key[: -len(ending)], ()) if s.kind == "inhabitant")
                if found:
                    return found
        if key.isupper() and len(key) > 4:
            return tuple(self._names.get(key.title(), ()))
        return ()

    def _inflected_last(self, key: str) -> tuple[Sense, ...]:
        """Names that end in an adjective ("Roter Halbmond" is not one, "die Grünen" is)."""
        for ending in self.inflection.adjective:
            if key.endswith(ending):
                for other in ("", *self.inflection.adjective):
                    found = self._names.get(key[: -len(ending)] + other)
                    if found:
                        return tuple(found)
        return ()

    def _loosely(self, key: str) -> tuple[Sense, ...]:
        """Names of several words without regard to hyphens and case."""
        return tuple(self._loose.get(key.replace("-", " ").lower(), ()))

    def adjective(self, form: str) -> tuple[Sense, ...]:
        """The actors that an adjective of origin belongs to ("russischen")."""
        return self._adjective_of[form]

    def _find_adjective(self, form: str) -> tuple[Sense, ...]:
        key = fold(form)
        for candidate in (key, key[:1].lower() + key[1:]):
            for ending in ("", *self.inflection.adjective):
                stem = candidate[: len(candidate) - len(ending)] if ending else candidate
                if candidate.endswith(ending) and stem in self._adjectives:
                    return tuple(self._adjectives[stem])
        return ()

    def origin(self, form: str) -> tuple[Sense, ...]:
        """The places that an adjective made from their name belongs to ("Hamburger")."""
        return self._origin_of[form]

    def _find_origin(self, form: str) -> tuple[Sense, ...]:
        key = fold(form)
        for ending in self.inflection.origin:
            if key.endswith(ending) and len(key) > len(ending) + 2:
                for stem in (key[: -len(ending)], key[: -len(ending)] + ending[:1], key[: -len(ending)] + "en"):
                    found = [s for s in self._names.get(stem, ()) if self.actors[s.actor].type in _LOCAL]
                    if found:
                        return tuple(Sense(s.actor, "adjective") for s in found)
        return ()

    def country_of(self, actor: str) -> str:
        """The id of the country of an actor: itself, its country, or empty."""
        record = self.actors.get(actor)
        if record is None:
            return ""
        return actor if record.type is EntityType.COUNTRY else record.country


_LOCAL = (EntityType.CITY, EntityType.REGION)
_MORE_NAMES = "gazetteer.toml"
_ADDED = ("label", "names", "hidden", "adjectives", "inhabitants", "metonyms")
_INDEXES = ("_names", "_adjectives", "_loose", "_starts", "_lengths", "families", "given")


def read_table(language: str, name: str) -> dict[str, object]:
    """A TOML file of a language's data.

    Raises:
        UnsupportedLanguage: If the language has no data.
        DataError: If the file is missing or malformed.
    """
    path = language_dir(language) / name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # no TOML, no UTF-8, nested without end
        message = f"the data file cannot be read: {error}"
        raise DataError(message, source=path, hint="install kg-geopolitics again or correct the file") from error


def words_of(table: Mapping[str, object], key: str, source: object) -> tuple[str, ...]:
    """A list of words in a table of a data file.

    Raises:
        DataError: If it is missing or not a list of strings.
    """
    value = table.get(key)
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        message = f"{key!r} is not a list of words"
        raise DataError(message, source=source, hint=f'write {key} = ["…", "…"]')
    return tuple(value)


@cache
def load_inflection(language: str) -> Inflection:
    """The endings of a language (`inflection.toml`)."""
    source = "inflection.toml"
    table = read_table(language, source)
    nominative = table.get("nominative")
    if not isinstance(nominative, dict):
        message = "table [nominative] is missing"
        raise DataError(message, source=source, hint="compare with the file of German")
    endings = {str(k): str(v) for k, v in nominative.items()}
    adjective, genitive, plural, origin, articles, particles, suffixes, others = (
        words_of(table, key, source) for key in Inflection.__slots__ if key != "nominative"
    )
    return Inflection(adjective, genitive, plural, origin, articles, particles, suffixes, others, endings)


@cache
def load_gazetteer(language: str, path: Path | None = None) -> Gazetteer:
    """The gazetteer with the endings of a language; read once per process.

    Args:
        language: Two-letter code.
        path: Another file than the one shipped with kg.

    Raises:
        DataError: If a file is missing or wrong.
        UnsupportedLanguage: If the language has no data.
    """
    file = path or ontology_dir() / "actors.ttl"
    inflection = load_inflection(language)
    more = language_dir(language) / _MORE_NAMES
    sources = (file, language_dir(language) / "inflection.toml", more)
    return kept(f"actors-{language}", sources, lambda: Gazetteer(_named(read_actors(file, language), more), inflection))


def _named(actors: list[Actor], more: Path) -> list[Actor]:
    """Actors with the words that a language adds to the gazetteer, if it has a file of them."""
    if not more.is_file():
        return actors
    table = read_table(more.parent.name, more.name)
    known = {actor.id: actor for actor in actors}
    for kind in table:
        words = table[kind]
        if kind not in _ADDED or not isinstance(words, dict):
            message = f"[{kind}] is no table of words"
            raise DataError(message, source=more, hint="tables: " + ", ".join(_ADDED))
        for actor in words:
            if actor not in known:
                message = f"[{kind}] names {actor!r}, which is not in the gazetteer"
                raise DataError(message, source=more, hint="give the id of an entry of actors.ttl")
            added = words_of(words, actor, more)
            if kind == "label":
                known[actor].foreign.append(known[actor].name)
                known[actor].name = added[0]
            else:
                getattr(known[actor], kind).extend(w for w in added if w not in getattr(known[actor], kind))
    for one in actors:
        for capital in one.capitals:
            place = known.get(capital)
            if place is not None and not {place.name, *place.names, *place.foreign}.isdisjoint(one.metonyms):
                one.metonyms.append(place.name)
    return actors
