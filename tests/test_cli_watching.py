"""`kg watch`: feeds in, a graph that stays current."""

import signal
import subprocess
import sys

import pytest

from kg import KnowledgeGraph
from kg.cli import watching
from kg.interrupts import ended_by
from tests.ending import Ending
from tests.fake_reading import fake_reading  # noqa: F401 # a fixture
from tests.news_server import feed, page, serving

VISIT = "Der peruanische Präsident Julio Vargas ist am Montag nach Ecuador gereist und traf dort Elena Quispe."
# What a shell starts in the background ignores Ctrl-C, and so does all that it starts.
INTERRUPTIBLE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
PROTEST = "In der Hauptstadt Lima haben Tausende gegen die neue Regierung demonstriert, wie die Polizei mitteilte."


@pytest.fixture
def news():
    with serving() as server:
        server.put("/rss", feed(f"{server.url}/a", f"{server.url}/b"), etag='"1"')
        server.put("/a", page(VISIT))
        server.put("/b", page(PROTEST))
        yield server


def texts(out):
    with KnowledgeGraph(out, read_only=True) as graph:
        return {article.url.rpartition("/")[2]: article.text for article in graph.articles()}


@pytest.mark.usefixtures("fake_reading")
class TestOnce:
    def look(self, run_kg, news, out, *options):
        return run_kg("watch", f"{news.url}/rss", "--out", out, "--once", "--pause", "0", *options)

    def test_articles_come_into_the_graph(self, run_kg, news, tmp_path):
        done = self.look(run_kg, news, tmp_path / "out")
        assert done.code == 0, done.err
        assert "1 feed asked: 2 articles new or changed, 1 claim\n" in done.out  # both say the same
        assert set(texts(tmp_path / "out")) == {"a", "b"}
        assert (tmp_path / "out" / "graph.html").exists()
        assert run_kg("query", tmp_path / "out", "-q", "ASK { ?a kg:visits ?b }").code == 0

    def test_only_what_is_new_and_changed_is_read(self, run_kg, news, tmp_path):
        out = tmp_path / "out"
        self.look(run_kg, news, out)
        stamp = (out / "graph.html").stat().st_mtime_ns
        done = self.look(run_kg, news, out)
        assert done.code == 0
        assert "1 feed asked, 1 unchanged" in done.out
        assert (out / "graph.html").stat().st_mtime_ns == stamp
        link = f"{news.url}/a", {"pubDate": "Mon, 10 Mar 2025 10:00:00 +0100"}
        news.put("/rss", feed(link, f"{news.url}/b", f"{news.url}/c"), etag='"2"')
        news.put("/a", page(VISIT, "Berichtigung: Das Treffen war am Dienstag, wie der Sprecher später sagte."))
        news.put("/c", page(PROTEST.replace("Lima", "Quito"), VISIT))
        done = self.look(run_kg, news, out)
        assert "2 articles new or changed" in done.out
        assert set(texts(out)) == {"a", "b", "c"}
        assert "Berichtigung" in texts(out)["a"]

    def test_build_and_watch_share_a_folder(self, run_kg, news, tmp_path):
        out = tmp_path / "out"
        (tmp_path / "c.txt").write_text("Peru besuchte Ecuador.")
        assert run_kg("build", tmp_path / "c.txt", "--out", out).code == 0
        self.look(run_kg, news, out)
        done = run_kg("build", tmp_path / "c.txt", "--out", out, "--withdraw")
        assert "1 unchanged" in done.out
        assert "withdrawn" not in done.out
        with KnowledgeGraph(out, read_only=True) as graph:
            assert len(list(graph.articles())) == 3

    def test_decisions_about_actors_are_respected(self, run_kg, news, tmp_path):
        out = tmp_path / "out"
        out.mkdir()
        (out / "actors.toml").write_text('[[rename]]\nactor = "Peru"\nname = "Republik Peru"\n')
        self.look(run_kg, news, out)
        with KnowledgeGraph(out, read_only=True) as graph:
            assert graph.entity("Peru").name == "Republik Peru"

    def test_store_only(self, run_kg, news, tmp_path):
        out = tmp_path / "out"
        self.look(run_kg, news, out, "--store-only")
        assert not (out / "graph.html").exists()
        self.look(run_kg, news, out)
        assert (out / "graph.html").exists()

    def test_feed_only(self, run_kg, news, tmp_path):
        news.put("/rss", feed((f"{news.url}/a", {"description": "Peru besuchte Ecuador."})))
        self.look(run_kg, news, tmp_path / "out", "--feed-only")
        assert texts(tmp_path / "out") == {"a": "Peru besuchte Ecuador."}
        assert "/a" not in news.paths()

    def test_one_feed_that_answers_is_enough(self, run_kg, news, tmp_path):
        listed = tmp_path / "feeds.txt"
        listed.write_text(f"# two\n{news.url}/none\n{news.url}/rss  # abroad\n")
        done = run_kg("watch", listed, "--out", tmp_path / "out", "--once", "--pause", "0", "--contact", "a@b.example")
        assert done.code == 0
        assert "404 Not Found" in done.err
        assert "2 feeds asked, 1 failed: 2 articles" in done.out
        assert {asked["User-Agent"].split("; ")[-1] for _, asked in news.asked} == {"a@b.example)"}

    def test_no_feed_that_answers_is_a_negative_answer(self, run_kg, news, tmp_path):
        done = run_kg("watch", f"{news.url}/none", "--out", tmp_path / "out", "--once")
        assert done.code == 1
        assert not (tmp_path / "out" / "store").exists()

    @pytest.mark.parametrize("address", ["feed", "file:///etc/passwd", "ftp://a.example/rss"])
    def test_what_is_no_address_is_wrong_input(self, run_kg, tmp_path, address):
        done = run_kg("watch", address, "--out", tmp_path / "out", "--once")
        assert done.code == 2
        assert "is no address of a feed" in done.err
        assert not (tmp_path / "out").exists()

    def test_waits_while_another_program_has_the_graph_open(self, run_kg, news, tmp_path, monkeypatch):
        out = tmp_path / "out"
        self.look(run_kg, news, out)
        news.put("/rss", feed(f"{news.url}/c"), etag='"2"')
        news.put("/c", page(PROTEST, VISIT))
        held = KnowledgeGraph(out / "store")

        def release(seconds):
            if seconds == watching._PATIENCE:
                held.close()

        monkeypatch.setattr(watching, "_sleep", release)
        done = self.look(run_kg, news, out)
        assert done.code == 0
        assert done.err.count("waiting: ") == 1
        assert set(texts(out)) == {"a", "b", "c"}


def test_sleeps_in_short_spells(monkeypatch):
    """A signal that comes between Python's look for one and the sleep itself does not cut that sleep short."""
    now, spells = [0.0], []

    def sleep(seconds):
        spells.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(watching.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(watching.time, "sleep", sleep)
    watching._sleep(900)
    assert sum(spells) == 900
    assert max(spells) <= 1


@pytest.mark.usefixtures("fake_reading")
def test_a_signal_in_a_finaliser_ends_the_watch(run_kg, news, tmp_path, monkeypatch):
    lost = []
    monkeypatch.setattr(sys, "unraisablehook", lambda error: lost.append(error.exc_type))
    once = watching._Rounds.once

    def ended_while_finalised(self, *, now):
        look = once(self, now=now)
        Ending()
        return look

    monkeypatch.setattr(watching._Rounds, "once", ended_while_finalised)
    with ended_by(signal.SIGINT):  # a handler, wherever the tests run
        done = run_kg("watch", f"{news.url}/rss", "--out", tmp_path / "out", "--pause", "0")
    assert done.code == 130
    assert lost == []
    assert set(texts(tmp_path / "out")) == {"a", "b"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_goes_on_until_it_is_ended(news, tmp_path, number):
    news.put("/rss", feed())
    code = f"{INTERRUPTIBLE}\nfrom kg.cli import main; main()"
    command = [sys.executable, "-c", code, "watch", f"{news.url}/rss", "--out", str(tmp_path / "out"), "--pause", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert "1 feed asked, 1 unchanged" in process.stdout.readline()
        process.send_signal(number)
        _, messages = process.communicate(timeout=600)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130
    assert messages.splitlines()[-1] == "ended; the same command goes on"
    assert "Traceback" not in messages
