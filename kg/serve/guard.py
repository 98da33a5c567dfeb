"""What no query may do here: fetch from the network (SERVICE), or load files and addresses (LOAD).

The test looks at the whole text, strings and comments included, and knows only what must follow the keyword in the
grammar of SPARQL. So it can refuse too much (a string that holds a whole SERVICE clause), but nothing gets past it by
confusing it about where a string, a comment or an IRI ends.
"""

from __future__ import annotations

import re

from kg.serve.problem import Problem

__all__ = ["refuse_network"]

_SPACE = r"(?:[\s\ufeff]|#[^\r\n]*+[\r\n])*+"
_IRI = r"<[^>]*+>"
_NAME = r"(?:\\.|[^\s{}<>#\"'()|,;\\])++"  # more than prefixed names and variables can be
# SERVICE SILENT? (variable | IRI | prefixed name) {
_SERVICE = re.compile(rf"SERVICE(?={_SPACE}(?:SILENT{_SPACE})?(?:{_IRI}|{_NAME}){_SPACE}\{{)", re.IGNORECASE)
# LOAD SILENT? (IRI | prefixed name), at the start of an operation
_LOAD = re.compile(rf"(?<![^\s;>])LOAD(?={_SPACE}(?:SILENT{_SPACE})?(?:<|[^\s{{}}<>\"'():]*+:))", re.IGNORECASE)
_IN_NAME = re.compile(r"[?$:]\w*\Z")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})")


def refuse_network(sparql: str, *, is_update: bool = False) -> None:
    r"""Refuse a query or an update that reaches beyond the graph.

    Args:
        sparql: The text as it came.
        is_update: Whether LOAD is to be looked for, too; a query cannot hold it.

    Raises:
        Problem: 403, if it does.

    Example:
        >>> refuse_network("SELECT ?service ?x { ?x kg:visits ?service }")
        >>> refuse_network("ASK { \\u0053ERVICE <http://example.org/> { ?s ?p ?o } }")
        Traceback (most recent call last):
        kg.serve.problem.Problem: SERVICE is switched off here: a query sees this graph only
    """
    for text in _readings(sparql):
        if any(not _in_name(text, found) for found in _SERVICE.finditer(text)):
            message = "SERVICE is switched off here: a query sees this graph only"
            raise Problem(403, message)
        if is_update and any(not _in_name(text, found) for found in _LOAD.finditer(text)):
            message = "LOAD is switched off here: send the triples themselves (INSERT DATA, or PUT to the graph)"
            raise Problem(403, message)


def _readings(text: str) -> list[str]:
    """The text, and the text with its code point escapes written out, as often as there are some."""
    readings = [text]
    while (decoded := _ESCAPE.sub(_character, readings[-1])) != readings[-1]:
        readings.append(decoded)
    return readings


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF else " "


def _in_name(text: str, found: re.Match[str]) -> bool:
    """Whether the word ends the name of a variable or a prefixed name, which are read as far as they go."""
    return _IN_NAME.search(text, max(0, found.start() - 200), found.start()) is not None
