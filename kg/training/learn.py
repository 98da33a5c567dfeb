"""Learn the networks of the analyser: batches, losses, averages.

Reproducible: the seed, the number of threads and the version of PyTorch give the weights.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from kg.linguistics.network import hash_rows
from kg.training.corpus import group_samples
from kg.training.network import AnalyserNet, SplitterNet, export
from kg.training.targets import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.training.conllu import Tree
    from kg.training.corpus import Sample
    from kg.training.model import Workshop
    from kg.training.targets import Targets, Variety

__all__ = ["learn_analyser", "learn_network", "learn_splitter"]

_FIRST_ROW = 1
_NEWLINE = {"": 2, "\n": 3, "\n\n": 4}


def learn_network(
    name: str,
    samples: Sequence[Sample],
    shop: Workshop,
    *,
    out: Path,
    passes: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Learn one network and write its weights.

    Args:
        name: `splitter`, `analyser`, or `teacher-` with a number, which is added to the seed.
        samples: Training sentences.
        shop: Settings, classes, variety.
        out: File for the weights (`.npz`).
        passes: How often all sentences are read; `None` takes what `model.toml` says.
        progress: Called with the passes done and to do.
    """
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(mode=True)
    seed = shop.settings["seed"]
    net: nn.Module
    if name == "splitter":
        sizes = shop.settings["splitter"]
        net = learn_splitter(samples, shop.variety, sizes, seed=seed, passes=passes, progress=progress)
    else:
        kind, _, number = name.partition("-")
        sizes = {**shop.settings["analyser"], **shop.settings.get(kind, {})}
        targets = shop.targets if kind == "teacher" else replace(shop.targets, with_feats=None)
        net = learn_analyser(
            samples, targets, shop.variety, sizes, seed=seed + int(number or 0), passes=passes, progress=progress
        )
    np.savez(out, **export(net))  # type: ignore[arg-type] # the stub takes no mapping


def learn_analyser(
    samples: Sequence[Sample],
    targets: Targets,
    variety: Variety,
    sizes: Mapping[str, Any],
    *,
    seed: int,
    passes: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AnalyserNet:
    """Learn tags, names and trees.

    Args:
        samples: Sentences; layers that a sentence lacks are not learnt from it.
        targets: The classes.
        variety: How sentences are varied.
        sizes: Table `analyser` of `model.toml`.
        seed: Seed of all chance.
        passes: How often all sentences are read; `None` takes `sizes["passes"]`.
        progress: Called with the passes done and to do.

    Returns:
        The network, its weights the running average of those of the last steps.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    net = AnalyserNet(sizes, targets.labels)
    optimizer = torch.optim.Adam(net.parameters(), lr=sizes["learn_rate"], betas=(0.9, 0.95))
    average = _Average(net, sizes["average"])
    total = passes or sizes["passes"]
    steps = 0
    expected = total * sum(1 for _ in _batches(samples, variety, sizes, random.Random(seed)))
    for number in range(total):
        for batch in _batches(samples, variety, sizes, rng):
            steps += 1
            _set_rate(optimizer, sizes, steps, expected)
            places, wanted = _tensors(batch, targets, variety, sizes["rows"])
            loss = _loss(net, places, wanted, sizes)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), sizes["clip"])
            optimizer.step()
            average.add(net)
        if progress is not None:
            progress(number + 1, total)
    average.put(net)
    return net.eval()


def learn_splitter(
    samples: Sequence[Sample],
    variety: Variety,
    sizes: Mapping[str, Any],
    *,
    seed: int,
    passes: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SplitterNet:
    """Learn where sentences begin, from running text.

    Args:
        samples: Sentences.
        variety: How they are varied.
        sizes: Table `splitter` of `model.toml`.
        seed: Seed of all chance.
        passes: How often all sentences are read; `None` takes `sizes["passes"]`.
        progress: Called with the passes done and to do.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    net = SplitterNet(sizes)
    optimizer = torch.optim.Adam(net.parameters(), lr=sizes["learn_rate"])
    average = _Average(net, sizes["average"])
    total = passes or sizes["passes"]
    expected = total * -(-sum(1 for _ in _texts(samples, variety, sizes, random.Random(seed))) // sizes["batch_texts"])
    steps = 0
    for number in range(total):
        texts = list(_texts(samples, variety, sizes, rng))
        texts.sort(key=lambda text: len(text[1]))
        batches = [texts[i : i + sizes["batch_texts"]] for i in range(0, len(texts), sizes["batch_texts"])]
        rng.shuffle(batches)
        for batch in batches:
            steps += 1
            _set_rate(optimizer, sizes, steps, max(expected, steps))
            longest = max(len(starts) for _, starts in batch)
            rows = np.zeros((len(batch), longest, len(sizes["rows"])), dtype="uint64")
            wanted = torch.full((len(batch), longest), -1.0)
            for place, (features, starts) in enumerate(batch):
                rows[place, : len(starts)] = features
                wanted[place, 1 : len(starts)] = torch.tensor(starts[1:])
            scores = net(_places(rows, sizes["rows"]), torch.from_numpy(rows.any(2)))
            known = wanted >= 0
            if not known.any():
                continue
            loss = nn.functional.binary_cross_entropy_with_logits(scores[known], wanted[known])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            average.add(net)
        if progress is not None:
            progress(number + 1, total)
    average.put(net)
    return net.eval()


class _Average:
    """Running average of weights."""

    def __init__(self, net: nn.Module, decay: float) -> None:
        self._decay = decay
        self._steps = 0
        self._weights = {key: value.clone() for key, value in net.state_dict().items()}

    def add(self, net: nn.Module) -> None:
        self._steps += 1
        decay = min(self._decay, self._steps / (self._steps + 40))
        for key, value in net.state_dict().items():
            self._weights[key].mul_(decay).add_(value, alpha=1 - decay)

    def put(self, net: nn.Module) -> None:
        net.load_state_dict(self._weights)


def _set_rate(optimizer: torch.optim.Optimizer, sizes: Mapping[str, Any], step: int, total: int) -> None:
    slope = min(1.0, step / sizes["warm_up"]) * max(0.02, 1 - step / total)
    for group in optimizer.param_groups:
        group["lr"] = sizes["learn_rate"] * slope


def _batches(
    samples: Sequence[Sample], variety: Variety, sizes: Mapping[str, Any], rng: random.Random
) -> Iterator[list[tuple[Sample, Tree]]]:
    """Batches of sentences of one length, each sentence as often as its `repeat` says."""
    by_length: dict[int, list[tuple[Sample, Tree]]] = defaultdict(list)
    for sample in samples:
        for _ in range(sample.repeat):
            tree = variety.vary(sample, sizes, rng)
            if len(tree.words) <= sizes["longest"]:
                by_length[len(tree.words)].append((sample, tree))
    batches: list[list[tuple[Sample, Tree]]] = []
    for length, pairs in sorted(by_length.items()):
        rng.shuffle(pairs)
        size = max(1, sizes["batch_words"] // length)
        batches += [pairs[i : i + size] for i in range(0, len(pairs), size)]
    rng.shuffle(batches)
    yield from batches


def _tensors(
    batch: Sequence[tuple[Sample, Tree]], targets: Targets, variety: Variety, counts: Sequence[int]
) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
    rows = np.stack([np.stack([variety.row(word.form) for word in tree.words]) for _, tree in batch])
    numbers = [targets.numbers(sample, tree) for sample, tree in batch]
    return _places(rows, counts), tuple(torch.tensor(list(layer)) for layer in zip(*numbers, strict=True))


def _places(rows: np.ndarray[Any, Any], counts: Sequence[int]) -> torch.Tensor:
    places = hash_rows(rows.reshape(-1, rows.shape[2]), counts)
    return torch.from_numpy(places.reshape(*rows.shape, 2).astype(np.int64))


def _loss(
    net: AnalyserNet, places: torch.Tensor, wanted: Sequence[torch.Tensor], sizes: Mapping[str, Any]
) -> torch.Tensor:
    """The sum of the layers' cross entropies, per word."""
    scores = net(places)
    pos, feats, names, heads, relations = wanted
    layers = [("pos", scores["pos"], pos), ("feats", scores["feats"], feats), ("names", scores["names"], names)]
    if bool((heads >= 0).any()):
        layers.append(("heads", scores["arcs"], heads))
        layers.append(("relations", net.score_relations(scores, heads.clamp(min=0)), relations))
    total = torch.zeros(())
    for name, values, numbers in layers:
        if bool((numbers >= 0).any()):
            found = nn.functional.cross_entropy(
                values.flatten(0, 1),
                numbers.flatten(),
                ignore_index=UNKNOWN,
                reduction="sum",
                label_smoothing=sizes["smoothing"],
            )
            total = total + sizes["weights"][name] * found / numbers.numel()
    return total


def _texts(
    samples: Sequence[Sample], variety: Variety, sizes: Mapping[str, Any], rng: random.Random
) -> Iterator[tuple[np.ndarray[Any, Any], list[float]]]:
    """Running texts: rows of features with the white space before each word, and 1 where a sentence begins."""
    for group in group_samples(samples, rng, longest=sizes["longest"]):
        rows: list[np.ndarray[Any, Any]] = []
        starts: list[float] = []
        gap = _NEWLINE["\n\n"]
        for sample in group:
            tree = variety.vary(sample, sizes, rng)
            for index, word in enumerate(tree.words):
                rows.append(np.append(variety.row(word.form), np.uint64(gap)))
                starts.append(float(index == 0))
                gap = 2 if word.space else 1
            gap = _NEWLINE[rng.choice(sizes["breaks"])]
        yield np.stack(rows), starts
