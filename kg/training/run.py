"""Make the model from the corpora: `train_model`."""

from __future__ import annotations

import multiprocessing
import os
import queue
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kg.config import language_dir
from kg.errors import DataError, KGError, UnsupportedLanguage
from kg.training.corpus import read_settings
from kg.training.loop import train_part
from kg.training.model import TrainingReport, assemble, measure, write_card
from kg.training.parts import PARTS
from kg.training.replicas import Replica

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.process import BaseProcess

__all__ = ["train_model"]

_NEEDED = ("treebank", "ner", "corpora", "gazetteer")
_PATIENCE = 10.0  # seconds
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS")


def train_model(
    language: str,
    *,
    data: Path,
    out: Path,
    steps: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> TrainingReport:
    """Train the language model that is shipped with kg, from the corpora, and write it with its card.

    The same data, settings and version of spaCy give the same model. Five processes are started; on two cores of
    2025 it takes about forty minutes.

    Args:
        language: Two-letter code of a language whose data folder has `training/`.
        data: Folder with `treebank/`, `ner/`, `corpora/`, `gazetteer/`.
        out: Folder for the model; what is in it is replaced when the training has ended.
        steps: Number of updates of each part; `None` takes those of `model.toml`.
        progress: Called with a line of text now and then.

    Returns:
        The figures on the held-out sentences.

    Raises:
        UnsupportedLanguage: If there are no training settings for the language.
        DataError: If a corpus is missing or wrong, or a process of the training died.

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
    tell = progress or (lambda _: None)
    with tempfile.TemporaryDirectory(prefix="kg-train-") as name:
        work = Path(name)
        _train_parts(language, data, folder, work, steps, tell)
        tell("joining and measuring")
        nlp, corpus = assemble(language, data=data, folder=folder, parser=work / PARTS[0], names=work / PARTS[1])
        figures = measure(nlp, corpus)
        made = work / "model"
        nlp.to_disk(made)
        figures["megabytes"] = round(sum(file.stat().st_size for file in made.rglob("*")) / 1e6, 1)
        write_card(folder, made, figures, corpus)
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.exists():
            shutil.rmtree(out)
        shutil.copytree(made, out)
    return TrainingReport(out, figures)


def _train_parts(
    language: str, data: Path, folder: Path, work: Path, steps: int | None, tell: Callable[[str], None]
) -> None:
    """Train all copies of all parts side by side; stop all if one fails."""
    settings = read_settings(folder, "model.toml")
    context = multiprocessing.get_context("spawn")
    before = {key: os.environ.get(key) for key in (*_ONE_THREAD, "PYTHONHASHSEED")}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"), PYTHONHASHSEED="0")
    messages = context.Queue()
    processes: list[BaseProcess] = []
    try:
        for part in PARTS:
            for index in range(settings[part]["replicas"]):
                arguments = (part, language, data, folder, work, index, steps, messages)
                processes.append(context.Process(target=_work, args=arguments))
                processes[-1].start()
        running = len(processes)
        while running:
            try:
                kind, text = messages.get(timeout=_PATIENCE)
            except queue.Empty:
                if any(process.exitcode not in {0, None} for process in processes):
                    message = "a process of the training died"
                    raise DataError(
                        message, hint="is there enough memory? Each of the processes needs about 1 GB"
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
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


def _work(
    part: str, language: str, data: Path, folder: Path, work: Path, index: int, steps: int | None, messages: object
) -> None:
    """Train one copy of one part in a process of its own."""
    put = messages.put  # type: ignore[attr-defined] # the class of a queue is made at run time
    sizes = read_settings(folder, "model.toml")[part]
    replica = Replica(work / f"exchange-{part}", index, sizes["replicas"], sizes["every"])
    try:
        train_part(
            part,
            language,
            data=data,
            folder=folder,
            out=work / part,
            steps=steps,
            replica=replica,
            progress=lambda name, done, total: put(("progress", f"{name}: {done} of {total}")) if index == 0 else None,
        )
    except KGError as error:
        put(("error", str(error)))
    else:
        put(("done", part))
