"""The patterns of page clutter of one language: `kg/data/<language>/clutter.toml`, checked and compiled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.config import data_dir
from kg.errors import DataError, UnsupportedLanguage

__all__ = ["ClutterRule", "ClutterRules", "Reach", "load_clutter"]

LONGEST = 700
"""Longer lines are paragraphs of an article whatever they say, code points."""

_MACRO = re.compile(r"\{([a-z]+)\}")


class Reach(StrEnum):
    """How far a rule goes beyond the line that it fits; the data file explains each."""

    LINE = "line"
    PARAGRAPH = "paragraph"
    NEXT = "next"
    TEASERS = "teasers"
    END = "end"


@dataclass(frozen=True, slots=True)
class ClutterRule:
    """Lines of one kind of clutter. `top` rules hold only before the first paragraph."""

    name: str
    reach: Reach
    top: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class ClutterRules:
    """All patterns of a language. Patterns fit whole lines, `credit_suffix` the end of one."""

    clutter: tuple[ClutterRule, ...]
    source: tuple[re.Pattern[str], ...]
    credit_line: re.Pattern[str]
    caption: re.Pattern[str]
    credit_suffix: re.Pattern[str]
    stated: re.Pattern[str]
    changed: re.Pattern[str]
    opening: re.Pattern[str]
    sentence_end: re.Pattern[str]
    open_end: re.Pattern[str]
    prose: int

    def rule(self, line: str, *, top: bool) -> ClutterRule | None:
        """The first rule that the line fits; rules for the top of a page only if `top`."""
        if len(line) > LONGEST:
            return None
        return next((r for r in self.clutter if (top or not r.top) and r.pattern.fullmatch(line)), None)


@lru_cache(maxsize=8)
def load_clutter(language: str) -> ClutterRules:
    """Read and check the patterns of a language.

    Args:
        language: Two-letter code.

    Raises:
        UnsupportedLanguage: If there is no file for it.
        DataError: If the file is wrong.

    Example:
        >>> load_clutter("de").rule("12 Kommentare", top=False).name
        'share'
    """
    path = data_dir() / language / "clutter.toml"
    if not path.is_file():
        known = sorted(p.parent.name for p in data_dir().glob("*/clutter.toml"))
        message = f"no data for language {language!r}"
        raise UnsupportedLanguage(message, hint="there are: " + ", ".join(known))
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        message = f"not valid TOML: {error}"
        raise DataError(message, source=path) from error
    return _File(path, data).rules()


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    data: Mapping[str, Any]

    def rules(self) -> ClutterRules:
        sentence = self._table("sentence")
        end, open_end, prose = sentence.get("end"), sentence.get("open"), sentence.get("prose")
        if not isinstance(prose, int) or not isinstance(end, str) or not isinstance(open_end, str):
            message = "[sentence] needs end and open, regular expressions, and prose, a number of code points"
            raise DataError(message, source=self.path)
        credit, published = self._table("credit"), self._table("published")
        return ClutterRules(
            clutter=tuple(self._rule(name, table) for name, table in self._table("clutter").items()),
            source=tuple(self._compile("source", [p]) for p in self._list("source", self._table("source"), "patterns")),
            credit_line=self._compile("credit", self._list("credit", credit, "line")),
            caption=self._compile("credit", self._list("credit", credit, "caption")),
            credit_suffix=self._compile(
                "credit", self._list("credit", credit, "suffix"), before=r"(?<!\w)", after=r"\s*$"
            ),
            stated=self._compile("published", self._list("published", published, "stated")),
            changed=self._compile("published", self._list("published", published, "changed")),
            opening=self._compile("published", self._list("published", published, "opening")),
            sentence_end=self._compile("sentence", [end], after="$"),
            open_end=self._compile("sentence", [open_end]),
            prose=prose,
        )

    def _table(self, name: str) -> Mapping[str, Any]:
        table = self.data.get(name)
        if not isinstance(table, dict):
            message = f"the table [{name}] is missing"
            raise DataError(message, source=self.path)
        return table

    def _list(self, table: str, values: Mapping[str, Any], key: str) -> list[str]:
        found = values.get(key)
        if not isinstance(found, list) or not found or not all(isinstance(p, str) and p for p in found):
            message = f"[{table}] {key} must be a list of regular expressions"
            raise DataError(message, source=self.path)
        return found

    def _rule(self, name: str, table: Any) -> ClutterRule:
        if not isinstance(table, dict) or table.get("reach") not in list(Reach):
            message = f"[clutter.{name}] reach must be one of {', '.join(Reach)}"
            raise DataError(message, source=self.path)
        pattern = self._compile(f"clutter.{name}", self._list(f"clutter.{name}", table, "patterns"))
        return ClutterRule(name, Reach(table["reach"]), table.get("top") is True, pattern)

    def _compile(self, where: str, patterns: list[str], *, before: str = "", after: str = "") -> re.Pattern[str]:
        macros = self._table("macros")

        def replacement(found: re.Match[str]) -> str:
            value = macros.get(found[1])
            if not isinstance(value, str):
                message = f"[{where}] uses the macro {{{found[1]}}}, which is not in [macros]"
                raise DataError(message, source=self.path, hint="there are: " + ", ".join(macros))
            return value

        parts = []
        for pattern in patterns:
            text = pattern
            for _ in range(4):  # macros may use macros
                text = _MACRO.sub(replacement, text)
            parts.append(text)
        try:
            return re.compile(f"{before}(?:{'|'.join(parts)}){after}")
        except re.error as error:  # one by one they say which is wrong, but take twice as long
            wrong = next((p for p, text in zip(patterns, parts, strict=True) if not _compiles(text)), "the list")
            message = f"[{where}] is not a regular expression: {error}: {wrong[:80]}"
            raise DataError(message, source=self.path) from error


def _compiles(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True
