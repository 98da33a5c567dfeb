"""What goes wrong between a client and the server, with its HTTP status."""

from __future__ import annotations

__all__ = ["Problem"]


class Problem(Exception):
    """A request that cannot be answered as wished.

    Attributes:
        status: Of HTTP, such as 400.
        message: For people, in one or two sentences.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message

    def __str__(self) -> str:
        return self.message
