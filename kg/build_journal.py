"""What a build has read: so that no article is read twice, none is lost, and a build that was stopped goes on.

One SQLite file beside the store. The store is the truth: an article counts as read only if the store holds it, and the
journal is written after the store. Without the journal everything would be read again, and nothing else happen.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from kg.build_duplicates import SIMILAR, bands, groups, similarity
from kg.build_duplicates import signature as signature_of
from kg.errors import StoreError
from kg.model import Article
from kg.text.ingest import Found

__all__ = ["Journal", "State"]

_VERSION = 1
_COMPARED = 16  # texts of a band that a text is compared with: of one that is printed a thousand times not all pairs
_TABLES = """
CREATE TABLE IF NOT EXISTS article (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    url TEXT,
    origin TEXT NOT NULL,      -- file, and what tells the article from the others in it
    path TEXT NOT NULL,        -- file
    captured TEXT,             -- when a web archive fetched it
    published TEXT,
    content TEXT NOT NULL,     -- hash of the article as found
    made TEXT,                 -- hash of what it was read with; nothing until it is stored
    failure TEXT,              -- why it could not be read
    run INTEGER NOT NULL,      -- the last in which it was met
    signature BLOB
);
CREATE INDEX IF NOT EXISTS article_url ON article (url);
CREATE INDEX IF NOT EXISTS article_origin ON article (origin);
CREATE INDEX IF NOT EXISTS article_path ON article (path);
CREATE INDEX IF NOT EXISTS article_content ON article (content);
CREATE TABLE IF NOT EXISTS band (band BLOB NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (band, article))
    WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS band_article ON band (article);
CREATE TABLE IF NOT EXISTS pair (one INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pair_other ON pair (other);
CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, run INTEGER NOT NULL, whole INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS run (number INTEGER PRIMARY KEY, finished INTEGER NOT NULL);
"""


class State(StrEnum):
    """What is to be done with an article that was found."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REPEATED = "repeated"
    FAILED = "failed"
    OLDER = "older"


class Journal:
    """The journal of a folder.

    Args:
        path: The file; made if missing. `None` keeps it in memory.
        made: What articles are read with: the program, its data, the settings. Articles read with anything else are
            read again when they are met.
        stored: Tells whether the store holds this text (its hash) as this article.

    Attributes:
        made: As given.
        run: The number of this build, from 1.
        resumes: Whether the build before this one did not come to its end.
        is_written: Whether it did, and wrote also what is made from the store.

    Raises:
        StoreError: If the file is no journal, is of another version of kg, or cannot be opened.
    """

    def __init__(self, path: Path | None, *, made: str, stored: Callable[[str, str], bool]) -> None:
        self.made, self._stored = made, stored
        self._next: dict[str, int] = {}
        self._path = path
        try:
            self._database = sqlite3.connect(":memory:" if path is None else path, timeout=0)
            self._database.execute("PRAGMA journal_mode = WAL")  # a program that is killed leaves it whole
            self._database.execute("PRAGMA synchronous = NORMAL")  # so does a power cut; the last articles may be lost
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            if version not in (0, _VERSION):
                message = f"the journal is of another version of kg ({version}, not {_VERSION})"
                hint = "delete it: all articles are then read once more, and none is lost"
                raise StoreError(message, source=path, hint=hint)
            self._database.executescript(_TABLES)
            self._database.execute(f"PRAGMA user_version = {_VERSION}")
            last = self._database.execute("SELECT finished FROM run ORDER BY number DESC LIMIT 1").fetchone()
            self.resumes, self.is_written = last == (0,), last == (2,)
            self.run = int(self._database.execute("INSERT INTO run (finished) VALUES (0)").lastrowid or 0)
            self._database.commit()
        except sqlite3.Error as error:
            message = f"the journal cannot be opened: {error}"
            hint = "if no other build is running, delete it: all articles are then read once more, and none is lost"
            raise StoreError(message, source=path, hint=hint) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(sqlite3.Error):  # half a batch is no batch: the next build reads it again, cut in the same way
            self._database.rollback() if kind else self._database.commit()
        self._next.clear()
        self._database.close()

    # --- one article -------------------------------------------------------------------------------------------------

    def admit(self, found: Found, *, published: date | None, again: bool = False) -> tuple[State, Article, str | None]:
        """Tell whether an article has to be read, and give it the id that it has or gets.

        Args:
            found: As its file has it.
            published: The day that it gets if it states none: part of what it is.
            again: Whether to read it although it is known.

        Returns:
            What is to be done; the article with its id; why it could not be read, if that is known already.
        """
        content = _content(found.article, published)
        origin = _origin(found)
        day = _day(found.article, published)
        known = self._find(found, content, origin)
        if known is None:
            article = replace(found.article, id=self._free(found.article.id))
            self._execute(
                "INSERT INTO article (id, url, origin, path, captured, published, content, run) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                article.id, article.url, origin, str(found.path.resolve()), found.captured, day, content, self.run,
            )  # fmt: skip
            return State.NEW, article, None
        article = replace(found.article, id=known["id"])
        if known["run"] == self.run and known["content"] == content:
            return State.REPEATED, article, None
        if found.captured and known["captured"] and known["content"] != content and found.captured < known["captured"]:
            return State.OLDER, article, None
        same = known["content"] == content and known["made"] == self.made and not again
        self._execute(
            "UPDATE article SET url = ?, origin = ?, path = ?, captured = ?, published = ?, content = ?, run = ?, "
            "made = iif(?, made, NULL), failure = iif(?, failure, NULL) WHERE number = ?",
            found.article.url, origin, str(found.path.resolve()), found.captured, day, content,
            self.run, same, same, known["number"],
        )  # fmt: skip
        if same and known["failure"] is not None:
            return State.FAILED, article, known["failure"]
        if same and self._stored(article.id, article.digest):
            return State.UNCHANGED, article, None
        was_there = known["run"] == self.run or (known["made"] is not None and known["failure"] is None)
        return (State.CHANGED if was_there else State.NEW), article, None

    def done(self, article: Article, signature: bytes | None) -> None:
        """Note that the store holds an article."""
        self._execute(
            "UPDATE article SET made = ?, failure = NULL, signature = ?, published = ? WHERE id = ?",
            self.made, signature, _day(article, None), article.id,
        )  # fmt: skip
        number = self._number(article.id)
        self._unlink(number)
        if signature is not None:
            rows = [(band, number) for band in bands(signature)]
            self._database.executemany("INSERT OR IGNORE INTO band VALUES (?, ?)", rows)
            self._pair(number, signature)

    def failed(self, article: str, why: str) -> None:
        """Note that an article cannot be read and need not be tried again."""
        self._execute("UPDATE article SET made = ?, failure = ? WHERE id = ?", self.made, why, article)

    def withdrawn(self, article: str) -> None:
        """Forget an article."""
        self._unlink(self._number(article))
        self._execute("DELETE FROM article WHERE id = ?", article)

    def file(self, path: Path, whole: bool) -> None:
        """Note that a file was read to its end, and whether all in it could be read."""
        self._execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", str(path.resolve()), self.run, whole)

    def finish(self, *, written: bool) -> None:
        """Note that the build came to its end, and keep all that was noted.

        Args:
            written: Whether also what is made from the store is up to date.
        """
        self._execute("UPDATE run SET finished = ? WHERE number = ?", 2 if written else 1, self.run)
        self.commit()

    def cut(self) -> None:
        """Forget what was noted of a batch that was not stored: the next build reads it again, cut in the same way."""
        self._database.rollback()

    def commit(self) -> None:
        """Keep all that was noted: of a batch either all or nothing."""
        self._database.commit()

    # --- all articles ------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """How many articles are stored."""
        return int(self._value("SELECT count(*) FROM article WHERE made IS NOT NULL AND failure IS NULL"))

    def vanished(self, inputs: list[Path]) -> list[str]:
        """Articles of earlier builds that should have been met in this run and were not.

        A file that could not be read to its end proves nothing, and neither does a feed, which forgets; a file that is
        gone does if it lay in one of the folders.

        Args:
            inputs: What was read: folders and files that exist.

        Returns:
            Ids, sorted.
        """
        folders = [path.resolve() for path in inputs if path.is_dir()]
        rows = self._database.execute(
            "SELECT article.id, article.path, file.run, file.whole FROM article LEFT JOIN file USING (path) "
            "WHERE article.run <> ? ORDER BY article.id COLLATE BINARY",
            (self.run,),
        )
        found = []
        for name, path, run, whole in rows:
            if run == self.run:
                gone = bool(whole)
            else:
                gone = any(folder in Path(path).parents for folder in folders) and not Path(path).exists()
            if gone:
                found.append(name)
        return found

    def read_with(self) -> Iterator[tuple[str, str]]:
        """The ids of all articles that are stored, each with the hash of what it was read with."""
        sql = "SELECT id, made FROM article WHERE made IS NOT NULL AND failure IS NULL ORDER BY id"
        yield from ((row[0], row[1]) for row in self._database.execute(sql))

    def duplicates(self) -> dict[str, str]:
        """Articles that are nearly the same as another, each with the one that stands for all of its group.

        The earliest stands for the others; of several of a day, that with the lowest id.
        """
        rows = self._database.execute(
            "SELECT a.id AS one, b.id AS other, a.published AS first, b.published AS second FROM pair "
            "JOIN article a ON a.number = pair.one JOIN article b ON b.number = pair.other"
        ).fetchall()
        order = {}
        for one, other, first, second in rows:
            order[one], order[other] = (first or "9999",), (second or "9999",)
        return groups(((row[0], row[1]) for row in rows), order)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _find(self, found: Found, content: str, origin: str) -> sqlite3.Row | None:
        """The article that this one is, met before: the same all over, at the same address, or in the same place."""
        article = found.article
        for row in self._rows("content = ?", content):
            return row
        if article.url is not None and _names_a_page(article.url):
            there = self._rows("url = ?", article.url)
            if there and (found.captured or (len(there) == 1 and there[0]["run"] != self.run)):
                return there[0]
        for row in self._rows("origin = ?", origin):
            # A row that is known by its line alone may be another one by now.
            if row["run"] != self.run and (found.named or found.key is None or _is_revision(row, article)):
                return row
        if found.named:
            for row in self._rows("id = ?", article.id):
                if row["run"] != self.run and _is_revision(row, article):
                    return row
        return None

    def _free(self, wanted: str) -> str:
        if not self._rows("id = ?", wanted):
            return wanted
        number = self._next.get(wanted, 2)  # of many files called `index` not every one counts from the start
        while self._rows("id = ?", name := f"{wanted}-{number}"):
            number += 1
        self._next[wanted] = number + 1
        return name

    def _pair(self, number: int, signature: bytes) -> None:
        near = {
            other
            for band in bands(signature)
            for (other,) in self._database.execute(
                "SELECT article FROM band WHERE band = ? AND article <> ? ORDER BY article LIMIT ?",
                (band, number, _COMPARED),
            )
        }
        for other in sorted(near):
            its = self._value("SELECT signature FROM article WHERE number = ?", other)
            if similarity(signature, its) >= SIMILAR:
                self._execute("INSERT OR IGNORE INTO pair VALUES (?, ?)", min(number, other), max(number, other))

    def _unlink(self, number: int) -> None:
        """Take an article out of its group; who hung together by it alone is paired anew."""
        pairs = self._database.execute("SELECT one, other FROM pair WHERE one = ? OR other = ?", (number, number))
        others = {name for pair in pairs.fetchall() for name in pair} - {number}
        self._execute("DELETE FROM band WHERE article = ?", number)
        self._execute("DELETE FROM pair WHERE one = ? OR other = ?", number, number)
        for other in sorted(others):
            self._pair(other, self._value("SELECT signature FROM article WHERE number = ?", other))

    def _number(self, article: str) -> int:
        return int(self._value("SELECT number FROM article WHERE id = ?", article))

    def _rows(self, where: str, value: str) -> list[sqlite3.Row]:
        cursor = self._database.cursor()
        cursor.row_factory = sqlite3.Row
        return cursor.execute(f"SELECT * FROM article WHERE {where} ORDER BY number", (value,)).fetchall()

    def _value(self, sql: str, *values: Any) -> Any:
        return self._database.execute(sql, values).fetchone()[0]

    def _execute(self, sql: str, *values: Any) -> None:
        self._database.execute(sql, values)


def _is_revision(row: sqlite3.Row, article: Article) -> bool:
    """Whether two texts under one id, in different files, are one article: an id such as `1` proves little."""
    mine = signature_of(article)
    return mine is not None and row["signature"] is not None and similarity(mine, row["signature"]) >= SIMILAR / 2


def _names_a_page(url: str) -> bool:
    """Whether an address is more than that of a newspaper's front page."""
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query)


def _content(article: Article, published: date | None) -> str:
    """Hash of all that an article is but its id."""
    day = _day(article, published)
    parts = [article.text, article.title, day, article.publisher, article.url, article.language]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _day(article: Article, published: date | None) -> str | None:
    day = article.published or published
    return None if day is None else day.isoformat()


def _origin(found: Found) -> str:
    path = str(found.path.resolve())
    return path if found.key is None else f"{path}#{found.key}"
