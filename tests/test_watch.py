"""Feeds are watched politely, and what goes wrong with one does not reach the others."""

import dataclasses
import time

import pytest

from kg.errors import StoreError
from kg.watch import Look, Watcher
from kg.watch_http import Unfetched, Web
from kg.watch_state import WatchState
from tests.news_server import feed, page, serving

VISIT = "Der peruanische Präsident Julio Vargas ist am Montag nach Ecuador gereist und traf dort Elena Quispe."
PROTEST = "In der Hauptstadt Lima haben Tausende gegen die neue Regierung demonstriert, wie die Polizei mitteilte."


@pytest.fixture
def news():
    with serving() as server:
        yield server


@pytest.fixture
def other():
    with serving() as server:
        yield server


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self):
        self.now = 1_700_000_000.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        if seconds > 0:
            self.slept.append(seconds)
            self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make_web(clock):
    made = []

    def make(**options):
        options = {"version": "9.9", "pause": 1.0, "clock": clock, "sleep": clock.sleep} | options
        made.append(Web(**options))
        return made[-1]

    yield make
    for web in made:
        web.__exit__(None, None, None)


class Watch:
    """A watcher with its memory, and what came of its last round."""

    def __init__(self, feeds, web, clock, path, **options):
        self.state = WatchState(None)
        self.watcher = Watcher(feeds, state=self.state, web=web, place=path, clock=clock, **options)

    def round(self, *, now=True):
        self.look, self.errors, self.notes = Look(), [], []
        found = self.watcher.look(self.look, on_error=self.errors.append, on_note=self.notes.append, now=now)
        self.articles = [each.article for each in found]
        self.state.keep()
        return self.articles


@pytest.fixture
def watch(make_web, clock, tmp_path):
    made = []

    def make(*feeds, **options):
        made.append(Watch(feeds, make_web(), clock, tmp_path / "watch.sqlite", **options))
        return made[-1]

    yield make
    for each in made:
        each.state.__exit__(None, None, None)


class TestAsking:
    def test_says_who_asks(self, news, make_web):
        news.put("/a", "Text")
        make_web(contact="desk@example.org").get(f"{news.url}/a", may_be_private=True)
        assert {asked["User-Agent"] for _, asked in news.asked} == {"kg-geopolitics/9.9 (kg watch; desk@example.org)"}

    def test_pause_between_two_requests_to_a_host_only(self, news, other, make_web, clock):
        web = make_web(pause=3.0)
        for server in (news, other):
            web.get(f"{server.url}/robots.txt", may_be_private=True) if server.pages else None
            server.put("/a", "Text")
            web.get(f"{server.url}/a", may_be_private=True)
        assert clock.slept == [3.0, 3.0]  # each between robots.txt and the page

    def test_robots_forbids_and_slows(self, news, make_web, clock):
        news.put("/robots.txt", "User-agent: kg-geopolitics\nDisallow: /secret\nCrawl-delay: 7\n")
        news.put("/a", "Text")
        web = make_web()
        assert web.get(f"{news.url}/a", may_be_private=True).body == b"Text"
        with pytest.raises(Unfetched, match=r"robots\.txt of the host does not allow it") as caught:
            web.get(f"{news.url}/secret/b", may_be_private=True)
        assert caught.value.lasting
        web.get(f"{news.url}/a", may_be_private=True)
        assert news.paths() == ["/robots.txt", "/a", "/a"]
        assert clock.slept == [7.0, 7.0]

    @pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False)])
    def test_robots_that_is_not_given(self, news, make_web, status, allowed):
        news.put("/robots.txt", "Disallow everything", status)
        news.put("/a", "Text")
        web = make_web()
        if allowed:
            assert web.get(f"{news.url}/a", may_be_private=True).body == b"Text"
        else:
            with pytest.raises(Unfetched, match="500 Internal Server Error") as caught:
                web.get(f"{news.url}/a", may_be_private=True)
            assert not caught.value.lasting

    def test_robots_rules_for_others_and_wildcards(self, news, make_web):
        news.put("/robots.txt", "User-agent: OtherBot\nDisallow: /\n\nUser-agent: *\nDisallow: /*.pdf$\n")
        news.put("/a", "Text")
        web = make_web()
        assert web.get(f"{news.url}/a", may_be_private=True).body == b"Text"
        with pytest.raises(Unfetched, match="robots"):
            web.get(f"{news.url}/b.pdf", may_be_private=True)

    def test_only_what_has_changed(self, news, make_web):
        news.put("/a", "Text", etag='"1"')
        web = make_web()
        first = web.get(f"{news.url}/a", may_be_private=True)
        again = web.get(f"{news.url}/a", etag=first.etag, may_be_private=True)
        assert (first.body, again.body, again.etag) == (b"Text", None, '"1"')

    def test_busy_host_is_left_alone_for_as_long_as_it_says(self, news, make_web, clock):
        news.put("/a", "slower", 429, Retry_After="120")
        web = make_web()
        with pytest.raises(Unfetched, match="429 Too Many Requests; it is left alone for 2 minutes"):
            web.get(f"{news.url}/a", may_be_private=True)
        news.forget()
        with pytest.raises(Unfetched, match="left alone") as caught:
            web.get(f"{news.url}/b", may_be_private=True)
        assert news.asked == []
        assert caught.value.wait == pytest.approx(120)
        news.put("/a", "Text")
        clock.now += 121
        assert web.get(f"{news.url}/a", may_be_private=True).body == b"Text"

    def test_retry_after_may_be_a_date(self, news, make_web, clock):
        clock.now = 1_445_412_000.0  # 21 October 2015, 07:20
        news.put("/a", "", 503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")
        with pytest.raises(Unfetched) as caught:
            make_web(pause=0).get(f"{news.url}/a", may_be_private=True)
        assert caught.value.wait == pytest.approx(480)

    def test_redirections_are_followed_within_bounds(self, news, make_web):
        news.put("/a", "", 301, Location="/b")
        news.put("/b", "Text")
        news.put("/loop", "", 302, Location="/loop")
        web = make_web()
        answer = web.get(f"{news.url}/a", may_be_private=True)
        assert (answer.body, answer.url, answer.moved) == (b"Text", f"{news.url}/b", f"{news.url}/b")
        with pytest.raises(Unfetched, match="more than 5 redirections"):
            web.get(f"{news.url}/loop", may_be_private=True)
        assert news.paths().count("/loop") == 6

    @pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a", "http://[1"])
    def test_redirection_to_something_else_is_not_followed(self, news, make_web, target):
        news.put("/a", "", 302, Location=target)
        with pytest.raises(Unfetched, match=r"no address of the web|it leads to|not to be had"):
            make_web().get(f"{news.url}/a", may_be_private=True)

    def test_nothing_is_sent_into_a_private_network(self, news, make_web):
        news.put("/a", "Text")
        with pytest.raises(Unfetched, match="private network"):
            make_web().get(f"{news.url}/a")
        assert news.asked == []

    def test_what_is_too_large_is_not_read(self, news, make_web):
        news.put("/a", "x" * 5000)
        with pytest.raises(Unfetched, match="larger than 4,000 bytes"):
            make_web(largest=4000).get(f"{news.url}/a", may_be_private=True)

    def test_what_takes_for_ever_is_cut(self, news, make_web):
        news.put("/robots.txt", "")
        news.put("/a", "x" * 500, drip=0.05)
        began = time.monotonic()
        with pytest.raises(Unfetched, match="no whole answer within"):
            make_web(deadline=0.5).get(f"{news.url}/a", may_be_private=True)
        assert time.monotonic() - began < 5

    def test_nobody_there(self, make_web):
        with pytest.raises(Unfetched, match=r"not to be had from 127\.0\.0\.1:1") as caught:
            make_web().get("http://127.0.0.1:1/a", may_be_private=True)
        assert not caught.value.lasting


class TestLooking:
    def test_articles_of_a_feed_are_read_from_their_pages(self, news, watch):
        published = {"title": "Besuch", "pubDate": "Mon, 10 Mar 2025 23:30:00 +0100"}
        news.put("/rss", feed((f"{news.url}/a?utm_source=rss", published), f"{news.url}/b"))
        news.put("/a?utm_source=rss", page(VISIT, PROTEST, title="Besuch in Quito"))
        news.put("/b", page(PROTEST, VISIT))
        watched = watch(f"{news.url}/rss")
        one, two = watched.round()
        assert VISIT in one.text
        assert "Impressum" not in one.text
        assert (one.title, str(one.published), one.publisher) == ("Besuch in Quito", "2025-03-10", "Tagblatt")
        assert one.url == f"{news.url}/a"
        assert one.id == f"{news.url}/a".removeprefix("http://")
        assert two.url == f"{news.url}/b"
        assert dataclasses.astuple(watched.look) == (1, 0, 0, 2)

    def test_what_has_not_changed_is_not_asked_for_again(self, news, watch):
        news.put("/rss", feed(f"{news.url}/a"), etag='"1"')
        news.put("/a", page(VISIT))
        watched = watch(f"{news.url}/rss")
        assert len(watched.round()) == 1
        news.forget()
        assert watched.round() == []
        assert [(path, asked.get("If-None-Match")) for path, asked in news.asked] == [("/rss", '"1"')]
        assert watched.look.unchanged == 1
        news.put("/rss", feed(f"{news.url}/a", f"{news.url}/b"), etag='"2"')
        news.put("/b", page(PROTEST))
        news.forget()
        assert [article.url for article in watched.round()] == [f"{news.url}/b"]
        assert news.paths() == ["/rss", "/b"]

    def test_article_that_its_feed_names_anew_is_read_anew(self, news, watch):
        news.put("/rss", feed((f"{news.url}/a", {"pubDate": "Mon, 10 Mar 2025 10:00:00 +0100"})))
        news.put("/a", page(VISIT), etag='"1"')
        watched = watch(f"{news.url}/rss")
        watched.round()
        news.put("/rss", feed((f"{news.url}/a", {"pubDate": "Mon, 10 Mar 2025 12:00:00 +0100"})))
        assert watched.round() == []  # its page says that it is as it was
        news.put("/rss", feed((f"{news.url}/a", {"pubDate": "Mon, 10 Mar 2025 13:00:00 +0100"})))
        news.put("/a", page(VISIT, PROTEST), etag='"2"')
        (article,) = watched.round()
        assert PROTEST in article.text

    def test_article_that_stays_in_its_feed_is_looked_at_again_after_hours(self, news, watch, clock):
        news.put("/rss", feed(f"{news.url}/a"))
        news.put("/a", page(VISIT))
        watched = watch(f"{news.url}/rss")
        watched.round()
        clock.now += 3600
        assert watched.round() == []
        clock.now += 6 * 3600
        assert len(watched.round()) == 1

    @pytest.mark.parametrize("kind", ["gone", "forbidden", "photo", "front page"])
    def test_what_is_not_given_is_read_as_the_feed_has_it(self, news, watch, kind):
        news.put("/rss", feed((f"{news.url}/a", {"description": VISIT, "title": "Besuch"})))
        if kind == "forbidden":
            news.put("/robots.txt", "User-agent: *\nDisallow: /a\n")
            news.put("/a", page(PROTEST))
        elif kind == "photo":
            news.put("/a", b"\xff\xd8\xff", kind="image/jpeg")
        elif kind == "front page":
            news.put("/a", "<html><body><nav>Start</nav></body></html>")
        watched = watch(f"{news.url}/rss")
        (article,) = watched.round()
        assert (article.text, article.title, article.url) == (VISIT, "Besuch", f"{news.url}/a")
        assert "what the feed says of it is read" in watched.notes[0]
        assert watched.errors == []
        news.forget()
        assert watched.round() == []
        assert news.paths() == ["/rss"]

    def test_page_that_fails_is_asked_for_in_later_rounds(self, news, watch):
        news.put("/rss", feed((f"{news.url}/a", {"description": VISIT})), etag='"1"')
        news.put("/a", "", 500)
        watched = watch(f"{news.url}/rss")
        assert watched.round() == []
        assert "500 Internal Server Error" in str(watched.errors[0])
        news.put("/a", page(VISIT, PROTEST))
        (article,) = watched.round()  # although the feed is as it was
        assert PROTEST in article.text
        assert watched.round() == []
        assert watched.look.unchanged == 1

    def test_page_that_goes_on_failing_is_read_as_the_feed_has_it(self, news, watch):
        news.put("/rss", feed((f"{news.url}/a", {"description": VISIT})))
        news.put("/a", "", 500)
        watched = watch(f"{news.url}/rss")
        assert [len(watched.round()) for _ in range(4)] == [0, 0, 1, 0]

    def test_busy_host_is_not_asked_for_its_other_pages(self, news, watch, clock):
        news.put("/rss", feed(*(f"{news.url}/{name}" for name in "abc")), etag='"1"')
        news.put("/a", "", 429, Retry_After="1800")
        for name in "bc":
            news.put(f"/{name}", page(VISIT, name))
        watched = watch(f"{news.url}/rss")
        assert watched.round() == []
        assert news.paths() == ["/robots.txt", "/rss", "/a"]
        assert [error.message.split("; ")[-1] for error in watched.errors] == [
            "it is left alone for 30 minutes",
            "2 addresses of it will be asked for later",
        ]
        news.forget()
        watched.round()
        assert news.asked == []
        news.put("/a", page(PROTEST))
        clock.now += 1801
        assert len(watched.round()) == 3

    def test_feeds_that_fail_do_not_stop_the_others(self, news, other, watch):
        news.put("/broken", "<html><body>Wartung</body></html>")
        news.put("/empty", feed())
        news.put("/cut", feed((f"{other.url}/b", {"description": PROTEST}))[:-40], kind="application/rss+xml")
        other.put("/rss", feed(f"{other.url}/a"))
        other.put("/a", page(VISIT))
        other.put("/b", page(PROTEST))
        watched = watch(
            f"{news.url}/none", f"{news.url}/broken", f"{news.url}/empty", f"{news.url}/cut", f"{other.url}/rss"
        )
        assert {article.url for article in watched.round()} == {f"{other.url}/a", f"{other.url}/b"}
        assert [str(error).split(" (")[0].split(": ", 1)[1] for error in watched.errors] == [
            f"{news.url.removeprefix('http://')}: 404 Not Found",
            "not a feed",
        ]
        assert watched.look.failed == 2
        assert watched.notes == [f"{news.url}/empty: the feed is empty"]

    def test_feed_that_names_a_file_of_this_computer_does_not_open_it(self, news, watch, tmp_path):
        path = tmp_path / "secret.rss"
        path.write_text(feed((f"{news.url}/a", {"description": VISIT})))
        news.put("/rss", str(path))
        watched = watch(f"{news.url}/rss", pages=False)
        assert watched.round() == []
        assert watched.errors[0].message.startswith("not a feed")

    def test_feed_that_fails_is_asked_later_each_time(self, news, watch, clock):
        news.put("/rss", "", 500)
        watched = watch(f"{news.url}/rss", interval=600)
        waits = []
        for _ in range(9):
            watched.round(now=False)
            waits.append(round((watched.watcher.due() - clock.now) / 600))
            clock.now = watched.watcher.due()
        assert waits == [2, 4, 8, 16, 32, 64, 128, 144, 144]  # a day at most
        news.put("/rss", feed())
        watched.round(now=False)
        assert watched.watcher.due() - clock.now == pytest.approx(600)

    def test_feed_is_not_asked_before_it_is_due(self, news, watch, clock):
        news.put("/rss", feed())
        watched = watch(f"{news.url}/rss")
        watched.round()
        news.forget()
        watched.round(now=False)
        assert (news.asked, watched.look.feeds) == ([], 0)
        clock.now += 901
        watched.round(now=False)
        assert watched.look.feeds == 1

    def test_feed_that_has_moved_is_told(self, news, watch):
        news.put("/old", "", 301, Location="/rss")
        news.put("/rss", feed((f"{news.url}/a", {"description": VISIT})))
        watched = watch(f"{news.url}/old", pages=False)
        assert len(watched.round()) == 1
        assert watched.notes == [
            f"{news.url}/old: it has moved for good to {news.url}/rss; give this address from now on"
        ]

    def test_what_feeds_say_themselves(self, news, watch):
        news.put("/rss", feed((f"{news.url}/a", {"description": VISIT}), (f"{news.url}/b", {"title": "Leer"})))
        watched = watch(f"{news.url}/rss", pages=False)
        assert [article.text for article in watched.round()] == [VISIT]
        assert [error.message for error in watched.errors] == ["the item has no text"]
        assert news.paths() == ["/robots.txt", "/rss"]
        assert watched.round() == []

    def test_article_of_two_feeds_is_asked_for_once(self, news, watch):
        news.put("/one", feed(f"{news.url}/a"))
        news.put("/two", feed(f"{news.url}/a"))
        news.put("/a", page(VISIT))
        assert len(watch(f"{news.url}/one", f"{news.url}/two").round()) == 1
        assert news.paths().count("/a") == 1

    def test_longer_text_of_feed_and_page_counts(self, news, watch):
        news.put("/rss", feed((f"{news.url}/a", {"description": f"{VISIT} {PROTEST} {VISIT}"})))
        news.put("/a", page(VISIT, title="Nur für Abonnenten"))
        (article,) = watch(f"{news.url}/rss").round()
        assert article.text == f"{VISIT} {PROTEST} {VISIT}"


class TestState:
    def test_what_is_not_kept_is_forgotten(self, news, make_web, clock, tmp_path):
        news.put("/rss", feed(f"{news.url}/a"))
        news.put("/a", page(VISIT))
        path = tmp_path / "watch.sqlite"
        web = make_web()
        for keep, count in ((False, 1), (True, 1), (True, 0)):
            with WatchState(path) as state:
                watcher = Watcher([f"{news.url}/rss"], state=state, web=web, place=path, clock=clock)
                found = list(watcher.look(Look(), on_error=pytest.fail, on_note=pytest.fail, now=True))
                assert len(found) == count
                if keep:
                    state.keep()

    def test_host_that_is_left_alone_is_so_after_a_restart(self, news, make_web, clock, tmp_path):
        news.put("/rss", "", 429, Retry_After="600")
        path = tmp_path / "watch.sqlite"
        for _ in range(2):
            with WatchState(path) as state:
                watcher = Watcher([f"{news.url}/rss"], state=state, web=make_web(), place=path, clock=clock)
                list(watcher.look(Look(), on_error=lambda error: None, on_note=pytest.fail, now=True))
                state.keep()
        assert news.paths() == ["/robots.txt", "/rss"]

    def test_other_file_is_refused(self, tmp_path):
        path = tmp_path / "watch.sqlite"
        path.write_text("no database, but long enough to be taken for one" * 100)
        with pytest.raises(StoreError, match="cannot be opened"):
            WatchState(path)
