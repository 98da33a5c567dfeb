"""Pages in web archives (WARC), through warcio: every capture of a page or a text, one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from kg.errors import ArticleError

__all__ = ["Capture", "read_captures"]

_PAGES = {"text/html", "application/xhtml+xml"}
_TEXTS = {"text/plain"}
_SHOWN = 6  # reasons for passing over


@dataclass(frozen=True, slots=True)
class Capture:
    """What was fetched from one address. `time` is ISO 8601 in UTC, `encoding` what the server named."""

    url: str
    time: str
    data: bytes
    is_page: bool
    encoding: str | None = None


def read_captures(file: IO[bytes], *, source: object, limit: int, on_note: Callable[[str], None]) -> Iterator[Capture]:
    """Read the captures of a web archive that may hold articles.

    Args:
        file: The archive, unpacked: the library would pass over what is damaged in silence.
        source: What to call it in messages.
        limit: Bytes of a capture that are read at most, and one more.
        on_note: Receives a sentence about what was passed over: images, redirects, errors of the server.

    Yields:
        Pages and plain texts that the server gave whole, in the order of the archive.

    Raises:
        ArticleError: If it is no WARC file or ends in the middle of a record; what stands before is still yielded.
    """
    from warcio.archiveiterator import ArchiveIterator  # needed for this alone, and slow to load
    from warcio.exceptions import ArchiveLoadFailed

    passed: Counter[str] = Counter()
    record = None
    try:
        for record in ArchiveIterator(file):
            kind, status = _kind(record), _status(record)
            url = record.rec_headers.get_header("WARC-Target-URI")
            if record.rec_type not in ("response", "resource", "conversion") or not url:
                continue
            if not status:
                message = "the last record is not whole"
                raise ArchiveLoadFailed(message)
            if status != "200":
                passed[f"status {status}"] += 1
            elif kind not in _PAGES | _TEXTS:
                passed[kind or "no type"] += 1
            else:
                time = record.rec_headers.get_header("WARC-Date") or ""
                data = record.content_stream().read(limit + 1)
                if _is_cut(record):
                    message = "the last record is not whole"
                    raise ArchiveLoadFailed(message)
                yield Capture(url.strip("<> "), time, data, kind in _PAGES, _encoding(record))
    except (ArchiveLoadFailed, AttributeError, ValueError, TypeError, LookupError) as error:  # of a damaged header
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        message = f"not a whole WARC file: {reason}"
        raise ArticleError(message, source=source, hint="fetch it again; what stands before is read") from error
    else:
        if record is None:
            message = "the file is empty"
            raise ArticleError(message, source=source, hint="nothing is lost: it is passed over")
    finally:
        if passed:
            reasons = [f"{count} of {name}" for name, count in passed.most_common(_SHOWN)]
            on_note(f"{source}: passed over, no articles: {', '.join(reasons)}")


def _is_cut(record: Any) -> bool:
    """Whether the file ended before the record did."""
    stream = record.raw_stream
    return getattr(stream, "limit", 0) > 0 and not stream.read(1)


def _status(record: Any) -> str:
    """The answer of the server; what was stored without one counts as whole."""
    return "200" if record.http_headers is None else str(record.http_headers.get_statuscode())


def _content_type(record: Any) -> str:
    headers = record.rec_headers if record.http_headers is None else record.http_headers
    return str(headers.get_header("Content-Type") or "")


def _kind(record: Any) -> str:
    return _content_type(record).partition(";")[0].strip().lower()


def _encoding(record: Any) -> str | None:
    for part in _content_type(record).split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset" and value.strip():
            return value.strip().strip("\"'")
    return None
