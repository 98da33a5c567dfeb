"""How likely a claim is right: a probability from what is at hand when it is made.

A logistic model with few parameters, fitted on annotated articles by `tests/benchmarks/fit_confidence.py` and kept as
data (`confidence.toml`). A language without that file gets the weight of the frame itself.

Source:
    J. Platt: Probabilistic outputs for support vector machines (1999), for the form; no code was taken.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kg.config import language_dir
from kg.errors import DataError
from kg.facts.frames import Candidate
from kg.facts.resolve import Resolver
from kg.lexicon import read_table
from kg.model import Modality
from kg.vocabulary import RELATIONS

__all__ = ["Calibration", "features", "load_calibration"]

FILE = "confidence.toml"
NAMING = frozenset({"name", "metonym", "adjective", "inhabitant", "group", "modifier"})
LOW, HIGH = 0.02, 0.98  # no claim is certain, nor is one that was made impossible


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model: weights by feature, `bias` among them.

    Example:
        >>> model = Calibration({"bias": 0.0, "weight": 2.0})
        >>> model.probability({"bias": 1.0, "weight": 0.5, "length": 3.0})
        0.731
    """

    weights: Mapping[str, float]

    def probability(self, found: Mapping[str, float]) -> float:
        """The chance that a claim with these features is right, 0.02 to 0.98, to three digits."""
        score = sum(self.weights.get(name, 0.0) * value for name, value in found.items())
        return round(min(HIGH, max(LOW, 1 / (1 + math.exp(-max(-30.0, min(30.0, score)))))), 3)


@cache
def load_calibration(language: str) -> Calibration | None:
    """Read `confidence.toml` of a language; `None` if there is none.

    Raises:
        DataError: If the file is wrong.
    """
    path = language_dir(language) / FILE
    if not path.exists():
        return None
    weights = read_table(language, FILE).get("weights")
    if not isinstance(weights, dict) or not all(
        isinstance(value, int | float) and math.isfinite(value) for value in weights.values()
    ):
        message = "[weights] must give a number for each feature"
        raise DataError(message, source=path, hint="write it with tests/benchmarks/fit_confidence.py")
    return Calibration({str(name): float(value) for name, value in weights.items()})


def features(candidate: Candidate, modality: Modality, resolver: Resolver) -> dict[str, float]:
    """What speaks for a claim and what against it.

    Args:
        candidate: What the frame states.
        modality: How factual the text makes it.
        resolver: Entity lookup of the document.

    Returns:
        `bias` (1), `weight` of the frame in this construction, `stative` and `noun` (kinds of relation and trigger),
        `known` (share of the parties that the gazetteer has), `unnamed` (parties that the sentence does not name),
        `distance` (logarithm of the words between the trigger and the farther party), `length` (logarithm of the words
        of the sentence), `reported` and `unreal` (modality).
    """
    sentence, cue = candidate.trigger.sent, candidate.trigger.i
    parties = [party for party in (candidate.subject, candidate.object) if party is not None]
    here = [s for s in resolver.starting(sentence.start, sentence.end) if s.id_ in NAMING]
    distances = [min((abs(s.root.i - cue) for s in here if s.kb_id_ == party), default=None) for party in parties]
    known = sum(bool(resolver.entities.get(party, {}).get("known")) for party in parties)
    kind = candidate.rule.split("/")[2:3]
    return {
        "bias": 1.0,
        "weight": min(1.0, candidate.weight) - 0.8,
        "stative": float(RELATIONS[candidate.predicate].stative),
        "noun": float(kind in (["noun"], ["compound"])),
        "known": known / len(parties) - 0.5,
        "unnamed": float(sum(d is None for d in distances)),
        "distance": math.log1p(max((d for d in distances if d is not None), default=0)) - 1.5,
        "length": math.log(max(1, len(sentence)) / 20),
        "reported": float(modality in (Modality.REPORTED, Modality.ALLEGED)),
        "unreal": float(modality in (Modality.PLANNED, Modality.NEGATED)),
    }
