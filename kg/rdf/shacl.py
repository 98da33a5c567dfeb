"""The shapes of the ontology, read once and turned into functions that check one article's graph in microseconds.

pySHACL checks any shapes against any graph, and takes dozens of times as long (`tests/benchmarks/bench_validate.py`).
This knows the part of SHACL that `ontology/shapes.ttl` uses and refuses the rest when it reads the file. The
shapes that are SPARQL there have their counterparts in `kg.rdf.shacl_rules`. Tests hold it against pySHACL's own run.

Source:
    Shapes Constraint Language (SHACL), W3C Recommendation 2017, https://www.w3.org/TR/shacl/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

import pyoxigraph as ox

from kg.rdf.results import short
from kg.rdf.shacl_values import TESTS, Node, Test, datatypes, is_less, term_sh, unknown
from kg.rdf.vocabulary import KG, KG_NS, ontology_quads, term

__all__ = ["CLOSED", "Ontology", "Properties", "Result", "Shapes", "View", "ontology", "shapes"]

Properties = dict[ox.NamedNode, dict[Node, None]]

CLOSED = "has a property that the model does not know"
"""What is wrong with a node that has a property its shape does not name; the property is the result's path."""

_SH = "http://www.w3.org/ns/shacl#"
_TYPE = term("rdf:type")
_NOTHING: Properties = {}


class View:
    """The triples of one graph, to be asked from both sides; the ontology stands behind it.

    Args:
        triples: Of the graph; one that comes twice counts once.
    """

    def __init__(self, triples: Iterable[ox.Quad | ox.Triple]) -> None:
        objects: dict[Node, Properties] = {}
        for triple in triples:
            node, predicate = triple.subject, triple.predicate
            properties = objects.get(node)
            if properties is None:
                properties = objects[node] = {}
            values = properties.get(predicate)
            if values is None:
                properties[predicate] = {triple.object: None}
            else:
                values[triple.object] = None
        self.objects = objects
        self._subjects: dict[ox.NamedNode, dict[Node, list[Node]]] = {}

    def of(self, node: Node) -> Properties:
        """All properties of a node with their values."""
        found = self.objects.get(node)
        if found is None and isinstance(node, ox.NamedNode):
            found = ontology().view.objects.get(node)
        return _NOTHING if found is None else found

    def subjects(self, predicate: ox.NamedNode, object: Node) -> list[Node]:
        """What points to a node by one property."""
        if predicate not in self._subjects:
            index: dict[Node, list[Node]] = defaultdict(list)
            for subject, properties in self.objects.items():
                for value in properties.get(predicate, ()):
                    index[value].append(subject)
            self._subjects[predicate] = index
        return self._subjects[predicate].get(object, [])

    def is_a(self, node: Node, class_: ox.NamedNode) -> bool:
        """Whether a node is of a class or of one below it."""
        above = ontology().above
        return any(class_ in above.get(type_, (type_,)) for type_ in self.of(node).get(_TYPE, ()))


class Ontology:
    """What the checks need to know of kg.ttl and relations.ttl.

    Attributes:
        view: Their triples.
        above: The classes that a class lies in, itself included.
        relations: The types that subject and object of each relation can have, all classes below included; the types of
            the object are `None` for a relation that takes none.
    """

    def __init__(self) -> None:
        self.view = View(ontology_quads("kg.ttl", "relations.ttl"))
        of, direct = self.view.objects, term("rdfs:subClassOf")
        classes = {c for p in of.values() for c in p.get(direct, ())} | {n for n, p in of.items() if direct in p}
        self.above = {class_: frozenset(self._closure(class_, direct)) for class_ in classes}
        self.relations: dict[ox.NamedNode, tuple[frozenset[Node], frozenset[Node] | None]] = {}
        for node, properties in of.items():
            if KG.Relation in properties.get(_TYPE, ()):
                domain, range_ = (properties.get(term(f"schema:{side}Includes")) for side in ("domain", "range"))
                self.relations[node] = (self._below(domain or ()), None if range_ is None else self._below(range_))

    def _closure(self, node: Node, predicate: ox.NamedNode) -> set[Node]:
        found, todo = {node}, [node]
        while todo:
            new = set(self.view.objects.get(todo.pop(), _NOTHING).get(predicate, ())) - found
            found |= new
            todo += new
        return found

    def _below(self, classes: Iterable[Node]) -> frozenset[Node]:
        wanted = set(classes)
        return frozenset(wanted | {class_ for class_, above in self.above.items() if above & wanted})


@cache
def ontology() -> Ontology:
    """The ontology, read once."""
    return Ontology()


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that is wrong, as in `sh:ValidationResult`."""

    node: Node
    message: str
    path: ox.NamedNode | None = None
    value: Node | None = None


@dataclass(slots=True)
class _Property:
    """A property shape: which values, how many, and what each must be."""

    values: Callable[[View, Node, Properties], Iterable[Node]]
    message: str
    least: int = 0
    most: int | None = None
    unique: bool = False
    has: list[Node] = field(default_factory=list)
    less: list[tuple[ox.NamedNode, bool]] = field(default_factory=list)  # the other property; whether it may be equal
    tests: list[Test] = field(default_factory=list)

    def wrong(self, view: View, node: Node, properties: Properties) -> Iterator[Node | None]:
        """The values at fault; `None` where their number is wrong."""
        values = self.values(view, node, properties)
        count = len(values)  # type: ignore[arg-type]
        if count < self.least or (self.most is not None and count > self.most):
            yield None
        for wanted in self.has:
            if wanted not in values:
                yield None
        if self.unique:
            languages = [v.language for v in values if isinstance(v, ox.Literal) and v.language]
            yield from [None] * (len(set(languages)) < len(languages))
        for value in values:
            for test in self.tests:
                if not test(view, value):
                    yield value
                    break
        for predicate, or_equal in self.less:
            others = properties.get(predicate, ())
            yield from (v for v in values for other in others if not is_less(v, other, or_equal))


@dataclass(slots=True)
class _Shape:
    """A node shape: what the node must be itself, and what its properties must be."""

    message: str = ""
    tests: list[Test] = field(default_factory=list)
    properties: list[_Property] = field(default_factory=list)
    known: frozenset[ox.NamedNode] | None = None

    def conforms(self, view: View, node: Node) -> bool:
        return all(test(view, node) for test in self.tests) and not self.properties_wrong(view, node)

    def properties_wrong(self, view: View, node: Node) -> bool:
        of = view.of(node)
        return any(True for p in self.properties for _ in p.wrong(view, node, of))

    def results(self, view: View, node: Node, properties: Properties) -> Iterator[Result]:
        for test in self.tests:
            if not test(view, node):
                yield Result(node, self.message, value=node)
        if self.known is not None:
            for path in properties.keys() - self.known:
                yield from (Result(node, CLOSED, path, value) for value in properties[path])
        for shape in self.properties:
            for value in shape.wrong(view, node, properties):
                yield Result(node, shape.message, value=value)


class Shapes:
    """The shapes of `shapes.ttl`, ready to check.

    Attributes:
        advice: What to do, by message.
        rules: The names of the shapes that are SPARQL, with their messages.

    Raises:
        DataError: If the file uses a part of SHACL that this does not know.
    """

    def __init__(self) -> None:
        self._of: dict[Node, Properties] = View(ontology_quads("shapes.ttl")).objects
        self.advice: dict[str, str] = {}
        self.rules: dict[str, str] = {}
        self._targets: dict[Node, list[_Shape]] = defaultdict(list)
        for node, properties in self._of.items():
            if term_sh("NodeShape") not in properties.get(_TYPE, ()):
                continue
            if term_sh("sparql") in properties:
                constraint = _one(properties, "sparql")
                message = _text(self._of[constraint], "message")
                self.rules[node.value.removeprefix(KG_NS)] = message
                self.advice[message] = _text(self._of[constraint], "description")
                continue
            shape = self._shape(node)
            for target in properties.get(term_sh("targetClass"), ()):
                for class_, above in {target: {target}, **ontology().above}.items():
                    if target in above:
                        self._targets[class_].append(shape)

    def check(self, view: View) -> Iterator[Result]:
        """What is wrong in a graph, but for the rules."""
        targets = self._targets
        for node, properties in view.objects.items():
            types = properties.get(_TYPE)
            if types is None:
                continue
            shapes = [shape for type_ in types for shape in targets.get(type_, ())]
            for shape in shapes if len(shapes) == 1 else {id(s): s for s in shapes}.values():
                yield from shape.results(view, node, properties)

    # --- reading -----------------------------------------------------------------------------------------------------

    def _shape(self, node: Node) -> _Shape:
        shape, closed = _Shape(), False
        for predicate, values in self._of[node].items():
            name = predicate.value.removeprefix(_SH)
            if name == "property":
                shape.properties += [self._property(value) for value in values]
            elif name == "closed":
                closed = _one(self._of[node], name).value == "true"
            elif name == "message":
                shape.message = next(iter(values)).value
            elif name == "description":
                self.advice[_text(self._of[node], "message")] = next(iter(values)).value
            elif predicate != _TYPE and name not in ("ignoredProperties", "targetClass"):
                shape.tests += [self._test(name, value) for value in values]
        if closed:
            paths = [_one(self._of[p], "path") for p in self._of[node].get(term_sh("property"), ())]
            ignored = self._list(_one(self._of[node], "ignoredProperties"))
            shape.known = frozenset(p for p in [*paths, *ignored] if isinstance(p, ox.NamedNode))
        return shape

    def _property(self, node: Node) -> _Property:
        of = self._of[node]
        shape = _Property(self._path(_one(of, "path")), _text(of, "message"))
        for predicate, values in of.items():
            name = predicate.value.removeprefix(_SH)
            for value in values:
                if name == "minCount":
                    shape.least = int(value.value)
                elif name == "maxCount":
                    shape.most = int(value.value)
                elif name == "hasValue":
                    shape.has.append(value)
                elif name == "uniqueLang":
                    shape.unique = value.value == "true"
                elif name in ("lessThan", "lessThanOrEquals"):
                    shape.less.append((value, name == "lessThanOrEquals"))
                elif name not in ("path", "message", "description"):
                    shape.tests.append(self._test(name, value))
        if shape.message:
            self.advice.setdefault(shape.message, _text(of, "description") or self._advise(of, shape))
        return shape

    def _path(self, path: Node) -> Callable[[View, Node, Properties], Iterable[Node]]:
        if isinstance(path, ox.NamedNode):
            return lambda _view, _node, properties: properties.get(path, ())
        of = self._of[path]
        if inverse := of.get(term_sh("inversePath")):
            back = next(iter(inverse))
            return lambda view, node, _properties: view.subjects(back, node)
        if term("rdf:first") not in of:
            what = "a path of " + ", ".join(short(p.value) for p in of)
            raise unknown(what)
        first, *steps = self._list(path)

        def follow(view: View, _node: Node, properties: Properties) -> dict[Node, None]:
            found = dict(properties.get(first, {}))
            for step in steps:
                found = {value: None for node in found for value in view.of(node).get(step, ())}
            return found

        return follow

    def _test(self, name: str, argument: Node) -> Test:
        """What one value must be."""
        if name == "or":
            alternatives = self._list(argument)
            if all(self._of[a].keys() == {term_sh("datatype")} for a in alternatives):
                return datatypes(*(_one(self._of[a], "datatype") for a in alternatives))
            shapes = [self._shape(a) for a in alternatives]
            return lambda view, value: any(shape.conforms(view, value) for shape in shapes)
        if name == "not":
            shape = self._shape(argument)
            return lambda view, value: not shape.conforms(view, value)
        if name == "in":
            allowed = frozenset(self._list(argument))
            return lambda _view, value: value in allowed
        if name not in TESTS:
            what = f"sh:{name}"
            raise unknown(what)
        return TESTS[name](argument)

    def _list(self, node: Node) -> list[Node]:
        found = []
        while node != term("rdf:nil"):
            found.append(next(iter(self._of[node][term("rdf:first")])))
            node = next(iter(self._of[node][term("rdf:rest")]))
        return found

    def _advise(self, of: Properties, shape: _Property) -> str:
        """What to write, from what the shape asks for."""
        path = _one(of, "path")
        if not isinstance(path, ox.NamedNode):
            return ""
        many = {(1, 1): "exactly one", (0, 1): "one or no", (1, None): "at least one"}.get(
            (shape.least, shape.most), ""
        )
        kinds: list[str] = []
        for name, say in _KINDS.items():
            for value in of.get(term_sh(name), ()):
                parts = [value] if name not in ("in", "or") else self._list(value)
                parts = [n for p in parts for n in self._of.get(p, {}).get(term_sh("datatype"), {p: None})]
                words = [short(p.value) for p in parts if not isinstance(p, ox.BlankNode)]
                kinds.append(say.format(" or ".join(words)) if words else "")
        return f"write {many} {short(path.value)}: {', '.join(filter(None, kinds))}".replace("  ", " ").rstrip(": ")


_COUNTS = {(1, 1): "exactly one", (0, 1): "one or no", (1, None): "at least one"}
_KINDS = {
    "in": "{}",
    "or": "a value of type {}",
    "datatype": "a value of type {}",
    "class": "a {} that the same graph describes",
    "nodeKind": "an IRI",
    "pattern": "a text of the form {}",
    "minInclusive": "{} or more",
    "maxInclusive": "{} or less",
    "lessThan": "less than {}",
    "lessThanOrEquals": "not more than {}",
}


@cache
def shapes() -> Shapes:
    """The shapes, read once."""
    return Shapes()


def _one(properties: Properties, name: str) -> Node:
    return next(iter(properties[term_sh(name)]))


def _text(properties: Properties, name: str) -> str:
    found = properties.get(term_sh(name))
    return next(iter(found)).value if found else ""
