"""From the bytes of a file to its text, to the character: no newline is translated, nothing is normalised."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from charset_normalizer import from_bytes

from kg.errors import ArticleError

__all__ = ["decode"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What people hand in by mistake, by the first bytes of the file.
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
_CANDIDATES = ["cp1252", "latin_1", "iso8859_15", "mac_roman", "cp850"]
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_SAMPLE = 1 << 16
_HINT = "give a .txt, .html, .jsonl or .csv file"


def decode(
    data: bytes, *, source: object, declared: str | None = None, on_note: Callable[[str], None] | None = None
) -> str:
    r"""Decode the bytes of a text file.

    UTF-8 (with or without byte order mark), UTF-16 and UTF-32 are recognised; anything else is taken for an eight-bit
    encoding, which is guessed and reported. A UTF-8 text with a few broken bytes keeps its good ones; the broken
    become U+FFFD.

    Args:
        data: The whole file.
        source: What to call it in messages.
        declared: An encoding that the file itself names, tried after UTF-8.
        on_note: Receives one sentence when the encoding had to be guessed.

    Returns:
        The text, its line ends untouched.

    Raises:
        ArticleError: If the bytes are no text.

    Example:
        >>> decode("Köln\r\n".encode(), source="a.txt")
        'Köln\r\n'
        >>> decode("Köln".encode("latin-1"), source="b.txt", on_note=print)
        b.txt: not UTF-8 (first at byte 1), read as cp1252
        'Köln'
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _checked(data.decode(encoding, errors="replace"), source)
    for magic, name in _MAGIC:
        if data.startswith(magic):
            message = f"not a text but {name}"
            raise ArticleError(message, source=source, hint=_HINT)
    if b"\0" in data[:_SAMPLE]:
        return _checked(_without_bom(data, source), source)
    try:
        return _checked(data.decode("utf-8"), source)
    except UnicodeDecodeError as error:
        text, encoding = _guess(data, declared)
        text = _checked(text, source)
        if on_note is not None:
            on_note(f"{source}: not UTF-8 (first at byte {error.start}), read as {encoding}")
        return text


def _guess(data: bytes, declared: str | None) -> tuple[str, str]:
    high = len(_HIGH.findall(data))
    good = sum(len(sequence) for sequence in _UTF8_SEQUENCE.findall(data))
    # Eight-bit text has next to no valid UTF-8 sequences by chance; a damaged UTF-8 text has mostly valid ones.
    if good >= 0.7 * high:
        return data.decode("utf-8", errors="replace"), "UTF-8 with damaged bytes replaced"
    if declared is not None:
        try:
            return data.decode(declared), declared
        except (LookupError, UnicodeDecodeError):
            pass
    try:
        # The wide set of the guesser is narrowed to what German texts come in: on short texts it mistakes umlauts.
        if not re.search(rb"[\x80-\x9f]", data):
            return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:  # pragma: no cover - cp1252 covers all bytes above 0x9f
        pass
    best = from_bytes(data[:_SAMPLE], cp_isolation=_CANDIDATES).best()
    encoding = best.encoding if best is not None else "cp1252"
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _without_bom(data: bytes, source: object) -> str:
    sample = data[: _SAMPLE & ~1]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 0.6 * half and others == 0:
            return data.decode(encoding, errors="replace")
    if data.count(0) / len(data) > 0.001:
        message = "not a text: it contains NUL bytes"
        raise ArticleError(message, source=source, hint=_HINT)
    return data.decode("utf-8", errors="replace")


def _checked(text: str, source: object) -> str:
    sample = text[:_SAMPLE]
    if len(_CONTROLS.findall(sample)) > max(2, 0.02 * len(sample)):
        message = "not a text: it is full of control characters"
        raise ArticleError(message, source=source, hint=_HINT)
    return text
