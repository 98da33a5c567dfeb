"""What one value must be to keep to a shape, and what literals hold."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import rdflib

from kg.errors import DataError
from kg.rdf.results import short

if TYPE_CHECKING:
    from kg.rdf.shacl import View

__all__ = ["TESTS", "Node", "Test", "datatypes", "is_less", "number", "quiet", "term_sh", "unknown"]

Node = Any  # a term of pyoxigraph: its stubs have no common base class
Test = Callable[["View", Node], bool]

_SH = "http://www.w3.org/ns/shacl#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_DECIMALS = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_INTEGERS = re.compile(r"[+-]?[0-9]+")
_FLOATS = frozenset({_XSD + "double", _XSD + "float"})


def term_sh(name: str) -> ox.NamedNode:
    """A term of SHACL."""
    return ox.NamedNode(_SH + name)


def unknown(what: str) -> DataError:
    """The error for a part of SHACL that has no counterpart here."""
    message = f"{what} is a part of SHACL that kg's own check does not know"
    return DataError(message, source="shapes.ttl", hint="say it otherwise, or teach kg.rdf.shacl")


def number(value: Node) -> Decimal | float | None:
    """The number that a literal holds, `None` if it holds none.

    Example:
        >>> number(ox.Literal(7)), number(ox.Literal("seven"))
        (Decimal('7'), None)
    """
    if not isinstance(value, ox.Literal):
        return None
    datatype = value.datatype.value
    if datatype not in _FLOATS and datatype != _XSD + "decimal" and datatype != _XSD + "integer":
        return None
    if not is_well_formed(value.value, datatype):
        return None
    return float(value.value) if datatype in _FLOATS else Decimal(value.value)


def is_well_formed(text: str, datatype: str) -> bool:
    """Whether a text is one of a datatype's."""
    name = datatype.removeprefix(_XSD)
    if name == "string" or name == datatype:
        return True
    if name == "integer":
        return _INTEGERS.fullmatch(text) is not None
    if name == "decimal":
        return _DECIMALS.fullmatch(text) is not None
    return _is_well_formed(text, datatype)


@lru_cache(maxsize=65536)
def _is_well_formed(text: str, datatype: str) -> bool:
    with quiet():
        return not rdflib.Literal(text, datatype=rdflib.URIRef(datatype), normalize=False).ill_typed


@contextmanager
def quiet() -> Iterator[None]:
    """Keep rdflib from logging every ill-typed literal; the shapes report them."""
    logger = logging.getLogger("rdflib.term")
    disabled, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = disabled


def is_less(one: Node, other: Node, or_equal: bool) -> bool:
    """Whether two literals hold numbers, the one less than the other (or equal to it)."""
    a, b = number(one), number(other)
    return a is not None and b is not None and (a < b or (or_equal and a == b))


def datatypes(*allowed: ox.NamedNode) -> Test:
    """A literal of one of these types, well-formed."""
    names = frozenset(d.value for d in allowed)

    def test(_view: View, value: Node) -> bool:
        if not isinstance(value, ox.Literal):
            return False
        datatype = value.datatype.value
        return datatype in names and is_well_formed(value.value, datatype)

    return test


def _bound(argument: Node, is_lower: bool) -> Test:
    bound = number(argument)
    if bound is None:
        what = f"a bound that is no number ({argument})"
        raise unknown(what)

    def test(_view: View, value: Node) -> bool:
        found = number(value)
        return found is not None and (found >= bound if is_lower else found <= bound)

    return test


def _is_named(_view: View, value: Node) -> bool:
    return isinstance(value, ox.NamedNode)


def _pattern(argument: Node) -> Test:
    pattern = re.compile(argument.value)
    return lambda _view, value: not isinstance(value, ox.BlankNode) and pattern.search(value.value) is not None


def _min_length(argument: Node) -> Test:
    least = int(argument.value)
    return lambda _view, value: not isinstance(value, ox.BlankNode) and len(value.value) >= least


def _node_kind(argument: Node) -> Test:
    if argument != term_sh("IRI"):
        raise unknown(short(argument.value))
    return _is_named


TESTS: dict[str, Callable[[Node], Test]] = {
    "class": lambda class_: lambda view, value: view.is_a(value, class_),
    "datatype": datatypes,
    "maxInclusive": lambda bound: _bound(bound, is_lower=False),
    "minInclusive": lambda bound: _bound(bound, is_lower=True),
    "minLength": _min_length,
    "nodeKind": _node_kind,
    "pattern": _pattern,
}
