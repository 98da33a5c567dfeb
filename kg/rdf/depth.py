"""What no parser below may be given: it would overflow its stack, or fill the memory, and end the whole program.

RDF files and queries come from anywhere. Those that people and programs write are nested a few levels deep; what goes
far beyond is refused before it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.parsers import expat

import pyoxigraph as ox

from kg.errors import QueryError, StoreError

__all__ = ["refuse_deep_query", "refuse_hostile_file"]

_DEEPEST = 400  # brackets, elements or triple terms inside each other
_CHAIN = 2_000  # operators and patterns of a query: each is one level more to who works it out
_ENTITY = 500  # characters that an entity of an XML file may stand for
_PART = 1 << 20
# What brackets and operators may be hidden in: addresses, strings, comments, names.
_TOKEN = re.compile(
    r"""<[^<>"{}|^`\\\s]*> | \"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' | \#[^\n\r]* | \^\^ | @[\w-]+
    | (?P<open>[({\[]) | (?P<close>[)}\]])
    | (?P<chain>\|\|? | && | [!+*/^.;-] | \b(?:UNION|MINUS|OPTIONAL|FILTER|BIND|GRAPH|VALUES)\b)
    | \w+(?:\.\w+)*(?::[\w.:%-]*)?""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_TERM = re.compile(
    rb"""<(?!<)[^<>\s]*> | \"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' | \\. | \#[^\n\r]* | (?P<open><<) | (?P<close>>>)""",
    re.VERBOSE | re.DOTALL,
)


def refuse_deep_query(sparql: str, *, is_update: bool = False) -> None:
    """Refuse a query that is nested so deeply, or is so long a chain, that parsing it would end the program.

    Args:
        sparql: The text.
        is_update: Whether it is an update, which may hold any number of triples.

    Raises:
        QueryError: If it is.

    Example:
        >>> refuse_deep_query("ASK { FILTER ((1)) }")
        >>> refuse_deep_query("ASK { FILTER " + "(" * 10_000 + "1")
        Traceback (most recent call last):
        kg.errors.QueryError: the query is nested more than 400 levels deep (split it into several)
    """
    if len(sparql) <= _DEEPEST:
        return
    depth = chain = 0
    for found in _TOKEN.finditer(sparql):
        depth += (found["open"] is not None) - (found["close"] is not None)
        chain += found["chain"] is not None
        if depth > _DEEPEST:
            message = f"the query is nested more than {_DEEPEST} levels deep"
            raise QueryError(message, hint="split it into several")
        if chain > _CHAIN and not is_update:
            message = f"the query has more than {_CHAIN:,} operators and patterns"
            raise QueryError(message, hint="give many values in one VALUES ?x { … }, or split it into several")


def refuse_hostile_file(path: Path, format: ox.RdfFormat) -> None:
    """Refuse an RDF file that would overflow the parser's stack, or whose entities would fill the memory.

    Raises:
        StoreError: If it does, or is no XML where it should be.
        OSError: If it cannot be read.
    """
    if format == ox.RdfFormat.RDF_XML:
        _check_xml(path)
    elif format != ox.RdfFormat.JSON_LD and _has_many(path, b"<<"):
        depth = 0
        for found in _TERM.finditer(path.read_bytes()):
            depth += (found["open"] is not None) - (found["close"] is not None)
            if depth > _DEEPEST:
                message = f"triple terms are nested more than {_DEEPEST} levels deep"
                raise StoreError(message, source=path, hint="nothing of it was loaded")


def _has_many(path: Path, mark: bytes) -> bool:
    """Whether a file has more of the marks than may be nested; most have none, and need no closer look."""
    return any(count > _DEEPEST for count in _running(part.count(mark) for part in _parts(path)))


def _running(counts: Iterable[int]) -> Iterator[int]:
    total = 0
    for count in counts:
        total += count
        yield total


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(_PART):
            yield part


def _check_xml(path: Path) -> None:
    """Read the file with a parser that knows these attacks, and look at what it finds.

    Source:
        https://docs.python.org/3/library/xml.html#xml-vulnerabilities
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def entity(name: str, _parameter: bool, value: str | None, _base: object, system: str | None, *_: object) -> None:
        if system is not None or value is None or "&" in value or "%" in value or len(value) > _ENTITY:
            message = f"the entity {name[:50]!r} stands for a file, for other entities or for very much text"
            raise StoreError(message, source=path, line=parser.CurrentLineNumber, hint="nothing of it was loaded")

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            message = f"elements are nested more than {_DEEPEST} levels deep"
            raise StoreError(message, source=path, line=parser.CurrentLineNumber, hint="nothing of it was loaded")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser.EntityDeclHandler = entity
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        message = f"the file is no valid RDF/XML: {expat.errors.messages[error.code]}"
        raise StoreError(message, source=path, line=error.lineno, hint="nothing of it was loaded") from error
    except LookupError as error:  # its first line names an encoding that there is not
        message = f"the file is no valid RDF/XML: {error}"
        raise StoreError(message, source=path, line=1, hint='write it in UTF-8, with encoding="UTF-8"') from error
