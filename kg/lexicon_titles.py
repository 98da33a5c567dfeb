"""Office titles: the nouns that say which office somebody holds, and the rules that change and make them.

Read from `kg/data/<language>/titles.toml` by `kg.lexicon_frames`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.lexicon_values import Classes, entity_types, fail, known_keys, pairs, strings, text

__all__ = ["Title", "TitleRules", "parse_titles"]

_TITLE_KEYS = (
    "title",
    "feminine",
    "kind",
    "predicate",
    "object",
    "object_types",
    "bodies",
    "candidates",
    "weight",
    "caution",
)
_KIND_KEYS = ("predicate", "object", "object_types", "weight")
_RULE_KEYS = (
    "feminine",
    "variants",
    "former_prefixes",
    "former_adjectives",
    "former_predicate",
    "former_adverbs",
    "planned_prefixes",
    "planned_adjectives",
    "kept_prefixes",
    "kept_adjectives",
    "no_office",
    "candidate_endings",
)


@dataclass(frozen=True, slots=True)
class Title:
    """One office title.

    Attributes:
        title: Masculine lemma as in the data (`Außenminister`), or the prefixed or compound word that was asked for.
        feminine: Feminine lemma, empty if there is none of its own.
        gender: `m`, `f` or empty (both) of the form that was asked for.
        kind: What the office belongs to: a key of `[kinds]` in the data file.
        predicate: The relation that the title states between the person and what the office belongs to.
        object: Roles of what the office belongs to, in the notation of the frames, to be tried in order.
        object_types: Entity types that it may have.
        bodies: Names of what it belongs to when the word itself says so (`Kremlchef`: Russland): all of them mean the
            same; empty for most titles.
        candidates: Names of what it may belong to when the word leaves a choice (`Bundeskanzler`: Deutschland,
            Österreich): the person's country decides; empty for most titles.
        former: Whether a prefix says that the office is over (`Ex-`).
        planned: Whether a prefix says that it has not begun (`designiert`).
        weight: How sure the title alone is, 0 to 1.
        caution: For readers of the data.
    """

    title: str
    feminine: str
    gender: str
    kind: str
    predicate: str
    object: tuple[str, ...]
    object_types: frozenset[str]
    bodies: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    former: bool = False
    planned: bool = False
    weight: float = 0.8
    caution: str = ""

    @property
    def body(self) -> str:
        """The first of `bodies`, empty if there is none."""
        return self.bodies[0] if self.bodies else ""


@dataclass(frozen=True, slots=True)
class TitleRules:
    """How titles are changed and made.

    Attributes:
        feminine: Endings of the masculine and the feminine, tried in order.
        variants: What a lemmatiser may leave of an ending, and the ending of the lemma.
        former_prefixes: First parts that say that the office is over; `former_adjectives`, `former_adverbs` likewise.
        former_predicate: The relation of a past office.
        planned_prefixes: First parts that say that it has not begun; `planned_adjectives` likewise.
        kept_prefixes: First parts that belong to the title as written (`Vize-`); `kept_adjectives` likewise.
        no_office: Words before names that are no office (`Herr`).
        candidate_endings: Endings of nouns for those who only want the office.
    """

    feminine: tuple[tuple[str, str], ...] = ()
    variants: tuple[tuple[str, str], ...] = ()
    former_prefixes: tuple[str, ...] = ()
    former_adjectives: frozenset[str] = frozenset()
    former_adverbs: frozenset[str] = frozenset()
    former_predicate: str = ""
    planned_prefixes: tuple[str, ...] = ()
    planned_adjectives: frozenset[str] = frozenset()
    kept_prefixes: tuple[str, ...] = ()
    kept_adjectives: frozenset[str] = frozenset()
    no_office: frozenset[str] = frozenset()
    candidate_endings: tuple[str, ...] = ()

    def find(self, lemma: str, titles: Mapping[str, Title]) -> Title | None:
        """The title of a noun: as listed, else without its prefix, else by its longest known last part.

        Args:
            lemma: A noun in the nominative singular.
            titles: The listed titles.

        Returns:
            The title with `title` as asked for, or `None`.
        """
        if lemma in titles:
            return titles[lemma]
        for cut, whole in self.variants:
            if lemma.endswith(cut):
                return self.find(lemma.removesuffix(cut) + whole, titles)
        if lemma in self.no_office or lemma.lower().endswith(self.candidate_endings):
            return None
        for prefixes, changes in (
            (self.former_prefixes, {"former": True, "predicate": self.former_predicate}),
            (self.planned_prefixes, {"planned": True}),
            (self.kept_prefixes, {}),
        ):
            if not lemma.startswith(tuple(prefix.removesuffix("-") for prefix in prefixes)):
                continue
            for prefix in prefixes:
                rest = _after(lemma, prefix)
                known = rest and (self.find(rest, titles) or self.find(rest[0].upper() + rest[1:], titles))
                if known:
                    return replace(known, title=lemma, **changes)
        return self._compound(lemma, titles)

    def _compound(self, lemma: str, titles: Mapping[str, Title]) -> Title | None:
        for start in range(3, len(lemma) - 3):
            rest = lemma[start:].removeprefix("-")
            known = titles.get(rest[0].upper() + rest[1:]) if rest else None
            if known and known.kind != "single":
                return replace(known, title=lemma)
        return None


def _after(lemma: str, prefix: str) -> str:
    """What follows a prefix, which is written with its hyphen and may stand without it."""
    for form in (prefix, prefix.removesuffix("-")):
        if lemma.startswith(form) and len(lemma) > len(form) + 3:
            return lemma[len(form) :].removeprefix("-")
    return ""


def parse_titles(table: Mapping[str, Any], file: Path, classes: Classes) -> tuple[dict[str, Title], TitleRules]:
    """Check `titles.toml`.

    Args:
        table: What the file says.
        file: Its path, for messages.
        classes: Word classes and type groups.

    Returns:
        Titles by lemma, masculine and feminine, and the rules.

    Raises:
        DataError: If something in it is wrong.
    """
    known_keys(table, ("rules", "kinds", "titles"), file, "file")
    rules = _rules(table.get("rules", {}), file)
    kinds: dict[str, Any] = table.get("kinds", {})
    for name, kind in kinds.items():
        known_keys(kind, _KIND_KEYS, file, f"kinds: {name}")
        text(kind, "predicate", file, f"kinds: {name}")
    titles: dict[str, Title] = {}
    for row in table.get("titles", ()):
        where = f"title {row.get('title', '?')}"
        known_keys(row, _TITLE_KEYS, file, where)
        name = text(row, "title", file, where)
        kind_name = text(row, "kind", file, where)
        if kind_name not in kinds:
            fail(file, f"{where}: kind", kind_name, kinds)
        values = {**kinds[kind_name], **row}
        feminine = row.get("feminine", _feminine(name, rules))
        title = Title(
            title=name,
            feminine=feminine,
            gender="" if not feminine or feminine == name else "m",
            kind=kind_name,
            predicate=values["predicate"],
            object=tuple(text(values, "object", file, where).split("/")),
            object_types=entity_types(values.get("object_types"), classes, file, where),
            bodies=strings(row, "bodies", file, where),
            candidates=strings(row, "candidates", file, where),
            weight=float(values.get("weight", 0.8)),
            caution=values.get("caution", ""),
        )
        titles[name] = title
        if feminine and feminine != name:
            titles.setdefault(feminine, replace(title, gender="f"))
    return titles, rules


def _feminine(name: str, rules: TitleRules) -> str:
    for masculine, feminine in rules.feminine:
        if name.endswith(masculine):
            return name.removesuffix(masculine) + feminine
    return ""


def _rules(table: Mapping[str, Any], file: Path) -> TitleRules:
    known_keys(table, _RULE_KEYS, file, "rules")
    simple = set(_RULE_KEYS) - {"feminine", "variants", "former_predicate"}
    lists = {key: strings(table, key, file, "rules") for key in simple}
    return TitleRules(
        feminine=pairs(table, "feminine", file, "rules"),
        variants=pairs(table, "variants", file, "rules"),
        former_prefixes=lists["former_prefixes"],
        former_adjectives=frozenset(lists["former_adjectives"]),
        former_adverbs=frozenset(lists["former_adverbs"]),
        former_predicate=text(table, "former_predicate", file, "rules"),
        planned_prefixes=lists["planned_prefixes"],
        planned_adjectives=frozenset(lists["planned_adjectives"]),
        kept_prefixes=lists["kept_prefixes"],
        kept_adjectives=frozenset(lists["kept_adjectives"]),
        no_office=frozenset(lists["no_office"]),
        candidate_endings=lists["candidate_endings"],
    )
