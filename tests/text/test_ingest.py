"""Every kind of file is read to the character; a bad one is reported and the good ones read."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ArticleError
from kg.model import Article
from kg.text.ingest import read_articles

EXAMPLES = Path(__file__).parents[2] / "examples" / "articles"
TEXT = "Lima und Quito haben sich geeinigt. Die Grenze wird am Montag wieder geöffnet."


def read(*inputs: str | Path, **options: object) -> tuple[list[Article], list[ArticleError], list[str]]:
    errors: list[ArticleError] = []
    notes: list[str] = []
    articles = list(read_articles(*inputs, on_error=errors.append, on_note=notes.append, **options))  # type: ignore[arg-type]
    return articles, errors, notes


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_text_file_is_read_to_the_character(tmp_path: Path) -> None:
    text = "Zeile eins\r\n\r\nZeile\u00a0zwei\rdrei\n \t\n\u2028Ende \n"
    (article,), errors, notes = read(write(tmp_path, "a.txt", text))
    assert (article.id, article.text, errors, notes) == ("a", text, [], [])


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-16-le", None),
        ("utf-16-be", None),
        ("utf-32", None),
        ("latin-1", "read as cp1252"),
        ("cp1252", "read as cp1252"),
    ],
)
def test_text_file_in_any_encoding(tmp_path: Path, encoding: str, note: str | None) -> None:
    text = (
        TEXT
        if encoding == "latin-1"
        else TEXT + (" „Das ist nötig“, sagte Gómez – und ging." if note else " „Ja“ – 日本")
    )
    (article,), errors, notes = read(write(tmp_path, "a.txt", text.encode(encoding)))
    assert (article.text, errors) == (text, [])
    assert [note in n for n in notes] == ([] if note is None else [True])


def test_text_file_with_damaged_bytes_keeps_the_others(tmp_path: Path) -> None:
    data = (TEXT * 3).encode() + b"\xff\xfe" + "Köln".encode()
    (article,), errors, notes = read(write(tmp_path, "a.txt", data))
    assert article.text == TEXT * 3 + "\ufffd\ufffdKöln"
    assert "damaged" in notes[0]
    assert errors == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("leer.txt", b"", "empty"),
        ("leer.html", b" \n ", "empty"),
        ("blank.txt", b"\xef\xbb\xbf \n", "empty"),
        ("bild.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "PNG"),
        ("akte.txt", b"%PDF-1.7 ...", "PDF"),
        ("brief.txt", b"PK\x03\x04abc", "ZIP"),
        ("kern.txt", bytes(range(256)) * 20, "not a text"),
        ("steuer.txt", b"\x01\x02\x03\x04\x05\x06" * 40, "control characters"),
        ("lang.txt", b"Wort " * 1_000_000, "too long: 5,000,000"),
        ("kaputt.html", b"<html><head><title>x</title><script>a()</script></head><body><img src=x>", "no article text"),
        ("rest.html", b"<html><<p> 12 Seiten", "no article text"),
        ("leer.jsonl", b"\n \n", "empty"),
        ("bild.jsonl", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "PNG"),
        ("tabelle.csv", b"name;wert\na;1\n", "no column `text`"),
        ("kaputt.jsonl.gz", b"\x1f\x8bnot gzip at all", "cannot be read"),
        ("kurz.jsonl.gz", gzip.compress(b'{"text": "a"}', mtime=0)[:-6], "cannot be read"),
    ],
)
def test_bad_file_is_reported_and_the_good_one_read(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    bad, good = write(tmp_path, name, content), write(tmp_path, "zgut.txt", TEXT)
    articles, (error,), _ = read(bad, good)
    assert [article.id for article in articles] == ["zgut"]
    assert message in str(error)
    assert error.source == str(bad)
    assert error.hint
    with pytest.raises(ArticleError, match=name):
        list(read_articles(bad))


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "gipfel.txt", TEXT)
    _, (error,), _ = read(tmp_path / "gipfl.txt")
    assert "no such file" in str(error)
    assert "gipfel.txt" in str(error)


@pytest.mark.parametrize("name", ["a\0b.txt", "x" * 5000 + ".txt", "nichts-*.txt", ""])
def test_impossible_names_are_reported(tmp_path: Path, name: str) -> None:
    _, errors, _ = read(str(tmp_path / "leer" / name))
    assert len(errors) == 1


def test_folder_pattern_and_file_are_read_once_and_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("c.txt", "b/a.txt", "a.TXT", "LIESMICH.md", ".git/x.txt"):
        write(tmp_path, name, TEXT)
    articles, errors, notes = read(
        tmp_path, str(tmp_path / "*.txt"), tmp_path / "c.txt", str(tmp_path / "**" / "a.txt")
    )
    assert [article.id for article in articles] == ["a", "a-2", "c"]
    assert errors == []
    assert any("LIESMICH.md" in note for note in notes)
    assert any("'a' is taken" in note for note in notes)


def test_folder_without_articles_is_reported(tmp_path: Path) -> None:
    _, (error,), _ = read(tmp_path)
    assert "no article" in str(error)


def test_jsonl_keeps_id_and_text_and_reads_metadata(tmp_path: Path) -> None:
    rows = [
        {
            "id": " a/1 ",
            "text": " Lima\r\nund \u0007Quito ",
            "title": "T",
            "date": "12. Oktober 2025",
            "source": "S",
            "url": "u",
        },
        {"id": 7, "text": TEXT, "published": "2025-10-12T23:59:00Z", "publisher": "P"},
        {"text": TEXT, "published": None},
        {"text": TEXT, "published": "neulich"},
    ]
    content = "\ufeff" + "\n\n".join(json.dumps(row) for row in rows)
    for name, data in (("a.jsonl", content.encode()), ("a.jsonl.gz", gzip.compress(content.encode()))):
        articles, errors, notes = read(write(tmp_path, name, data), published=date(2001, 1, 1))
        assert [(a.id, a.text) for a in articles[:2]] == [(" a/1 ", rows[0]["text"]), ("7", TEXT)]
        assert [a.id for a in articles[2:]] == ["a-5", "a-7"]
        assert [a.published for a in articles] == [date(2025, 10, 12)] * 2 + [date(2001, 1, 1)] * 2
        assert (articles[0].title, articles[0].publisher, articles[0].url) == ("T", "S", "u")
        assert errors == []
        assert ["neulich" in note for note in notes] == [True]


def test_jsonl_bad_lines_are_reported_each_and_the_good_read(tmp_path: Path) -> None:
    lines = [
        '{"id": "gut-1", "text": "Lima."}',
        "{kaputt",
        "[1, 2]",
        '{"id": "x"}',
        '{"id": "x", "text": 5}',
        '{"id": "x", "text": "  "}',
        '{"id": "x", "text": "halb \\ud800"}',
        '{"id": "\\udfff", "text": "Lima."}',
        "[" * 100_000,
        '{"id": "x", "text": "' + "a" * 2000 + '"}',
        '{"id": "gut-1", "text": "Quito."}',
        '{"id": "gut-3", "text": "Zeile\\u2028trenner\\u0085 zählt nicht"}',
    ]
    articles, errors, notes = read(write(tmp_path, "a.jsonl", "\n".join(lines)), max_chars=1000)
    assert [article.id for article in articles] == ["gut-1", "gut-1-2", "gut-3"]
    assert [error.line for error in errors] == list(range(2, 11))
    assert all(error.hint for error in errors)
    assert len(notes) == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_with_any_delimiter(tmp_path: Path, delimiter: str) -> None:
    text = 'Lima, Quito; "Ja"\r\n\r\nund | nein\tdoch ' + "x" * 200_000
    quoted = text.replace('"', '""')
    head = delimiter.join(["ID", "Title", "Date", "Text"])
    row = delimiter.join(["n1", "Einig", "12.10.2025", f'"{quoted}"'])
    (article,), errors, _ = read(write(tmp_path, "a.csv", f"\ufeff{head}\r\n{row}\r\n\r\n"))
    assert errors == []
    assert (article.id, article.title, article.published, article.text) == ("n1", "Einig", date(2025, 10, 12), text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252"])
def test_jsonl_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    lines = [json.dumps({"id": str(n), "text": TEXT}, ensure_ascii=False) for n in range(3)]
    articles, errors, notes = read(write(tmp_path, "a.jsonl", "\n".join(lines).encode(encoding)))
    assert errors == []
    assert [article.text for article in articles] == [TEXT] * 3
    assert len(notes) == (encoding == "cp1252")


def test_csv_bad_rows_are_reported_each_and_the_good_read(tmp_path: Path) -> None:
    content = "id,text\n1,Lima.\n2\n3,a,b,c\n4,\n5,Quito.\n"
    articles, errors, _ = read(write(tmp_path, "a.csv", content))
    assert [article.text for article in articles] == ["Lima.", "Quito."]
    assert [error.line for error in errors] == [3, 4, 5]


def test_html_gives_main_text_and_metadata() -> None:
    (article,), errors, notes = read(EXAMPLES / "drohnen-ueber-der-ostsee.html")
    assert (errors, notes) == ([], [])
    assert article.published == date(2025, 2, 18)
    assert article.publisher == "Hafenzeitung"
    assert article.title == "Drohnen über der Ostsee: Estland bestellt russischen Botschafter ein"
    assert article.url == "https://hafenzeitung.example/politik/drohnen-ueber-der-ostsee"
    assert "Die Nato kündigte an, zwei Fregatten in die Region zu entsenden." in article.text
    assert not [
        word for word in ("Cookies", "Möwe12", "Impressum", "Newsletter", "Schattenflotte") if word in article.text
    ]


def test_html_in_latin_1_and_broken(tmp_path: Path) -> None:
    head = "<html><head><meta charset=iso-8859-1><title>T</title>"
    page = f"{head}<body><article><h1>Überfall</h1><p>{TEXT}<p>{TEXT * 3}</div></b>"
    (article,), errors, notes = read(write(tmp_path, "a.htm", page.encode("latin-1")))
    assert "geöffnet" in article.text
    assert errors == []
    assert "iso-8859-1" in notes[0]


def test_page_and_text_under_other_names(tmp_path: Path) -> None:
    page = write(
        tmp_path, "seite", f"<!DOCTYPE html><html><body><article><p>{TEXT}</p><p>{TEXT}</p></article></body></html>"
    )
    text = write(tmp_path, "notiz.md", TEXT)
    articles, errors, _ = read(page, text)
    assert errors == []
    assert [("<p>" in a.text, TEXT in a.text) for a in articles] == [(False, True), (False, True)]


def test_day_in_the_head_of_the_text_wins_over_the_default(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", f"Lima und Quito einig\nStand: 12.10.2025, 08:00 Uhr\n\n{TEXT}")
    (article,), _, _ = read(path, published=date(2001, 1, 1))
    assert article.published == date(2025, 10, 12)


def test_examples_are_read_without_a_complaint_and_their_clutter_found() -> None:
    articles, errors, notes = read(EXAMPLES)
    assert (errors, notes) == ([], [])
    assert [a.id for a in articles][:4] == ["ausland-17", "ausland-18", "drohnen-ueber-der-ostsee", "gipfel-in-lima"]
    clutter = {a.text[b.start : b.end] for a in articles for b in a.blocks if b.kind == "clutter"}
    assert {"Politik", "Anzeige", "3 Kommentare", "Hitzewelle in Griechenland", "© Bilderdienst Süd"} <= clutter
    assert {"Kolumbien bietet sich als Vermittler an", "Nicht mehr anzeigen", "12.03.2025, 18:42 Uhr"} <= clutter
    assert all(a.published is not None and a.publisher is not None and a.title is not None for a in articles)


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=300), st.sampled_from([".txt", ".html", ".jsonl", ".csv", ".jsonl.gz", ""]))
def test_any_bytes_give_an_article_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    path = write(tmp_path_factory.mktemp("bytes"), f"a{suffix}", data)
    articles, errors, _ = read(path)
    assert articles or errors or suffix in (".jsonl", ".csv", ".jsonl.gz")
    for article in articles:
        article.text.encode("utf-8")


def test_page_whose_text_takes_too_long_to_find_is_told_and_the_next_one_read(tmp_path):
    text = "<p>" + "<span>Peru besucht heute Ecuador</span> " * 8000 + "</p>"
    (tmp_path / "a.html").write_text(f"<html><body><article>{text}</article></body></html>")
    (tmp_path / "b.txt").write_text("Peru besucht Ecuador.")
    errors = []
    found = list(read_articles(tmp_path, max_seconds=0.01, on_error=errors.append))
    assert [article.id for article in found] == ["b"]
    assert "a.html: takes longer to read than the 0.01 seconds" in str(errors[0])
