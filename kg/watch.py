"""Watching feeds: what is new or changed in them, and in the articles that they lead to.

One round asks every feed that is due, and each article that a feed has newly named, or names anew with other words. A
page that is not given (robots.txt forbids it, it is gone, it is no article) leaves what the feed itself says of it. One
feed that fails does not stop the others; it is asked again later, each time later. `kg.watch_http` asks, and
`kg.watch_state` remembers.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from kg.config import Settings
from kg.errors import ArticleError, KGError
from kg.model import Article
from kg.text.days import parse_day
from kg.text.decode import decode
from kg.text.feeds import Item, read_items
from kg.text.ingest import Found
from kg.text.web import Page, declared_encoding, looks_like_html, read_page
from kg.watch_http import Answer, Unfetched, Web, host_of
from kg.watch_state import FeedState, PageState, WatchState

__all__ = ["Look", "Watcher", "read_feed_list"]

_LONGEST = 24 * 3600.0  # seconds until a feed that fails is asked again
_LOOKED_AGAIN = 6 * 3600.0  # seconds after which an article that is still in its feed is asked for again
_TRIES = 3  # of a page, before what the feed says of it has to do
_PAGES = frozenset({"", "text/html", "application/xhtml+xml"})
_TRACKING = re.compile(r"utm_.*|fbclid|gclid|wt_.*|xtor|at_.*|mc_cid|mc_eid|rss|ref", re.IGNORECASE)


@dataclass(slots=True)
class Look:
    """What one round met.

    Attributes:
        feeds: Feeds that were asked.
        unchanged: Of these, those with nothing new to say.
        failed: Of these, those that gave nothing.
        articles: Articles that are new or may have changed.
    """

    feeds: int = 0
    unchanged: int = 0
    failed: int = 0
    articles: int = 0


@dataclass(slots=True)
class _Feed:
    url: str
    before: FeedState
    answer: Answer | None = None
    open: int = 0  # pages that are still to be asked for, in a later round
    waiting: int = 0  # in this one


@dataclass(frozen=True, slots=True)
class _Task:
    """Something to ask for: a feed, or the page of an item of it."""

    url: str
    feed: _Feed
    item: Item | None = None
    mark: str = ""


@dataclass(slots=True)
class _Queue:
    """Tasks by host; next comes one whose host is ready first, so that no host is waited for while another is free."""

    tasks: dict[str, deque[_Task]] = field(default_factory=lambda: defaultdict(deque))

    def __bool__(self) -> bool:
        return bool(self.tasks)

    def add(self, task: _Task) -> None:
        self.tasks[host_of(task.url)].append(task)

    def take(self, web: Web) -> _Task:
        host = min(self.tasks, key=web.ready)
        task = self.tasks[host].popleft()
        if not self.tasks[host]:
            del self.tasks[host]
        return task

    def take_all(self, host: str) -> Iterable[_Task]:
        return self.tasks.pop(host, ())


class Watcher:
    """Watches feeds.

    Args:
        feeds: Addresses.
        state: What it remembers.
        web: Who asks.
        place: A file that the journal of the graph knows the articles by, such as that of the state.
        interval: Seconds between two questions to a feed.
        pages: Whether the articles that feeds lead to are read; else only what feeds say themselves.
        settings: Language, longest article.
        clock: Seconds since 1970; for tests.
    """

    def __init__(
        self,
        feeds: Sequence[str],
        *,
        state: WatchState,
        web: Web,
        place: Path,
        interval: float = 900.0,
        pages: bool = True,
        settings: Settings | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._feeds = list(dict.fromkeys(feeds))
        self._state, self._web, self._place = state, web, place
        self._interval, self._pages = interval, pages
        self._settings = settings or Settings()
        self._clock = clock
        for host, until in state.closed().items():
            web.close(host, until)

    def due(self) -> float:
        """When the next feed is to be asked, in seconds since 1970."""
        return min((self._state.feed(url).due for url in self._feeds), default=0.0)

    def look(
        self, look: Look, *, on_error: Callable[[KGError], None], on_note: Callable[[str], None], now: bool = False
    ) -> Iterator[Found]:
        """Ask once around. What it noted counts when `WatchState.keep` is called.

        Args:
            look: Where to count.
            on_error: Called with the error of every feed and article that is not to be had.
            on_note: Called with a sentence about what has moved or was repaired.
            now: Whether to ask also the feeds that are not due.

        Yields:
            Articles that are new or may have changed.
        """
        queue, seen = _Queue(), set[str]()
        for url in self._feeds:
            before = self._state.feed(url)
            if now or before.due <= self._clock():
                queue.add(_Task(url, _Feed(url, before)))
        while queue:
            task = queue.take(self._web)
            if self._is_closed(task.url):
                self._put_off([task, *queue.take_all(host_of(task.url))], look, on_error)
                continue
            if task.item is None:
                found = self._ask_feed(task, queue, seen, look, on_error, on_note)
            else:
                found = self._ask_page(task, on_error, on_note)
            for each in found:
                look.articles += 1
                yield each
            self._done(task)

    def _is_closed(self, url: str) -> bool:
        return self._web.closed(host_of(url)) > self._clock()

    def _put_off(self, tasks: Sequence[_Task], look: Look, on_error: Callable[[KGError], None]) -> None:
        """Leave what is to be asked of a host that is left alone for a later round."""
        host = host_of(tasks[0].url)
        until = self._web.closed(host)
        for task in tasks:
            if task.item is None:
                look.feeds += 1
                look.failed += 1
                self._state.put_feed(task.url, replace(task.feed.before, due=until))
            else:
                task.feed.open += 1
                self._done(task)
        when = datetime.fromtimestamp(until).astimezone().strftime("%H:%M")
        names = "1 address" if len(tasks) == 1 else f"{len(tasks)} addresses"
        message = f"left alone until {when}, as it wished or did not answer; {names} of it will be asked for later"
        on_error(ArticleError(message, source=host))

    def _done(self, task: _Task) -> None:
        """Count a task; after the last one of a feed note that all of it was looked at."""
        feed = task.feed
        feed.waiting -= task.item is not None
        if feed.waiting == 0 and feed.answer is not None:
            self._finish(feed, feed.answer)

    # --- a feed ------------------------------------------------------------------------------------------------------

    def _ask_feed(
        self,
        task: _Task,
        queue: _Queue,
        seen: set[str],
        look: Look,
        on_error: Callable[[KGError], None],
        on_note: Callable[[str], None],
    ) -> Iterator[Found]:
        feed, before = task.feed, task.feed.before
        look.feeds += 1
        try:
            answer = self._web.get(feed.url, etag=before.etag, modified=before.modified, may_be_private=True)
            items = [] if answer.body is None else list(read_items(answer.body, source=feed.url))
        except ArticleError as error:
            look.failed += 1
            on_error(error)
            self._postpone(feed, error)
            return
        feed.answer = answer
        if answer.moved:
            on_note(f"{feed.url}: it has moved for good to {answer.moved}; give this address from now on")
        if answer.body is not None and not items:
            on_note(f"{feed.url}: the feed is empty")
        is_new = False
        for item in items:
            url = item.url if item.url and self._pages else None
            key = url or f"{feed.url}#{item.id}"
            if key in seen:
                continue
            seen.add(key)
            mark = _mark(item)
            known = self._state.page(key)
            is_old = known.asked < self._clock() - _LOOKED_AGAIN and url is not None
            if known.item == mark and known.asked and not is_old:
                continue
            is_new = True
            if url is None:
                yield from self._said(key, item, on_error)
                self._state.put_page(key, PageState(mark, asked=self._clock()))
            else:
                feed.waiting += 1
                queue.add(_Task(url, feed, item, mark))
        look.unchanged += not is_new

    def _postpone(self, feed: _Feed, error: ArticleError) -> None:
        """Ask a feed that fails later, each time twice as late."""
        failures = feed.before.failures + 1
        wait = min(self._interval * 2 ** min(failures, 20), _LONGEST)
        if isinstance(error, Unfetched):
            wait = max(wait, error.wait)
            self._note_host(feed.url)
        self._state.put_feed(feed.url, replace(feed.before, due=self._clock() + wait, failures=failures))

    def _finish(self, feed: _Feed, answer: Answer) -> None:
        """Note that all of a feed was looked at. With pages still open it is asked for again whole, not if changed."""
        is_whole = feed.open == 0
        state = FeedState(
            answer.etag if is_whole else None, answer.modified if is_whole else None, self._clock() + self._interval
        )
        self._state.put_feed(feed.url, state)

    # --- a page ------------------------------------------------------------------------------------------------------

    def _ask_page(
        self, task: _Task, on_error: Callable[[KGError], None], on_note: Callable[[str], None]
    ) -> Iterator[Found]:
        item, known = task.item, self._state.page(task.url)
        if item is None or task.feed.answer is None:
            return
        state = PageState(task.mark, known.etag, known.modified, self._clock())
        try:
            answer = self._web.get(
                task.url, etag=known.etag, modified=known.modified, may_be_private=task.feed.answer.is_private
            )
            if answer.body is not None:
                yield self._found(task.url, self._article(answer, answer.body, item, on_note))
                state = replace(state, etag=answer.etag, modified=answer.modified)
        except ArticleError as error:
            if isinstance(error, Unfetched) and not error.lasting:
                self._note_host(task.url)
                if known.failures + 1 < _TRIES:
                    task.feed.open += 1
                    self._state.put_page(task.url, replace(known, failures=known.failures + 1))
                    on_error(error)
                    return
            if item.text:
                on_note(f"{error.source}: {error.message}; what the feed says of it is read")
                yield from self._said(task.url, item, on_error)
            else:
                on_error(error)
        self._state.put_page(task.url, state)

    def _note_host(self, url: str) -> None:
        self._state.put_closed(host_of(url), self._web.closed(host_of(url)))

    def _article(self, answer: Answer, data: bytes, item: Item, on_note: Callable[[str], None]) -> Article:
        if answer.kind not in _PAGES or not (answer.kind or looks_like_html(data)):
            message = f"no page of the web but {answer.kind or 'something else'}"
            raise ArticleError(message, source=answer.url)
        declared = answer.encoding or declared_encoding(data)
        page = read_page(decode(data, source=answer.url, declared=declared, on_note=on_note), source=answer.url)
        # Where a page shows but the beginning, the feed may have all of it.
        text = max(page.text, item.text, key=len)
        return self._made(text, item, page, _address(page.url, answer.url))

    def _said(self, key: str, item: Item, on_error: Callable[[KGError], None]) -> Iterator[Found]:
        """What the feed itself says."""
        if not item.text:
            message = "the item has no text"
            on_error(ArticleError(message, source=key, hint="nothing is lost: it is passed over"))
            return
        try:
            yield self._found(key, self._made(item.text, item, None, _plain(item.url) if item.url else None))
        except ArticleError as error:
            on_error(error)

    def _made(self, text: str, item: Item, page: Page | None, url: str | None) -> Article:
        source = url or item.id
        if len(text) > self._settings.max_chars:
            message = f"has {len(text):,} characters, more than the {self._settings.max_chars:,} that are read"
            raise ArticleError(message, source=source)
        language = self._settings.language
        day = parse_day(item.published, language=language)
        return Article(
            id=re.sub(r"^https?://(www\.)?", "", source).rstrip("/") or source,
            text=text,
            title=(page.title if page else None) or item.title,
            published=day or (parse_day(page.published, language=language) if page else None),
            publisher=(page.publisher if page else None) or item.publisher,
            url=url,
            language=language,
        )

    def _found(self, key: str, article: Article) -> Found:
        captured = datetime.fromtimestamp(self._clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Found(article, self._place, key, named=True, captured=captured)


def read_feed_list(path: Path) -> list[str]:
    r"""Addresses of feeds from a text file, one a line; empty lines and what follows a `#` do not count.

    Raises:
        ArticleError: If it cannot be read.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "feeds.txt"
        >>> _ = path.write_text("# abroad\nhttps://blatt.example/rss\n")
        >>> read_feed_list(path)
        ['https://blatt.example/rss']
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"the list of feeds cannot be read: {error}"
        raise ArticleError(message, source=path, hint="give a text file with one address a line") from error
    addresses = (re.split(r"(?:^|\s)#", line)[0].strip() for line in lines)
    return [address for address in addresses if address]


def _mark(item: Item) -> str:
    """Hash of what a feed says of an article."""
    parts = [item.id, item.title, item.text, item.published, item.updated]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _address(stated: str | None, asked: str) -> str:
    """The address that a page states for itself, if it is of the same host and more than its front page."""
    if stated and host_of(stated) == host_of(asked) and urlsplit(stated).path.strip("/"):
        return _plain(stated)
    return _plain(asked)


def _plain(url: str) -> str:
    """An address without what only tells where somebody came from.

    Example:
        >>> _plain("https://blatt.example/a?id=7&utm_source=rss#ref=rss")
        'https://blatt.example/a?id=7'
    """
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    query = parts.query if len(kept) == len(parse_qsl(parts.query, keep_blank_values=True)) else urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
