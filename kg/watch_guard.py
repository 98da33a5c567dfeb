"""Where a connection leads: nothing is sent into a private network unless that is wanted, and none lasts for ever."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

__all__ = ["Connection", "is_address", "is_proxied"]


@dataclass(slots=True)
class Connection:
    """What is known of a connection while it is used.

    Attributes:
        may_be_private: Whether it may lead into a private network.
        is_direct: Whether no proxy stands between, which alone knows where it leads.
        is_private: Whether it leads there.
        refused: Whether it was refused for that.
        late: Whether it was ended for taking too long.
        sockets: Through which it goes.
    """

    may_be_private: bool
    is_direct: bool
    is_private: bool = False
    refused: bool = False
    late: bool = False
    sockets: list[Any] = field(default_factory=list)

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Look at where a connection leads before anything is sent through it."""
        if event not in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            return
        stream = info["return_value"]
        self.sockets.append(stream.get_extra_info("socket"))
        if event.startswith("connection.connect_tcp") and self.is_direct:
            address = stream.get_extra_info("server_addr")
            self.is_private = address is not None and _is_private(address[0])
            if self.is_private and not self.may_be_private:
                self.refused = True
                stream.close()
                message = "private address"
                raise httpx.ConnectError(message)

    def cut(self) -> None:
        """End it although the server goes on."""
        self.late = True
        for each in self.sockets:
            with suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)


def is_address(url: str) -> bool:
    """Whether this is an address of the web.

    Example:
        >>> is_address("https://blatt.example/rss"), is_address("file:///etc/passwd"), is_address("http://[1")
        (True, False, False)
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def is_proxied(url: str) -> bool:
    """Whether a proxy stands between: it decides then whom it connects with, and its own address says nothing."""
    proxies = getproxies()
    parts = urlsplit(url)
    return bool(proxies.get(parts.scheme) or proxies.get("all")) and not proxy_bypass(parts.hostname or "")


def _is_private(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    mapped = getattr(ip, "ipv4_mapped", None)
    return not (mapped or ip).is_global
