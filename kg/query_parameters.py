"""Values of parameters as RDF terms, and how they get into a query: bound in its own `VALUES` lines, never pasted.

A value is checked against its parameter's kind and becomes a term of the RDF library, which writes it with all that
needs escaping escaped. All terms go into the query in one step, so no value is ever read as a part of the query.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.errors import DataError, QueryError
from kg.model import Modality
from kg.rdf.vocabulary import KG, PREFIXES, entity_iri, ontology_quads, term
from kg.store import KnowledgeGraph
from kg.vocabulary import RELATIONS

__all__ = ["KINDS", "Parameter", "bind", "entities_named", "has_values_line", "terms_of"]

_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
_VALUES = re.compile(
    r"(?P<schema># (?:relations|ontology): (?P<pattern>.*)\n(?P<rows>\s*VALUES \([^)]*\) )\{[^}]*\})"
    r"|(?P<line>VALUES \?(?P<variable>\w+) )\{[^}]*\}"
)
_Terms = Sequence[ox.NamedNode] | Sequence[ox.Literal]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a named query.

    Attributes:
        name: As in `--param NAME=VALUE`.
        variable: The variable that it binds.
        kind: `entity` (a name or an id), `relation`, `modality`, `date` (year, month or day), `number` or `text`.
        default: Value taken if none is given, `None` for no restriction.
        required: Whether a value must be given.
        descriptions: One phrase by language code.
    """

    name: str
    variable: str
    kind: str
    default: str | None
    required: bool
    descriptions: Mapping[str, str]


def bind(sparql: str, values: Mapping[str, _Terms]) -> str:
    """Put terms into the `VALUES` lines of a query, and rows of the ontology where it asks for them.

    Args:
        sparql: With a line `VALUES ?variable { UNDEF }` for each variable that may be bound. After a comment
            `# relations: ?r ?score ?category` or `# ontology: ?a owl:inverseOf ?b`, the next line, a
            `VALUES (…) { … }`, gets the relations of the ontology, or what the ontology says in the pattern.
        values: The terms by variable.

    Example:
        >>> bind("ASK { VALUES ?who { UNDEF } ?who ?r ?whom }", {"who": [ox.NamedNode("urn:x")]})
        'ASK { VALUES ?who { <urn:x> } ?who ?r ?whom }'
    """

    def fill(found: re.Match[str]) -> str:
        if found["schema"] is not None:
            asked = found["schema"].startswith("# ontology:")
            rows = _ontology_rows(found["pattern"], found["rows"]) if asked else _relation_rows()
            return f"{found['rows']}{{ {rows} }}"
        terms = values.get(found["variable"])
        return found[0] if terms is None else f"{found['line']}{{ {' '.join(map(str, terms))} }}"

    return _VALUES.sub(fill, sparql)


def has_values_line(sparql: str, variable: str) -> bool:
    """Whether a query has a line that a variable can be bound in."""
    return any(found["variable"] == variable for found in _VALUES.finditer(sparql))


def terms_of(
    graph: KnowledgeGraph, query: str, parameters: Iterable[Parameter], given: Mapping[str, object]
) -> dict[str, _Terms]:
    """The terms that a query's variables shall be bound to.

    Args:
        graph: Where entities are looked up.
        query: Name of the query, for messages.
        parameters: Those that it has.
        given: Values by name of the parameter.

    Raises:
        QueryError: If a parameter is unknown or missing, or its value is of the wrong form.
    """
    known = {p.name: p for p in parameters}
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "it takes: " + (", ".join(known) or "none")
            message = f"{query} has no parameter {name!r}"
            raise QueryError(message, hint=hint)
    terms: dict[str, _Terms] = {}
    for parameter in known.values():
        value = given.get(parameter.name, parameter.default)
        if value is None and parameter.required:
            message = f"{query} needs the parameter {parameter.name!r}"
            raise QueryError(message, hint=f"{parameter.name}: {parameter.descriptions['en']}")
        if value is not None:
            terms[parameter.variable] = KINDS[parameter.kind](graph, parameter.name, str(value))
    return terms


@cache
def _relation_rows() -> str:
    rows = []
    for relation in RELATIONS.values():
        score = (
            "UNDEF" if relation.score is None else str(ox.Literal(str(relation.score), datatype=term("xsd:decimal")))
        )
        rows.append(f"({KG.node(relation.name)} {score} {ox.Literal(relation.category)})")
    return " ".join(rows)


@cache
def _ontology_rows(pattern: str, head: str) -> str:
    """What the ontology says, as rows of a `VALUES` line; `head` names its variables."""
    variables = re.findall(r"\?(\w+)", head)
    store = ox.Store()
    store.extend(ontology_quads("kg.ttl", "relations.ttl"))
    asked = f"SELECT DISTINCT {' '.join(f'?{v}' for v in variables)} WHERE {{ {pattern} }}"
    try:
        solutions = store.query(asked, prefixes=dict(PREFIXES))
    except SyntaxError as error:
        message = f"the pattern after '# ontology:' is wrong: {pattern}"
        raise DataError(message, hint="give a SPARQL pattern such as ?a owl:inverseOf ?b") from error
    rows = ["(" + " ".join("UNDEF" if t is None else str(t) for t in row) + ")" for row in solutions]  # type: ignore[union-attr]
    return " ".join(sorted(rows))


# --- kinds -----------------------------------------------------------------------------------------------------------


def entities_named(graph: KnowledgeGraph, name: str, value: str) -> list[ox.NamedNode]:
    """The entities of an id or a name: the id first, then a label, then any other name.

    Args:
        graph: Where they are looked up.
        name: Of the parameter, for messages.
        value: The id or name; case does not matter for names.

    Raises:
        QueryError: If there are none; the hint has the nearest names.
    """
    by_id = entity_iri(value)
    if graph.query(f"ASK {{ {by_id} rdfs:label ?n }}"):
        return [by_id]
    wanted = ox.Literal(value.lower())
    for predicate in ("rdfs:label", "skos:altLabel", "skos:hiddenLabel"):
        found = graph.query(f"SELECT DISTINCT ?e WHERE {{ ?e {predicate} ?n FILTER (LCASE(STR(?n)) = {wanted}) }}")
        if found:
            return sorted((t[0] for t in found.terms if isinstance(t[0], ox.NamedNode)), key=lambda node: node.value)
    message = f"the graph knows no entity {value!r} (parameter {name!r})"
    near = _nearest_names(graph, value)
    raise QueryError(message, hint="nearest: " + ", ".join(near) if near else "kg actors TARGET lists all")


def _nearest_names(graph: KnowledgeGraph, value: str) -> list[str]:
    """What the entities are called that have a name nearly like this one, be it an inflected form."""
    asked = "SELECT DISTINCT ?n ?label WHERE { ?e rdfs:label ?label ; rdfs:label|skos:altLabel|skos:hiddenLabel ?n }"
    called: dict[str, str] = {}
    for other, label in sorted(graph.query(asked).rows, key=str):
        called.setdefault(str(other).lower(), str(label))
    called |= {label.lower(): label for label in set(called.values())}
    near = difflib.get_close_matches(value.lower(), called, n=6)
    alike = [difflib.SequenceMatcher(None, name, value.lower()).ratio() for name in near]
    best = [called[name] for name, share in zip(near, alike, strict=True) if share > alike[0] - 0.1]
    return list(dict.fromkeys(best))[:3]


def _relation(graph: KnowledgeGraph, name: str, value: str) -> list[ox.NamedNode]:
    return [KG.node(_one_of(name, value.removeprefix("kg:"), list(RELATIONS)))]


def _modality(graph: KnowledgeGraph, name: str, value: str) -> list[ox.NamedNode]:
    return [KG.node(_one_of(name, value.removeprefix("kg:"), [str(m) for m in Modality]))]


def _one_of(name: str, value: str, known: list[str]) -> str:
    if value in known:
        return value
    near = difflib.get_close_matches(value, known, n=1)
    message = f"{value!r} is no value of the parameter {name!r}"
    raise QueryError(message, hint=f"did you mean {near[0]!r}?" if near else "there are: " + ", ".join(known))


def _date(graph: KnowledgeGraph, name: str, value: str) -> list[ox.Literal]:
    if not _DATE.fullmatch(value):
        message = f"{value!r} is no date (parameter {name!r})"
        raise QueryError(message, hint="give a year, month or day: 2024, 2024-10, 2024-10-07")
    return [ox.Literal(value)]


def _number(graph: KnowledgeGraph, name: str, value: str) -> list[ox.Literal]:
    if not _NUMBER.fullmatch(value):
        message = f"{value!r} is no number (parameter {name!r})"
        raise QueryError(message, hint="give a number such as 100 or 0.5")
    return [ox.Literal(value, datatype=term("xsd:decimal"))]


def _text(graph: KnowledgeGraph, name: str, value: str) -> list[ox.Literal]:
    return [ox.Literal(value)]


KINDS: Mapping[str, Callable[[KnowledgeGraph, str, str], list[ox.NamedNode] | list[ox.Literal]]] = {
    "entity": entities_named,
    "relation": _relation,
    "modality": _modality,
    "date": _date,
    "number": _number,
    "text": _text,
}
"""How a value of each kind becomes terms."""
