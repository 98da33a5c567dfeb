"""How much reading facts costs on top of the parser alone, on the same texts in the same run.

    python tests/benchmarks/bench_extract.py [FILE or FOLDER …] [--rounds N] [--batch N]

Mirrors a build: articles stream in batches, and no document is kept. The baseline is `nlp.pipe` of a pipeline with the
analyser alone (`kg_analyser`: sentences, parts of speech, trees, names), tokenising included in both. Both read every
batch in turn, now the one, now the other first. The first round, in which words are new to everybody, is printed apart;
of the others the median counts. Prints ratios, never bare seconds.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import spacy

from kg.build_partition import batches
from kg.config import Settings, model_dir
from kg.facts.extract import extract
from kg.lexicon_cache import without_collection
from kg.linguistics.copying import dissolve_page
from kg.linguistics.pipeline import load_pipeline, make_doc
from kg.model import Article
from kg.rdf.encode import quads
from kg.text.ingest import read_articles

EXAMPLES = Path(__file__).parents[2] / "examples" / "articles"
ANALYSER = "kg_analyser"


class Clock:
    """Adds up the processor time of each part."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = defaultdict(float)

    def timed(self, part: str, items: Iterator[Any]) -> Iterator[Any]:
        """The items, the time that each takes to come counted for the part."""
        while True:
            started = time.process_time()
            item = next(items, None)
            self.parts[part] += time.process_time() - started
            if item is None:
                return
            yield item


def parse(nlp: Any, batch: list[Article], clock: Clock) -> None:
    """Parse a batch and nothing else."""
    with without_collection():
        for _ in clock.timed("parsing", nlp.pipe((make_doc(nlp, a) for a in batch), batch_size=len(batch))):
            pass


def build(nlp: Any, batch: list[Article], clock: Clock) -> None:
    """Read a batch as a build does, without storing it."""
    with without_collection():
        docs = clock.timed("layers", nlp.pipe((make_doc(nlp, a) for a in batch), batch_size=len(batch)))
        for doc, article in zip(docs, batch, strict=True):
            started = time.process_time()
            extraction = extract(doc, article)
            dissolve_page(doc)
            read = time.process_time()
            for _ in quads(extraction):
                pass
            clock.parts["facts"] += read - started
            clock.parts["rdf"] += time.process_time() - read


def ratios(clock: Clock) -> dict[str, float]:
    """What each part costs, parsing being 1."""
    p = clock.parts
    return {
        "layers": p["layers"] / p["parsing"] - 1,
        "facts": p["facts"] / p["parsing"],
        "layers + facts": (p["layers"] + p["facts"]) / p["parsing"] - 1,
        "rdf": p["rdf"] / p["parsing"],
        "whole build": (p["layers"] + p["facts"] + p["rdf"]) / p["parsing"],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", default=[str(EXAMPLES)])
    parser.add_argument("--rounds", type=int, default=5, help="runs of which the median counts")
    parser.add_argument("--batch", type=int, default=64, help="articles in a batch")
    options = parser.parse_args()
    articles = list(read_articles(*options.inputs, on_error=print))
    full = load_pipeline()
    bare = spacy.load(model_dir("de"))
    for name in [n for n in bare.pipe_names if n != ANALYSER]:
        bare.remove_pipe(name)
    settings = Settings(batch_size=options.batch)
    rounds = []
    for number in range(options.rounds + 1):
        clock = Clock()
        gc.collect()
        for place, batch in enumerate(batches(articles, settings)):
            first, second = (parse, build) if (number + place) % 2 else (build, parse)
            for step in (first, second):
                step(bare if step is parse else full, batch, clock)
        rounds.append(ratios(clock))
    print(f"{len(articles)} articles; baseline: nlp.pipe of {ANALYSER} alone = 1, first round / median of the others")
    for name, value in rounds[0].items():
        print(f"{name:15} {value:6.3f} {statistics.median(r[name] for r in rounds[1:]):6.3f}")


if __name__ == "__main__":
    main()
