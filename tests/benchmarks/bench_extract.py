"""How much reading facts costs on top of the language model alone, on the same texts in the same run.

    python tests/benchmarks/bench_extract.py [FILE or FOLDER …] [--rounds N]

Prints ratios against the baseline `nlp.pipe` of the shipped model (tagger, parser, names), never bare seconds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import spacy

from kg.config import model_dir
from kg.facts.extract import extract
from kg.linguistics.pipeline import load_pipeline, make_doc
from kg.rdf.encode import quads
from kg.text.ingest import read_articles

EXAMPLES = Path(__file__).parents[2] / "examples" / "articles"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", default=[str(EXAMPLES)])
    parser.add_argument("--rounds", type=int, default=5, help="runs of which the median counts")
    options = parser.parse_args()
    articles = list(read_articles(*options.inputs, on_error=print))
    full = load_pipeline()
    bare = spacy.load(model_dir("de"))
    parts: dict[str, list[float]] = {"model": [], "all layers": [], "facts": [], "rdf": []}
    for _ in range(options.rounds + 1):  # the first round warms the caches
        started = time.process_time()
        list(bare.pipe(make_doc(bare, a) for a in articles))
        model = time.process_time()
        docs = list(full.pipe(make_doc(full, a) for a in articles))
        layers = time.process_time()
        extractions = [extract(doc, article) for doc, article in zip(docs, articles, strict=True)]
        facts = time.process_time()
        written = sum(1 for extraction in extractions for _ in quads(extraction))
        rdf = time.process_time()
        for name, value in zip(parts, (model - started, layers - model, facts - layers, rdf - facts), strict=True):
            parts[name].append(value)
    middle = {name: statistics.median(values[1:]) for name, values in parts.items()}
    words = sum(len(doc) for doc in docs)
    print(f"{len(articles)} articles, {words} words, {written} quads; baseline: nlp.pipe of the model alone = 1")
    for name in ("all layers", "facts", "rdf"):
        print(f"{name:12} {middle[name] / middle['model']:.2f}")
    print(f"{'whole build':12} {(middle['all layers'] + middle['facts'] + middle['rdf']) / middle['model']:.2f}")


if __name__ == "__main__":
    main()
