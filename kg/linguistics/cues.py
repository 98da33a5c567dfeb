"""The word lists by which actors without a name, types of unknown names and titles are recognised.

They come from `nominals.toml`, `metonyms.toml` and `titles-honorific.toml` of a language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from kg.errors import DataError
from kg.lexicon import Inflection, load_inflection, read_table, words_of
from kg.lexicon_cache import Remembered
from kg.linguistics.page import Word
from kg.model import EntityType

_CUE_END = 5  # letters that the end of a compound must share with a cue
_MIN_PART = 4  # letters of a part of a compound written in one word

__all__ = ["Cues", "NounList", "Titles", "load_cues", "noun_forms"]


def noun_forms(text: str, lemma: str) -> tuple[str, ...]:
    """A noun and its lemma as lists may hold them, also without the first part before a hyphen.

    Example:
        >>> noun_forms("US-Truppen", "US-Truppe")
        ('US-Truppen', 'US-Truppe', 'Truppen', 'Truppe')
    """
    texts = [text, lemma]
    if "-" in text or "-" in lemma:
        texts += [t.rsplit("-", 1)[-1] for t in texts]
    return tuple(dict.fromkeys(t for t in texts if t))


@dataclass(frozen=True, slots=True)
class NounList:
    """Nouns, and ends of compounds, of one class."""

    words: frozenset[str]
    endings: tuple[str, ...]
    exceptions: frozenset[str]
    need_owner: frozenset[str] = frozenset()
    _matches: Remembered[tuple[str, ...], bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare to remember matches."""
        object.__setattr__(self, "_matches", Remembered(self._match))

    def match(self, *forms: str) -> bool:
        """Whether one of the forms of a noun is in the list, and none among its exceptions.

        Example:
            >>> NounList(frozenset({"Amt"}), ("gericht",), frozenset()).match("Obergericht")
            True
        """
        return self._matches[forms]

    def _match(self, forms: tuple[str, ...]) -> bool:
        if any(form in self.exceptions for form in forms):
            return False
        return any(form in self.words or form.lower().endswith(self.endings) for form in forms)


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles by the gender that they tell."""

    male: frozenset[str]
    female: frozenset[str]
    either: frozenset[str]
    honorific: frozenset[str]
    particles: frozenset[str]
    _ends: dict[str, str]
    _genders: Remembered[str, str | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare to remember genders."""
        object.__setattr__(self, "_genders", Remembered(self._gender))

    def lists(self, word: str) -> bool:
        """Whether a word is a title as it stands."""
        return word in self.male or word in self.female or word in self.either

    def gender(self, word: str) -> str | None:
        """`m`, `f`, empty for a title that tells none, or `None` for a word that is no title."""
        return self._genders[word]

    def _gender(self, word: str) -> str | None:
        for form in (word, word[:-1], word[:-2]) if len(word) > 5 else (word,):
            for gender, group in (("f", self.female), ("m", self.male), ("", self.either)):
                if form in group:
                    return gender
        lower = word.lower()
        for cut in range(2, len(lower) - 3):
            for end in (lower[cut:], lower[cut:-1], lower[cut:-2]):
                if len(end) > 4 and end in self._ends:
                    return self._ends[end]
        return None


@dataclass(frozen=True, slots=True)
class Cues:
    """All word lists of a language."""

    group: NounList
    members: NounList
    colleges: NounList
    owned: frozenset[str]
    nominal: Mapping[EntityType, NounList]
    national: Mapping[str, NounList]
    owner_prepositions: frozenset[str]
    abroad: frozenset[str]
    person_owned: frozenset[str]
    plural_only: frozenset[EntityType]
    owned_only: frozenset[EntityType]
    collective: frozenset[str]
    types: Mapping[EntityType, frozenset[str]]
    name_endings: Mapping[EntityType, tuple[str, ...]]
    titles: Titles
    city: Mapping[str, frozenset[str]]
    country_nouns: frozenset[str]
    statement_nouns: frozenset[str]
    capital: frozenset[str]
    parts: Mapping[str, tuple[EntityType, str]]
    part_tails: tuple[str, ...]
    inflection: Inflection
    _actors: Remembered[tuple[str, str], bool] = field(init=False, repr=False, compare=False)
    _joints: Remembered[str, tuple[int, ...]] = field(init=False, repr=False, compare=False)
    _types_of: Remembered[tuple[str, str], EntityType | None] = field(init=False, repr=False, compare=False)
    _kinds_of: Remembered[tuple[str, ...], tuple[EntityType, ...]] = field(init=False, repr=False, compare=False)
    _parts_of: Remembered[str, tuple[EntityType, str] | None] = field(init=False, repr=False, compare=False)
    _name_types: Remembered[str, EntityType | None] = field(init=False, repr=False, compare=False)
    _type_ends: Mapping[EntityType, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare to remember what is said of nouns."""
        ends = {t: tuple(w.lower() for w in words if len(w) >= _CUE_END) for t, words in self.types.items()}
        object.__setattr__(self, "_type_ends", ends)
        object.__setattr__(self, "_actors", Remembered(self._may_be_actor))
        object.__setattr__(self, "_joints", Remembered(self._find_joints))
        object.__setattr__(self, "_types_of", Remembered(self._type_of_cue))
        object.__setattr__(self, "_kinds_of", Remembered(self._find_kinds))
        object.__setattr__(self, "_name_types", Remembered(self._type_of_name))
        object.__setattr__(self, "_parts_of", Remembered(self._find_part))

    def may_be_actor(self, text: str, lemma: str) -> bool:
        """Whether a noun, or its last part, may stand for an actor without a name, or its first part for a thing."""
        return self._actors[text, lemma]

    def _may_be_actor(self, word: tuple[str, str]) -> bool:
        forms = noun_forms(*word)
        groups = (self.group, self.members, self.colleges)
        listed = any(nouns.match(*forms) for nouns in groups) or bool(self.kinds_of(*forms))
        return listed or not self.capital.isdisjoint(word) or self.part_of(word[0]) is not None

    def joints(self, compound: str) -> tuple[int, ...]:
        """Where the second part of a compound begins that is a title or a group, the last place first."""
        return self._joints[compound]

    def _find_joints(self, compound: str) -> tuple[int, ...]:
        found = []
        for cut in range(len(compound) - _MIN_PART, _MIN_PART - 1, -1):
            word = compound[cut : cut + 1].upper() + compound[cut + 1 :]
            if self.titles.gender(word) is not None or self.group.match(word):
                found.append(cut)
        return tuple(found)

    def kinds_of(self, *forms: str) -> tuple[EntityType, ...]:
        """The types of actors without a name that a noun may stand for, in the order of the lists."""
        return self._kinds_of[forms]

    def _find_kinds(self, forms: tuple[str, ...]) -> tuple[EntityType, ...]:
        return tuple(kind for kind, nouns in self.nominal.items() if nouns.match(*forms))

    def part_of(self, word: str) -> tuple[EntityType, str] | None:
        """What the first part of a compound stands for ("Atom-" in "Atomtest"): its type and its noun."""
        return self._parts_of[word]

    def _find_part(self, word: str) -> tuple[EntityType, str] | None:
        for part, meant in self.parts.items():
            rest = word.removeprefix(part)
            if rest != word and rest.lstrip("-").lower().rstrip("s") in self.part_tails:
                return meant
        return None

    def type_of_cue(self, token: Word) -> EntityType | None:
        """The type of name that a noun announces ("Provinz", "Zeitung")."""
        return self.type_of_noun(token.text, token.lemma_)

    def type_of_noun(self, text: str, lemma: str) -> EntityType | None:
        """The type of name that a noun announces, by its form and base form."""
        return self._types_of[text, lemma]

    def _type_of_cue(self, forms: tuple[str, str]) -> EntityType | None:
        for kind, words in self.types.items():
            if not words.isdisjoint(forms):
                return kind
        for form in forms:
            lower = form.rsplit("-", 1)[-1].lower()
            for kind, ends in self._type_ends.items():
                if lower.endswith(ends):
                    return kind
        return None

    def type_of_name(self, name: str) -> EntityType | None:
        """The type that the end of a name tells ("… Zeitung")."""
        return self._name_types[name]

    def _type_of_name(self, name: str) -> EntityType | None:
        lower = name.lower().rstrip("s") if len(name) > 4 else name.lower()
        for kind, endings in self.name_endings.items():
            for ending in endings:
                if lower.endswith(ending.rstrip("s")) and (len(ending) > 3 or lower.endswith(" " + ending)):
                    return kind
        return None


def _nouns(table: object, source: str, key: str, genitives: tuple[str, ...]) -> NounList:
    if not isinstance(table, dict):
        message = f"table [{key}] is missing"
        raise DataError(message, source=source, hint="compare with nominals.toml of German")
    return NounList(
        frozenset(words_of(table, "words", source)),
        tuple(e + g for e in words_of(table, "endings", source) for g in ("", *genitives)),
        frozenset(words_of(table, "except", source)),
        frozenset(words_of(table, "need_owner", source)) if "need_owner" in table else frozenset(),
    )


def _types(table: object, source: str, key: str) -> dict[EntityType, tuple[str, ...]]:
    if not isinstance(table, dict):
        message = f"table [{key}] is missing"
        raise DataError(message, source=source, hint="compare with nominals.toml of German")
    allowed = {t.value: t for t in EntityType}
    for name in table:
        if name not in allowed:
            message = f"[{key}] names the unknown entity type {name!r}"
            raise DataError(message, source=source, hint="types: " + ", ".join(allowed))
    return {allowed[name]: words_of(table, name, source) for name in table}


def _section(table: Mapping[str, object], key: str, source: str) -> Mapping[str, object]:
    value = table.get(key)
    if not isinstance(value, dict):
        message = f"table [{key}] is missing"
        raise DataError(message, source=source, hint="compare with the file of German")
    return value


def _parts(table: Mapping[str, object], source: str) -> dict[str, tuple[EntityType, str]]:
    """First parts of compounds with the type and the noun that they stand for; written "Part=Noun"."""
    found = {}
    for kind, pairs in _types({k: v for k, v in table.items() if k != "tails"}, source, "parts").items():
        for pair in pairs:
            part, separator, noun = pair.partition("=")
            if not separator or not noun:
                message = f"[parts] {kind.value} holds {pair!r}"
                raise DataError(message, source=source, hint='write it as "Part=Noun"')
            found[part] = (kind, noun)
    return found


def _titles(language: str) -> Titles:
    source = "titles-honorific.toml"
    table = _section(read_table(language, source), "titles", source)
    # Where nouns are written small, a title before a name is not.
    male, female, either = (
        tuple(
            form for word in words_of(table, key, source) for form in dict.fromkeys((word, word[:1].upper() + word[1:]))
        )
        for key in ("male", "female", "either")
    )
    ends = {w.lower(): g for g, group in (("m", male), ("", either), ("f", female)) for w in group if len(w) > 4}
    return Titles(
        frozenset(male),
        frozenset(female),
        frozenset(either),
        frozenset(words_of(table, "honorific", source)),
        frozenset(words_of(table, "particles", source)),
        ends,
    )


@cache
def load_cues(language: str) -> Cues:
    """Load the word lists of a language; read once per process.

    Raises:
        DataError: If a file is missing or wrong.
    """
    source = "nominals.toml"
    table = read_table(language, source)
    genitives = tuple(e for e in load_inflection(language).genitive if e.isalpha())
    nominal = {t: _nouns(table[t.value], source, t.value, genitives) for t in EntityType if t.value in table}
    metonyms = read_table(language, "metonyms.toml")
    city = _section(metonyms, "city", "metonyms.toml")
    return Cues(
        group=_nouns(table.get("group"), source, "group", genitives),
        members=_nouns(table.get("members"), source, "members", genitives),
        colleges=_nouns(table.get("colleges"), source, "colleges", genitives),
        owned=frozenset(words_of(_section(table, "group", source), "owned", source)),
        nominal=nominal,
        national={
            gender: _nouns(nouns, source, f"national.{gender}", genitives)
            for gender, nouns in _section(table, "national", source).items()
        },
        owner_prepositions=frozenset(words_of(_section(table, "owner", source), "prepositions", source)),
        abroad=frozenset(words_of(_section(table, "owner", source), "abroad", source)),
        person_owned=frozenset(words_of(_section(table, "group", source), "persons", source)),
        plural_only=frozenset(t for t in nominal if _section(table, t.value, source).get("plural") is True),
        owned_only=frozenset(t for t in nominal if _section(table, t.value, source).get("owned") is True),
        collective=frozenset(
            w
            for t in nominal
            if "collective" in _section(table, t.value, source)
            for w in words_of(_section(table, t.value, source), "collective", source)
        ),
        types={t: frozenset(w) for t, w in _types(table.get("cues"), source, "cues").items()},
        name_endings=_types(table.get("name_endings"), source, "name_endings"),
        titles=_titles(language),
        city={key: frozenset(words_of(city, key, "metonyms.toml")) for key in city},
        country_nouns=frozenset(words_of(_section(metonyms, "country", "metonyms.toml"), "nouns", "metonyms.toml")),
        statement_nouns=frozenset(
            words_of(_section(metonyms, "country", "metonyms.toml"), "statements", "metonyms.toml")
        ),
        capital=frozenset(words_of(_section(table, "capital", source), "words", source)),
        parts=_parts(_section(table, "parts", source), source),
        part_tails=words_of(_section(table, "parts", source), "tails", source),
        inflection=load_inflection(language),
    )
