"""A graph as five flat tables: articles, actors, claims, evidence, events. For pandas, R, DuckDB and spreadsheets.

The graph is read once, article by article, into a temporary database on disk, from which everything else is taken: so a
graph of any size fits into little memory. A claim that several articles make is one row with what all of them say.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kg.errors import SettingsError, StoreError
from kg.model import Article, Claim, Comparison, Entity, Evidence, Extraction, Modality, Qualifiers, Quantity
from kg.query_parameters import KINDS, entities_named
from kg.rdf.decode import extractions
from kg.rdf.vocabulary import entity_id
from kg.store import KnowledgeGraph
from kg.tables_events import EVENTS, day_of, event_count, event_rows
from kg.tables_files import FORMATS, WRITERS, format_known, frame_of_rows

if TYPE_CHECKING:
    import pandas

__all__ = ["FORMATS", "TABLES", "Tables", "event_table", "write_tables"]

TABLES: dict[str, dict[str, str]] = {
    "articles": {
        "article": "string", "title": "string", "published": "date", "publisher": "string", "url": "string",
        "language": "string", "characters": "int", "sha256": "string", "claims": "int", "duplicate_of": "string",
    },
    "actors": {
        "actor": "string", "name": "string", "type": "string", "aliases": "list", "wikidata": "string",
        "country": "string", "known": "bool", "claims": "int", "articles": "int",
    },
    "claims": {
        "claim": "string", "subject": "string", "subject_name": "string", "predicate": "string", "object": "string",
        "object_name": "string", "modality": "string", "source": "string", "source_name": "string",
        "begins": "string", "ends": "string", "place": "string", "place_name": "string", "quantity": "string",
        "value": "float", "upper": "float", "unit": "string", "comparison": "string", "role": "string",
        "confidence": "float", "evidence": "int", "articles": "int", "sources": "int",
    },
    "evidence": {
        "claim": "string", "article": "string", "start": "int", "end": "int", "cue_start": "int", "cue_end": "int",
        "quote": "string", "rule": "string", "confidence": "float",
    },
    "events": EVENTS,
}  # fmt: skip
"""The columns of each table with their types. `sources` counts articles that are nearly the same as one."""

_SCHEMA = """
CREATE TABLE article (id TEXT PRIMARY KEY, title, published, publisher, url, language, length, digest,
    source TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE claim (id TEXT PRIMARY KEY, subject, predicate, object, modality, source, begins, ends, place, role,
    quantity) WITHOUT ROWID;
CREATE TABLE evidence (claim TEXT, article TEXT, start INT, stop INT, quote, rule, cue_start INT, cue_stop INT,
    confidence REAL);
CREATE TABLE actor (id TEXT, article TEXT, PRIMARY KEY (id, article)) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX evidence_claim ON evidence (claim, article, start);
CREATE INDEX claim_subject ON claim (subject);
CREATE INDEX claim_object ON claim (object);
"""
_KEPT = 10_000  # entities that are in memory at once
_LINKS = "SELECT ?one ?other WHERE { ?a prov:alternateOf ?b . ?a schema:identifier ?one . ?b schema:identifier ?other }"


class Tables:
    """What a graph says, in tables, gathered on disk.

    Args:
        graph: Read once, when the tables are made.
        each: Called meanwhile with the quads of every named graph, in the order of their names.

    Raises:
        SettingsError: If it is no graph, but perhaps the name of one.

    Example:
        >>> from kg.model import Article
        >>> extraction = Extraction.of(Article("a", "Text"), claims=[Claim("Polen", "supports", "Ukraine")])
        >>> graph = KnowledgeGraph()
        >>> graph.add(extraction)
        >>> with Tables(graph) as tables:
        ...     [(row["subject"], row["predicate"], row["sources"]) for row in tables.rows("claims")]
        [('Polen', 'supports', 0)]
    """

    def __init__(self, graph: KnowledgeGraph, *, each: Callable[[list[Any]], None] | None = None) -> None:
        if not isinstance(graph, KnowledgeGraph):
            message = f"a graph is wanted, not {graph!r}"  # type: ignore[unreachable] # notebooks are not typed
            raise SettingsError(message, hint="open it: kg.KnowledgeGraph.open('folder')")
        self._graph = graph
        self._entities: dict[str, Entity | None] = {}
        self._database = sqlite3.connect("", isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(_SCHEMA)
        twins = {str(one): str(other) for one, other in graph.query(_LINKS).rows}
        self._database.execute("BEGIN")
        for name in graph.graphs():
            quads = list(graph.quads(name))
            if each is not None:
                each(quads)
            for extraction in extractions(quads):
                self._add(extraction, twins)
        self._database.execute("COMMIT")
        self._database.executescript(_INDEXES)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def count(self, table: str) -> int:
        """How many rows a table has."""
        if table == "events":
            return event_count(self._database, self.entity)
        counted = {"articles": "article", "claims": "claim", "evidence": "evidence"}
        sql = "SELECT count(DISTINCT id) FROM actor" if table == "actors" else f"SELECT count(*) FROM {counted[table]}"
        return int(self._database.execute(sql).fetchone()[0])

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of a table, in a fixed order: by id, evidence by claim, article and place, events by date.

        Args:
            table: One of `TABLES`.
        """
        makers: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
            "articles": self._article_rows,
            "actors": self._actor_rows,
            "claims": self._claim_rows,
            "evidence": self._evidence_rows,
            "events": lambda: event_rows(self._database, self._claim, self.entity),
        }
        yield from makers[table]()

    def claims(self) -> Iterator[tuple[Claim, int]]:
        """All claims with all evidence and their number of independent sources, in the order of their evidence."""
        # Only the order is sorted; the claims themselves are fetched one by one.
        order = self._database.execute(
            "SELECT id, min(article || char(1) || printf('%012d%012d', start, cue_start)) AS first "
            "FROM claim LEFT JOIN evidence ON claim = id GROUP BY id ORDER BY first, id"
        )
        for claim, _ in order:
            yield self._claim(claim)

    def strongest(self, count: int, *, evidence: int = 100) -> tuple[list[Claim], list[Entity], list[Article]]:
        """The claims that most sources make, with their actors and articles; of a small graph all.

        Args:
            count: Claims at most.
            evidence: Pieces of evidence of each claim at most, in the order of the articles.

        Returns:
            Claims, the entities that they name, and the articles of their evidence, without their texts.
        """
        ranked = self._database.execute(
            "SELECT claim FROM evidence JOIN article ON article.id = evidence.article GROUP BY claim "
            "ORDER BY count(DISTINCT article.source) DESC, max(confidence) DESC, claim LIMIT ?",
            (count,),
        ).fetchall()
        claims = [self._claim(claim, evidence)[0] for (claim,) in ranked]
        named = {
            name
            for c in claims
            for name in (c.subject, c.object, c.qualifiers.source, c.qualifiers.place)
            if name is not None
        }
        entities = [e for name in sorted(named) if (e := self.entity(name)) is not None]
        homes = {e.country for e in entities if e.country} - named
        entities += [e for name in sorted(homes) if (e := self.entity(name)) is not None]
        articles = [self.article(name) for name in sorted({e.article for c in claims for e in c.evidence})]
        return claims, entities, articles

    def article(self, id: str) -> Article:
        """An article without its text."""
        row = self._database.execute(
            "SELECT title, published, publisher, url, language FROM article WHERE id = ?", (id,)
        ).fetchone()
        title, published, publisher, url, language = row or (None, None, None, None, "")
        day = date.fromisoformat(published) if published else None
        return Article(id, "", title=title, published=day, publisher=publisher, url=url, language=language)

    def entity(self, id: str) -> Entity | None:
        """An entity with the names that all articles give it; `None` if none describes it."""
        if id not in self._entities:
            if len(self._entities) >= _KEPT:
                self._entities.clear()
            self._entities[id] = self._graph.entity(id)
        return self._entities[id]

    # --- inside ------------------------------------------------------------------------------------------------------

    def _add(self, extraction: Extraction, twins: dict[str, str]) -> None:
        a = extraction.article
        self._database.execute(
            "INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                a.id, a.title, a.published.isoformat() if a.published else None, a.publisher, a.url, a.language,
                len(a.text), a.digest, twins.get(a.id, a.id),
            ),
        )  # fmt: skip
        names = {(entity.id, a.id) for entity in extraction.entities}
        self._database.executemany("INSERT OR IGNORE INTO actor VALUES (?, ?)", names)
        for claim in extraction.claims:
            q = claim.qualifiers
            self._database.execute(
                "INSERT OR IGNORE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    claim.id, claim.subject, claim.predicate, claim.object, str(q.modality), q.source, q.begins, q.ends,
                    q.place, q.role, _packed(q.quantity),
                ),
            )  # fmt: skip
            self._database.executemany(
                "INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (claim.id, e.article, e.start, e.end, e.quote, e.rule, e.cue_start, e.cue_end, e.confidence)
                    for e in claim.evidence
                ],
            )

    def _claim(self, id: str, most: int = -1) -> tuple[Claim, int]:
        row = self._database.execute("SELECT * FROM claim WHERE id = ?", (id,)).fetchone()
        evidence = self._database.execute(
            "SELECT article, start, stop, quote, rule, cue_start, cue_stop, confidence FROM evidence WHERE claim = ? "
            "ORDER BY article, start, stop, quote, rule, cue_start LIMIT ?",
            (id, most),
        )
        (sources,) = self._database.execute(
            "SELECT count(DISTINCT source) FROM evidence JOIN article ON article.id = article WHERE claim = ?", (id,)
        ).fetchone()
        _, subject, predicate, object_, modality, source, begins, ends, place, role, quantity = row
        q = Qualifiers(Modality(modality), source, begins, ends, place, _unpacked(quantity), role)
        return Claim(subject, predicate, object_, q, tuple(sorted(Evidence(*each) for each in evidence))), sources

    def _article_rows(self) -> Iterator[dict[str, Any]]:
        columns = TABLES["articles"]
        for row in self._database.execute(
            "SELECT id, title, published, publisher, url, language, length, digest, count, nullif(source, id) "
            "FROM article LEFT JOIN (SELECT article, count(DISTINCT claim) AS count FROM evidence GROUP BY article) "
            "ON article = id ORDER BY id"
        ):
            values = dict(zip(columns, row, strict=True))
            yield values | {"published": _day(values["published"]), "claims": values["claims"] or 0}

    def _actor_rows(self) -> Iterator[dict[str, Any]]:
        rows = self._database.execute(
            "SELECT actor.id, count(*), (SELECT count(*) FROM claim WHERE subject = actor.id OR object = actor.id) "
            "FROM actor GROUP BY actor.id ORDER BY actor.id"
        )
        for name, articles, claims in rows:
            e = self.entity(name)
            if e is not None:
                yield {
                    "actor": e.id, "name": e.name, "type": str(e.type), "aliases": list(e.aliases),
                    "wikidata": e.wikidata, "country": e.country, "known": e.known, "claims": claims,
                    "articles": articles,
                }  # fmt: skip

    def _claim_rows(self) -> Iterator[dict[str, Any]]:
        for (name,) in self._database.execute("SELECT id FROM claim ORDER BY id"):
            claim, sources = self._claim(name)
            q, n = claim.qualifiers, claim.qualifiers.quantity
            yield {
                "claim": name,
                "subject": claim.subject, "subject_name": self._name(claim.subject),
                "predicate": claim.predicate,
                "object": claim.object, "object_name": self._name(claim.object),
                "modality": str(q.modality), "source": q.source, "source_name": self._name(q.source),
                "begins": q.begins, "ends": q.ends, "place": q.place, "place_name": self._name(q.place),
                "quantity": n and n.text, "value": n and n.value, "upper": n and n.upper, "unit": n and n.unit,
                "comparison": n and str(n.comparison), "role": q.role, "confidence": claim.confidence,
                "evidence": len(claim.evidence), "articles": len({e.article for e in claim.evidence}),
                "sources": sources,
            }  # fmt: skip

    def _evidence_rows(self) -> Iterator[dict[str, Any]]:
        rows = self._database.execute(
            "SELECT claim, article, start, stop, cue_start, cue_stop, quote, rule, confidence FROM evidence "
            "ORDER BY claim, article, start, stop, rule"
        )
        for row in rows:
            yield dict(zip(TABLES["evidence"], row, strict=True))

    def _name(self, id: str | None) -> str | None:
        entity = None if id is None else self.entity(id)
        return id if entity is None else entity.name


def write_tables(graph: KnowledgeGraph, folder: str | Path, *, format: str = "parquet") -> list[Path]:
    """Write a graph as tables: `articles`, `actors`, `claims`, `evidence` and `events`, a file each.

    Args:
        graph: The graph.
        folder: Where the files go; made if missing. Files of the same names are replaced.
        format: `parquet` or `csv`. In CSV aliases and publishers are separated by bars, an empty cell is an unknown
            value, and words that a spreadsheet would calculate (`=…`) have an apostrophe before them.

    Returns:
        The files.

    Raises:
        SettingsError: If there is no such format, or pyarrow is not installed.
        StoreError: If a file cannot be written.

    Example:
        >>> import tempfile
        >>> [path.name for path in write_tables(KnowledgeGraph(), tempfile.mkdtemp(), format="csv")]
        ['articles.csv', 'actors.csv', 'claims.csv', 'evidence.csv', 'events.csv']
    """
    folder = Path(folder)
    written = []
    with format_known(format), Tables(graph) as tables:
        for table in TABLES:
            path = folder / f"{table}.{format}"
            temporary = path.with_name(f".{path.name}.part")
            try:
                folder.mkdir(parents=True, exist_ok=True)
                WRITERS[format](tables.rows(table), TABLES[table], temporary)
                temporary.replace(path)
            except OSError as error:
                message = f"cannot be written: {error.strerror or error}"
                raise StoreError(message, source=path, hint="give a folder that you may write to") from error
            finally:
                with suppress(OSError):
                    temporary.unlink()
            written.append(path)
    return written


def event_table(
    graph: KnowledgeGraph, *, since: str | None = None, until: str | None = None, actor: str | None = None
) -> pandas.DataFrame:
    """The table `events` of a graph as a pandas frame: who did what to whom, a row per claim.

    Args:
        graph: The graph.
        since: Year, month or day (`2024`, `2024-10`, `2024-10-07`) before which nothing counts. Where the text gives
            no date, that of the article counts.
        until: Year, month or day after which nothing counts.
        actor: Name or id of who must be actor or recipient.

    Raises:
        SettingsError: If pandas is not installed, or it is no graph.
        QueryError: If a date is none, or the graph knows no such actor.

    Example:
        >>> list(event_table(KnowledgeGraph()).columns[:3])
        ['event_id', 'event_date', 'event_date_end']
    """
    first, last = (
        day and day_of(KINDS["date"](graph, name, day)[0].value, last=name == "until")
        for name, day in (("since", since), ("until", until))
    )
    with Tables(graph) as tables:
        whose = None if actor is None else set(map(entity_id, entities_named(graph, "actor", actor)))
        rows = [
            row
            for row in tables.rows("events")
            if (whose is None or row["actor_id"] in whose or row["recipient_id"] in whose)
            and (not first or (row["event_date"] and (row["event_date_end"] or row["event_date"]) >= first))
            and (not last or (row["event_date"] and row["event_date"] <= last))
        ]
    return frame_of_rows(rows, EVENTS)


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _packed(quantity: Quantity | None) -> str | None:
    if quantity is None:
        return None
    n = quantity
    return json.dumps([n.text, n.value, n.unit, str(n.comparison), n.upper], ensure_ascii=False)


def _unpacked(packed: str | None) -> Quantity | None:
    if packed is None:
        return None
    text, value, unit, comparison, upper = json.loads(packed)
    return Quantity(text, value, unit, Comparison(comparison), upper)
