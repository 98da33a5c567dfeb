"""How long `kg validate` takes, as ratios of one run: to reading the same file, and to pySHACL on a small part.

```sh
python tests/benchmarks/bench_validate.py --claims 100000
```

The graph is made up: articles of five claims with their evidence, entities and some quantities and quotations, one
named graph each, written as N-Quads and read back. Small parts are checked by pySHACL too, in the same process, and
the answers are compared.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

import pyoxigraph as ox

from kg.model import (
    Article,
    Claim,
    Comparison,
    Entity,
    EntityType,
    Evidence,
    Extraction,
    Modality,
    Qualifiers,
    Quantity,
    Quotation,
)
from kg.rdf.encode import quads
from kg.rdf.shapes import validate, validate_in_runs
from kg.vocabulary import RELATIONS

CLAIMS_PER_ARTICLE = 5
TEXT = "Das ist ein Satz, der für alle steht. " * 10


def extraction(number: int, rng: random.Random) -> Extraction:
    """An article whose claims keep to the model."""
    name = f"article-{number}"
    lands = [Entity(f"Land{rng.randrange(200)}", EntityType.COUNTRY, "Land", known=True) for _ in range(4)]
    persons = [Entity(f"Person{rng.randrange(5000)}", EntityType.PERSON, "Person", country=lands[0].id) for _ in "12"]
    pool = list({entity.id: entity for entity in lands + persons}.values())
    claims = []
    while len(claims) < CLAIMS_PER_ARTICLE:
        relation = rng.choice(list(RELATIONS.values()))
        subjects = [e.id for e in pool if e.type in relation.subject_types]
        objects = [e.id for e in pool if e.type in relation.object_types]
        if subjects and objects:
            start = rng.randrange(300)
            evidence = Evidence(name, start, start + 38, TEXT[start : start + 38], "de/rule", start, start + 5, 0.83)
            quantity = Quantity("mehr als 100", 100.0, "Soldat", Comparison.AT_LEAST) if rng.random() < 0.2 else None
            said = Qualifiers(
                rng.choice(list(Modality)), rng.choice(pool).id, "2024-05", "2024-05", None, quantity, None
            )
            claims.append(Claim(rng.choice(subjects), relation.name, rng.choice(objects), said, (evidence,)))
    unique = list({claim.id: claim for claim in claims}.values())
    quotation = Quotation(name, 0, 38, TEXT[:38], pool[0].id, "sagte", False, (pool[1].id,))
    return Extraction.of(Article(name, TEXT, "Titel"), pool, unique, [quotation])


def timed(call: Callable[[], object]) -> tuple[float, object]:
    """The result of a call and the time of the processor that it took: others may be busy here too."""
    start = time.process_time()
    result = call()
    return time.process_time() - start, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--small", type=int, default=500, help="claims that pySHACL checks too")
    options = parser.parse_args()
    rng = random.Random(0)
    articles = (extraction(n, rng) for n in range(options.claims // CLAIMS_PER_ARTICLE))
    validate(quads(extraction(0, random.Random(1))))  # the shapes are read once
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.nq"
        with path.open("wb") as file:
            while batch := list(islice(articles, 500)):
                file.write(ox.serialize(chain.from_iterable(map(quads, batch)), format=ox.RdfFormat.N_QUADS))

        def read() -> Iterator[ox.Quad]:
            return ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS)

        def load() -> ox.Store:
            store = ox.Store()
            store.load(path=str(path), format=ox.RdfFormat.N_QUADS)
            return store

        reading, size = timed(lambda: sum(1 for _ in read()))
        loading, store = timed(load)
        del store
        checking, found = timed(lambda: validate_in_runs(read))
    print(f"{options.claims:,} claims, {size:,} quads, {len(found)} faults; validating includes reading")
    print(f"validating takes {checking / reading:.1f} times as long as reading the file with pyoxigraph")
    print(f"validating takes {checking / loading:.1f} times as long as loading it into a store of pyoxigraph in memory")
    rng = random.Random(2)
    small = [extraction(n, rng) for n in range(options.small // CLAIMS_PER_ARTICLE)]
    small += [replace(e, claims=tuple(replace(c, evidence=()) for c in e.claims)) for e in small[:2]]
    part = list(chain.from_iterable(map(quads, small)))
    fast, one = timed(lambda: validate(part))
    slow, other = timed(lambda: validate(part, pyshacl=True))
    print(f"{options.small:,} claims: pySHACL takes {slow / fast:,.0f} times as long; the same answer: {one == other}")


if __name__ == "__main__":
    main()
