"""The text stays as it is; every character of it lies in one block."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import UnsupportedLanguage
from kg.model import Article, BlockKind
from kg.text.clean import clean

PAGES_DIR = Path(__file__).parents[1] / "data" / "articles"
LONG = "Die Regierung in Lima hat am Montag ein Abkommen mit dem Nachbarland Ecuador unterzeichnet."
LONGER = "Zuvor hatten beide Seiten drei Tage lang in Quito verhandelt, wie ein Sprecher des Ministeriums sagte."
LAST = "Die Grenze war seit November geschlossen, weil Ecuador dem Nachbarn Waffenhandel vorgeworfen hatte."


def marked(text: str, **metadata: object) -> list[tuple[str, str]]:
    article = clean(Article("a", text, **metadata))  # type: ignore[arg-type]
    return [(str(block.kind), text[block.start : block.end]) for block in article.blocks]


def of_kind(text: str, kind: str) -> list[str]:
    return [words for found, words in marked(text) if found == kind]


LINES = st.sampled_from(
    [
        "",
        "",
        " ",
        "\t",
        LONG,
        LONGER,
        LAST,
        "Politik",
        "Mehr zum Thema",
        "Newsletter",
        "Meistgelesen",
        "12 Kommentare",
        "(Foto: dpa)",
        "Ein Schiff im Hafen. (Foto: Archiv/Möwe)",
        "Quelle: kurier.example, lmo",
        "Lima und Quito einig",
        "Gibt es Frieden?",
        "der Grenze entlang",
        "verhandelten über den",
        "12.03.2025, 18:42 Uhr",
        "Stand: 13.03.2025",
        "Teilen Facebook X",
        "Über die Autorin",
        "©",
        "\x00\x07",
        "\u200b",
        "Ja.",
    ]
)
PAGES = st.lists(LINES, max_size=14).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n", "\r", "\u2028", "\n \n"]).map(lambda end: end.join(lines))
)
TEXTS = st.one_of(PAGES, st.text(max_size=200), st.text(alphabet="aA.:(©)Foto 1\n\r\t\u00a0", max_size=80))


@settings(deadline=None)  # the machine may be busy
@given(TEXTS)
def test_clean_every_visible_character_lies_in_exactly_one_block(text: str) -> None:
    blocks = clean(Article("a", text)).blocks
    assert all(block.start < block.end for block in blocks)
    assert all(a.end <= b.start for a, b in pairwise(blocks))
    covered = {i for block in blocks for i in range(block.start, block.end)}
    assert {i for i, c in enumerate(text) if not c.isspace()} <= covered


@settings(deadline=None)  # the machine may be busy
@given(TEXTS)
def test_clean_blocks_neither_begin_nor_end_with_white_space(text: str) -> None:
    for block in clean(Article("a", text)).blocks:
        words = text[block.start : block.end]
        assert words == words.strip()


@settings(deadline=None)  # the machine may be busy
@given(TEXTS, st.sampled_from([None, "Lima und Quito einig", LONG]), st.sampled_from([None, date(2020, 1, 2)]))
def test_clean_twice_is_clean_once(text: str, title: str | None, published: date | None) -> None:
    once = clean(Article("a", text, title=title, published=published))
    assert clean(once) == once
    assert replace(once, blocks=(), title=title, published=published, publisher=None) == Article(
        "a", text, title=title, published=published
    )


@settings(deadline=None)  # the machine may be busy
@given(st.text(alphabet=st.characters(exclude_characters="\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), max_size=200))
def test_clean_a_text_in_one_line_is_one_body(text: str) -> None:
    kinds = [block.kind for block in clean(Article("a", text)).blocks]
    assert kinds == ([BlockKind.BODY] if text.strip() else [])


@pytest.mark.parametrize(
    "line",
    [
        "00:00",
        "Diese Audioversion wurde von einer Maschine gesprochen. Mehr Infos",
        "Artikel anhören",
        "Lesezeit: 3 Min.",
        "Anzeige",
        "12 Kommentare",
        "Kommentare (7)",
        "Facebook X WhatsApp E-Mail",
        "Artikel teilen",
        "Teilen",
        "Link kopieren",
        "Wir verwenden Cookies, um unser Angebot zu verbessern.",
        "Alle akzeptieren",
        "Empfohlener redaktioneller Inhalt",
        "Lesen Sie auch: Lima öffnet die Grenze",
        "Abonnieren Sie unseren Newsletter und bleiben Sie auf dem Laufenden.",
        "Nicht mehr anzeigen",
        "© 2025 Andenkurier",
        "© dpa",
        "Foto: picture alliance / dpa",
        "(Foto: REUTERS)",
        "Dieses Thema im Programm: Das Erste | Nachrichten | 12.10.2025 | 20:00 Uhr",
        "Stand: 12.10.2025 14:23 Uhr",
        "11.10.2025, 14:23 Uhr",
        "Zur Startseite",
        "https://kurier.example/politik/1",
        "----",
    ],
)
def test_clean_knows_lines_of_clutter_between_paragraphs(line: str) -> None:
    assert marked(f"{LONG}\n\n{line}\n\n{LONGER}") == [("body", LONG), ("clutter", line), ("body", LONGER)]


@pytest.mark.parametrize(
    "line",
    [
        "Wir benötigen die Zustimmung des Parlaments.",
        "Werbung für den Frieden sei nötig, sagte er.",
        "Politik ist kein Spiel.",
        "Die Quelle des Nils liegt in Burundi.",
        "Teilen wollte die Macht niemand.",
        "Von Kiew bis Lwiw gab es Alarm.",
        "Mehr Infos gab der Sprecher nicht.",
        "Das Bild zeigt den Präsidenten in Quito.",
        "Um 12 Uhr heulten die Sirenen.",
        "Am 12.03.2025 trat der Vertrag in Kraft.",
        "Nach der Wahl zog er sich zurück.",
        "Der Newsletter der Partei rief zum Protest auf.",
        "CDU/CSU",
        "Freitag, 8. Februar 2008",
    ],
)
def test_clean_throws_no_line_of_an_article_away(line: str) -> None:
    kinds = {words: kind for kind, words in marked(f"{LONG}\n\n{line}\n\n{LONGER}")}
    assert kinds[line] in ("body", "headline")


def page(path: Path) -> tuple[str, list[tuple[str, str]]]:
    """The text of a page whose lines bear their kinds (`+` goes on in the paragraph before), and its blocks."""
    rows = [line.partition("\t")[::2] for line in path.read_text(encoding="utf-8").splitlines()]
    blocks: list[tuple[str, str]] = []
    for kind, words in rows:
        if kind == "+":
            blocks[-1] = (blocks[-1][0], f"{blocks[-1][1]}\n{words}")
        elif kind:
            blocks.append((kind, words))
    return "\n".join(words for _, words in rows), blocks


@pytest.mark.parametrize("name", ["broadcaster", "magazine", "daily", "weekly", "mail"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_clean_whole_pages(name: str, newline: str) -> None:
    text, blocks = page(PAGES_DIR / f"{name}.tsv")
    assert marked(text.replace("\n", newline)) == [(kind, words.replace("\n", newline)) for kind, words in blocks]


def test_clean_page_top() -> None:
    text = f"Politik\nVon Henrike Sand, Belgrad\nStand: 04.09.2024, 07:15 Uhr\nLima und Quito einig\n{LONG}\n{LONGER}"
    kinds = [kind for kind, _ in marked(text)]
    assert kinds == ["clutter", "clutter", "clutter", "headline", "lead", "body"]


def test_clean_section_name_further_down_is_a_heading() -> None:
    assert ("headline", "Wirtschaft") in marked(f"{LONG}\n\nWirtschaft\n\n{LONGER}")


def test_clean_repeated_caption_is_read_once() -> None:
    caption = "Der Präsident verlässt das Flugzeug."
    text = f"Lima und Quito einig\n\n{caption}\n\n{caption}\n\n(Foto: Agentur/Anden)\n\n{LONG}\n\n{LONGER}"
    kinds = [kind for kind, _ in marked(text)]
    assert kinds == ["headline", "caption", "clutter", "clutter", "lead", "body"]


def test_clean_caption_run_together_with_its_credit() -> None:
    text = f"Lima und Quito einig\nSoldaten am Abend in Quito\nSoldaten am Abend in QuitoReuters\n{LONG}\n{LONGER}"
    assert [kind for kind, _ in marked(text)] == ["headline", "caption", "clutter", "lead", "body"]


def test_clean_headline_that_says_more_is_no_repetition() -> None:
    text = f"Gipfel der Anden in Lima\nGipfel der Anden in Lima endet ohne Einigung\n{LONG}\n{LONGER}"
    assert [kind for kind, _ in marked(text)] == ["headline", "headline", "lead", "body"]


def test_clean_caption_and_credit_in_one_line() -> None:
    text = f"{LONG}\n\nEin Schiff im Hafen. (Foto: Archiv/Möwe)\n\n{LONGER}"
    assert marked(text)[1:3] == [("caption", "Ein Schiff im Hafen."), ("clutter", "(Foto: Archiv/Möwe)")]


def test_clean_source_of_a_picture_is_no_publisher() -> None:
    article = clean(Article("a", f"{LONG}\n\nEin Schiff im Hafen\n\nQuelle: imago/Möwe\n\n{LONGER}"))
    assert [str(block.kind) for block in article.blocks] == ["body", "caption", "clutter", "body"]
    assert article.publisher is None


def test_clean_paragraph_before_a_bare_credit_stays_body_when_close() -> None:
    text = f"{LONG}\n{LONGER}\nFoto: dpa\n{LAST}"
    assert of_kind(text, "body") == [LONG, LONGER, LAST]


def test_clean_box_of_teasers_ends_at_the_next_paragraph() -> None:
    text = f"{LONG}\n\nMehr zum Thema\n\nLima wartet ab\n\nQuito feiert\n\n{LONGER}"
    assert of_kind(text, "clutter") == ["Mehr zum Thema", "Lima wartet ab", "Quito feiert"]
    assert of_kind(text, "body") == [LONG, LONGER]


def test_clean_box_of_teasers_ends_at_the_empty_line() -> None:
    text = f"{LONG}\n\nMehr zum Thema\nLima wartet ab\n\nQuito feiert\n\n{LONGER}"
    assert of_kind(text, "clutter") == ["Mehr zum Thema", "Lima wartet ab"]


def test_clean_comments_heading_before_most_of_the_article_drops_nothing_else() -> None:
    text = f"{LONG}\n\nKommentare\n\n{LONGER}\n\n{LAST}"
    assert of_kind(text, "body") == [LONG, LONGER, LAST]


def test_clean_comments_heading_above_short_sentences_drops_nothing_else() -> None:
    assert of_kind("Kommentare\nLima schweigt.\nQuito auch.", "body") == ["Lima schweigt.", "Quito auch."]


def test_clean_comments_at_the_end_drop_what_follows() -> None:
    text = f"{LONG}\n\n{LONGER}\n\n{LAST}\n\n{LONG} {LAST}\n\nKommentare\n\nMöwe12: {LONG}"
    assert of_kind(text, "clutter") == ["Kommentare", f"Möwe12: {LONG}"]


def test_clean_lines_broken_at_a_fixed_width_are_one_paragraph() -> None:
    lines = [
        "Die Regierung in Lima hat am Montag ein Abkommen mit",
        "dem Nachbarland Ecuador unterzeichnet. Das teilte das",
        "Ministerium mit. Zuvor hatten beide Seiten drei Tage",
        "lang verhandelt.",
    ]
    text = "\r\n".join([*lines, "", *lines])
    assert marked(text) == [("body", "\r\n".join(lines))] * 2


def test_clean_headlines_one_below_the_other_stay_apart() -> None:
    text = f"Gipfel in Lima\nPeru und Ecuador öffnen die Grenze\n{LONG}\n{LONGER}"
    assert of_kind(text, "headline") == ["Gipfel in Lima", "Peru und Ecuador öffnen die Grenze"]


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("Quelle: kurier.example, lmo", "kurier.example"),
        ("Quelle: dpa", "dpa"),
        ("dpa/lmo", None),
        ("(AFP, dpa)", None),
    ],
)
def test_clean_source_line_names_the_publisher(line: str, publisher: str | None) -> None:
    article = clean(Article("a", f"{LONG}\n\n{line}"))
    assert [block.kind for block in article.blocks] == [BlockKind.BODY, BlockKind.SOURCE]
    assert article.publisher == publisher
    assert clean(replace(article, publisher="Andenkurier")).publisher == "Andenkurier"


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("Stand: 12.10.2025", date(2025, 10, 12)),
        ("11.10.2025, 14:23 Uhr", date(2025, 10, 11)),
        ("Veröffentlicht am 3. März 2024 um 9.15 Uhr", date(2024, 3, 3)),
        ("11.10.2025, 14:23 Uhr\nAktualisiert: 12.10.2025, 08:00 Uhr", date(2025, 10, 11)),
        ("11.10.2025, 14:23 Uhr\n12.10.2025, 14:23 Uhr", None),
        ("15.01.2025, 07:12Lesezeit: 3 Min.", date(2025, 1, 15)),
        ("31.02.2025", None),
        ("12. Oktober", None),
    ],
)
def test_clean_day_of_the_head(head: str, day: date | None) -> None:
    assert clean(Article("a", f"Lima und Quito einig\n{head}\n\n{LONG}\n\n{LONGER}")).published == day


def test_clean_day_further_down_or_known_otherwise_is_not_taken() -> None:
    assert clean(Article("a", f"{LONG}\n\n{LONGER}\n\nStand: 12.10.2025\n\n{LAST}")).published is None
    known = Article("a", f"Stand: 12.10.2025\n\n{LONG}", published=date(2025, 1, 1))
    assert clean(known).published == date(2025, 1, 1)


def test_clean_takes_the_headline_for_the_title() -> None:
    text = f"Gipfel\nLima und Quito einig\n\n{LONG}\n\n{LONGER}"
    assert clean(Article("a", text)).title == "Lima und Quito einig"
    assert clean(Article("a", text, title="Eigener Titel")).title == "Eigener Titel"


@pytest.mark.parametrize(
    "hostile",
    [
        "Facebook " * 60 + "Ende.",
        "Link kopieren " * 45 + "Ende",
        "Von " + "Aa Bb, Cc Dd, " * 40 + "!",
        "(dpa, " + "dpa " * 150,
        "Politik " * 80 + "x",
        "Quelle: " + "a, b; " * 100 + "!",
        "Foto: " + "der " * 150,
        "(" * 700,
        "AFP, is, " * 70 + "?",
        "Foto: " + "A.B." * 150 + "!",
        "teilen " * 90 + "!",
        "left" + "|" * 600 + ".",
        "Wir verwenden " + "Cookies Ihre Daten " * 30,
        "am " + "12.03.2025 " * 60,
    ],
)
def test_clean_comes_back_from_hostile_lines(hostile: str) -> None:
    text = "\n".join([hostile] * 3 + [LONG])
    assert clean(Article("a", text)).blocks[-1].kind in (BlockKind.BODY, BlockKind.LEAD)


def test_clean_unknown_language_is_named() -> None:
    with pytest.raises(UnsupportedLanguage, match=r"there are: .*de"):
        clean(Article("a", LONG, language="xx"))


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        ("Paris, 12. März 2025 (dpa) - ", date(2025, 3, 12)),
        ("Brüssel (AFP) 3. April 2025 - ", date(2025, 4, 3)),
        ("Lima (Peru), 24.06.2010 – ", date(2010, 6, 24)),
        ("Am 3. April 2020 - also vor Jahren - ", None),
        ("Lima (dpa) - Am 3. April 2020 ", None),
    ],
)
def test_a_report_opens_with_its_day(opening: str, expected: date | None) -> None:
    body = "traf der Außenminister von Peru seinen Amtskollegen aus Ecuador, wie ein Sprecher in der Hauptstadt sagte."
    assert clean(Article("a", opening + body)).published == expected
    assert (
        clean(Article("a", f"Treffen in Lima\n\n{opening}{body}\n\nDas Wetter war gut, hieß es.")).published == expected
    )
