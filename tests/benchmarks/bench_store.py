"""The store against plain rdflib and bare pyoxigraph: loading, and all named queries, as ratios of one run.

    python tests/benchmarks/bench_store.py [--claims 100000] [--limit 10] [--only load|queries] [--rounds 3] [--brief]

A graph of N claims is made up (a fixed seed; 10 claims an article; a few actors are named often and most rarely).
Loading starts from an N-Quads file with a named graph per article, and from extractions. `times` says how many times as
fast as the baseline; more is better. Every query runs in a process of its own. One that rdflib has not answered after
`--limit` seconds counts as that many (marked with >: the ratio is a lower bound); one that kg or pyoxigraph has not
answered by then is named and left out. `rows` shows where rdflib found another number of them.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import random
import select
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from statistics import geometric_mean
from typing import Any

import pyoxigraph as ox
import rdflib
from oxrdflib._converter import from_ox

from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction, Modality, Qualifiers, Quantity
from kg.query import list_queries, run
from kg.rdf.encode import quads as encode
from kg.rdf.endpoint import with_prefixes
from kg.rdf.vocabulary import PREFIXES
from kg.store import KnowledgeGraph
from kg.vocabulary import RELATIONS

CLAIMS_PER_ARTICLE = 10
_UNION = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--limit", type=int, default=10, help="seconds for a query in rdflib")
    parser.add_argument("--only", choices=["load", "queries"])
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many counts, for queries but rdflib's")
    parser.add_argument("--brief", action="store_true", help="load files only, without rdflib's addN")
    options = parser.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)
    logging.disable(logging.WARNING)
    extractions = list(made_up(options.claims))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.nq"
        with path.open("wb") as file:
            for extraction in extractions:
                ox.serialize(set(encode(extraction)), file, format=ox.RdfFormat.N_QUADS)
        with path.open("rb") as file:
            print(f"{options.claims} claims, {sum(1 for _ in file)} quads in {len(extractions)} named graphs")
        if options.only != "queries":
            loading(path, Path(folder), [] if options.brief else extractions)
        if options.only != "load":
            asking(path, Path(folder), options.limit, options.rounds)


def made_up(claims: int) -> Iterator[Extraction]:
    """Articles about a made-up world, the same at every call."""
    rng = random.Random(1)
    types = [EntityType.COUNTRY] * 4 + [EntityType.PERSON] * 8 + [EntityType.CITY] * 4 + list(EntityType)
    number = max(200, claims // 50)
    entities = []
    for i in range(number):
        country = f"E{rng.randrange(number) // 20 * 20}"
        entities.append(Entity(f"E{i}", types[i % len(types)], f"Name {i}", (f"Alias {i}",), None, country, i % 3 == 0))
    by_type = {t: [e for e in entities if e.type is t] for t in EntityType}
    relations = list(RELATIONS.values())
    for n in range(claims // CLAIMS_PER_ARTICLE):
        article = f"article-{n}"
        found = [_claim(rng, rng.choice(relations), by_type, article, i) for i in range(CLAIMS_PER_ARTICLE)]
        named = {id for c in found for id in (c.subject, c.object, c.qualifiers.source, c.qualifiers.place) if id}
        day = f"20{10 + n % 15}-{1 + n % 12:02}-{1 + n % 28:02}"
        about = Article(article, "x" * 600, f"Headline {n}", day, f"Medium {n % 12}", f"https://example.org/{n}")
        yield Extraction.of(about, sorted((entities[int(id[1:])] for id in named), key=lambda e: e.id), found)


def _claim(rng: random.Random, relation: Any, by_type: dict[EntityType, list[Entity]], article: str, i: int) -> Claim:
    def pick(types: Any) -> str:
        pool = by_type[rng.choice(sorted(types))]
        return pool[int(len(pool) * rng.random() ** 3)].id  # a few are named often

    modality = rng.choices(list(Modality), [60, 20, 5, 10, 5])[0]
    source = pick([EntityType.PERSON, EntityType.MEDIA]) if modality is Modality.REPORTED else None
    day = f"20{rng.randint(10, 24)}-{rng.randint(1, 12):02}"
    many = relation.name in ("suffersCasualties", "sendsTroops") or rng.random() < 0.05
    size = Quantity(f"{i + 2} Dinge", float(rng.randint(1, 500)), "Ding") if many else None
    place = pick([EntityType.CITY]) if rng.random() < 0.2 else None
    qualifiers = Qualifiers(modality, source, day, day, place, size)
    quote = f"Sentence {i} of {article}, as long as sentences of the news are, more or less."
    evidence = Evidence(article, i * 60, i * 60 + len(quote), quote, "de/test/verb", i * 60, i * 60 + 8, 0.9)
    object = pick(relation.object_types) if relation.takes_object else None
    return Claim(pick(relation.subject_types), relation.name, object, qualifiers, (evidence,))


# --- loading ---------------------------------------------------------------------------------------------------------


def loading(path: Path, folder: Path, extractions: list[Extraction]) -> None:
    """Load the graph in all ways; add what was read from articles if there is any."""
    print("\nloading a file of N-Quads, a named graph per article")
    base, dataset = timed(lambda: in_rdflib(path))
    row("rdflib in memory, parse", base, base)
    if extractions:
        quads = list(dataset.quads())
        row("rdflib in memory, addN, nothing to parse", base, timed(lambda: rdflib_from(quads))[0])
        quads = []
    dataset = None
    row("pyoxigraph in memory, no union", base, timed(lambda: bare(path))[0])
    seconds, graph = timed(lambda: KnowledgeGraph.load(path))
    row("kg in memory", base, seconds)
    first, _ = timed(lambda: graph.query("ASK { ?claim a kg:Claim }"))
    row("kg in memory, and the first query", base, seconds + first)
    graph.close()
    row("pyoxigraph on disk, no union", base, timed(lambda: ox.Store(str(folder / "bare")).bulk_load(path=path))[0])

    def on_disk() -> None:
        with KnowledgeGraph(folder / "store") as graph:
            graph.read(path)

    row("kg on disk, with the union", base, timed(on_disk)[0])
    if not extractions:
        return
    print("\nadding what was read from articles (encoding counts)")
    encoded = (q for e in extractions for q in encode(e))
    terms = (tuple(map(from_ox, (q.subject, q.predicate, q.object, q.graph_name))) for q in encoded)
    base, _ = timed(lambda: rdflib_from(terms))
    row("rdflib in memory, addN", base, base)
    row("kg in memory", base, timed(lambda: KnowledgeGraph().add(*extractions))[0])

    def adding() -> None:
        with KnowledgeGraph(folder / "added") as graph:
            graph.add(*extractions)

    row("kg on disk", base, timed(adding)[0])


def in_rdflib(path: Path) -> rdflib.Dataset:
    """Parse with rdflib."""
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(path, format="nquads")
    return dataset


def rdflib_from(quads: Iterable[Any]) -> None:
    """Add terms of rdflib that are there already."""
    dataset = rdflib.Dataset(default_union=True)
    graphs: dict[Any, rdflib.Graph] = {}

    def graph(name: Any) -> rdflib.Graph:
        if name not in graphs:
            graphs[name] = dataset.graph(name)
        return graphs[name]

    dataset.addN((s, p, o, graph(name)) for s, p, o, name in quads)


def bare(path: Path) -> ox.Store:
    """Load with pyoxigraph alone."""
    store = ox.Store()
    store.bulk_load(path=path)
    return store


# --- asking ----------------------------------------------------------------------------------------------------------


class Recorder(KnowledgeGraph):
    """Notes what it is asked."""

    asked = ""

    def query(self, sparql: str, **options: Any) -> Any:
        """Note the query and answer it."""
        self.asked = sparql
        return super().query(sparql, **options)


def asking(path: Path, folder: Path, limit: int, rounds: int) -> None:
    """Ask all named queries that run without parameters."""
    recorder, texts = Recorder(), {}
    for query in list_queries():
        if not any(p.required for p in query.parameters):
            run(recorder, query)
            texts[query.name] = recorder.asked
    memory, plain, slow = KnowledgeGraph.load(path), bare(path), in_rdflib(path)
    plain.update(_UNION)
    with KnowledgeGraph(folder / "asked") as disk:
        disk.read(path)
    for text in ("ASK { ?claim a kg:Claim }", "ASK { GRAPH ?article { ?claim a kg:Claim } }"):
        memory.query(text)  # the union is made once, now
    gc.freeze()
    prefixes = dict(PREFIXES)
    print(f"\n{len(texts)} named queries, times as fast as rdflib in memory")
    print(f"{'':24}{'pyoxigraph':>12}{'kg memory':>12}{'kg disk':>12}{'kg / bare':>12}{'rows':>8}")
    ratios: dict[str, list[float]] = {name: [] for name in ("pyoxigraph", "memory", "disk", "cost", "values")}
    for name, text in texts.items():
        alone, count = in_time(limit, rounds, lambda: memory, lambda g, t=text: len(g.query(t)))
        values, _ = in_time(limit, rounds, lambda: memory, lambda g, t=text: len(g.query(t).rows))
        lasting, _ = in_time(
            limit, rounds, partial(KnowledgeGraph, folder / "asked", read_only=True), lambda g, t=text: len(g.query(t))
        )
        least, _ = in_time(
            limit, rounds, lambda: plain, lambda s, t=text: len(list(map(_terms, s.query(t, prefixes=prefixes))))
        )
        if None in (alone, values, lasting, least):
            print(f"{name:24}  not answered by all in {limit} s: {alone=} {lasting=} {least=}", flush=True)
            continue
        base, other = in_time(limit, 1, lambda: slow, lambda s, t=text: len(list(s.query(with_prefixes(t)))))
        mark, base = (">", float(limit)) if base is None else ("", base)
        found = (base / least, base / alone, base / lasting, alone / least, values / least)
        for key, value in zip(ratios, found, strict=True):
            ratios[key].append(value)
        cells = "".join(f"{mark + format(value, '.1f'):>12}" for value in found[:3])
        warning = "" if other in (None, count) else f", rdflib {other}"
        print(f"{name:24}{cells}{found[3]:12.2f}{count:8}{warning}", flush=True)
    means = {key: geometric_mean(values) for key, values in ratios.items()}
    cells = "".join(f"{means[key]:12.1f}" for key in ("pyoxigraph", "memory", "disk"))
    print(f"{'geometric mean':24}{cells}{means['cost']:12.2f}")
    print(f"all terms as plain values too: {means['values']:.2f} of bare pyoxigraph's time")


def _terms(solution: Any) -> Any:
    return tuple(solution) if isinstance(solution, ox.QuerySolution) else solution


# --- time ------------------------------------------------------------------------------------------------------------


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and result."""
    gc.collect()
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def in_time(
    limit: int, rounds: int, opened: Callable[[], Any], work: Callable[[Any], int]
) -> tuple[float, int] | tuple[None, None]:
    """The fewest seconds of several rounds in a process of their own, and the result; `None` if it takes too long."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        store = opened()
        deadline, found = time.perf_counter() + limit, []
        while len(found) < rounds and time.perf_counter() < deadline:
            start = time.perf_counter()
            result = work(store)
            found.append(time.perf_counter() - start)
        os.write(writing, json.dumps([min(found), result]).encode())
        os._exit(0)
    os.close(writing)
    ready, _, _ = select.select([reading], [], [], limit + 2)  # opening takes time, too
    answer = os.read(reading, 1000) if ready else b""
    os.close(reading)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    seconds, result = json.loads(answer or "[null, null]")
    return (seconds, result) if seconds is not None and seconds <= limit else (None, None)


def row(name: str, base: float, seconds: float) -> None:
    """Print how many times as fast as the baseline."""
    print(f"  {name:44}{base / seconds:6.1f} times", flush=True)


if __name__ == "__main__":
    main()
