"""What people have decided about actors: which are one, which are two, and what they are called.

Reading decides article by article who is meant; over an archive somebody who looks at it knows better. A decision is
a block of a TOML file, and a pure function of an article's extraction: whenever that article is read, the same comes
of it. Decisions follow each other: who is merged into an actor that is itself merged ends where that one ends.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.errors import DataError
from kg.lexicon import load_gazetteer
from kg.model import Claim, Entity, EntityType, Evidence, Extraction

__all__ = ["Decision", "Decisions", "Merge", "Rename", "Split"]

_BLOCK = re.compile(r"(?m)^(?=\[\[)")
_HEAD = "# Decisions about actors, made by `kg actors`. Later builds respect them. You may edit this file.\n"


@dataclass(frozen=True, slots=True)
class Merge:
    """These actors are the one `into`, wherever they occur. Its name and type may be left out."""

    actors: tuple[str, ...]
    into: str
    name: str | None = None
    type: EntityType | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """In these articles (ids) the actor is another one, `into`."""

    actor: str
    articles: tuple[str, ...]
    into: str
    name: str | None = None
    type: EntityType | None = None


@dataclass(frozen=True, slots=True)
class Rename:
    """The actor is called so; the name that it had stays an alias."""

    actor: str
    name: str


Decision = Merge | Split | Rename
_KINDS: Mapping[str, type[Decision]] = {"merge": Merge, "split": Split, "rename": Rename}
_LISTS = frozenset({"actors", "articles"})
_OPTIONAL = frozenset({"name", "type"})
_TYPES = {str(each): each for each in EntityType}


class Decisions:
    """Decisions in the order in which they were made.

    Args:
        made: The decisions.

    Raises:
        DataError: If two of them exclude each other, or actors are merged in a circle.

    Example:
        >>> decisions = Decisions([Merge(("Person_Vargas_1f",), "Person_Julio_Vargas")])
        >>> decisions.resolve("Person_Vargas_1f", "any article")
        'Person_Julio_Vargas'
    """

    __slots__ = ("_into", "_names", "_split", "_types", "made")

    def __init__(self, made: Iterable[Decision] = ()) -> None:
        self.made = tuple(made)
        self._into: dict[str, str] = {}
        self._split: dict[tuple[str, str], str] = {}
        self._names: dict[str, str] = {}
        self._types: dict[str, EntityType] = {}
        for decision in self.made:
            self._take(decision)
        self._refuse_circles()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decisions) and self.made == other.made

    def __hash__(self) -> int:
        return hash(self.made)

    def __len__(self) -> int:
        return len(self.made)

    # --- the file ----------------------------------------------------------------------------------------------------

    @classmethod
    def load(cls, path: Path) -> Decisions:
        """Read a file; one that is not there holds no decision.

        Raises:
            DataError: If it is no valid file of decisions.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError) as error:
            message = f"the decisions cannot be read: {error}"
            raise DataError(message, source=path, hint="correct the file, or take it away to decide anew") from error
        return cls.parse(text, source=path)

    @classmethod
    def parse(cls, text: str, *, source: object = None) -> Decisions:
        r"""Read decisions from text.

        Args:
            text: TOML.
            source: What to call it in messages.

        Raises:
            DataError: If it is not valid.

        Example:
            >>> Decisions.parse('[[rename]]\nactor = "Peru"\nname = "Republik Peru"').made
            (Rename(actor='Peru', name='Republik Peru'),)
        """
        try:
            tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            message = f"the decisions are no valid TOML: {error}"
            raise DataError(message, source=source, hint="correct the file, or take it away to decide anew") from error
        if re.search(r"(?m)^[ \t]+\[\[", text):
            message = "a block does not begin at the beginning of a line"
            raise DataError(message, source=source, hint="write [[merge]], [[split]] or [[rename]] without indentation")
        line, made = 1, []
        for block in _BLOCK.split(text):
            try:
                made += [_decision(*each, source, line) for each in _each(tomllib.loads(block))]
            except tomllib.TOMLDecodeError as error:  # valid as a whole only
                message = "a block begins in the middle of another"
                raise DataError(message, source=source, line=line, hint="give every block its own lines") from error
            line += block.count("\n")
        try:
            return cls(made)
        except DataError as error:
            raise DataError(error.message, source=source, hint=error.hint) from error

    def text(self) -> str:
        """The decisions as TOML."""
        return _HEAD + "".join(_written(decision) for decision in self.made)

    @staticmethod
    def add(path: Path, *decisions: Decision) -> Decisions:
        """Write decisions below those of a file, and read it again; what else is in it stays as it is.

        Raises:
            DataError: If they do not go with those that are there; the file then stays as it was.
        """
        before = path.read_text(encoding="utf-8") if path.exists() else _HEAD
        text = before.rstrip("\n") + "\n" + "".join(_written(decision) for decision in decisions)
        read = Decisions.parse(text, source=path)
        _write(path, text)
        return read

    @staticmethod
    def remove(path: Path, number: int) -> Decisions:
        """Take a decision out of a file.

        Args:
            path: The file.
            number: Which one, from 1, in the order of the file.

        Raises:
            DataError: If there is none of that number, or others rest on it; the file then stays as it was.
        """
        count = len(Decisions.load(path))
        if not 1 <= number <= count:
            message = f"there is no decision {number}"
            hint = f"there are {count}; `kg actors TARGET decisions` lists them"
            raise DataError(message, source=path, hint=hint)
        blocks = _BLOCK.split(path.read_text(encoding="utf-8"))
        places = [place for place, block in enumerate(blocks) if block.startswith("[[")]
        del blocks[places[number - 1]]
        text = "".join(blocks)
        read = Decisions.parse(text, source=path)
        _write(path, text)
        return read

    # --- one article -------------------------------------------------------------------------------------------------

    def resolve(self, actor: str, article: str) -> str:
        """Who an actor is in an article (both ids)."""
        while True:
            after = self._split.get((actor, article)) or self._into.get(actor)
            if after is None:
                return actor
            actor = after

    def apply(self, extraction: Extraction) -> Extraction:
        """What an article says by these decisions; applied once more they change nothing.

        A claim about two actors that are one is about nobody and goes; claims that become equal become one.
        """
        article = extraction.article
        now = {entity.id: self.resolve(entity.id, article.id) for entity in extraction.entities}
        if all(old == new and new not in self._names for old, new in now.items()):
            return extraction
        merged: dict[str, list[Entity]] = {}
        for entity in extraction.entities:
            merged.setdefault(now[entity.id], []).append(entity)
        claims: dict[Claim, set[Evidence]] = {}
        for claim in extraction.claims:
            q = claim.qualifiers
            changed = replace(
                claim,
                subject=now.get(claim.subject, claim.subject),
                object=_mapped(claim.object, now),
                qualifiers=replace(q, source=_mapped(q.source, now), place=_mapped(q.place, now)),
            )
            if changed.object != changed.subject:
                claims.setdefault(changed, set()).update(claim.evidence)
        return Extraction.of(
            article,
            (self._entity(id, told, article.language, now) for id, told in merged.items()),
            (replace(claim, evidence=tuple(sorted(found))) for claim, found in claims.items()),
            (
                replace(q, speaker=_mapped(q.speaker, now), about=tuple(dict.fromkeys(now.get(a, a) for a in q.about)))
                for q in extraction.quotations
            ),
        )

    # --- inside ------------------------------------------------------------------------------------------------------

    def _take(self, decision: Decision) -> None:
        if isinstance(decision, Rename):
            self._names[decision.actor] = decision.name
            return
        if isinstance(decision, Merge):
            steps = [(self._into, actor) for actor in decision.actors]
        else:
            steps = [(self._split, (decision.actor, article)) for article in decision.articles]  # type: ignore[misc]
        known: dict[Any, str]
        for known, key in steps:
            if known.setdefault(key, decision.into) != decision.into:
                actor = key if isinstance(key, str) else key[0]
                message = f"{actor!r} cannot be both {known[key]!r} and {decision.into!r}"
                raise DataError(message, hint="take one of the two decisions out")
        if decision.name is not None:
            self._names[decision.into] = decision.name
        if decision.type is not None:
            self._types[decision.into] = decision.type

    def _refuse_circles(self) -> None:
        after: dict[str, set[str]] = {}
        for actor, into in [*self._into.items(), *((key[0], into) for key, into in self._split.items())]:
            after.setdefault(actor, set()).add(into)
        done: set[str] = set()
        for start in after:
            path: dict[str, None] = {}
            stack = [(start, False)]
            while stack:
                actor, left = stack.pop()
                if left:
                    del path[actor]
                    done.add(actor)
                elif actor in path:
                    message = f"the decisions lead from {actor!r} back to it"
                    raise DataError(message, hint="take one of them out")
                elif actor not in done:
                    path[actor] = None
                    stack += [(actor, True), *((each, False) for each in after.get(actor, ()))]

    def _entity(self, id: str, told: list[Entity], language: str, now: Mapping[str, str]) -> Entity:
        """The record of an actor. It does not depend on the order in which actors were merged into it."""
        own = next((entity for entity in told if entity.id == id), None)
        if own is not None and len(told) == 1 and id not in self._names:
            return replace(own, country=_mapped(own.country, now))
        aliases = tuple(sorted({alias for entity in told for alias in entity.aliases}))
        known = load_gazetteer(language).actors.get(id)
        if known is not None:
            name, home = known.name.split(" (")[0], known.country or None
        else:
            name = own.name if own is not None else id.partition("_")[2].replace("_", " ") or id
            home = min((_mapped(e.country, now) or "" for e in told if e.country), default=None)
        return Entity(
            id,
            self._types.get(id) or (known.type if known else own.type if own else self._kind(id, told)),
            self._names.get(id, name),
            aliases,
            known.wikidata or None if known is not None else None,
            None if home == id else home,
            known is not None,
        )

    @staticmethod
    def _kind(id: str, told: list[Entity]) -> EntityType:
        return _TYPES.get(id.partition("_")[0]) or min(entity.type for entity in told)


def _mapped(actor: str | None, now: Mapping[str, str]) -> str | None:
    return None if actor is None else now.get(actor, actor)


def _each(tables: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for kind, blocks in tables.items():
        for block in blocks if isinstance(blocks, list) else [blocks]:
            yield kind, block


def _decision(kind: str, block: Any, source: object, line: int) -> Decision:
    made = _KINDS.get(kind)
    if made is None or not isinstance(block, dict):
        message = f"there is no decision of the kind {kind!r}"
        raise DataError(message, source=source, line=line, hint="write [[merge]], [[split]] or [[rename]]")
    fields = made.__dataclass_fields__
    values: dict[str, Any] = {}
    for name, value in block.items():
        fits = isinstance(value, list) and all(map(_is_name, value)) if name in _LISTS else _is_name(value)
        if name not in fields or not fits or value == []:
            message = f"[[{kind}]] has {name} = {json.dumps(value, ensure_ascii=False, default=str)}"
            hint = f"it takes {', '.join(fields)}: ids and names in quotes, actors and articles as lists"
            raise DataError(message, source=source, line=line, hint=hint)
        values[name] = tuple(value) if name in _LISTS else value
    missing = [name for name in fields if name not in values and (name not in _OPTIONAL or made is Rename)]
    if missing:
        message = f"[[{kind}]] lacks {', '.join(missing)}"
        raise DataError(message, source=source, line=line, hint="complete the block, or take it out")
    if "type" in values:
        if values["type"] not in _TYPES:
            message = f"there is no type {values['type']!r}"
            raise DataError(message, source=source, line=line, hint="there are: " + ", ".join(_TYPES))
        values["type"] = _TYPES[values["type"]]
    return made(**values)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _written(decision: Decision) -> str:
    kind = next(kind for kind, made in _KINDS.items() if isinstance(decision, made))
    lines = [f"\n[[{kind}]]"]
    for name in type(decision).__dataclass_fields__:
        value = getattr(decision, name)
        if value is not None:
            text = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
            lines.append(f"{name} = {text}")
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    """Put the text in the place of a file, at once."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    except OSError as error:
        message = f"the decisions cannot be written: {error.strerror or error}"
        raise DataError(message, source=path, hint="check the folder's permissions and the room on the disk") from error
    finally:
        temporary.unlink(missing_ok=True)
