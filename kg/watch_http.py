"""Asking servers politely: by their robots.txt, one request at a time and host, with pauses, limits and a name.

Nothing is asked of a host that wants to be left alone (`Retry-After`) or that did not answer. An address within a
private network is asked only for a feed that somebody named, and for what such a feed links to: a public feed cannot
make kg ask what only this computer can reach.

Source:
    https://www.rfc-editor.org/rfc/rfc9309 (robots.txt)
    https://www.rfc-editor.org/rfc/rfc9110 (conditional requests, Retry-After)
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx
from protego import Protego

from kg.errors import ArticleError
from kg.watch_guard import Connection, is_address, is_proxied

__all__ = ["NAME", "Answer", "Unfetched", "Web", "host_of"]

NAME = "kg-geopolitics"
"""What robots.txt files may call kg."""

_LARGEST = 5 << 20  # bytes of an answer, unpacked
_LARGEST_ROBOTS = 500 << 10  # RFC 9309: at least so much must be read
_DEADLINE = 60.0  # seconds for all of an answer
_TIMEOUT = 20.0  # seconds without a byte
_REDIRECTS = 5
_ROBOTS_KEPT = 24 * 3600.0  # seconds: RFC 9309
_LEFT_ALONE = 300.0  # seconds that a host is left alone that did not answer, or was too busy to say for how long
_LONGEST_WAIT = 24 * 3600.0
_LONGEST_PAUSE = 60.0  # seconds between two requests that a robots.txt may ask for
_BUSY = frozenset({429, 503})
_PERMANENT = frozenset({301, 308})
_REDIRECT = frozenset({301, 302, 303, 307, 308})
_SERVER_ERRORS = 500
_FOR_LATER = frozenset({408, 425})


class Unfetched(ArticleError):
    """Something that a server did not give.

    Attributes:
        lasting: Whether asking again soon would end in the same.
        wait: Seconds for which the host is to be left alone.
    """

    def __init__(
        self, message: str, *, source: object, hint: str | None = None, lasting: bool = False, wait: float = 0.0
    ) -> None:
        super().__init__(message, source=source, hint=hint)
        self.lasting = lasting
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server gave.

    Attributes:
        url: Where it was, after redirections.
        body: The bytes; `None` if nothing has changed.
        kind: The media type, such as `text/html`; empty if it was not told.
        encoding: As the server names it.
        etag: What to ask with next time.
        modified: The same, as a date.
        is_private: Whether it came from a private network.
        moved: The address that is to be asked from now on, if the server says so.
    """

    url: str
    body: bytes | None
    kind: str = ""
    encoding: str | None = None
    etag: str | None = None
    modified: str | None = None
    is_private: bool = False
    moved: str | None = None


@dataclass(slots=True)
class _Host:
    next: float = 0.0  # when it may be asked
    closed: float = 0.0  # until when it is left alone
    why: str = ""


@dataclass(slots=True)
class _Rules:
    until: float
    robots: Any = None  # all is allowed
    error: str = ""  # nothing is


class Web:
    """Asks servers.

    Args:
        version: Of kg.
        contact: Where those who run a server can write to: an address, put into the name that kg gives.
        pause: Seconds between two requests to one host, at least; more if its robots.txt wants it.
        deadline: Seconds for all of an answer.
        largest: Bytes of an answer at most.
        clock: Seconds since 1970; for tests.
        sleep: How to wait; for tests.

    Example:
        >>> with Web(version="0.1.0", contact="desk@example.org") as web:
        ...     print(web.agent)
        kg-geopolitics/0.1.0 (kg watch; desk@example.org)
    """

    def __init__(
        self,
        *,
        version: str,
        contact: str = "",
        pause: float = 2.0,
        deadline: float = _DEADLINE,
        largest: int = _LARGEST,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        about = "; ".join(filter(None, ("kg watch", contact.encode("ascii", "ignore").decode().strip())))
        self.agent = f"{NAME}/{version} ({about})"
        self._pause, self._deadline, self._largest = pause, deadline, largest
        self._clock, self._sleep = clock, sleep
        self._hosts: dict[str, _Host] = {}
        self._rules: dict[str, _Rules] = {}
        # A connection for each request: where it leads is looked at each time, and it can be cut.
        self._client = httpx.Client(
            headers={"User-Agent": self.agent},
            timeout=min(_TIMEOUT, deadline),
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ready(self, host: str) -> float:
        """Seconds until a host may be asked; 0 if it may be asked now."""
        return max(0.0, self._host(host).next - self._clock())

    def closed(self, host: str) -> float:
        """Until when a host is left alone, in seconds since 1970; 0 if it is not."""
        return self._host(host).closed

    def close(self, host: str, until: float, why: str = "it was too busy") -> None:
        """Leave a host alone until a time, in seconds since 1970."""
        self._host(host).closed, self._host(host).why = until, why

    def get(
        self, url: str, *, etag: str | None = None, modified: str | None = None, may_be_private: bool = False
    ) -> Answer:
        """Ask for something, after the pause that its host wants.

        Args:
            url: The address.
            etag: As the last answer had it; then only what has changed is sent.
            modified: The same.
            may_be_private: Whether the server may be within a private network. What it redirects to may be if it is.

        Raises:
            Unfetched: If it is not given, or must not be asked for.
        """
        asked, moved, is_permanent = url, url, True
        for _ in range(_REDIRECTS + 1):
            if not is_address(asked):
                message = "this is no address of the web" if asked == url else f"it leads to {asked[:200]!r}"
                raise Unfetched(message, source=url, hint="it begins with https:// or http://", lasting=True)
            self._allow(asked, url, may_be_private)
            headers = {"Accept-Encoding": "gzip, deflate"}
            if etag and asked == url:
                headers["If-None-Match"] = etag
            if modified and asked == url:
                headers["If-Modified-Since"] = modified
            with self._asking(asked, url, headers, may_be_private) as (response, connection):
                may_be_private = connection.is_private
                if response.status_code in _REDIRECT and "Location" in response.headers:
                    asked = urljoin(asked, response.headers["Location"])
                    is_permanent = is_permanent and response.status_code in _PERMANENT
                    moved = asked if is_permanent else moved
                    continue
                if response.status_code == HTTPStatus.NOT_MODIFIED:
                    return Answer(asked, None, etag=etag, modified=modified, is_private=connection.is_private)
                if response.status_code != HTTPStatus.OK:
                    raise self._refusal(response, asked, url)
                kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                return Answer(
                    asked,
                    self._body(response, url),
                    kind,
                    response.charset_encoding,
                    response.headers.get("ETag") if asked == url else None,
                    response.headers.get("Last-Modified") if asked == url else None,
                    connection.is_private,
                    moved if moved != url else None,
                )
        message = f"more than {_REDIRECTS} redirections"
        raise Unfetched(message, source=url, lasting=True)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host())

    def _allow(self, asked: str, source: str, may_be_private: bool) -> None:
        """Ask robots.txt, and take its pause over."""
        parts = urlsplit(asked)
        origin = f"{parts.scheme}://{parts.netloc}"
        rules = self._rules.get(origin)
        if rules is None or rules.until < self._clock():
            rules = self._rules[origin] = self._read_rules(origin, source, may_be_private)
        if rules.error:
            hint = "without it nothing may be asked of this host; it is tried again later"
            raise Unfetched(rules.error, source=source, hint=hint)
        if rules.robots is None:
            return
        if not rules.robots.can_fetch(asked, NAME):
            message = "robots.txt of the host does not allow it"
            raise Unfetched(message, source=source, hint="ask those who run it", lasting=True)
        wanted = min(rules.robots.crawl_delay(NAME) or 0.0, _LONGEST_PAUSE)
        host = self._host(host_of(asked))
        host.next = max(host.next, host.next - self._pause + wanted)

    def _read_rules(self, origin: str, source: str, may_be_private: bool) -> _Rules:
        """What robots.txt says: all is allowed if there is none, nothing if the server fails."""
        url, kept = f"{origin}/robots.txt", self._clock() + _ROBOTS_KEPT
        headers = {"Accept-Encoding": "gzip, deflate"}
        for _ in range(_REDIRECTS + 1):
            if not is_address(url):
                break
            with self._asking(url, source, headers, may_be_private) as (response, connection):
                may_be_private = connection.is_private
                status = response.status_code
                if status in _REDIRECT and "Location" in response.headers:
                    url = urljoin(url, response.headers["Location"])
                    continue
                if status in _BUSY:
                    raise self._refusal(response, url, source)
                if status >= _SERVER_ERRORS:
                    return _Rules(self._clock() + _LEFT_ALONE, error=f"robots.txt of the host: {_told(status)}")
                if status != HTTPStatus.OK:
                    return _Rules(kept)
                text = self._body(response, source, limit=_LARGEST_ROBOTS, cut=True).decode("utf-8", "replace")
                return _Rules(kept, robots=Protego.parse(text))
        return _Rules(kept)

    @contextmanager
    def _asking(
        self, url: str, source: str, headers: dict[str, str], may_be_private: bool
    ) -> Iterator[tuple[httpx.Response, Connection]]:
        """Send one request when the host is ready for it; the answer's body is still to be read."""
        name = host_of(url)
        host = self._host(name)
        if host.closed > self._clock():
            wait = host.closed - self._clock()
            message = f"{name} is left alone for {_span(wait)}: {host.why}"
            raise Unfetched(message, source=source, wait=wait)
        self._sleep(self.ready(name))
        connection = Connection(may_be_private, is_direct=not is_proxied(url))
        timer = threading.Timer(self._deadline, connection.cut)
        timer.daemon = True
        timer.start()
        try:
            with self._client.stream("GET", url, headers=headers, extensions={"trace": connection.trace}) as response:
                yield response, connection
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            if connection.refused:
                message = "the address is within a private network, and the feed is not"
                raise Unfetched(message, source=source, lasting=True) from error
            why = f"no whole answer within {_span(self._deadline)}" if connection.late else _reason(error)
            self.close(name, self._clock() + _LEFT_ALONE, why)
            message = f"not to be had from {name}: {why}"
            raise Unfetched(message, source=source, wait=_LEFT_ALONE) from error
        finally:
            timer.cancel()
            host.next = self._clock() + self._pause

    def _body(self, response: httpx.Response, source: str, *, limit: int | None = None, cut: bool = False) -> bytes:
        most = limit or self._largest
        parts, size = [], 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > most:
                if cut:
                    break
                message = f"larger than {most:,} bytes"
                raise Unfetched(message, source=source, lasting=True)
        return b"".join(parts)[:most]

    def _refusal(self, response: httpx.Response, asked: str, source: str) -> Unfetched:
        status = response.status_code
        if status in _BUSY:
            wait = self._retry_after(response)
            self.close(host_of(asked), self._clock() + wait, _told(status))
            message = f"{host_of(asked)}: {_told(status)}; it is left alone for {_span(wait)}"
            return Unfetched(message, source=source, wait=wait)
        lasting = status < _SERVER_ERRORS and status not in _FOR_LATER
        return Unfetched(f"{host_of(asked)}: {_told(status)}", source=source, lasting=lasting)

    def _retry_after(self, response: httpx.Response) -> float:
        value = response.headers.get("Retry-After", "").strip()
        wait = _LEFT_ALONE
        if value.isdecimal():
            wait = float(value[:9])
        elif value:
            with suppress(ValueError, TypeError, OverflowError):
                wait = parsedate_to_datetime(value).timestamp() - self._clock()
        return min(max(wait, 1.0), _LONGEST_WAIT)


def host_of(url: str) -> str:
    """The host of an address, with its port if it is an unusual one.

    Example:
        >>> host_of("https://Blatt.example/a"), host_of("http://127.0.0.1:8000/feed")
        ('blatt.example', '127.0.0.1:8000')
    """
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _told(status: int) -> str:
    with suppress(ValueError):
        return f"{status} {HTTPStatus(status).phrase}"
    return str(status)


def _span(seconds: float) -> str:
    """Seconds as people say it: 90 is 2 minutes."""
    for size, name in ((3600, "hour"), (60, "minute")):
        if seconds > size * 1.5:
            return f"{round(seconds / size)} {name}s"
    return f"{round(seconds)} seconds" if round(seconds) != 1 else "1 second"


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
