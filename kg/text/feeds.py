"""Articles in RSS and Atom feeds, through feedparser: every item that brings text of its own."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from kg.errors import ArticleError
from kg.text.web import read_fragment

__all__ = ["Item", "looks_like_feed", "read_feed", "read_items"]

_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
_HEAD = 4096
_TAGS = 300_000  # the library takes a second for some ten thousand


@dataclass(frozen=True, slots=True)
class Item:
    """One item as found.

    `id` is what the feed knows it by: a guid, else its link. `updated` is when it was last changed or published, as the
    feed writes it.
    """

    text: str
    id: str
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    url: str | None = None
    updated: str | None = None


def looks_like_feed(data: bytes) -> bool:
    """Whether the first bytes open a feed.

    Example:
        >>> looks_like_feed(b'<?xml version="1.0"?><rss version="2.0">'), looks_like_feed(b"<html>")
        (True, False)
    """
    return _ROOT.search(data[:_HEAD]) is not None


def read_feed(data: bytes, *, source: object, on_error: Callable[[ArticleError], None]) -> Iterator[Item]:
    """Read the items of a feed. The full content counts, where there is none the summary.

    Args:
        data: The feed as it came.
        source: What to call it in messages.
        on_error: Receives an error for every item without text.

    Yields:
        Items, in the order of the feed.

    Raises:
        ArticleError: If it is no feed.

    Example:
        >>> feed = b'''<rss version="2.0"><channel><title>Blatt</title><item><title>Einig</title>
        ... <guid>7</guid><description>&lt;p&gt;Lima und Quito sind sich einig.&lt;/p&gt;</description>
        ... </item></channel></rss>'''
        >>> [(item.id, item.publisher, item.text) for item in read_feed(feed, source="feed.rss", on_error=print)]
        [('7', 'Blatt', 'Lima und Quito sind sich einig.')]
    """
    for number, item in enumerate(read_items(data, source=source), 1):
        if item.text:
            yield item
            continue
        message = "the item has no text"
        on_error(ArticleError(message, source=f"{source}, item {number}", hint="nothing is lost: it is passed over"))


def read_items(data: bytes, *, source: object) -> Iterator[Item]:
    """Read the items of a feed, also those without text, which only lead to a page.

    Args:
        data: The feed as it came.
        source: What to call it in messages.

    Yields:
        Items, in the order of the feed.

    Raises:
        ArticleError: If it is no feed.

    Example:
        >>> feed = b"<rss><channel><item><link>https://blatt.example/1</link></item></channel></rss>"
        >>> [(item.url, item.text) for item in read_items(feed, source="feed.rss")]
        [('https://blatt.example/1', '')]
    """
    if data.count(b"<") > _TAGS:
        message = f"the feed has more than {_TAGS:,} tags"
        raise ArticleError(message, source=source, hint="split it into several")
    # Relative links and markup are not shown to anybody here: only the text is taken out.
    import feedparser  # needed for this alone, and slow to load

    # As a file: bytes would be taken for the name of one, and that file be read.
    try:
        parsed = feedparser.parse(io.BytesIO(data), resolve_relative_uris=False, sanitize_html=False)
    except Exception as error:  # of any kind: names of elements that no parser below expects
        message = f"the feed cannot be parsed: {error}"
        raise ArticleError(message, source=source, hint="fetch it again, or give it to whoever publishes it") from error
    if not parsed.get("version") and not parsed.entries:
        reason = parsed.get("bozo_exception")
        message = "not a feed" + (f": {reason}" if reason else "")
        raise ArticleError(message, source=source, hint="give RSS or Atom, or another kind of file")
    publisher = _string(parsed.feed.get("title"))
    for number, entry in enumerate(parsed.entries, 1):
        url = _string(entry.get("link"))
        yield Item(
            text=max((read_fragment(html) for html in _bodies(entry)), key=len, default=""),
            id=_string(entry.get("id")) or url or _string(entry.get("title")) or str(number),
            title=_string(entry.get("title")),
            published=_day(_string(entry.get("published")) or _string(entry.get("updated"))),
            publisher=_string((entry.get("source") or {}).get("title")) or publisher,
            url=url,
            updated=_string(dict.get(entry, "updated")) or _string(dict.get(entry, "published")),
        )


def _bodies(entry: Any) -> Iterator[str]:
    for content in [*entry.get("content", ()), {"value": entry.get("summary")}]:
        value = content.get("value")
        if isinstance(value, str):
            yield value


def _day(value: str | None) -> str | None:
    """The day as the feed writes it, whatever the time zone."""
    if value is None:
        return None
    try:
        return parsedate_to_datetime(value).date().isoformat()
    except ValueError:
        return value


def _string(value: object) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip() else None
