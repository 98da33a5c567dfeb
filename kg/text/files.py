"""Which files inputs stand for, what is in them by their names, and their bytes, compressed or not."""

from __future__ import annotations

import bisect
import difflib
import gzip
import io
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from kg.errors import ArticleError
from kg.text.seen import Seen

__all__ = [
    "SUFFIXES",
    "Kind",
    "article_files",
    "kind_of",
    "opened",
    "read_start",
    "stem_of",
    "total_size",
    "unreadable",
]


class Kind(StrEnum):
    """What a file holds."""

    TEXT = "text"
    HTML = "html"
    JSONL = "jsonl"
    CSV = "csv"
    FEED = "feed"
    WARC = "warc"


_KINDS = {
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".rss": Kind.FEED,
    ".atom": Kind.FEED,
    ".xml": Kind.FEED,
    ".warc": Kind.WARC,
}
_COMPRESSED = (".gz", ".zst")
SUFFIXES = (*_KINDS, *(f"{suffix}{packed}" for suffix in _KINDS for packed in _COMPRESSED))
"""Ends of names of the files that are read from a folder; a file named itself may end as it likes."""

_WILDCARD = re.compile(r"[*?\[]")
_PART = 1 << 16  # bytes that are handed out at a time
_PACKED = 1 << 10  # bytes that are unpacked at a time: they may become thirty thousand times as many
_SHOWN = 5  # names of files that are passed over

Report = Callable[[ArticleError], None]


def kind_of(path: Path) -> Kind | None:
    """What a file holds, by its name; `None` if the name does not tell.

    Example:
        >>> kind_of(Path("archive.JSONL.gz")), kind_of(Path("photo.jpg"))
        (<Kind.JSONL: 'jsonl'>, None)
    """
    return _KINDS.get(_suffix(path).removesuffix(_packing(path)))


def stem_of(path: Path) -> str:
    """The name of a file without what tells its kind.

    Example:
        >>> stem_of(Path("news/2025.jsonl.zst")), stem_of(Path("visit.v2.txt"))
        ('2025', 'visit.v2')
    """
    suffix = _suffix(path)
    return path.name[: -len(suffix)] if suffix and len(path.name) > len(suffix) else path.name


def _packing(path: Path) -> str:
    return next((packed for packed in _COMPRESSED if path.name.lower().endswith(packed)), "")


def _suffix(path: Path) -> str:
    packed = _packing(path)
    inner = Path(path.name[: -len(packed)]) if packed else path
    return inner.suffix.lower() + packed if inner.suffix.lower() in _KINDS else path.suffix.lower()


def article_files(
    *inputs: str | Path,
    on_error: Report,
    on_note: Callable[[str], None],
    on_passed: Callable[[Path], None] | None = None,
) -> Iterator[Path]:
    """The files that inputs stand for.

    Args:
        *inputs: Files, folders, patterns.
        on_error: Receives an error for an input that stands for nothing.
        on_note: Receives a sentence about the files of a folder that are passed over.
        on_passed: Receives each of these files.

    Yields:
        Paths, each once; those of a folder or a pattern sorted by name.
    """
    seen = Seen()
    for entry in inputs:
        for path in _expand(Path(entry), on_error, on_note, on_passed or _ignore):
            if seen.add(str(path.resolve())):
                yield path


def total_size(*inputs: str | Path) -> int:
    """The bytes of all files that inputs stand for; what is not there counts nothing."""
    size = 0
    for path in article_files(*inputs, on_error=lambda _: None, on_note=lambda _: None):
        try:
            size += path.stat().st_size
        except OSError:
            continue  # gone meanwhile: whoever reads it will say so
    return size


def _ignore(path: Path) -> None:
    pass


def _expand(
    path: Path, on_error: Report, on_note: Callable[[str], None], on_passed: Callable[[Path], None]
) -> Iterator[Path]:
    try:
        if path.is_dir():
            yield from _folder(path, on_error, on_note, on_passed)
            return
        if path.exists():
            yield path
            return
        if _WILDCARD.search(str(path)):
            anchor = Path(path.anchor) if path.anchor else Path()
            found = sorted(p for p in anchor.glob(str(path.relative_to(path.anchor))) if p.is_file())
            yield from found
            if not found:
                message = "no file matches the pattern"
                hint = "put it in quotes if the shell should not expand it"
                on_error(ArticleError(message, source=path, hint=hint))
            return
    except (OSError, ValueError) as error:  # name too long, NUL in a name, no permission
        message = f"cannot be opened: {_reason(error)}"
        on_error(ArticleError(message, source=path, hint="check the name and its permissions"))
        return
    on_error(ArticleError("there is no such file", source=path, hint=_nearest(path)))


def _folder(
    folder: Path, on_error: Report, on_note: Callable[[str], None], on_passed: Callable[[Path], None]
) -> Iterator[Path]:
    others: list[str] = []
    count = found = 0
    for path in _walk(folder, on_error):
        if _suffix(path) in SUFFIXES:
            found += 1
            yield path
        else:
            count += 1
            on_passed(path)
            bisect.insort(others, path.name)
            del others[_SHOWN:]
    if count:
        shown = ", ".join(others) + (f" and {count - _SHOWN} more" if count > _SHOWN else "")
        on_note(f"{folder}: passed over, no articles by their names: {shown}")
    if not found:
        hint = f"read are {', '.join(_KINDS)}, also with {' or '.join(_COMPRESSED)}"
        on_error(ArticleError("the folder holds no article", source=folder, hint=hint))


def _walk(folder: Path, on_error: Report) -> Iterator[Path]:
    """All visible files below a folder in the order of their paths, one folder's names in memory at a time."""
    try:
        with os.scandir(folder) as entries:
            names = sorted((e.name, e.is_dir(follow_symlinks=False)) for e in entries if not e.name.startswith("."))
    except OSError as error:
        on_error(unreadable(folder, error))
        return
    for name, is_folder in names:
        path = folder / name
        if is_folder:
            yield from _walk(path, on_error)
        elif path.is_file():
            yield path


def _nearest(path: Path) -> str:
    try:
        names = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    except OSError:
        names = []
    close = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean {path.parent / close[0]}?" if close else "check the path"


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Open a file for reading, unpacking it on the way if it is compressed.

    Args:
        path: The file; the end of its name tells how it is compressed.

    Yields:
        What is in the file, and the file itself, whose position tells how far the reading is.

    Raises:
        ArticleError: If it cannot be opened, read or unpacked.
    """
    import zlib

    import zstandard

    try:
        with path.open("rb") as raw:
            packed = _packing(path)
            if packed == ".gz":
                with gzip.open(raw) as unpacked:
                    yield unpacked, raw  # type: ignore[misc] # typeshed knows only the intersection of both
            elif packed == ".zst":
                with io.BufferedReader(_Zstandard(raw), _PART) as unpacked:
                    yield unpacked, raw
            else:
                yield raw, raw
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:  # a broken gzip file is an OSError too
        raise unreadable(path, error) from error


class _Zstandard(io.RawIOBase):
    """Unpacks Zstandard, frame after frame; unlike the library's own reader it says when the file ends too early."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._frame: Any = None
        self._rest = self._ready = b""
        self._given = 0  # bytes of what is ready that were handed out

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        import zstandard

        while self._given >= len(self._ready):
            packed, self._given = self._rest or self._raw.read(_PACKED), 0
            self._ready = b""
            if not packed:
                if self._frame is not None:
                    message = "it ends too early"
                    raise EOFError(message)
                return 0
            if self._frame is None:
                self._frame = zstandard.ZstdDecompressor().decompressobj()
            self._ready = self._frame.decompress(packed)
            self._rest = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame = None
        part = self._ready[self._given : self._given + len(buffer)]
        buffer[: len(part)] = part
        self._given += len(part)
        return len(part)


def read_start(path: Path, limit: int) -> bytes:
    """The first bytes of a file, at most one more than `limit`: so a file that is too big is known without reading it.

    Raises:
        ArticleError: If it cannot be read.
    """
    parts: list[bytes] = []
    left = limit + 1
    with opened(path) as (file, _):
        while left > 0 and (part := file.read(left)):
            parts.append(part)
            left -= len(part)
    return b"".join(parts)


def unreadable(path: Path, error: Exception) -> ArticleError:
    """The error to report for a file that the system does not give."""
    hint = "check that it is there, whole, and that you may read it"
    return ArticleError(f"cannot be read: {_reason(error)}", source=path, hint=hint)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
