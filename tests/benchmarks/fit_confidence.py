"""Fit the confidence of claims to annotated articles, and test it on others.

    python tests/benchmarks/fit_confidence.py FIRST.gold.jsonl SECOND.gold.jsonl [--out kg/data/de/confidence.toml]

Fits a logistic model on each file and tests it on the other: Brier score (0 is best; in brackets that of giving all
claims the share that is right), calibration error, and the same for the weights of the frames. `--out` writes the model
fitted on both, with these figures in its head.
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

import numpy as np

from kg.evaluate import evaluate
from kg.evaluate_reliability import Reliability
from kg.facts import extract as extraction
from kg.facts.confidence import Calibration, features
from kg.facts.gold import to_gold
from kg.linguistics.pipeline import annotate, load_pipeline
from kg.model import Article
from kg.text.clean import clean

PENALTY = 3.0  # on the squared weights, the bias aside: as if so many claims spoke for "makes no difference"
ROUNDS = 200

Sample = tuple[dict[str, float], bool]


def main() -> None:
    """Fit, test, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs=2, type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    pipeline = load_pipeline()
    first, second = (samples(path, pipeline) for path in options.gold)
    said = []
    for name, train, test in (("first → second", first, second), ("second → first", second, first)):
        model = fit(train)
        tested = Reliability(tuple((model.probability(f), right) for f, right in test))
        frames = Reliability(tuple((f["weight"] + 0.8, right) for f, right in test))
        alike = f"all alike {tested.unskilled:.3f}, frame weights {frames.brier:.3f}"
        said.append(f"{name}: Brier {tested.brier:.3f} ({alike}),")
        said.append(f"  calibration error {tested.error:.3f} (frame weights {frames.error:.3f}), {len(test)} claims")
    print("\n".join(said))
    model = fit([*first, *second])
    lines = ["# How likely a claim is right: weights of a logistic model over the features of kg/facts/confidence.py.",
             "# Own work, fitted by tests/benchmarks/fit_confidence.py on two sets of annotated articles.",
             "# Fitted on one set and tested on the other:", *(f"#   {line}" for line in said), "", "[weights]",
             *(f"{name} = {value:.3f}" for name, value in model.weights.items()), ""]  # fmt: skip
    print("\n".join(lines[-len(model.weights) - 2 :]))
    if options.out:
        options.out.write_text("\n".join(lines), encoding="utf-8")


def samples(path: Path, pipeline: object) -> list[Sample]:
    """The features of the claims that kg makes of annotated articles, and whether they are right."""
    seen: dict[tuple[str, str, str | None], tuple[float, dict[str, float]]] = {}

    def recording(candidate, modality, resolver):
        found = features(candidate, modality, resolver)
        key = (candidate.subject, candidate.predicate, candidate.object)
        if key not in seen or found["weight"] > seen[key][0]:
            seen[key] = (found["weight"], found)
        return found

    gold = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    articles = [
        clean(Article(g["id"], g["text"], published=date.fromisoformat(g["published"]) if g.get("published") else None))
        for g in gold
    ]
    original, extraction.features = extraction.features, recording
    out = []
    try:
        for record, (article, doc) in zip(gold, annotate(pipeline, articles), strict=True):
            seen.clear()
            system = to_gold(extraction.extract(doc, article))
            for number, claim in enumerate(system["claims"]):
                claim["confidence"] = number / 1000  # to find it again in the report
            names = {number / 1000: claim for number, claim in enumerate(system["claims"])}
            for mark, right in evaluate([record], [system]).reliability.pairs:
                claim = names[mark]
                key = (claim["subject"], claim["predicate"], claim["object"])
                if key in seen:
                    out.append((seen[key][1], right))
    finally:
        extraction.features = original
    return out


def fit(train: list[Sample]) -> Calibration:
    """The penalised logistic regression, by Newton's method."""
    names = list(train[0][0])
    x = np.array([[found[name] for name in names] for found, _ in train])
    y = np.array([float(right) for _, right in train])
    penalty = np.diag([0.0 if name == "bias" else PENALTY for name in names])
    weights = np.zeros(len(names))
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (p - y) + penalty @ weights
        hessian = x.T @ (x * (p * (1 - p))[:, None]) + penalty + 1e-6 * np.eye(len(names))
        step = np.linalg.solve(hessian, gradient)
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    return Calibration({name: float(w) for name, w in zip(names, weights, strict=True)})


if __name__ == "__main__":
    main()
