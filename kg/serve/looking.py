"""What the pages show, as plain values; like `worker`, this runs in the processes that hold the graph."""

from __future__ import annotations

from itertools import islice
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from kg.errors import DataError
from kg.model import Article, Claim, Entity
from kg.query import load_query, run
from kg.rdf.names import other_names
from kg.rdf.results import short
from kg.rdf.vocabulary import KGR_NS, article_id, claim_id, claim_iri, entity_id, entity_iri, term
from kg.serve.problem import Problem
from kg.serve.worker import graph, limits, parsed, store
from kg.store_oxigraph import DEFAULT, stored_claim
from kg.vocabulary import RELATIONS

__all__ = [
    "article",
    "cell",
    "claim",
    "entity",
    "named",
    "network",
    "overview",
    "search",
    "strongest",
    "suggest",
    "table",
]

_PAGE = 40  # claims of a page
_DRAWN = 2_000  # claims of the network: more than that nobody can tell apart
_COUNTS = """SELECT (COUNT(*) AS ?n) { ?x a %s }"""
_STRONGEST = """SELECT ?e (COUNT(?c) AS ?n) { ?c a kg:Claim ; rdf:subject|rdf:object ?e }
GROUP BY ?e ORDER BY DESC(?n) ?e LIMIT %d"""
_BETWEEN = """SELECT DISTINCT ?c ?b { VALUES ?s { %(all)s } VALUES ?o { %(all)s }
  ?c rdf:subject ?s ; rdf:object ?o ; a kg:Claim . OPTIONAL { ?c kg:begins ?b }
} ORDER BY DESC(STR(?b)) ?c LIMIT %(most)d"""
_OF_ENTITY = """SELECT DISTINCT ?c {
  { ?c rdf:subject %(e)s } UNION { ?c rdf:object %(e)s } UNION { ?c kg:attributedTo %(e)s }
  ?c a kg:Claim . OPTIONAL { ?c kg:begins ?b } OPTIONAL { ?c kg:ends ?d }
} ORDER BY DESC(COALESCE(STR(?b), STR(?d), "")) ?c OFFSET %(start)d LIMIT %(most)d"""
_SEARCH = """SELECT ?e (MIN(STR(?l)) AS ?label) {
  ?e rdfs:label|skos:altLabel|skos:hiddenLabel ?n ; rdfs:label ?l . FILTER (CONTAINS(LCASE(STR(?n)), LCASE(%s)))
} GROUP BY ?e ORDER BY STRLEN(?label) ?label LIMIT %d"""


def cell(node: Any) -> dict[str, str | None]:
    """A term of an answer as text, with where it leads to.

    Example:
        >>> cell(ox.NamedNode("https://kg-geopolitics.org/resource/Polen"))
        {'text': 'kgr:Polen', 'href': '/entity/Polen', 'kind': 'iri', 'lang': None}
    """
    if node is None:
        return {"text": "", "href": None, "kind": "none", "lang": None}
    if isinstance(node, ox.NamedNode):
        text, address = short(node.value), _address(node)
        if address is not None and address.startswith("/claim/"):
            text = f"{text[:18]}…"  # as much as tells it from others
        return {"text": text, "href": address, "kind": "iri", "lang": None}
    if isinstance(node, ox.Literal):
        is_number = node.datatype.value.rpartition("#")[2] in ("integer", "decimal", "double", "float", "int", "long")
        kind = "number" if is_number else "short" if len(node.value) <= 12 else "text"
        return {"text": node.value, "href": None, "kind": kind, "lang": node.language}
    return {"text": str(node), "href": None, "kind": "text", "lang": None}


def overview() -> dict[str, Any]:
    """The size of the graph, and its latest articles."""
    counts = {
        name: _count(type_)
        for name, type_ in (("claims", "kg:Claim"), ("articles", "schema:NewsArticle"), ("evidence", "kg:Evidence"))
    }
    latest = _select(
        "SELECT DISTINCT ?a ?d { ?a a schema:NewsArticle . OPTIONAL { ?a schema:datePublished ?d } } "
        "ORDER BY DESC(?d) ?a LIMIT 12"
    )
    found = (graph().article(article_id(row[0])) for row in latest)
    return {
        "counts": counts,
        "articles": [_article(a) for a in found if a is not None],
    }


def strongest() -> list[dict[str, Any]]:
    """The entities that are named most, with the number of their claims."""
    return [{**_entity(entity_id(row[0])), "count": int(row[1].value)} for row in _select(_STRONGEST % 24)]


def search(text: str, most: int = 100) -> list[dict[str, Any]]:
    """Entities by a part of any of their names, the shortest first."""
    if not text.strip():
        return []
    found = _select(_SEARCH % (ox.Literal(text.strip()), most))
    return [_entity(entity_id(row[0])) for row in found if _is_entity(row[0])]


def suggest(text: str) -> list[str]:
    """Names that begin with or hold a text."""
    return list(dict.fromkeys(str(found["name"]) for found in search(text, 12)))


def entity(id: str, page: int) -> dict[str, Any]:
    """An entity with a page of the claims about it and by it.

    Raises:
        Problem: 404 if the graph does not know it.
    """
    found = graph().entity(id)
    if found is None:
        raise Problem(404, f"the graph knows no entity {id[:200]!r}")
    node = entity_iri(id)
    rows = list(_select(_OF_ENTITY % {"e": node, "start": page * _PAGE, "most": _PAGE + 1}))
    names: dict[str, dict[str, Any]] = {}
    acting = graph().acts_for(actor=id)
    others = list(other_names(found))
    return {
        "id": id,
        "iri": node.value,
        "name": found.name or id,
        "type": str(found.type),
        "aliases": others,
        "called": [alias for alias in found.aliases if alias not in (found.name, *others)],
        "wikidata": found.wikidata,
        "country": None if found.country in (None, id) else _entity(str(found.country)),
        "acts_for": [_entity(state) for state in sorted({a.state for a in acting})],
        "claims": [_claim(stored_claim(store(), row[0]), names) for row in rows[:_PAGE]],
        "page": page,
        "more": len(rows) > _PAGE,
    }


def claim(id: str) -> dict[str, Any]:
    """A claim with all its evidence.

    Raises:
        Problem: 404 if there is none.
    """
    node = claim_iri(id) if id.isalnum() else None
    if node is None or not any(store().quads_for_pattern(node, term("rdf:type"), None, DEFAULT)):
        raise Problem(404, f"the graph holds no claim {id[:64]!r}")
    found = stored_claim(store(), node)
    relation = RELATIONS.get(found.predicate)
    return {**_claim(found, {}), "definitions": dict(relation.definitions) if relation else {}, "iri": node.value}


def article(id: str) -> dict[str, Any]:
    """An article with what it says.

    Raises:
        Problem: 404 if there is none.
    """
    found = graph().article(id)
    if found is None:
        raise Problem(404, f"the graph holds no article {id[:200]!r}")
    names: dict[str, dict[str, Any]] = {}
    claims = [_claim(c, names, only=id) for c in graph().claims(article=id)[: limits().rows]]
    return {**_article(found), "claims": claims}


def table(sparql: str) -> dict[str, Any]:
    """The first rows of a query's answer."""
    answer, most = parsed(sparql), limits().rows
    if isinstance(answer, ox.QueryBoolean):
        return {"kind": "ask", "answer": bool(answer), "columns": [], "rows": [], "more": False}
    if isinstance(answer, ox.QueryTriples):
        columns = ["subject", "predicate", "object"]
        rows = [[cell(t.subject), cell(t.predicate), cell(t.object)] for t in islice(answer, most + 1)]
        kind = "graph"
    else:
        columns = [variable.value for variable in answer.variables]
        rows = [[cell(node) for node in solution] for solution in islice(answer, most + 1)]
        kind = "table"
    return {"kind": kind, "columns": columns, "rows": rows[:most], "more": len(rows) > most}


def named(name: str, values: dict[str, str], format: str | None = None) -> dict[str, Any]:
    """The answer to a named query, whole as text in `format` (`csv` or `json`), else its first rows."""
    given: dict[str, Any] = dict(values)
    answer = run(graph(), load_query(name), **given)
    if format is not None:
        return {"text": answer.to_csv() if format == "csv" else answer.to_json()}
    most = limits().rows
    rows = [[cell(node) for node in row] for row in answer.terms[:most]]
    return {"kind": "table", "columns": list(answer.columns), "rows": rows, "more": len(answer) > most}


def network(language: str, title: str, excerpt: str) -> str:
    """The page of the network; of a large graph the latest claims between the actors that are named most.

    Args:
        language: Of the page.
        title: Its heading.
        excerpt: What the heading says of a part.
    """
    from kg.network import ClaimSet
    from kg.view import html_page

    whole = _count("kg:Claim")
    if whole <= _DRAWN:
        return html_page(graph(), language=language, title=title)
    strongest = " ".join(str(row[0]) for row in _select(_STRONGEST % 150))
    between = list(_select(_BETWEEN % {"all": strongest, "most": _DRAWN}))
    claims = [stored_claim(store(), row[0]) for row in between]
    named = {id for c in claims for id in (c.subject, c.object, c.qualifiers.source, c.qualifiers.place) if id}
    entities = [entity for id in sorted(named) if (entity := graph().entity(id)) is not None]
    told = sorted({piece.article for c in claims for piece in c.evidence})
    articles = [article for id in told if (article := graph().article(id)) is not None]
    part = ClaimSet(tuple(claims), tuple(entities), tuple(articles), read=_count("schema:NewsArticle"), found=whole)
    return html_page(part, language=language, title=f"{title} – {excerpt}")


# --- inside ----------------------------------------------------------------------------------------------------------


def _select(sparql: str) -> Any:
    return parsed(sparql)


def _count(type_: str) -> int:
    return int(next(iter(_select(_COUNTS % type_)))[0].value)


def _is_entity(node: object) -> bool:
    return isinstance(node, ox.NamedNode) and (_address(node) or "").startswith("/entity/")


def _address(node: ox.NamedNode) -> str | None:
    """Where a link to a node leads: a page here, or an address of the web."""
    if not node.value.startswith(KGR_NS):
        return node.value if node.value.startswith(("https://", "http://")) else None
    for kind, id_of in (("claim", claim_id), ("article", article_id), ("entity", entity_id)):
        try:
            return f"/{kind}/{quote(id_of(node), safe='')}"
        except (DataError, UnicodeEncodeError):
            continue
    return None


def _entity(id: str) -> dict[str, Any]:
    found: Entity | None = graph().entity(id)
    return {
        "id": id,
        "name": id if found is None else found.name or id,
        "type": "Unknown" if found is None else str(found.type),
        "href": _address(entity_iri(id)),
    }


def _article(found: Article) -> dict[str, Any]:
    is_web = found.url is not None and found.url.startswith(("https://", "http://"))
    return {
        "id": found.id,
        "href": f"/article/{quote(found.id, safe='', errors='replace')}",
        "title": found.title or found.id,
        "published": None if found.published is None else found.published.isoformat(),
        "publisher": found.publisher,
        "url": found.url if is_web else None,
        "language": found.language,
    }


def _claim(found: Claim, known: dict[str, Any], only: str | None = None) -> dict[str, Any]:
    q = found.qualifiers
    relation = RELATIONS.get(found.predicate)

    def of(id: str | None) -> dict[str, Any] | None:
        if id is not None and id not in known:
            known[id] = _entity(id)
        return None if id is None else known[id]

    evidence = []
    for piece in sorted(found.evidence, key=lambda e: (-e.confidence, e)):
        if only is not None and piece.article != only:
            continue
        about = f"\0{piece.article}"
        if about not in known:
            seen = graph().article(piece.article)
            known[about] = None if seen is None else _article(seen)
        start = min(max(piece.cue_start - piece.start, 0), len(piece.quote))
        end = min(max(piece.cue_end - piece.start, start), len(piece.quote))
        evidence.append(
            {
                "article": known[about],
                "quote": (piece.quote[:start], piece.quote[start:end], piece.quote[end:]),
                "rule": piece.rule,
                "confidence": piece.confidence,
                "start": piece.start,
                "end": piece.end,
            }
        )
    return {
        "id": found.id,
        "href": f"/claim/{found.id}",
        "subject": of(found.subject),
        "predicate": found.predicate,
        "labels": dict(relation.labels) if relation else {},
        "object": of(found.object),
        "modality": str(q.modality),
        "source": of(q.source),
        "begins": q.begins,
        "ends": q.ends,
        "place": of(q.place),
        "quantity": None if q.quantity is None else q.quantity.text,
        "role": q.role,
        "confidence": found.confidence,
        "evidence": evidence,
    }
