"""What `kg serve` can be told. Standard library only, so that the command's help needs no web server."""

from __future__ import annotations

import importlib.util
import ipaddress
from dataclasses import dataclass

from kg.errors import SettingsError

__all__ = ["Limits", "ServeOptions", "need_libraries"]

_LIBRARIES = {"jinja2": "jinja2", "mimeparse": "python-mimeparse", "pebble": "pebble", "starlette": "starlette"}
_LIBRARIES["uvicorn"] = "uvicorn"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request may take.

    Attributes:
        seconds: Of a query or an update; then its process is killed.
        answer_bytes: Longest answer.
        request_bytes: Longest request body.
        memory_bytes: Address space of a process that answers (where the system can limit it).
        rows: Rows that a page shows; the protocol is limited by bytes only.
        waiting: Requests that may wait for a free process.
    """

    seconds: float = 30.0
    answer_bytes: int = 64_000_000
    request_bytes: int = 10_000_000
    memory_bytes: int = 4_000_000_000
    rows: int = 500
    waiting: int = 64


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How a graph is served.

    Attributes:
        host: Address to listen at.
        port: Port, 0 for any that is free.
        update: Whether the graph may be changed.
        token: What a client must send as `Authorization: Bearer …` to change it; `None` asks for none.
        hosts: Names by which browsers may call the server, beside `host` and those of this computer.
        origins: Web origins whose pages may ask (CORS); `*` for all.
        workers: Processes that answer.
        limits: Of one request.

    Raises:
        SettingsError: If a value is out of range, or the graph could be changed by anybody in the network.

    Example:
        >>> ServeOptions(port=0).is_local
        True
    """

    host: str = "127.0.0.1"
    port: int = 8800
    update: bool = False
    token: str | None = None
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    workers: int = 2
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            message = f"there is no port {self.port}"
            raise SettingsError(message, hint="give one from 1024 to 65535, or 0 for any that is free")
        if self.workers < 1 or self.limits.seconds <= 0 or self.limits.answer_bytes < 1:
            message = "workers, time limit and answer limit must be positive"
            raise SettingsError(message)
        if self.token is not None and (
            len(self.token) < 16 or not self.token.isascii() or not self.token.isprintable()
        ):
            message = "the token is too short, or holds more than printable ASCII"
            raise SettingsError(message, hint="give 16 characters or more, such as from: openssl rand -hex 16")
        if self.update and not self.is_local and self.token is None:
            message = "anybody in the network could change the graph"
            raise SettingsError(message, hint="give --token-file, or listen at 127.0.0.1")

    @property
    def is_local(self) -> bool:
        """Whether only programs of this computer reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def need_libraries() -> None:
    """See whether the libraries of the extra are there.

    Raises:
        SettingsError: If one is missing, with the command that installs it.
    """
    missing = [package for module, package in _LIBRARIES.items() if importlib.util.find_spec(module) is None]
    if missing:
        message = f"kg serve needs {', '.join(missing)}"
        raise SettingsError(message, hint="pip install 'kg-geopolitics[serve]'")
