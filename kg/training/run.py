"""Make the model from the corpora: `train_model`."""

from __future__ import annotations

import multiprocessing
import pickle
import queue
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.config import language_dir
from kg.errors import DataError, KGError, ModelNotInstalled, UnsupportedLanguage
from kg.training.corpus import read_settings
from kg.training.figures import one_thread
from kg.training.model import TrainingReport, Workshop, assemble, measure, weigh, write_card

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.process import BaseProcess

__all__ = ["train_model"]

_NEEDED = ("treebank", "ner", "corpora", "gazetteer")
_PATIENCE = 10.0  # seconds


def train_model(
    language: str,
    *,
    data: Path,
    out: Path,
    passes: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> TrainingReport:
    """Train the language model that is shipped with kg, from the corpora, and write it with its card.

    Teachers and the splitter are trained side by side; they label running text; the network that is shipped learns from
    the corpora and from that. The same data, settings, and versions of spaCy and PyTorch give the same weights on the
    same kind of processor. On two cores of 2025 it takes about an hour and a half.

    Args:
        language: Two-letter code of a language whose data folder has `training/`.
        data: Folder with `treebank/`, `ner/`, `corpora/`, `gazetteer/`.
        out: Folder for the model; what is in it is replaced when the training has ended.
        passes: How often each network reads all sentences; `None` takes what `model.toml` says.
        progress: Called with a line of text now and then.

    Returns:
        The figures on the held-out sentences.

    Raises:
        UnsupportedLanguage: If there are no training settings for the language.
        DataError: If a corpus is missing or wrong, or a process of the training died.
        ModelNotInstalled: If PyTorch or spacy-lookups-data is missing.

    Example:
        >>> from pathlib import Path
        >>> train_model("de", data=Path("nowhere"), out=Path("model"))
        Traceback (most recent call last):
        ...
        kg.errors.DataError: nowhere: data folder is missing (give the folder that holds treebank, ner, ...)
    """
    folder = language_dir(language) / "training"
    if not (folder / "model.toml").is_file():
        message = f"no training settings for language {language!r}"
        raise UnsupportedLanguage(message, hint=f"they belong in {folder}")
    for place in (data, *(data / name for name in _NEEDED)):
        if not place.is_dir():
            message = "data folder is missing"
            raise DataError(message, source=place, hint=f"give the folder that holds {_NEEDED[0]}, {_NEEDED[1]}, ...")
    if find_spec("torch") is None:
        message = "PyTorch is needed to train a model"
        raise ModelNotInstalled(message, hint="pip install kg-geopolitics[train]")
    tell = progress or (lambda _: None)
    settings = read_settings(folder, "model.toml")
    with tempfile.TemporaryDirectory(prefix="kg-train-") as name:
        work = Path(name)
        shop = Workshop.open(language, data, folder, settings)
        teachers = [f"teacher-{number}" for number in range(settings["silver"]["teachers"])]
        _run_side_by_side([*teachers, "splitter"], (language, data, folder, work, passes), tell)
        tell("labelling running text")
        nlp = assemble(shop, work / f"{teachers[0]}.npz", work / "splitter.npz")
        samples = shop.with_silver(nlp, [work / f"{teacher}.npz" for teacher in teachers])
        (work / "samples.pickle").write_bytes(pickle.dumps(samples))
        _run_side_by_side(["analyser"], (language, data, folder, work, passes), tell)
        tell("joining and measuring")
        nlp = assemble(shop, work / "analyser.npz", work / "splitter.npz")
        made = work / "model"
        nlp.to_disk(made)
        figures = measure(nlp, shop.corpus) | weigh(made, shop.corpus)
        write_card(folder, made, figures, shop.corpus)
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.exists():
            shutil.rmtree(out)
        shutil.copytree(made, out)
    return TrainingReport(out, figures)


def _run_side_by_side(names: Sequence[str], arguments: tuple[Any, ...], tell: Callable[[str], None]) -> None:
    """Train several networks, each in a process of its own; stop all if one fails."""
    context = multiprocessing.get_context("spawn")
    messages = context.Queue()
    processes: list[BaseProcess] = []
    try:
        with one_thread():
            for name in names:
                processes.append(context.Process(target=_work, args=(name, *arguments, messages)))
                processes[-1].start()
        running = len(processes)
        while running:
            try:
                kind, text = messages.get(timeout=_PATIENCE)
            except queue.Empty:
                if any(process.exitcode not in {0, None} for process in processes):
                    message = "a process of the training died"
                    raise DataError(
                        message, hint="is there enough memory? Each of the processes needs about 2 GB"
                    ) from None
                continue
            if kind == "error":
                raise DataError(text)
            running -= kind == "done"
            if kind == "progress":
                tell(text)
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _work(name: str, language: str, data: Path, folder: Path, work: Path, passes: int | None, messages: Any) -> None:
    """Train one network in a process of its own."""
    try:
        from kg.training.learn import learn_network

        shop = Workshop.open(language, data, folder, read_settings(folder, "model.toml"))
        stored = work / "samples.pickle"
        samples = pickle.loads(stored.read_bytes()) if name == "analyser" else shop.corpus.select("train")
        learn_network(
            name,
            samples,
            shop,
            out=work / f"{name}.npz",
            passes=passes,
            progress=lambda done, total: messages.put(("progress", f"{name}: pass {done} of {total}")),
        )
    except KGError as error:
        messages.put(("error", str(error)))
    else:
        messages.put(("done", name))
