"""Train one part of the pipeline."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from spacy.training import Example, minibatch_by_words
from thinc.api import Adam, fix_random_seed

from kg.errors import DataError
from kg.training.augment import read_names, replace_names, vary_marks
from kg.training.corpus import Corpus, Sample, read_corpus, read_settings
from kg.training.docs import group_samples, make_doc
from kg.training.parts import make_part
from kg.training.replicas import Replica

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from spacy.language import Language
    from spacy.tokens import Doc

    from kg.training.augment import Names

__all__ = ["load_corpus", "run_phase", "train_part"]

_LOWEST_RATE = 0.03
_NEXT_SEED = 1000


def load_corpus(nlp: Language, data: Path, folder: Path) -> Corpus:
    """Read the corpus over the tokens of a pipeline.

    Args:
        nlp: The pipeline, for its tokenizer.
        data: The data folder.
        folder: `kg/data/<language>/training`.
    """
    return read_corpus(data, folder, lambda text: [t.text for t in nlp.tokenizer(text) if not t.is_space])


def train_part(
    part: str,
    language: str,
    *,
    data: Path,
    folder: Path,
    out: Path,
    steps: int | None = None,
    replica: Replica | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> None:
    """Train one part and save it.

    Args:
        part: `parser` or `names`.
        language: Two-letter code.
        data: The data folder.
        folder: `kg/data/<language>/training`.
        out: Folder that the trained part is written to.
        steps: Number of updates; `None` takes that of `model.toml`.
        replica: Which of several copies this is; `None` trains one.
        progress: Called with the part's name, the steps done and the steps to do, every 50 steps.

    Raises:
        DataError: If data or settings are missing, or there is nothing to train on.
    """
    settings = read_settings(folder, "model.toml")
    sizes = settings[part]
    fix_random_seed(settings["seed"])
    nlp = make_part(part, language, settings)
    corpus = load_corpus(nlp, data, folder)
    augment = read_settings(folder)["augment"]
    names = read_names(data, augment, lambda text: [t.text for t in nlp.tokenizer(text) if not t.is_space])
    samples = [s for s in corpus.select("train") if (s.has_tree if part == "parser" else s.has_names)]
    if not samples:
        message = f"nothing to train {part!r} on"
        raise DataError(message, source=data)
    for sample in samples:
        for word in sample.tree.words:
            word.feats = ""
    nlp.initialize(lambda: [_example(nlp, make_doc(nlp.vocab, [s.tree])) for s in samples])
    variety = (names, augment, settings)
    phase = sizes if steps is None else {**sizes, "steps": steps}
    run_phase(nlp, part, samples, variety, phase, replica=replica, seed=settings["seed"], progress=progress)
    if "tuning" in sizes:
        chosen = [sample for sample in samples if sample.corpus in sizes["tuning"]["corpora"]]
        phase = {**sizes, **sizes["tuning"]} if steps is None else {**sizes, **sizes["tuning"], "steps": steps}
        seed = settings["seed"] + _NEXT_SEED
        run_phase(nlp, part, chosen, variety, phase, replica=replica, seed=seed, progress=progress)
    if replica is None or replica.index == 0:
        nlp.to_disk(out)


def run_phase(
    nlp: Language,
    part: str,
    samples: list[Sample],
    variety: tuple[Names, Mapping[str, Any], Mapping[str, Any]],
    sizes: Mapping[str, Any],
    *,
    replica: Replica | None,
    seed: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> None:
    """Update the weights for a number of steps with a falling learning rate; they end as their running average.

    Args:
        nlp: The initialised part.
        part: `parser` or `names`.
        samples: What to train on.
        variety: Names to put in, settings of `augment`, settings of the model.
        sizes: Settings of the part: `steps`, `learn_rate`, `warm_up`, ….
        replica: Which of several copies this is; `None` trains one.
        seed: Seed of this phase; the copies add their number.
        progress: Called with the part's name, the steps done and the steps to do, every 50 steps.
    """
    number = 0 if replica is None else replica.index
    total = sizes["steps"]
    fix_random_seed(seed + number)
    optimizer = Adam(sizes["learn_rate"], use_averages=True, L2=0.01, grad_clip=1.0, L2_is_weight_decay=True)
    batches = _batches(nlp, samples, variety, sizes, random.Random(seed + number), whole_trees=part == "parser")
    for step in range(1, total + 1):
        slope = min(1.0, step / sizes["warm_up"]) * max(_LOWEST_RATE, 1 - step / total)
        optimizer.learn_rate = sizes["learn_rate"] * slope
        nlp.update(next(batches), sgd=optimizer, drop=sizes["dropout"])
        if replica is not None and step % replica.every == 0:
            replica.share(nlp)
        if progress is not None and (step % 50 == 0 or step == total):
            progress(part, step, total)
    pipes: list[Any] = [pipe for _, pipe in nlp.pipeline]
    for model in (pipe.model for pipe in pipes):
        with model.use_params(optimizer.averages):
            averaged = [(node, key, node.get_param(key).copy()) for node, key in _params(model)]
        for node, key, value in averaged:
            node.set_param(key, value)
    if replica is not None:
        replica.share(nlp)


def _params(model: Any) -> list[tuple[Any, str]]:
    return [(node, key) for node in model.walk() for key in node.param_names if node.has_param(key)]


def _example(nlp: Language, doc: Doc) -> Example:
    return Example(nlp.make_doc(doc.text), doc)


def _batches(
    nlp: Language,
    samples: list[Sample],
    variety: tuple[Names, Mapping[str, Any], Mapping[str, Any]],
    sizes: Mapping[str, Any],
    rng: random.Random,
    *,
    whole_trees: bool,
) -> Iterator[list[Example]]:
    """Endless batches of examples; each pass varies names, marks and the grouping into documents anew."""
    names, augment, settings = variety
    while True:
        docs = []
        groups: list[list[Sample]] = []
        for turn in range(max(sample.repeat for sample in samples) if whole_trees else 1):
            groups += group_samples([s for s in samples if s.repeat > turn], rng, longest=sizes["longest"])
        rng.shuffle(groups)
        for group in groups:
            trees = []
            for sample in group:
                tree = replace_names(sample.tree, names, rng, share=sizes["names_replaced"], same_length=whole_trees)
                if rng.random() < sizes["marks_varied"]:
                    tree = vary_marks(tree, augment["quotes"], augment["ends"], rng)
                trees.append(tree)
            breaks = [rng.choice(sizes["breaks"]) for _ in trees]
            docs.append(make_doc(nlp.vocab, trees, breaks=breaks, space_label=settings["space"]))
        examples = (_example(nlp, doc) for doc in docs)
        yield from minibatch_by_words(
            examples,
            size=sizes["batch_words"],
            discard_oversize=False,
            get_length=lambda example: len(example.reference),
        )
