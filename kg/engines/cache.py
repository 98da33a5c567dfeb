"""Answers of a language model on disk: what was asked once is not asked again.

The name of a file is a hash of all that the answer depends on: service, model, instructions and text. A file holds the
answer and its tokens, never the key. What is read from it is checked like any answer.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Answer", "Cache", "cache_folder"]

_LARGEST = 8 << 20  # bytes of a file that is read


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered.

    Attributes:
        text: The words.
        tokens_in: Tokens of the question, as the service counts them.
        tokens_out: Tokens of the answer.
        is_cut: Whether the service stopped in the middle. Such an answer is not kept.
    """

    text: str
    tokens_in: int = 0
    tokens_out: int = 0
    is_cut: bool = False


def cache_folder() -> Path:
    """The folder of answers in the user's cache folder (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "kg-geopolitics" / "llm"


class Cache:
    """Answers by what they depend on. Where the folder cannot be read or written, all is asked anew.

    Args:
        folder: Made if missing, for the user alone.

    Example:
        >>> import tempfile
        >>> cache = Cache(Path(tempfile.mkdtemp()))
        >>> cache.put("model, question", Answer("[]", 7, 1))
        >>> cache.get("model, question"), cache.get("another")
        (Answer(text='[]', tokens_in=7, tokens_out=1, is_cut=False), None)
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, question: str) -> Answer | None:
        """The answer to a question, if it is there and whole."""
        path = self._path(question)
        try:
            if path.stat().st_size > _LARGEST:
                return None
            row = json.loads(path.read_text(encoding="utf-8"))
            answer = Answer(row["text"], row["tokens_in"], row["tokens_out"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        whole = type(answer.text) is str and type(answer.tokens_in) is int and type(answer.tokens_out) is int
        return answer if whole else None

    def put(self, question: str, answer: Answer) -> None:
        """Keep an answer: as a whole or not at all."""
        with contextlib.suppress(OSError):
            path = self._path(question)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, written = tempfile.mkstemp(dir=path.parent)  # readable by the user alone
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"text": answer.text, "tokens_in": answer.tokens_in, "tokens_out": answer.tokens_out}, file)
            Path(written).replace(path)

    def _path(self, question: str) -> Path:
        digest = hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / digest[:2] / f"{digest}.json"
