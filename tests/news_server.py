"""A small newspaper on this computer: pages, feeds, robots.txt, and all that goes wrong with them."""

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["NewsServer", "feed", "page", "serving"]


@dataclass
class Page:
    body: bytes
    status: int = 200
    headers: dict = field(default_factory=dict)
    etag: str | None = None
    drip: float = 0.0  # seconds between two bytes


class NewsServer:
    """Serves `pages` and notes what is asked in `asked`."""

    def __init__(self, server):
        self._server = server
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, dict]] = []
        self.times: list[float] = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    def put(self, path, body, status=200, *, etag=None, drip=0.0, kind="text/html; charset=utf-8", **headers):
        data = body if isinstance(body, bytes) else body.encode()
        headers = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Page(data, status, headers, etag, drip)

    def paths(self):
        return [path for path, _ in self.asked]

    def forget(self):
        self.asked.clear()


@contextmanager
def serving():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            news.asked.append((self.path, dict(self.headers)))
            news.times.append(time.monotonic())
            known = news.pages.get(self.path, Page(b"not here", 404))
            if known.etag and self.headers.get("If-None-Match") == known.etag:
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(known.status)
            for name, value in known.headers.items():
                self.send_header(name, value)
            if known.etag:
                self.send_header("ETag", known.etag)
            self.send_header("Content-Length", str(len(known.body)))
            self.end_headers()
            try:
                for start in range(0, len(known.body), 1 if known.drip else 1 << 20):
                    self.wfile.write(known.body[start : start + (1 if known.drip else 1 << 20)])
                    time.sleep(known.drip)
            except OSError:
                pass  # whoever asked has gone

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    news = NewsServer(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield news
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page(*paragraphs, title="Meldung"):
    """A page of a newspaper, with navigation around its article."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><nav><a href='/'>Start</a></nav>"
        f"<article><h1>{title}</h1>{text}</article><footer>Impressum</footer></body></html>"
    )


def feed(*items, title="Tagblatt"):
    """An RSS feed; an item is a link, or a link and fields."""
    parts = []
    for item in items:
        link, fields = (item, {}) if isinstance(item, str) else item
        inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
        parts.append(f"<item><link>{link}</link><guid>{link}</guid>{inner}</item>")
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{"".join(parts)}</channel></rss>'
