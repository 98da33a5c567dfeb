"""Components that read several documents before the next component does.

Each component has words and rules of its own. What a processor has at hand of them is lost when the next component
takes over, so changing after every document costs a tenth of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from spacy.tokens import Doc

__all__ = ["InBatches"]

_MOST = 32  # documents that wait for each other

Handler = Callable[[str, Any, list[Doc], Exception], Any]


class InBatches:
    """A spaCy component whose `pipe` reads a batch of documents in one go.

    Example:
        >>> import spacy
        >>> class Counter(InBatches):
        ...     def __call__(self, doc):
        ...         doc.user_data["words"] = len(doc)
        ...         return doc
        >>> [doc.user_data["words"] for doc in Counter().pipe(map(spacy.blank("de"), ["Lima", "Lima grüßt"]))]
        [1, 2]
    """

    _handler: Handler | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Read one document."""
        raise NotImplementedError

    def set_error_handler(self, handler: Handler) -> None:
        """Take what is to be called with a document that cannot be read (`nlp.set_error_handler`)."""
        self._handler = handler

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = _MOST) -> Iterator[Doc]:
        """Read documents, some at a time.

        Args:
            stream: The documents.
            batch_size: How many at most; more than 32 make it no faster.

        Yields:
            The documents in their order, without those that an error handler has taken.
        """
        docs = iter(stream)
        while batch := list(islice(docs, min(batch_size, _MOST))):
            yield from [doc for doc in batch if self._read(doc)]

    def _read(self, doc: Doc) -> bool:
        """Read a document; whether it could be read."""
        try:
            self(doc)
        except Exception as error:
            if self._handler is None:
                raise
            self._handler(type(self).__name__, self, [doc], error)
            return False
        return True
