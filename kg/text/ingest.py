"""Files in, articles out: plain text, HTML, JSONL and CSV, one at a time.

A file that cannot be read, or a row in it, is reported and the next one read. The text of plain text, JSONL and CSV is
kept to the character; of a web page it is the main text as extracted.
"""

from __future__ import annotations

import codecs
import difflib
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from kg.errors import ArticleError
from kg.model import Article
from kg.text.clean import clean
from kg.text.days import parse_day
from kg.text.decode import decode
from kg.text.rows import Row, read_csv, read_jsonl
from kg.text.web import declared_encoding, looks_like_html, read_page

__all__ = ["SUFFIXES", "article_files", "read_articles"]

_TEXT = (".txt", ".text")
_HTML = (".html", ".htm", ".xhtml")
_JSONL = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
_CSV = (".csv", ".tsv")
SUFFIXES = (*_TEXT, *_HTML, *_JSONL, *_CSV)
"""Ends of names of the files that are read from a folder; a file named itself may end as it likes."""

_WILDCARD = re.compile(r"[*?\[]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_articles(
    *inputs: str | Path,
    published: date | None = None,
    language: str = "de",
    max_chars: int = 1_000_000,
    on_error: Callable[[ArticleError], None] | None = None,
    on_note: Callable[[str], None] | None = None,
) -> Iterator[Article]:
    """Read articles from files, folders and patterns, and mark their blocks.

    Args:
        *inputs: Files (.txt, .html, .jsonl, .jsonl.gz, .csv), folders (with all below them, sorted), or patterns such
            as `news/*.html`. A file met twice is read once.
        published: Day of publication of the articles that do not state their own.
        language: Two-letter code of their language.
        max_chars: Longest article that is read, in code points.
        on_error: Receives an error for every article that cannot be read; the others are still yielded.
        on_note: Receives a sentence for every repair and guess: encoding, a doubled id, an unreadable date.

    Yields:
        Articles with `blocks` filled, in the order of the inputs. `id` is the row's, else the file name's stem (with
        the line number for rows); an id that occurs again gets `-2`, `-3` …

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
    report = _raise if on_error is None else on_error
    note = _ignore if on_note is None else on_note
    reader = _Reader(language, max_chars, report, note)
    for path in article_files(*inputs, on_error=report, on_note=note):
        for article in reader.read(path):
            cleaned = clean(article)
            yield cleaned if cleaned.published is not None else replace(cleaned, published=published)


def article_files(
    *inputs: str | Path, on_error: Callable[[ArticleError], None], on_note: Callable[[str], None]
) -> Iterator[Path]:
    """The files that inputs stand for.

    Args:
        *inputs: Files, folders, patterns.
        on_error: Receives an error for an input that stands for nothing.
        on_note: Receives a sentence about the files of a folder that are passed over.

    Yields:
        Paths, each once; those of a folder or a pattern sorted by name.
    """
    seen: set[Path] = set()
    for entry in inputs:
        for path in _expand(Path(entry), on_error, on_note):
            key = path.resolve()
            if key not in seen:
                seen.add(key)
                yield path


def _expand(path: Path, on_error: Callable[[ArticleError], None], on_note: Callable[[str], None]) -> list[Path]:
    try:
        if path.is_dir():
            return _folder(path, on_error, on_note)
        if path.exists():
            return [path]
        if _WILDCARD.search(str(path)):
            anchor = Path(path.anchor) if path.anchor else Path()
            found = sorted(p for p in anchor.glob(str(path.relative_to(path.anchor))) if p.is_file())
            if found:
                return found
            message = "no file matches the pattern"
            on_error(ArticleError(message, source=path, hint="put it in quotes if the shell should not expand it"))
            return []
    except (OSError, ValueError) as error:  # name too long, NUL in a name, no permission
        on_error(
            ArticleError(f"cannot be opened: {_reason(error)}", source=path, hint="check the name and its permissions")
        )
        return []
    hint = _nearest(path)
    on_error(ArticleError("there is no such file", source=path, hint=hint))
    return []


def _folder(folder: Path, on_error: Callable[[ArticleError], None], on_note: Callable[[str], None]) -> list[Path]:
    visible = [
        p
        for p in folder.rglob("*")
        if p.is_file() and not any(part.startswith(".") for part in p.relative_to(folder).parts)
    ]
    found = sorted(p for p in visible if _suffix(p) in SUFFIXES)
    others = sorted({p.name for p in visible if _suffix(p) not in SUFFIXES})
    if others:
        shown = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
        on_note(f"{folder}: passed over, no articles by their names: {shown}")
    if not found:
        on_error(ArticleError("the folder holds no article", source=folder, hint=f"read are {', '.join(SUFFIXES)}"))
    return found


def _suffix(path: Path) -> str:
    name = path.name.lower()
    return next((s for s in sorted(SUFFIXES, key=len, reverse=True) if name.endswith(s)), path.suffix.lower())


def _nearest(path: Path) -> str:
    try:
        names = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    except OSError:
        names = []
    close = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean {path.parent / close[0]}?" if close else "check the path"


@dataclass(slots=True)
class _Reader:
    """Reads file after file and keeps the ids apart."""

    language: str
    max_chars: int
    on_error: Callable[[ArticleError], None]
    on_note: Callable[[str], None]
    ids: set[str] = field(default_factory=set)

    def read(self, path: Path) -> Iterator[Article]:
        suffix = _suffix(path)
        try:
            if suffix in _JSONL:
                yield from self._rows(read_jsonl(self._lines(path), source=path, on_error=self.on_error), path)
                return
            data = _bytes(path)
            if not data.strip():
                raise _empty(path)
            if suffix in _CSV:
                text = decode(data, source=path, on_note=self.on_note)
                yield from self._rows(read_csv(text, source=path, on_error=self.on_error), path)
            elif suffix in _HTML or (suffix not in _TEXT and looks_like_html(data)):
                yield self._page(data, path)
            else:
                text = decode(data, source=path, on_note=self.on_note)
                self._check(text, path, None)
                yield Article(id=self._unique(path.stem, path, None), text=text, language=self.language)
        except ArticleError as error:
            self.on_error(error)

    def _lines(self, path: Path) -> Iterator[str]:
        """The lines of a file that may be too big to be held at once."""
        first = blank = unnoted = True
        try:
            with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as file:
                for raw in file:
                    blank = blank and not raw.strip()
                    if first and (b"\0" in raw or raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))):
                        yield from decode(raw + file.read(), source=path, on_note=self.on_note).split("\n")
                        return
                    try:
                        yield raw.decode("utf-8-sig" if first else "utf-8")
                    except UnicodeDecodeError:
                        yield decode(raw, source=path, on_note=self.on_note if unnoted else None)
                        unnoted = False
                    first = False
        except (OSError, EOFError, zlib.error) as error:  # a broken gzip file is an OSError too
            raise _unreadable(path, error) from error
        if blank:
            raise _empty(path)

    def _page(self, data: bytes, path: Path) -> Article:
        html = decode(data, source=path, declared=declared_encoding(data), on_note=self.on_note)
        # Markup may be many times longer than the text in it, but not without bound.
        self._check(html, path, None, limit=20 * self.max_chars)
        page = read_page(html, source=path)
        self._check(page.text, path, None)
        return Article(
            id=self._unique(path.stem, path, None),
            text=page.text,
            title=page.title,
            published=parse_day(page.published, language=self.language),
            publisher=page.publisher,
            url=page.url,
            language=self.language,
        )

    def _rows(self, rows: Iterator[Row], path: Path) -> Iterator[Article]:
        stem = path.name[: -len(_suffix(path))]
        for row in rows:
            try:
                self._check(row.text, path, row.line)
                if row.id is not None and _SURROGATE.search(row.id):
                    message = "the id holds half a character (a lone surrogate)"
                    raise ArticleError(message, source=path, line=row.line, hint="write it as UTF-8")
            except ArticleError as error:
                self.on_error(error)
                continue
            day = parse_day(row.published, language=self.language)
            if row.published is not None and day is None:
                self.on_note(f"{path}:{row.line}: no day in the date {row.published[:40]!r}, it is left open")
            yield Article(
                id=self._unique(row.id if row.id is not None else f"{stem}-{row.line}", path, row.line),
                text=row.text,
                title=_whole(row.title),
                published=day,
                publisher=_whole(row.publisher),
                url=_whole(row.url),
                language=self.language,
            )

    def _check(self, text: str, path: Path, line: int | None, *, limit: int | None = None) -> None:
        most = self.max_chars if limit is None else limit
        if not text.strip():
            message = "the text is empty"
            raise ArticleError(message, source=path, line=line, hint="nothing is lost: it is passed over")
        if len(text) > most:
            message = f"too long: {len(text):,} characters, at most {most:,} are read"
            raise ArticleError(message, source=path, line=line, hint="split it into articles, or raise max_chars")
        half = _SURROGATE.search(text)
        if half:
            message = f"half a character (a lone surrogate) at offset {half.start()}"
            raise ArticleError(message, source=path, line=line, hint="write the text as UTF-8")

    def _unique(self, wanted: str, path: Path, line: int | None) -> str:
        name, number = wanted, 1
        while name in self.ids:
            number += 1
            name = f"{wanted}-{number}"
        self.ids.add(name)
        if name != wanted:
            where = path if line is None else f"{path}:{line}"
            self.on_note(f"{where}: the id {wanted!r} is taken, this article is called {name!r}")
        return name


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _empty(path: Path) -> ArticleError:
    return ArticleError("the file is empty", source=path, hint="nothing is lost: it is passed over")


def _unreadable(path: Path, error: Exception) -> ArticleError:
    hint = "check that it is there, whole, and that you may read it"
    return ArticleError(f"cannot be read: {_reason(error)}", source=path, hint=hint)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _whole(value: str | None) -> str | None:
    """Metadata are shown and written, never counted in: half characters may be mended."""
    return None if value is None else _SURROGATE.sub("\ufffd", value)


def _raise(error: ArticleError) -> None:
    raise error


def _ignore(note: str) -> None:
    del note
