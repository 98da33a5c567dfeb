"""All errors that kg raises on purpose.

```
KGError
├── DataError            a data file of kg or of the user is wrong (stops the start)
├── SettingsError        a setting or an argument is wrong
│   ├── UnsupportedLanguage
│   └── ModelNotInstalled
├── ArticleError         one article cannot be read (it is reported and skipped)
├── AnnotationError      a pipeline component lacks a layer that it needs
├── StoreError           the store cannot be opened, read or written
└── QueryError           a query is unknown, malformed or lacks a parameter
```

Example:
    >>> from kg.errors import ArticleError, KGError
    >>> try:
    ...     raise ArticleError("not a text", source="photo.jpg", hint="give a .txt, .html, .jsonl or .csv file")
    ... except KGError as error:
    ...     print(error)
    photo.jpg: not a text (give a .txt, .html, .jsonl or .csv file)
"""

from __future__ import annotations

__all__ = [
    "AnnotationError",
    "ArticleError",
    "DataError",
    "KGError",
    "ModelNotInstalled",
    "QueryError",
    "SettingsError",
    "StoreError",
    "UnsupportedLanguage",
]


class KGError(Exception):
    """Base of all errors of kg: what is wrong, where, and what to do.

    Args:
        message: What is wrong, in one sentence without a full stop.
        source: Where: a file, a URL, an article id.
        line: Line in the source, counted from 1.
        hint: What would be right, or what to do.
    """

    def __init__(
        self, message: str, *, source: object = None, line: int | None = None, hint: str | None = None
    ) -> None:
        self.message = message
        self.source = None if source is None else str(source)
        self.line = line
        self.hint = hint
        super().__init__(str(self))

    def __str__(self) -> str:
        where = ""
        if self.source is not None:
            where = f"{self.source}:{self.line}: " if self.line is not None else f"{self.source}: "
        return f"{where}{self.message}" + (f" ({self.hint})" if self.hint else "")


class DataError(KGError):
    """A data file (gazetteer, frames, relations, training data) is missing or wrong."""


class SettingsError(KGError):
    """A setting or an argument has a value that is not allowed."""


class UnsupportedLanguage(SettingsError):
    """There is no data folder for the language."""


class ModelNotInstalled(SettingsError):
    """The spaCy pipeline asked for is not installed or cannot be loaded."""


class ArticleError(KGError):
    """One article cannot be read; the others can."""


class AnnotationError(KGError):
    """A pipeline component needs a layer that the document does not have."""


class StoreError(KGError):
    """The store cannot be opened, read or written."""


class QueryError(KGError):
    """A query is unknown, malformed, or lacks a parameter."""
