"""Remember what a look-up by word gave, and keep on disk what the data files come to.

Texts use the same words again and again; and to check some thousand frames and names takes longer than to read an
article with them. What was read from data files is kept in the user's cache folder until one of the files changes.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

__all__ = ["Remembered", "kept", "without_collection"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_MOST = 1 << 16  # answers kept: more than the words of some hundred articles, and a few megabytes
_CODE = Path(__file__).parent


class Remembered(dict[K, V]):
    """The answers of a function, each asked for once; too many are forgotten all at once.

    Args:
        function: What gives the answer for a key. It must always give the same.

    Example:
        >>> lengths = Remembered(len)
        >>> lengths["Lima"], dict(lengths)
        (4, {'Lima': 4})
    """

    def __init__(self, function: Callable[[K], V]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: K) -> V:
        """Ask for an answer that is not known yet, and keep it."""
        if len(self) >= _MOST:
            self.clear()
        value = self[key] = self._function(key)
        return value


@contextmanager
def without_collection() -> Iterator[None]:
    """Make many objects that stay, without a search for garbage among them after every few hundred."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def kept(name: str, sources: Iterable[Path], make: Callable[[], V]) -> V:
    """What is made from files, taken from the user's cache if none of them has changed since it was made.

    The cache is a convenience: where it cannot be read or written everything is made anew. Like Python's own compiled
    files it is trusted as far as the user's folder is.

    Args:
        name: What it is, for the name of the file.
        sources: The files.
        make: Makes it; what it returns must be picklable.
    """
    file = _folder() / f"{name}-{_state(sources)}.pickle"
    with without_collection():
        try:
            value: V = pickle.loads(file.read_bytes())
        except Exception:  # missing, damaged, or of classes that have changed: whatever it is, it is made anew
            value = make()
            _write(file, name, value)
    return value


def _folder() -> Path:
    """The user's folder for what can be made again (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "kg-geopolitics"


def _state(sources: Iterable[Path]) -> str:
    """What changes if a file, kg's own code or Python does."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (*sources, *sorted(_CODE.glob("lexicon*.py")), _CODE / "model.py"):
        state = path.stat() if path.exists() else None
        digest.update(f"{path.resolve()} {state and (state.st_size, state.st_mtime_ns)}\n".encode())
    return digest.hexdigest()[:32]


def _write(file: Path, name: str, value: object) -> None:
    """Write a file as a whole or not at all, and remove what it replaces."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as target:
            pickle.dump(value, target, protocol=pickle.HIGHEST_PROTOCOL)
        for old in file.parent.glob(f"{name}-*.pickle"):
            old.unlink(missing_ok=True)
        Path(written).replace(file)
