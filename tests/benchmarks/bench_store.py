"""The store against plain rdflib and bare pyoxigraph: loading, all named queries, reasoning, as ratios of one run.

    python tests/benchmarks/bench_store.py [--claims 100000] [--limit 10] [--only load|queries|reason] [--rounds 3]
        [--queries NAME …] [--brief] [--no-rdflib]

A graph of N claims is made up (a fixed seed; 10 claims an article; a few actors are named often and most rarely; one
claim in ten is made by five articles in a row, with other figures; a place lies in a country or a region of one).
Loading starts from an N-Quads file with a named graph per article, and from extractions. `times` says how many times as
fast as the baseline; more is better. Every query runs in a process of its own, and the processor's time counts. Where
rdflib has not answered after `--limit` seconds, what it had of the processor by then counts (marked with >: the ratio
is a lower bound); a query that kg or pyoxigraph has not answered by then is named and left out. `rows` shows where
rdflib found another number of them.
`--only reason` compares what reasoning takes with loading, for N claims and for a tenth of them: the ratio should not
grow. `--no-rdflib` leaves rdflib out: for graphs that would take it hours. The queries are written for stores that join
by hashing; rdflib does not, so their ratios to rdflib also tell how they are written.
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
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import geometric_mean
from typing import Any

import pyoxigraph as ox
import rdflib
from oxrdflib._converter import from_ox

from kg.model import (
    Article,
    Claim,
    Entity,
    EntityType,
    Evidence,
    Extraction,
    Modality,
    Qualifiers,
    Quantity,
    Quotation,
)
from kg.query import list_queries, run
from kg.rdf.encode import quads as encode
from kg.rdf.endpoint import with_prefixes
from kg.rdf.vocabulary import PREFIXES
from kg.reason import reason
from kg.store import KnowledgeGraph
from kg.store_local import LocalStore
from kg.store_oxigraph import names_graphs
from kg.vocabulary import RELATIONS

CLAIMS_PER_ARTICLE = 10
_UNION = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--limit", type=int, default=10, help="seconds for a query in rdflib")
    parser.add_argument("--only", choices=["load", "queries", "reason"])
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many counts, for queries but rdflib's")
    parser.add_argument("--brief", action="store_true", help="load files only, without rdflib's addN")
    parser.add_argument("--queries", nargs="+", metavar="NAME", default=[], help="ask these only")
    parser.add_argument("--no-rdflib", dest="rdflib", action="store_false", help="compare with pyoxigraph alone")
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
        if options.only in (None, "load"):
            loading(path, Path(folder), [] if options.brief else extractions, rdflib=options.rdflib)
        extractions = []
        if options.only in (None, "queries"):
            asking(path, Path(folder), options.limit, options.rounds, options.queries, rdflib=options.rdflib)
        if options.only in (None, "reason"):
            reasoning(path)
            if options.claims >= 10_000:  # does it grow as the graph does?
                small = Path(folder) / "small.nq"
                with small.open("wb") as file:
                    for extraction in made_up(options.claims // 10):
                        ox.serialize(set(encode(extraction)), file, format=ox.RdfFormat.N_QUADS)
                reasoning(small)


def made_up(claims: int) -> Iterator[Extraction]:
    """Articles about a made-up world, the same at every call."""
    rng = random.Random(1)
    types = [EntityType.COUNTRY] * 4 + [EntityType.PERSON] * 8 + [EntityType.CITY] * 4 + list(EntityType)
    number = max(200, claims // 50)
    named_types = {f"E{i}": types[i % len(types)] for i in range(number)}
    countries = [id for id, type_ in named_types.items() if type_ is EntityType.COUNTRY]
    entities = []
    for i, (id, type_) in enumerate(named_types.items()):
        country = None if type_ is EntityType.COUNTRY else rng.choice(countries)
        entities.append(Entity(id, type_, f"Name {i}", (f"Alias {i}",), None, country, i % 3 == 0))
    by_type = {t: [e for e in entities if e.type is t] for t in EntityType}
    within = {e.id: e.country for e in entities if e.country}  # all lies in a country, a few cities in a region of it
    for place in (*by_type[EntityType.CITY], *by_type[EntityType.PLACE]):
        regions = (r.id for r in by_type[EntityType.REGION] if r.country == place.country)
        within[place.id] = rng.choice([within[place.id], *regions])
    relations = list(RELATIONS.values())
    for n in range(claims // CLAIMS_PER_ARTICLE):
        article = f"article-{n}"
        found = []
        for i in range(CLAIMS_PER_ARTICLE):
            same = random.Random(n // 5) if i == 0 else rng  # what five articles in a row tell
            claim = _claim(same, same.choice(relations), by_type, within, article, i)
            if i == 0:
                said = replace(claim.qualifiers, modality=rng.choice(list(Modality)), quantity=_size(n % 5))
                claim = replace(claim, qualifiers=said)
            found.append(claim)
        speakers = [rng.choice(by_type[EntityType.PERSON]).id for _ in range(2)]
        said = [Quotation(article, 0, 60, f"Words {n}", s, "says", True, (found[0].subject,)) for s in speakers]
        named = {id for c in found for id in (c.subject, c.object, c.qualifiers.source, c.qualifiers.place) if id}
        named.update(speakers)
        day = f"20{10 + n // 5 % 15}-{1 + n // 5 % 12:02}-{1 + n % 28:02}"
        about = Article(article, "x" * 600, f"Headline {n}", day, f"Medium {n % 12}", f"https://example.org/{n}")
        yield Extraction.of(about, sorted((entities[int(id[1:])] for id in named), key=lambda e: e.id), found, said)


def _claim(
    rng: random.Random,
    relation: Any,
    by_type: dict[EntityType, list[Entity]],
    within: dict[str, str],
    article: str,
    i: int,
) -> Claim:
    def pick(types: Any) -> str:
        pool = by_type[rng.choice(sorted(types))]
        return pool[int(len(pool) * rng.random() ** 3)].id  # a few are named often

    modality = rng.choices(list(Modality), [60, 20, 5, 10, 5])[0]
    source = pick([EntityType.PERSON, EntityType.MEDIA]) if modality is Modality.REPORTED else None
    day = f"20{rng.randint(10, 24)}-{rng.randint(1, 12):02}"
    many = relation.name in ("suffersCasualties", "sendsTroops") or rng.random() < 0.05
    size = _size(rng.randint(1, 500)) if many else None
    place = pick([EntityType.CITY]) if rng.random() < 0.2 else None
    qualifiers = Qualifiers(modality, source, day, day, place, size)
    quote = f"Sentence {i} of {article}, as long as sentences of the news are, more or less."
    evidence = Evidence(article, i * 60, i * 60 + len(quote), quote, "de/test/verb", i * 60, i * 60 + 8, 0.9)
    object = pick(relation.object_types) if relation.takes_object else None
    subject = pick(relation.subject_types)
    if relation.name == "locatedIn":  # at random, places would lie in each other, in ever longer chains
        subject = pick(relation.subject_types - {EntityType.COUNTRY})
        object = within[subject]
    return Claim(subject, relation.name, object, qualifiers, (evidence,))


def _size(number: int) -> Quantity:
    return Quantity(f"{number} Dinge", float(number), "Ding")


# --- loading ---------------------------------------------------------------------------------------------------------


def loading(path: Path, folder: Path, extractions: list[Extraction], *, rdflib: bool) -> None:
    """Load the graph in all ways; add what was read from articles if there is any."""
    print("\nloading a file of N-Quads, a named graph per article")
    if rdflib:
        base, dataset = timed(lambda: in_rdflib(path))
        row("rdflib in memory, parse", base, base)
        if extractions:
            quads = list(dataset.quads())
            dataset = None
            row("rdflib in memory, addN, nothing to parse", base, timed(lambda: rdflib_from(quads))[0])
            quads = []
        dataset = None
    least, store = timed(lambda: bare(path))
    del store
    base = base if rdflib else least
    row("pyoxigraph in memory, no union", base, least)
    seconds, graph = timed(lambda: KnowledgeGraph.load(path))
    row("kg in memory", base, seconds, 4 if rdflib else None)
    first, _ = timed(lambda: graph.query("ASK { ?claim a kg:Claim }"))
    row("kg in memory, and the first query", base, seconds + first)
    graph.close()
    row("pyoxigraph on disk, no union", base, timed(lambda: ox.Store(str(folder / "bare")).bulk_load(path=path))[0])

    def on_disk() -> None:
        with KnowledgeGraph(folder / "store") as graph:
            graph.read(path)

    row("kg on disk, with the union", base, timed(on_disk)[0], 2 if rdflib else None)
    if not extractions or not rdflib:
        return
    print("\nadding what was read from articles (encoding counts)")
    encoded = (q for e in extractions for q in encode(e))
    terms = (tuple(map(from_ox, (q.subject, q.predicate, q.object, q.graph_name))) for q in encoded)
    base, _ = timed(lambda: rdflib_from(terms))
    row("rdflib in memory, addN", base, base)
    row("kg in memory", base, timed(lambda: KnowledgeGraph().add(*extractions))[0], 4)

    def adding() -> None:
        with KnowledgeGraph(folder / "added") as graph:
            graph.add(*extractions)

    row("kg on disk", base, timed(adding)[0], 2)


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


def asking(path: Path, folder: Path, limit: int, rounds: int, only: list[str], *, rdflib: bool) -> None:
    """Ask all named queries that run without parameters."""
    recorder, texts = Recorder(), {}
    for query in list_queries():
        if not any(p.required for p in query.parameters) and (not only or query.name in only):
            run(recorder, query)
            texts[query.name] = recorder.asked
    memory, plain, slow = KnowledgeGraph.load(path), bare(path), in_rdflib(path) if rdflib else None
    plain.update(_UNION)
    with KnowledgeGraph(folder / "asked") as disk:
        disk.read(path)
    for text in ("ASK { ?claim a kg:Claim }", "ASK { GRAPH ?article { ?claim a kg:Claim } }"):
        memory.query(text)  # the union is made once, now
    gc.freeze()
    read_disk = partial(KnowledgeGraph, folder / "asked", read_only=True)
    base_name = "rdflib in memory" if rdflib else "pyoxigraph"
    print(f"\n{len(texts)} named queries. `times`: as fast as {base_name}, more is better.")
    print("`kg : bare`: kg's time, that of pyoxigraph is 1; less is better. (1) one store with named graphs and their")
    print("union as default graph, as one fills it by hand; (2) the very store that kg asks: what kg itself costs.")
    print(f"{'':24}{'times':^36}{'kg : bare':^18}{'':8}{'seconds of':>12}")
    heads = "".join(f"{head:>12}" for head in ("pyoxigraph", "kg memory", "kg disk"))
    print(f"{'':24}{heads}{'(1)':>9}{'(2)':>9}{'rows':>8}{'kg memory':>12}")
    ratios: dict[str, list[float]] = {name: [] for name in ("pyoxigraph", "memory", "disk", "cost", "same", "values")}
    for name, text in texts.items():
        alone, count = in_time(limit, rounds, lambda: memory, lambda g, t=text: len(g.query(t)))
        values, _ = in_time(limit, rounds, lambda: memory, lambda g, t=text: len(g.query(t).rows))
        lasting, _ = in_time(limit, rounds, read_disk, lambda g, t=text: len(g.query(t)))
        least, _ = in_time(limit, rounds, lambda: plain, lambda s, t=text: ask_bare(s, t))
        inner, _ = in_time(limit, rounds, lambda t=text: asked_by(memory, t), lambda s, t=text: ask_bare(s, t))
        if None in (alone, values, lasting, least, inner):
            print(f"{name:24}  not answered by all in {limit} s: {alone=} {lasting=} {least=}", flush=True)
            continue
        base, other = least, count
        if rdflib:
            base, other = in_time(limit, 1, lambda: slow, lambda s, t=text: len(list(s.query(with_prefixes(t)))))
        mark, base, other = (">", other, count) if base is None else ("", base, other)
        found = (base / least, base / alone, base / lasting, alone / least, alone / inner, values / inner)
        for key, value in zip(ratios, found, strict=True):
            ratios[key].append(value)
        cells = "".join(f"{mark + format(value, '.1f'):>12}" for value in found[:3])
        warning = "" if other in (None, count) else f", rdflib {other}"
        print(f"{name:24}{cells}{found[3]:9.2f}{found[4]:9.2f}{count:8}{alone:12.2f}{warning}", flush=True)
    means = {key: geometric_mean(values) for key, values in ratios.items()}
    cells = "".join(f"{means[key]:12.1f}" for key in ("pyoxigraph", "memory", "disk"))
    print(f"{'geometric mean':24}{cells}{means['cost']:9.2f}{means['same']:9.2f}")
    if rdflib:
        print(f"in memory {means['memory']:.1f} times as fast as rdflib (aim: 12 or more)")
    faster = "faster" if means["cost"] < 1 else "slower"
    print(f"kg takes {means['cost']:.2f} of the time of bare pyoxigraph filled by hand: it is {faster}")
    print(f"on the very same store kg takes {means['same']:.2f} of bare pyoxigraph's time (aim: 1.15 or less),")
    print(f"{means['values']:.2f} with every term made a plain value of Python")


def asked_by(graph: KnowledgeGraph, sparql: str) -> ox.Store:
    """The store of pyoxigraph that kg asks a query."""
    store = graph._open()
    assert isinstance(store, LocalStore)
    return store.whole if names_graphs(sparql) else store.plain()


def ask_bare(store: ox.Store, sparql: str) -> int:
    """Ask pyoxigraph and read all terms of the answer; their number of rows."""
    return len(list(map(_terms, store.query(sparql, prefixes=dict(PREFIXES)))))


def _terms(solution: Any) -> Any:
    return tuple(solution) if isinstance(solution, ox.QuerySolution) else solution


# --- reasoning -------------------------------------------------------------------------------------------------------


def reasoning(path: Path) -> None:
    """Conclude all that kg's rules conclude; the processor's time counts."""
    start = time.process_time()
    graph = KnowledgeGraph.load(path)
    graph.query("ASK { ?claim a kg:Claim }")
    loaded = time.process_time()
    counts = reason(graph)
    times = (time.process_time() - loaded) / (loaded - start)
    number = sum(counts.values())
    print(
        f"\nreasoning: {number} conclusions of {len(graph)} claims: {', '.join(f'{v} {k}' for k, v in counts.items())}"
    )
    print(f"it takes {times:.1f} times as long as loading the file and the first query (aim: 5 or less)", flush=True)


# --- time ------------------------------------------------------------------------------------------------------------


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and result."""
    gc.collect()
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def in_time(
    limit: int, rounds: int, opened: Callable[[], Any], work: Callable[[Any], int]
) -> tuple[float, int] | tuple[None, float]:
    """The fewest seconds of the processor of several rounds in a process of their own, and the result.

    `None` if it takes too long, and the seconds of the processor that it had by then.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        store = opened()
        deadline, found = time.perf_counter() + limit, []
        while len(found) < rounds and time.perf_counter() < deadline:
            start = time.process_time()  # others may be busy here too
            result = work(store)
            found.append(time.process_time() - start)
        os.write(writing, json.dumps([min(found), result]).encode())
        os._exit(0)
    os.close(writing)
    ready, _, _ = select.select([reading], [], [], limit + 2)  # opening takes time, too
    answer = os.read(reading, 1000) if ready else b""
    os.close(reading)
    os.kill(child, signal.SIGKILL)
    _, _, used = os.wait4(child, 0)
    seconds, result = json.loads(answer or "[null, null]")
    return (seconds, result) if seconds is not None and seconds <= limit else (None, used.ru_utime + used.ru_stime)


def row(name: str, base: float, seconds: float, aim: float | None = None) -> None:
    """Print how many times as fast as the baseline."""
    goal = "" if aim is None else f"   (aim: {aim} or more)"
    print(f"  {name:44}{base / seconds:6.1f} times{goal}", flush=True)


if __name__ == "__main__":
    main()
