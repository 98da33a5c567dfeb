"""Compressed files, feeds, web archives: found, read, and reported when they are broken."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest
import zstandard

from kg.text.files import Kind, article_files, kind_of, stem_of, total_size
from kg.text.ingest import find_articles, read_articles
from kg.text.rows import read_csv
from kg.text.seen import Seen

TEXT = "Lima und Quito haben sich geeinigt. Die Grenze wird am Montag wieder geöffnet."
PAGE = f"<html><head><title>Einig</title></head><body><article><p>{TEXT}</p><p>{TEXT}</p></article></body></html>"


def read(*inputs, **options):
    errors, notes, files = [], [], []
    found = list(
        find_articles(
            *inputs,
            on_error=errors.append,
            on_note=notes.append,
            on_file=lambda path, whole: files.append((path.name, whole)),
            **options,
        )
    )
    return found, errors, notes, files


def warc(path, *records, compressed=True):
    """Write records of type, status, body and address."""
    data = b""
    for number, (kind, status, body, url) in enumerate(records):
        answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode()
        answer += body if isinstance(body, bytes) else body.encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:kg:{number}>\r\nWARC-Target-URI: {url}\r\n"
            "WARC-Date: 2025-03-05T08:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(answer)}\r\n\r\n"
        )
        record = head.encode() + answer + b"\r\n\r\n"
        data += gzip.compress(record) if compressed else record
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "kind", "stem"),
    [
        ("a.txt", Kind.TEXT, "a"),
        ("a.b.HTML.gz", Kind.HTML, "a.b"),
        ("a.jsonl.zst", Kind.JSONL, "a"),
        ("a.ndjson", Kind.JSONL, "a"),
        ("a.tsv", Kind.CSV, "a"),
        ("a.xml", Kind.FEED, "a"),
        ("a.warc.gz", Kind.WARC, "a"),
        ("a.tar.gz", None, "a.tar"),
        ("notiz", None, "notiz"),
        (".txt", None, ".txt"),
    ],
)
def test_kind_and_stem_by_the_name(name, kind, stem):
    assert (kind_of(Path(name)), stem_of(Path(name))) == (kind, stem)


@pytest.mark.parametrize(
    ("suffix", "pack"), [(".gz", gzip.compress), (".zst", zstandard.compress)], ids=["gzip", "zstd"]
)
class TestCompressed:
    def test_every_kind_is_unpacked(self, tmp_path, suffix, pack):
        rows = "".join(json.dumps({"id": f"r{n}", "text": TEXT}) + "\n" for n in range(3))
        (tmp_path / f"a.txt{suffix}").write_bytes(pack(TEXT.encode()))
        (tmp_path / f"b.html{suffix}").write_bytes(pack(PAGE.encode()))
        (tmp_path / f"c.jsonl{suffix}").write_bytes(pack(rows.encode()))
        (tmp_path / f"d.csv{suffix}").write_bytes(pack(f"id,text\nz,{TEXT}\n".encode()))
        found, errors, _, files = read(tmp_path)
        assert errors == []
        assert [f.article.id for f in found] == ["a", "b", "r0", "r1", "r2", "z"]
        assert all(TEXT in f.article.text for f in found)
        assert all(whole for _, whole in files)

    def test_several_parts_in_a_row_are_one_file(self, tmp_path, suffix, pack):
        line = json.dumps({"text": TEXT}).encode() + b"\n"
        (tmp_path / f"a.jsonl{suffix}").write_bytes(pack(line * 2) + pack(line))
        found, errors, _, _ = read(tmp_path)
        assert (len(found), errors) == (3, [])

    def test_file_that_ends_too_early_is_reported_and_its_start_is_read(self, tmp_path, suffix, pack):
        lines = b"".join(json.dumps({"text": f"{TEXT} {n} {n * n}"}).encode() + b"\n" for n in range(20_000))
        (tmp_path / f"a.jsonl{suffix}").write_bytes(pack(lines)[:-5000])
        found, (error,), _, files = read(tmp_path)
        assert 0 < len(found) < 20_000
        assert "cannot be read" in str(error)
        assert files == [(f"a.jsonl{suffix}", False)]

    def test_file_that_unpacks_to_too_much_is_not_unpacked_to_its_end(self, tmp_path, suffix, pack):
        (tmp_path / f"a.txt{suffix}").write_bytes(pack(b"Lima " * 10_000_000))
        found, (error,), _, _ = read(tmp_path, max_chars=1000)
        assert found == []
        assert "too long" in str(error)


class TestWebArchive:
    RECORDS = (
        ("text/html; charset=utf-8", "200 OK", PAGE, "https://www.blatt.example/einig/"),
        ("text/html", "404 Not Found", "weg", "https://blatt.example/weg"),
        ("image/png", "200 OK", b"\x89PNG", "https://blatt.example/bild.png"),
        ("text/plain;charset=iso-8859-1", "200 OK", "Köln".encode("latin-1"), "https://blatt.example/koeln.txt"),
    )

    @pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
    def test_pages_and_texts_are_read_and_the_rest_is_counted(self, tmp_path, name):
        path = warc(tmp_path / name, *self.RECORDS, compressed=name.endswith(".gz"))
        found, errors, notes, files = read(path)
        assert errors == []
        assert [f.article.id for f in found] == ["blatt.example/einig", "blatt.example/koeln.txt"]
        assert found[0].article.url == "https://www.blatt.example/einig/"
        assert found[0].captured == "2025-03-05T08:00:00Z"
        assert found[0].article.title == "Einig"
        assert found[1].article.text == "Köln"
        assert ["404" in note and "image/png" in note for note in notes if "passed over" in note] == [True]
        assert files == [(name, True)]

    def test_page_without_an_article_is_reported_with_its_address(self, tmp_path):
        path = warc(tmp_path / "a.warc.gz", ("text/html", "200 OK", "<html></html>", "https://b.example/1"))
        found, (error,), _, _ = read(path)
        assert found == []
        assert "https://b.example/1" in str(error)

    @pytest.mark.parametrize("compressed", [True, False])
    def test_archive_that_ends_too_early_is_reported_and_its_start_is_read(self, tmp_path, compressed):
        name = "a.warc.gz" if compressed else "a.warc"
        path = warc(tmp_path / name, *self.RECORDS[:1] * 50, *self.RECORDS[3:], compressed=compressed)
        path.write_bytes(path.read_bytes()[:-30])
        found, (error,), _, files = read(path)
        assert {f.article.title for f in found} == {"Einig"}
        assert "cannot be read" in str(error) if compressed else "not a whole WARC file" in str(error)
        assert files == [(name, False)]

    @pytest.mark.parametrize("content", [b"", b"Lima und Quito\n", b"\x1f\x8bkaputt"])
    def test_what_is_no_archive_is_reported(self, tmp_path, content):
        path = tmp_path / "a.warc.gz"
        path.write_bytes(content)
        found, (error,), _, _ = read(path)
        assert found == []
        assert error.hint


class TestFeed:
    RSS = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"
        xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Blatt</title>
        <item><title>Einig</title><link>https://blatt.example/1</link><guid>https://blatt.example/1</guid>
        <pubDate>Wed, 05 Mar 2025 23:30:00 -0500</pubDate><description>Kurz.</description>
        <content:encoded><![CDATA[<p>{TEXT}</p><p>Mehr.</p><script>x()</script>]]></content:encoded></item>
        <item><title>Leer</title><guid>2</guid></item></channel></rss>"""
    ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Blatt</title><entry><id>tag:b,2025:1</id>
        <title>Einig</title><link href="https://b.example/1"/><updated>2025-03-05T23:30:00-05:00</updated>
        <summary>{TEXT}</summary></entry></feed>"""

    def test_rss_gives_the_full_content(self, tmp_path):
        path = tmp_path / "a.xml"
        path.write_text(self.RSS)
        (found,), (error,), _, _ = read(path)
        article = found.article
        assert (article.id, article.title, article.publisher) == ("blatt.example/1", "Einig", "Blatt")
        assert article.text == f"{TEXT}\nMehr."
        assert article.published == date(2025, 3, 5)
        assert "no text" in str(error)

    @pytest.mark.parametrize("name", ["a.atom", "feed"])
    def test_atom_by_its_name_or_its_start(self, tmp_path, name):
        path = tmp_path / name
        path.write_text(self.ATOM)
        (found,), errors, _, _ = read(path)
        assert errors == []
        assert (found.article.id, found.article.text, found.article.published) == (
            "tag:b,2025:1",
            TEXT,
            date(2025, 3, 5),
        )

    @pytest.mark.parametrize("content", ["<a><b/></a>", "kein Markup", "<rss", "<rss></rss>"])
    def test_what_is_no_feed_is_reported(self, tmp_path, content):
        path = tmp_path / "a.rss"
        path.write_text(content)
        found, errors, _, _ = read(path)
        assert found == []
        assert all(error.hint for error in errors)


class TestTable:
    def test_quote_that_is_never_closed_does_not_take_in_the_rest(self, monkeypatch):
        monkeypatch.setattr("kg.text.rows._LONGEST_CELL", 1000)
        lines = ["id,text\n", '1,"offen\n', *(f"{n},Lima.\n" for n in range(2, 500))]
        errors = []
        rows = list(read_csv(lines, source="a.csv", on_error=errors.append))
        assert len(errors) == 1
        assert len(rows) > 300

    def test_big_table_is_read_line_by_line(self, tmp_path, monkeypatch):
        path = tmp_path / "a.csv"
        path.write_bytes(("id;text\n" + "".join(f'{n};"Köln\r\n{n}"\n' for n in range(50))).encode("cp1252"))
        whole, _, _, _ = read(path)
        monkeypatch.setattr("kg.text.ingest._SMALL", 100)
        by_line, errors, notes, _ = read(path)
        assert errors == []
        assert [f.article.text for f in by_line] == [f.article.text for f in whole]
        assert by_line[7].article.text == "Köln\r\n7"
        assert len(notes) == 1
        assert [f.position for f in by_line] == sorted(f.position for f in by_line)


def test_files_of_a_folder_come_in_the_order_of_their_paths(tmp_path):
    names = ["a.txt", "a/z.txt", "a-b/c.txt", "b.txt", "B.txt", "a/b/c.txt"]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT)
    found = list(article_files(tmp_path, on_error=pytest.fail, on_note=pytest.fail))
    assert found == sorted(tmp_path / name for name in names)
    assert total_size(tmp_path, tmp_path / "a.txt") == len(names) * len(TEXT.encode())


def test_position_tells_how_far_a_file_is_read(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text((json.dumps({"text": TEXT}) + "\n") * 100)
    found, _, _, _ = read(path)
    assert [f.position for f in found] == [(n + 1) * path.stat().st_size // 100 for n in range(100)]


def test_many_files_of_one_name_are_told_apart_quickly(tmp_path):
    for n in range(300):
        (tmp_path / f"{n:03}").mkdir()
        (tmp_path / f"{n:03}" / "index.txt").write_text(f"{TEXT} {n}")
    names = [a.id for a in read_articles(tmp_path)]
    assert names[:3] == ["index", "index-2", "index-3"]
    assert len(set(names)) == 300


def test_seen_knows_very_many():
    seen = Seen()
    assert all(seen.add(f"k{n}") for n in range(50_000))
    assert not any(seen.add(f"k{n}") for n in range(0, 50_000, 100))
    assert "k49999" in seen
    assert "k50000" not in seen
    assert len(seen) == 50_000
