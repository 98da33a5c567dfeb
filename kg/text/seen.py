"""Which strings were met already, in any number: beyond a few megabytes they lie in a temporary file, not in memory."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import Self

__all__ = ["Seen"]


class Seen:
    """A set of strings that can be as big as the disk.

    Only 16 bytes of each are kept (a hash), in an unnamed SQLite database that is gone with the object.

    Source:
        https://www.sqlite.org/inmemorydb.html#temp_db

    Example:
        >>> seen = Seen()
        >>> seen.add("a"), seen.add("a"), "a" in seen, "b" in seen, len(seen)
        (True, False, True, False, 1)
    """

    def __init__(self) -> None:
        self._count = 0
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE seen (key BLOB PRIMARY KEY) WITHOUT ROWID")

    def add(self, word: str) -> bool:
        """Put a string in.

        Returns:
            Whether it is new.
        """
        done = self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (_key(word),))
        self._count += done.rowcount
        return done.rowcount > 0

    def update(self, words: set[str]) -> Self:
        """Put several strings in."""
        for word in words:
            self.add(word)
        return self

    def __contains__(self, word: str) -> bool:
        """Whether the string is in."""
        return self._database.execute("SELECT 1 FROM seen WHERE key = ?", (_key(word),)).fetchone() is not None

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    def __del__(self) -> None:
        self._database.close()


def _key(word: str) -> bytes:
    return hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=16).digest()
