"""What a watch remembers between its rounds: what to ask with, when, and which articles it has seen.

One SQLite file beside the store. Without it every feed and page is asked for once more, and nothing else happens.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kg.errors import StoreError

__all__ = ["FeedState", "PageState", "WatchState"]

_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS feed (
    url TEXT PRIMARY KEY,
    etag TEXT,
    modified TEXT,
    due REAL NOT NULL,         -- seconds since 1970
    failures INTEGER NOT NULL  -- one after the other
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS page (
    url TEXT PRIMARY KEY,
    item TEXT NOT NULL,        -- hash of what the feed said of it
    etag TEXT,
    modified TEXT,
    asked REAL NOT NULL,       -- seconds since 1970; 0 if it was not answered yet
    failures INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS host (name TEXT PRIMARY KEY, closed REAL NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known of a feed."""

    etag: str | None = None
    modified: str | None = None
    due: float = 0.0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class PageState:
    """What is known of a page that a feed leads to."""

    item: str = ""
    etag: str | None = None
    modified: str | None = None
    asked: float = 0.0
    failures: int = 0


class WatchState:
    """The memory of a watch. What is put into it counts once it is kept.

    Args:
        path: The file; made if missing. `None` keeps it in memory.

    Raises:
        StoreError: If the file is something else, or cannot be opened.

    Example:
        >>> with WatchState(None) as state:
        ...     state.put_feed("https://blatt.example/rss", FeedState(etag="1"))
        ...     state.keep()
        ...     state.feed("https://blatt.example/rss").etag
        '1'
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(":memory:" if path is None else path, timeout=0)
            self._database.execute("PRAGMA journal_mode = WAL")  # a program that is killed leaves it whole
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            if version not in (0, _VERSION):
                message = f"this is of another version of kg ({version}, not {_VERSION})"
                raise StoreError(message, source=path, hint=_HINT)
            self._database.executescript(_TABLES)
            self._database.execute(f"PRAGMA user_version = {_VERSION}")
            self._database.commit()
        except (sqlite3.Error, OSError) as error:
            message = f"what was watched before cannot be opened: {error}"
            raise StoreError(message, source=path, hint=_HINT) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(sqlite3.Error):
            self._database.rollback()
        self._database.close()

    def feed(self, url: str) -> FeedState:
        """What is known of a feed; nothing if it is new."""
        row = self._row("SELECT etag, modified, due, failures FROM feed WHERE url = ?", url)
        return FeedState() if row is None else FeedState(*row)

    def put_feed(self, url: str, state: FeedState) -> None:
        """Note what is known of a feed."""
        values = (url, state.etag, state.modified, state.due, state.failures)
        self._write("INSERT OR REPLACE INTO feed VALUES (?, ?, ?, ?, ?)", *values)

    def page(self, url: str) -> PageState:
        """What is known of a page; nothing if it is new."""
        row = self._row("SELECT item, etag, modified, asked, failures FROM page WHERE url = ?", url)
        return PageState() if row is None else PageState(*row)

    def put_page(self, url: str, state: PageState) -> None:
        """Note what is known of a page."""
        values = (url, state.item, state.etag, state.modified, state.asked, state.failures)
        self._write("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?)", *values)

    def closed(self) -> dict[str, float]:
        """The hosts that are left alone, and until when (seconds since 1970)."""
        return dict(self._database.execute("SELECT name, closed FROM host").fetchall())

    def put_closed(self, name: str, until: float) -> None:
        """Note until when a host is left alone; 0 forgets it."""
        self._write("DELETE FROM host WHERE name = ?", name)
        if until:
            self._write("INSERT INTO host VALUES (?, ?)", name, until)

    def keep(self) -> None:
        """Keep all that was noted.

        Raises:
            StoreError: If it cannot be written.
        """
        try:
            self._database.commit()
        except sqlite3.Error as error:
            raise self._unwritten(error) from error

    def drop(self) -> None:
        """Forget what was noted since it was kept."""
        self._database.rollback()

    def _row(self, sql: str, url: str) -> Any:
        return self._database.execute(sql, (url,)).fetchone()

    def _write(self, sql: str, *values: object) -> None:
        try:
            self._database.execute(sql, values)
        except sqlite3.Error as error:
            raise self._unwritten(error) from error

    def _unwritten(self, error: sqlite3.Error) -> StoreError:
        message = f"what was watched cannot be noted: {error}"
        return StoreError(message, source=self._path, hint=_HINT)


_HINT = "if no other `kg watch` runs here, delete it: every article is then asked for once more, and none is lost"
