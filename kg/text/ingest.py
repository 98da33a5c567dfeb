"""Files in, articles out: plain text, HTML, JSONL, CSV, feeds and web archives, one at a time.

A file that cannot be read, or a row in it, is reported and the next one read. The text of plain text, JSONL and CSV is
kept to the character; of a web page it is the main text as extracted. However big the input, little more than one
article of it is in memory.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import IO, Any

from kg.errors import ArticleError
from kg.model import Article
from kg.text.captures import read_captures
from kg.text.clean import clean
from kg.text.days import parse_day
from kg.text.decode import decode
from kg.text.feeds import looks_like_feed, read_feed
from kg.text.files import Kind, article_files, kind_of, opened, read_start, stem_of
from kg.text.rows import Row, read_csv, read_jsonl
from kg.text.seen import Seen
from kg.text.web import declared_encoding, looks_like_html, read_page

__all__ = ["Found", "find_articles", "read_articles"]

_SURROGATE = re.compile("[\ud800-\udfff]")
_MARKUP = 20  # a page may be so many times longer than the text in it
_SMALL = 1 << 24  # bytes of a table that is decoded at once
_BYTES = 4  # of a character at most, in any encoding of Unicode
_ESCAPED = 12  # of a character at most, where JSON writes it as two escapes


@dataclass(frozen=True, slots=True)
class Found:
    """An article as its file has it: blocks not marked, the id as wished for, perhaps not alone in having it.

    Attributes:
        article: The article.
        path: Its file.
        key: What tells it from the others of its file: the row's id or line, the address; `None` if it is alone.
        named: Whether the id was given, not made from the file's name.
        captured: When it was fetched (ISO 8601, UTC), of web archives and watched feeds only.
        position: Bytes of the file that have been read so far, as they lie on the disk.
    """

    article: Article
    path: Path
    key: str | None = None
    named: bool = False
    captured: str | None = None
    position: int = 0


def read_articles(
    *inputs: str | Path,
    published: date | None = None,
    language: str = "de",
    max_chars: int = 1_000_000,
    max_seconds: float | None = 300.0,
    on_error: Callable[[ArticleError], None] | None = None,
    on_note: Callable[[str], None] | None = None,
) -> Iterator[Article]:
    """Read articles from files, folders and patterns, and mark their blocks.

    Args:
        *inputs: Files (.txt, .html, .jsonl, .csv, .rss, .atom, .warc, also with .gz or .zst), folders (with all below
            them, sorted), or patterns such as `news/*.html`. A file met twice is read once.
        published: Day of publication of the articles that do not state their own.
        language: Two-letter code of their language.
        max_chars: Longest article that is read, in code points.
        max_seconds: Longest time that finding the text of a web page may take; `None` sets no limit.
        on_error: Receives an error for every article that cannot be read; the others are still yielded.
        on_note: Receives a sentence for every repair and guess: encoding, a doubled id, an unreadable date.

    Yields:
        Articles with `blocks` filled, in the order of the inputs. `id` is the row's, else the file name's stem (with
        the line number for rows), of items in feeds what the feed knows them by, of captures in web archives their
        address; an id that occurs again gets `-2`, `-3` …

    Raises:
        ArticleError: At the first article that cannot be read, if there is no `on_error`.
        UnsupportedLanguage: If there are no data for the language.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> _ = (folder / "besuch.txt").write_text("Lima empfing Quito.")
        >>> [(article.id, article.text) for article in read_articles(folder)]
        [('besuch', 'Lima empfing Quito.')]
    """
    note = _ignore if on_note is None else on_note
    ids = Seen()
    limits: dict[str, Any] = {"max_chars": max_chars, "max_seconds": max_seconds}
    for found in find_articles(*inputs, language=language, on_error=on_error, on_note=on_note, **limits):
        article = found.article
        name = _unique(article.id, ids)
        if name != article.id:
            where = f"{found.path}:{found.key}" if found.key and not found.named else str(found.path)
            note(f"{where}: the id {article.id!r} is taken, this article is called {name!r}")
        cleaned = clean(replace(article, id=name))
        yield cleaned if cleaned.published is not None else replace(cleaned, published=published)


def find_articles(
    *inputs: str | Path,
    language: str = "de",
    max_chars: int = 1_000_000,
    max_seconds: float | None = 300.0,
    on_error: Callable[[ArticleError], None] | None = None,
    on_note: Callable[[str], None] | None = None,
    on_file: Callable[[Path, bool], None] | None = None,
    on_passed: Callable[[Path], None] | None = None,
) -> Iterator[Found]:
    """Find articles without marking their blocks or keeping their ids apart: what an archive is built from.

    Args:
        *inputs: As for `read_articles`.
        language: Two-letter code of their language.
        max_chars: Longest article that is found, in code points.
        max_seconds: Longest time that finding the text of a web page may take; `None` sets no limit.
        on_error: Receives an error for every article that cannot be read; the others are still yielded.
        on_note: Receives a sentence for every repair and guess.
        on_file: Called after every file, with its path and whether all in it could be read, so that what was in it
            before and is not now is gone; a feed never tells that.
        on_passed: Called with every file of a folder that is passed over, for its name is that of no article.

    Yields:
        What was found, in the order of the inputs.

    Raises:
        ArticleError: At the first article that cannot be read, if there is no `on_error`.
    """
    report = _raise if on_error is None else on_error
    note = _ignore if on_note is None else on_note
    for path in article_files(*inputs, on_error=report, on_note=note, on_passed=on_passed):
        reader = _Reader(path, language, max_chars, max_seconds, report, note)
        yield from reader.read()
        if on_file is not None:
            on_file(path, reader.whole)


class _Reader:
    """Reads one file. `whole` tells whether all of it could be read, so that what is not in it is gone."""

    def __init__(
        self,
        path: Path,
        language: str,
        max_chars: int,
        max_seconds: float | None,
        on_error: Callable[[ArticleError], None],
        on_note: Callable[[str], None],
    ) -> None:
        self.path, self.language, self.max_chars, self.max_seconds = path, language, max_chars, max_seconds
        self.whole = True
        self.on_note = on_note
        self._on_error = on_error
        self._position = 0

    def on_error(self, error: ArticleError) -> None:
        self.whole = False
        self._on_error(error)

    def read(self) -> Iterator[Found]:
        kind = kind_of(self.path)
        try:
            if kind is Kind.JSONL:
                yield from self._rows(read_jsonl(self._lines(), source=self.path, on_error=self.on_error))
            elif kind is Kind.WARC:
                yield from self._captures()
            elif kind is Kind.CSV:
                yield from self._rows(read_csv(self._table(), source=self.path, on_error=self.on_error))
            else:
                yield from self._whole_file(kind)
        except ArticleError as error:
            self.on_error(error)

    def _whole_file(self, kind: Kind | None) -> Iterator[Found]:
        most = _MARKUP * self.max_chars if kind is not Kind.TEXT else self.max_chars
        data = read_start(self.path, _BYTES * most)
        self._position = len(data)
        if not data.strip():
            raise _empty(self.path)
        if kind is Kind.FEED or (kind is None and looks_like_feed(data)):
            yield from self._items(data)
        elif kind is Kind.HTML or (kind is None and looks_like_html(data)):
            yield self._found(self._page(data, self.path, declared_encoding(data)))
        else:
            if len(data) > _BYTES * self.max_chars:
                size = f"{max(self.path.stat().st_size, len(data)):,} bytes"
                raise self._too_long(size)
            text = decode(data, source=self.path, on_note=self.on_note)
            self._check(text)
            yield self._found(Article(id=stem_of(self.path), text=text, language=self.language))

    def _table(self) -> Iterator[str]:
        """The lines of a table: of a small one as of one text, so that its encoding is guessed from all of it."""
        data = read_start(self.path, _SMALL)
        if len(data) > _SMALL:
            yield from self._lines()
            return
        self._position = len(data)
        if not data.strip():
            raise _empty(self.path)
        yield from _split_at_newlines(decode(data, source=self.path, on_note=self.on_note))

    def _lines(self) -> Iterator[str]:
        """The lines of a file that may be too big to be held at once."""
        first = blank = unnoted = True
        with opened(self.path) as (file, raw):
            for line in self._bounded(file):
                self._position = raw.tell()
                blank = blank and not line.strip()
                if first and (b"\0" in line or line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))):
                    whole = line + file.read(_BYTES * _MARKUP * self.max_chars)
                    if file.read(1):
                        size = f"more than {len(whole):,} bytes that are no UTF-8"
                        raise self._too_long(size)
                    text = decode(whole, source=self.path, on_note=self.on_note)
                    yield from _split_at_newlines(text)
                    return
                try:
                    yield line.decode("utf-8-sig" if first else "utf-8")
                except UnicodeDecodeError:
                    yield decode(line, source=self.path, on_note=self.on_note if unnoted else None)
                    unnoted = False
                first = False
        if blank:
            raise _empty(self.path)

    def _bounded(self, file: IO[bytes]) -> Iterator[bytes]:
        """The lines of a file; of one that is longer than any article nothing is kept."""
        most = _ESCAPED * self.max_chars + _SMALL
        number = 0
        while line := file.readline(most):
            number += 1
            if len(line) == most and not line.endswith(b"\n"):
                while (line := file.readline(_SMALL)) and not line.endswith(b"\n"):
                    pass
                self.on_error(self._too_long(f"a line of more than {most:,} bytes", line=number))
                line = b"\n"
            yield line

    def _page(self, data: bytes, source: object, encoding: str | None) -> Article:
        html = decode(data, source=source, declared=encoding, on_note=self.on_note)
        # Markup may be many times longer than the text in it, but not without bound.
        self._check(html, limit=_MARKUP * self.max_chars)
        page = read_page(html, source=source, max_seconds=self.max_seconds)
        self._check(page.text)
        return Article(
            id=stem_of(self.path),
            text=page.text,
            title=page.title,
            published=parse_day(page.published, language=self.language),
            publisher=page.publisher,
            url=page.url,
            language=self.language,
        )

    def _captures(self) -> Iterator[Found]:
        limit = _BYTES * _MARKUP * self.max_chars
        with opened(self.path) as (file, raw):
            for capture in read_captures(file, source=self.path, limit=limit, on_note=self.on_note):
                self._position = raw.tell()
                source = f"{self.path} {capture.url}"
                try:
                    if capture.is_page:
                        encoding = capture.encoding or declared_encoding(capture.data)
                        article = self._page(capture.data, source, encoding)
                    else:
                        text = decode(capture.data, source=source, declared=capture.encoding, on_note=self.on_note)
                        self._check(text)
                        article = Article(id="", text=text, language=self.language)
                except ArticleError as error:
                    self.on_error(error if error.source == source else _at(error, source))
                    continue
                url = article.url or capture.url
                article = replace(article, id=_without_scheme(url), url=url)
                yield self._found(article, key=capture.url, named=True, captured=capture.time)

    def _items(self, data: bytes) -> Iterator[Found]:
        self.whole = False  # a feed drops what is old
        for item in read_feed(data, source=self.path, on_error=self.on_error):
            try:
                self._check(item.text)
            except ArticleError as error:
                self.on_error(error)
                continue
            article = Article(
                id=_without_scheme(item.id),
                text=item.text,
                title=item.title,
                published=parse_day(item.published, language=self.language),
                publisher=item.publisher,
                url=item.url,
                language=self.language,
            )
            yield self._found(article, key=item.id, named=True)

    def _rows(self, rows: Iterator[Row]) -> Iterator[Found]:
        stem = stem_of(self.path)
        for row in rows:
            try:
                self._check(row.text, row.line)
                if row.id is not None and _SURROGATE.search(row.id):
                    message = "the id holds half a character (a lone surrogate)"
                    raise ArticleError(message, source=self.path, line=row.line, hint="write it as UTF-8")
            except ArticleError as error:
                self.on_error(error)
                continue
            day = parse_day(row.published, language=self.language)
            if row.published is not None and day is None:
                self.on_note(f"{self.path}:{row.line}: no day in the date {row.published[:40]!r}, it is left open")
            article = Article(
                id=row.id if row.id is not None else f"{stem}-{row.line}",
                text=row.text,
                title=_whole(row.title),
                published=day,
                publisher=_whole(row.publisher),
                url=_whole(row.url),
                language=self.language,
            )
            yield self._found(article, key=str(row.line) if row.id is None else row.id, named=row.id is not None)

    def _found(
        self, article: Article, *, key: str | None = None, named: bool = False, captured: str | None = None
    ) -> Found:
        return Found(article, self.path, key, named, captured, self._position)

    def _check(self, text: str, line: int | None = None, *, limit: int | None = None) -> None:
        most = self.max_chars if limit is None else limit
        if not text.strip():
            message = "the text is empty"
            raise ArticleError(message, source=self.path, line=line, hint="nothing is lost: it is passed over")
        if len(text) > most:
            size = f"{len(text):,} characters"
            raise self._too_long(size, line=line, most=most)
        half = _SURROGATE.search(text)
        if half:
            message = f"half a character (a lone surrogate) at offset {half.start()}"
            raise ArticleError(message, source=self.path, line=line, hint="write the text as UTF-8")

    def _too_long(self, length: str, *, line: int | None = None, most: int | None = None) -> ArticleError:
        message = f"too long: {length}, at most {most or self.max_chars:,} characters are read"
        return ArticleError(message, source=self.path, line=line, hint="split it into articles, or raise max_chars")


def _unique(wanted: str, ids: Seen) -> str:
    name, number = wanted, 1
    while not ids.add(name):
        number += 1
        name = f"{wanted}-{number}"
    return name


def _split_at_newlines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _without_scheme(url: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/") or url


def _at(error: ArticleError, source: str) -> ArticleError:
    return ArticleError(error.message, source=source, line=error.line, hint=error.hint)


def _empty(path: Path) -> ArticleError:
    return ArticleError("the file is empty", source=path, hint="nothing is lost: it is passed over")


def _whole(value: str | None) -> str | None:
    """Metadata are shown and written, never counted in: half characters may be mended."""
    return None if value is None else _SURROGATE.sub("\ufffd", value)


def _raise(error: ArticleError) -> None:
    raise error


def _ignore(note: str) -> None:
    del note
