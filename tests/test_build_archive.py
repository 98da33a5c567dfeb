"""Archives: nothing is read twice, nothing is lost, and a build that is cut short ends in the same graph."""

import gzip
import json
import random
import sqlite3
from datetime import date

import pytest

from kg import KnowledgeGraph, build_archive, build_intake
from kg.build_archive import DUPLICATES, Summary, open_journal, withdraw
from kg.build_journal import Journal, State
from kg.config import Settings
from kg.errors import StoreError
from kg.text.ingest import find_articles
from tests.fake_reading import fake_reading  # noqa: F401 # a fixture

pytestmark = pytest.mark.usefixtures("fake_reading")

WORDS = "Grenze Handel Gipfel Vertrag Minister Abkommen Lima Quito Reise Besuch Woche Frieden Hafen Zoll Bahn".split()


def prose(seed, words=60):
    """A text that is like no other."""
    chosen = random.Random(seed).choices(WORDS, k=words)
    return " ".join(f"{word}{seed % 97}" for word in chosen) + "."


def jsonl(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


class Archive:
    """A folder with a graph and its journal."""

    def __init__(self, folder):
        self.folder = folder
        self.errors, self.gone = [], []

    def build(self, *inputs, gone=False, jobs=1, batch_size=4, on_article=None, **options):
        settings = Settings(jobs=jobs, batch_size=batch_size)
        summary = Summary()
        self.errors.clear()
        with (
            KnowledgeGraph(self.folder / "store") as graph,
            open_journal(self.folder / "journal.sqlite", graph, settings) as journal,
        ):
            found = find_articles(*inputs, on_error=self.errors.append, on_file=journal.file)
            build_archive.build_archive(
                found, graph, journal, settings=settings, on_error=self.errors.append, on_article=on_article,
                summary=summary, **options,
            )  # fmt: skip
            self.gone = journal.vanished(list(inputs))
            if gone:
                withdraw(self.gone, graph, journal)
            journal.finish(written=False)
        return {str(state): count for state, count in summary.states.items()}

    def texts(self):
        with KnowledgeGraph(self.folder / "store", read_only=True) as graph:
            return {article.id: article.text for article in graph.articles()}

    def quads(self):
        """All that the store holds, the union included."""
        with KnowledgeGraph(self.folder / "store", read_only=True) as graph:
            union = graph.query("SELECT ?s ?p ?o WHERE { ?s ?p ?o }")
            return sorted(map(str, graph.quads())), sorted(map(str, union.terms))

    def links(self):
        with KnowledgeGraph(self.folder / "store", read_only=True) as graph:
            rows = graph.query(
                "SELECT ?one ?other WHERE { ?a prov:alternateOf ?b . "
                "?a schema:identifier ?one . ?b schema:identifier ?other }"
            ).rows
            return dict(rows)


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return Archive(folder)


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    return folder


class TestNeverTwice:
    def test_what_is_there_and_unchanged_is_not_read_again(self, archive, news):
        for n in range(10):
            (news / f"a{n}.txt").write_text(prose(n))
        assert archive.build(news) == {"new": 10}
        read = []
        assert archive.build(news, on_article=read.append) == {"unchanged": 10}
        assert read == []

    def test_again_reads_it_nevertheless(self, archive, news):
        (news / "a.txt").write_text(prose(1))
        archive.build(news)
        assert archive.build(news, again=True) == {"changed": 1}

    def test_changed_article_is_replaced(self, archive, news):
        (news / "a.txt").write_text(prose(1))
        (news / "b.txt").write_text(prose(2))
        archive.build(news)
        (news / "a.txt").write_text(prose(3))
        assert archive.build(news) == {"changed": 1, "unchanged": 1}
        assert archive.texts() == {"a": prose(3), "b": prose(2)}

    def test_other_day_of_publication_is_a_change(self, archive, news):
        (news / "a.txt").write_text(prose(1))
        archive.build(news, published=date(2025, 3, 5))
        assert archive.build(news, published=date(2025, 3, 5)) == {"unchanged": 1}
        assert archive.build(news, published=date(2025, 3, 6)) == {"changed": 1}

    def test_copy_is_read_once(self, archive, news):
        for name in "abc":
            (news / f"{name}.txt").write_text(prose(1))
        assert archive.build(news) == {"new": 1, "repeated": 2}
        assert archive.build(news) == {"unchanged": 1, "repeated": 2}
        assert list(archive.texts()) == ["a"]

    def test_moved_file_is_the_same_article(self, archive, news):
        (news / "a.txt").write_text(prose(1))
        archive.build(news)
        (news / "a.txt").rename(news / "z.txt")
        assert archive.build(news) == {"unchanged": 1}
        assert archive.gone == []

    def test_other_data_or_program_read_it_again(self, archive, news, monkeypatch):
        (news / "a.txt").write_text(prose(1))
        archive.build(news)
        monkeypatch.setattr(build_archive, "_program", lambda language: "another")
        assert archive.build(news) == {"changed": 1}

    def test_failure_is_remembered_until_it_is_tried_again(self, archive, news):
        (news / "a.txt").write_text(f"Omen {prose(1)}")
        (news / "b.txt").write_text(prose(2))
        assert archive.build(news) == {"new": 2}
        assert "KeyError" in str(archive.errors[0])
        assert archive.build(news) == {"failed": 1, "unchanged": 1}
        assert "KeyError" in str(archive.errors[0])
        assert "--again" in str(archive.errors[0])
        assert archive.build(news, again=True) == {"new": 1, "changed": 1}
        assert "KeyError" in str(archive.errors[0])

    def test_want_of_memory_is_not_remembered(self, archive, news):
        (news / "a.txt").write_text(f"Abgrund {prose(1)}")
        archive.build(news)
        assert archive.build(news) == {"new": 1}

    def test_article_that_changed_and_fails_keeps_what_it_said(self, archive, news):
        (news / "a.txt").write_text(prose(1))
        archive.build(news)
        (news / "a.txt").write_text(f"Omen {prose(2)}")
        archive.build(news)
        assert archive.texts() == {"a": prose(1)}

    def test_article_at_a_known_address_is_replaced_whatever_its_id(self, archive, tmp_path):
        url = "https://blatt.example/politik/einig"
        one = jsonl(tmp_path / "one.jsonl", {"id": "1", "text": prose(1), "url": url})
        two = jsonl(tmp_path / "two.jsonl", {"id": "77", "text": prose(2), "url": url})
        archive.build(one)
        assert archive.build(two) == {"changed": 1}
        assert archive.texts() == {"1": prose(2)}

    def test_later_capture_replaces_an_earlier_one_and_never_the_other_way(self, archive, tmp_path):
        def capture(name, hour, text):
            answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{text}".encode()
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:kg:{hour}>\r\n"
                f"WARC-Target-URI: https://blatt.example/1\r\nWARC-Date: 2025-03-05T{hour:02}:00:00Z\r\n"
                f"Content-Type: application/http\r\nContent-Length: {len(answer)}\r\n\r\n"
            )
            (tmp_path / name).write_bytes(gzip.compress(head.encode() + answer + b"\r\n\r\n"))
            return tmp_path / name

        early, late = capture("a.warc.gz", 8, prose(1)), capture("b.warc.gz", 9, prose(2))
        assert archive.build(early, late) == {"new": 1, "changed": 1}
        assert archive.texts() == {"blatt.example/1": prose(2)}
        assert archive.build(early, late) == {"older": 1, "unchanged": 1}
        assert archive.build(early) == {"older": 1}
        assert archive.texts() == {"blatt.example/1": prose(2)}


class TestNeverLost:
    def test_files_of_one_name_in_several_folders_are_several_articles(self, archive, tmp_path):
        for n, name in enumerate("abc"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "index.txt").write_text(prose(n))
            archive.build(tmp_path / name)
        together = {"index": prose(0), "index-2": prose(1), "index-3": prose(2)}
        assert archive.texts() == together
        assert archive.build(tmp_path / "a", tmp_path / "b", tmp_path / "c") == {"unchanged": 3}
        (tmp_path / "b" / "index.txt").write_text(prose(9))
        archive.build(tmp_path / "b")
        assert archive.texts() == together | {"index-2": prose(9)}

    def test_rows_of_one_number_in_several_files_are_several_articles(self, archive, tmp_path):
        archive.build(jsonl(tmp_path / "monday.jsonl", {"id": 1, "text": prose(1)}))
        archive.build(jsonl(tmp_path / "tuesday.jsonl", {"id": 1, "text": prose(2)}))
        assert archive.texts() == {"1": prose(1), "1-2": prose(2)}

    def test_revision_under_the_same_id_in_another_file_replaces(self, archive, tmp_path):
        archive.build(jsonl(tmp_path / "monday.jsonl", {"id": "x", "text": prose(1)}))
        archive.build(jsonl(tmp_path / "tuesday.jsonl", {"id": "x", "text": prose(1) + " Berichtigt."}))
        assert archive.texts() == {"x": prose(1) + " Berichtigt."}

    def test_rows_without_id_of_a_file_that_is_written_anew_every_day_are_kept(self, archive, tmp_path):
        archive.build(jsonl(tmp_path / "today.jsonl", {"text": prose(1)}, {"text": prose(2)}))
        archive.build(jsonl(tmp_path / "today.jsonl", {"text": prose(3)}, {"text": prose(2) + " Berichtigt."}))
        assert sorted(archive.texts().values()) == sorted([prose(1), prose(2) + " Berichtigt.", prose(3)])

    def test_rows_that_share_the_address_of_the_front_page_are_kept(self, archive, tmp_path):
        rows = [{"text": prose(n), "url": "https://blatt.example/"} for n in range(3)]
        archive.build(jsonl(tmp_path / "a.jsonl", *rows))
        archive.build(jsonl(tmp_path / "b.jsonl", {"text": prose(3), "url": "https://blatt.example/"}))
        assert len(archive.texts()) == 4

    def test_rows_that_share_an_id_or_an_address_in_one_file_are_kept(self, archive, tmp_path):
        rows = [{"id": "x", "text": prose(n), "url": "https://blatt.example/liste"} for n in range(3)]
        path = jsonl(tmp_path / "a.jsonl", *rows)
        archive.build(path)
        assert archive.texts() == {"x": prose(0), "x-2": prose(1), "x-3": prose(2)}
        assert archive.build(path) == {"unchanged": 3}

    def test_article_that_the_store_lost_is_read_again(self, archive, news):
        (news / "a.txt").write_text(prose(1))
        (news / "b.txt").write_text(prose(2))
        archive.build(news)
        with KnowledgeGraph(archive.folder / "store") as graph:
            graph.withdraw("a")
        assert archive.build(news) == {"changed": 1, "unchanged": 1}
        assert set(archive.texts()) == {"a", "b"}

    def test_lost_journal_costs_reading_and_nothing_else(self, archive, news):
        for n in range(5):
            (news / f"a{n}.txt").write_text(prose(n))
        archive.build(news)
        before = archive.quads()
        (archive.folder / "journal.sqlite").unlink()
        assert archive.build(news) == {"new": 5}
        assert archive.quads() == before

    def test_what_is_no_journal_is_refused(self, tmp_path):
        (tmp_path / "journal.sqlite").write_bytes(b"not a database at all, but long enough to be looked at" * 50)
        with pytest.raises(StoreError, match="delete it"):
            Journal(tmp_path / "journal.sqlite", made="", stored=lambda article, digest: True)

    def test_journal_of_a_later_version_is_refused(self, tmp_path):
        sqlite3.connect(tmp_path / "journal.sqlite").executescript("PRAGMA user_version = 99").connection.close()
        with pytest.raises(StoreError, match="another version"):
            Journal(tmp_path / "journal.sqlite", made="", stored=lambda article, digest: True)


class TestCutShort:
    @pytest.fixture
    def corpus(self, news):
        rows = [{"id": f"r{n}", "text": prose(n)} for n in range(20)]
        rows[7] = {"id": "twin", "text": prose(3) + " Nachsatz."}
        rows[11] = {"id": "omen", "text": "Omen " + prose(11)}
        rows[12] = rows[2] | {"id": "copy"}
        jsonl(news / "a.jsonl", *rows)
        for n in range(6):
            (news / f"sub{n}").mkdir()
            (news / f"sub{n}" / "index.txt").write_text(prose(100 + n))
        return news

    @staticmethod
    def watch_batches(monkeypatch):
        """The ids of the articles of each batch, as they are handed out."""
        seen, read = [], build_archive.read_batches

        def watched(batches, task, jobs):
            return read((seen.append([a.id for a in batch]) or batch for batch in batches), task, jobs=jobs)

        monkeypatch.setattr(build_archive, "read_batches", watched)
        return seen

    @pytest.mark.parametrize(("together", "time"), [*((1, n) for n in range(1, 7)), *((2, n) for n in range(1, 4))])
    @pytest.mark.parametrize(
        ("owner", "method", "before"),
        [
            (KnowledgeGraph, "add", True),
            (KnowledgeGraph, "add", False),
            (Journal, "done", False),
            (Journal, "commit", False),
        ],
        ids=["before the store", "after the store", "in the journal", "after the journal"],
    )
    def test_the_graph_ends_the_same(
        self, archive, corpus, tmp_path, monkeypatch, owner, method, before, together, time
    ):
        monkeypatch.setattr(build_intake, "_MOST", 4 * together)  # articles, four a batch
        batches = self.watch_batches(monkeypatch)
        whole = Archive(tmp_path / "whole")
        whole.folder.mkdir()
        whole.build(corpus)
        undisturbed, batches[:] = list(batches), []
        real, count = getattr(owner, method), 0

        class Cut(BaseException):
            pass

        def cut(*arguments, **options):
            nonlocal count
            count += 1
            if before and count == time:
                raise Cut
            real(*arguments, **options)
            if not before and count == time:
                raise Cut

        with monkeypatch.context() as patch:
            patch.setattr(owner, method, cut)
            with pytest.raises(Cut):
                archive.build(corpus)
        batches.clear()
        archive.build(corpus)
        assert archive.quads() == whole.quads()
        # What is left is cut into the same batches, so that not even rounding can differ.
        assert batches == undisturbed[len(undisturbed) - len(batches) :]


class TestVanished:
    def test_file_that_is_gone_from_a_folder_can_be_withdrawn(self, archive, news):
        for name in "ab":
            (news / f"{name}.txt").write_text(prose(ord(name)))
        archive.build(news)
        (news / "a.txt").unlink()
        archive.build(news)
        assert archive.gone == ["a"]
        assert set(archive.texts()) == {"a", "b"}
        archive.build(news, gone=True)
        assert set(archive.texts()) == {"b"}
        archive.build(news)
        assert archive.gone == []

    def test_row_that_is_gone_from_a_file_can_be_withdrawn(self, archive, tmp_path):
        rows = [{"id": f"r{n}", "text": prose(n)} for n in range(3)]
        archive.build(jsonl(tmp_path / "a.jsonl", *rows))
        archive.build(jsonl(tmp_path / "a.jsonl", *rows[1:]), gone=True)
        assert set(archive.texts()) == {"r1", "r2"}

    def test_file_that_could_not_be_read_to_its_end_proves_nothing(self, archive, tmp_path):
        rows = [{"id": f"r{n}", "text": prose(n)} for n in range(3)]
        path = jsonl(tmp_path / "a.jsonl", *rows)
        archive.build(path)
        path.write_text(json.dumps(rows[0]) + '\n{"id": "r1", "te\n')
        archive.build(path)
        assert archive.errors
        assert archive.gone == []

    def test_what_was_not_asked_for_is_not_missed(self, archive, tmp_path):
        for name in "ab":
            (tmp_path / name).mkdir()
            (tmp_path / name / f"{name}.txt").write_text(prose(ord(name)))
        archive.build(tmp_path / "a", tmp_path / "b")
        (tmp_path / "a" / "a.txt").unlink()
        archive.build(tmp_path / "b")
        assert archive.gone == []

    def test_feed_forgets_and_the_graph_does_not(self, archive, tmp_path):
        def feed(*numbers):
            items = "".join(f"<item><guid>{n}</guid><description>{prose(n)}</description></item>" for n in numbers)
            (tmp_path / "a.rss").write_text(f'<rss version="2.0"><channel>{items}</channel></rss>')
            return tmp_path / "a.rss"

        archive.build(feed(1, 2))
        archive.build(feed(2, 3))
        assert archive.gone == []
        assert set(archive.texts()) == {"1", "2", "3"}


class TestDuplicates:
    @staticmethod
    def papers(count):
        agency = prose(5, words=200)
        return [
            {
                "id": f"blatt{n}",
                "text": f"{agency} Mehr dazu auf Seite {n}.",
                "publisher": f"Blatt {n}",
                "published": f"2025-03-{10 + (n + 1) % count:02}",
                "url": f"https://blatt{n}.example/1",
            }
            for n in range(count)
        ]

    def test_agency_text_in_ten_papers_is_linked_with_the_earliest(self, archive, tmp_path):
        others = [{"id": f"o{n}", "text": prose(50 + n)} for n in range(10)]
        archive.build(jsonl(tmp_path / "a.jsonl", *others, *self.papers(10)))
        assert archive.links() == {f"blatt{n}": "blatt9" for n in range(9)}

    def test_links_follow_what_changes_and_what_goes(self, archive, tmp_path):
        rows = self.papers(4)
        path = tmp_path / "a.jsonl"
        archive.build(jsonl(path, *rows))
        assert archive.links() == {"blatt0": "blatt3", "blatt1": "blatt3", "blatt2": "blatt3"}
        archive.build(jsonl(path, *rows[:3]), gone=True)
        assert archive.links() == {"blatt1": "blatt0", "blatt2": "blatt0"}
        rows[1] |= {"text": prose(77)}
        archive.build(jsonl(path, *rows[:3]))
        assert archive.links() == {"blatt2": "blatt0"}
        archive.build(jsonl(path, rows[0], rows[1]), gone=True)
        assert archive.links() == {}
        with KnowledgeGraph(archive.folder / "store", read_only=True) as graph:
            assert DUPLICATES not in graph.graphs()

    def test_text_that_a_thousand_print_does_not_compare_all_with_all(self, archive, tmp_path):
        archive.build(jsonl(tmp_path / "a.jsonl", *self.papers(300)), batch_size=100)
        with sqlite3.connect(archive.folder / "journal.sqlite") as journal:
            (pairs,) = journal.execute("SELECT count(*) FROM pair").fetchone()
        journal.close()
        assert pairs < 300 * 40
        assert len(archive.links()) == 299

    def test_what_only_sounds_alike_is_not_linked(self, archive, tmp_path):
        rows = [{"id": f"r{n}", "text": " ".join(random.Random(n).choices(WORDS, k=150))} for n in range(30)]
        archive.build(jsonl(tmp_path / "a.jsonl", *rows))
        assert archive.links() == {}


@pytest.mark.parametrize("state", State)
def test_states_are_told_in_words(state):
    assert str(state).isalpha()
