"""`kg watch`: feeds in, a graph that stays current."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import kg
from kg.cli.app import command
from kg.cli.folder import BuildFolder
from kg.cli.inputs import Jobs, Meter, Model, Skips, Tally, counted, read_by
from kg.cli.output import emit, tell
from kg.config import Settings
from kg.errors import SettingsError, StoreError
from kg.interrupts import ended_by, look_for_end

if TYPE_CHECKING:
    from kg.model import Extraction
    from kg.store import KnowledgeGraph
    from kg.text.ingest import Found
    from kg.watch import Look, Watcher
    from kg.watch_state import WatchState

__all__ = ["watch"]

_STATE = "watch.sqlite"
_PORTION = 32  # articles that are asked for, then stored
_BUSY = "in use"
_PATIENCE = 60.0  # seconds after which a graph that another program holds is tried again
_SPELL = 1.0  # seconds by which the signal that ends can be late


@command(example="watch https://www.example.org/rss.xml --out out --interval 30")
def watch(
    feeds: Annotated[
        list[str],
        typer.Argument(
            metavar="FEED…",
            help="Addresses of RSS or Atom feeds, or text files with one on each line.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the graph; made if missing.", show_default=False)],
    interval: Annotated[float, typer.Option(min=1, metavar="MINUTES", help="Time between two looks at a feed.")] = 15,
    once: Annotated[bool, typer.Option("--once", help="Look once and leave, for cron and the like.")] = False,
    pause: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="Time between two requests to one host, at least.")
    ] = 2,
    feed_only: Annotated[
        bool, typer.Option("--feed-only", help="Read what feeds say themselves, not the articles that they lead to.")
    ] = False,
    contact: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where those who run a server can write to; sent with every request.")
    ] = "",
    model: Model = None,
    jobs: Jobs = 1,
    store_only: Annotated[
        bool, typer.Option("--store-only", help="Write store/ only; a later `kg build` without INPUT writes the rest.")
    ] = False,
) -> None:
    """Read feeds and the articles that they lead to, and keep a graph current.

    DIR is a folder as of `kg build`. Only what is new or changed is asked for, as robots.txt allows, and never faster
    than --pause. What a server does not give is read as the feed has it. A feed that fails is asked later, each time
    later, and does not stop the others. Ctrl-C ends; the same command goes on. DIR/watch.sqlite is its memory.

    Exit code: of --once 0 if a feed answered, 1 if none did; 2 if an option is wrong or the graph cannot be written;
    130 when it is ended.
    """
    from kg.watch import Watcher
    from kg.watch_http import Web
    from kg.watch_state import WatchState

    addresses = _addresses(feeds)
    folder = BuildFolder(out)
    folder.check()
    settings = Settings(language=read_by(model), model=model, jobs=jobs)
    place = out / _STATE
    with (
        ended_by(signal.SIGINT, signal.SIGTERM),
        WatchState(place) as state,
        Web(version=kg.__version__, contact=contact, pause=pause) as web,
    ):
        watcher = Watcher(
            addresses, state=state, web=web, place=place, interval=60 * interval, pages=not feed_only, settings=settings
        )
        rounds = _Rounds(folder, watcher, state, settings, store_only=store_only)
        try:
            while True:
                look = rounds.once(now=once)
                if once:
                    raise typer.Exit(1 if look.feeds and look.failed == look.feeds else 0)
                _sleep(max(1.0, watcher.due() - time.time()))
        except KeyboardInterrupt:
            tell("ended; the same command goes on")
            raise typer.Exit(130) from None


def _addresses(feeds: list[str]) -> list[str]:
    from kg.watch import read_feed_list
    from kg.watch_guard import is_address

    addresses: list[str] = []
    for feed in feeds:
        listed = read_feed_list(Path(feed)) if "://" not in feed and Path(feed).is_file() else [feed]
        for address in listed:
            if not is_address(address):
                message = f"{address!r} is no address of a feed"
                raise SettingsError(message, hint="it begins with https:// or http://; or name a file of addresses")
        addresses += listed
    if not addresses:
        message = "there is no feed to watch"
        raise SettingsError(message, hint="give an address, or a file with one on each line")
    return addresses


def _sleep(seconds: float) -> None:
    """Sleep in short spells: a signal that comes right before a spell begins is noticed when it is over."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        look_for_end()
        time.sleep(min(left, _SPELL))


class _Rounds:
    """Looks at feeds and stores what they bring, portion by portion."""

    def __init__(
        self, folder: BuildFolder, watcher: Watcher, state: WatchState, settings: Settings, *, store_only: bool
    ) -> None:
        self._folder, self._watcher, self._state = folder, watcher, state
        self._settings, self._store_only = settings, store_only
        self._is_unwritten = not store_only and (folder.path / "store").is_dir() and not folder.has_outputs()

    def once(self, *, now: bool) -> Look:
        """Look at all feeds that are due; at all there are if `now`."""
        from kg.watch import Look

        look, skips, tally = Look(), Skips(), Tally()
        found = self._watcher.look(look, on_error=skips.skip, on_note=skips.note, now=now)
        try:
            with Meter() as meter:
                meter.step("asking")
                while portion := list(islice(found, _PORTION)):
                    self._store(portion, skips, tally, meter)
                    self._state.keep()
                    meter.step("asking")
            self._state.keep()
            if self._is_unwritten:
                self._write()
        finally:
            skips.tell()
        if look.feeds:
            emit(_told(look, tally))
        return look

    def _store(self, portion: list[Found], skips: Skips, tally: Tally, meter: Meter) -> None:
        """Put articles into the graph; wait while another program holds it."""
        from kg.build_actors import follow_decisions
        from kg.build_archive import Summary, build_archive, open_journal
        from kg.facts.decisions import Decisions

        def stored(extraction: Extraction) -> None:
            tally.add(extraction)
            meter.article(extraction.article.id)

        decisions = Decisions.load(self._folder.decisions)
        with self._opened() as graph, open_journal(self._folder.journal, graph, self._settings) as journal:
            follow_decisions(graph, decisions, settings=self._settings, on_error=skips.skip)
            summary = Summary()
            build_archive(
                portion,
                graph,
                journal,
                settings=self._settings,
                decisions=decisions,
                on_error=skips.skip,
                on_read=lambda _article: look_for_end(),
                on_article=stored,
                summary=summary,
            )
            journal.finish(written=journal.is_written and not summary.read)
            self._is_unwritten = self._is_unwritten or (summary.read > 0 and not self._store_only)

    def _write(self) -> None:
        """Write what is made from the store."""
        from kg.build_archive import open_journal

        with self._opened() as graph, open_journal(self._folder.journal, graph, self._settings) as journal:
            self._folder.write(graph)
            journal.finish(written=True)
        self._is_unwritten = False

    @contextmanager
    def _opened(self) -> Iterator[KnowledgeGraph]:
        """Open the graph; while another program has it open, wait."""
        is_told = False
        while True:
            with ExitStack() as stack:
                try:
                    graph = stack.enter_context(self._folder.open())
                except StoreError as error:
                    if _BUSY not in error.message:
                        raise
                    if not is_told:
                        tell(f"waiting: {error}")
                    is_told = True
                else:
                    yield graph
                    return
            _sleep(_PATIENCE)


def _told(look: Look, tally: Tally) -> str:
    """One line about a round."""
    parts = [f"{counted(look.feeds, 'feed')} asked"]
    parts += [f"{count:,} {name}" for name, count in (("unchanged", look.unchanged), ("failed", look.failed)) if count]
    line = f"{datetime.now().astimezone():%Y-%m-%d %H:%M} {', '.join(parts)}"
    if look.articles:
        line += f": {counted(tally.articles, 'article')} new or changed, {counted(tally.claims.total(), 'claim')}"
    return line
