"""What the fuzzers feed: strategies of bytes and texts that look like what kg reads, and are damaged or made up."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import zstandard
from hypothesis import strategies as st

__all__ = ["FILES", "SNIPPETS", "damaged", "salad", "seeds", "texts"]

ROOT = Path(__file__).resolve().parents[2]

SENTENCES = (
    "Perus Präsident Julio Vargas ist am Montag nach Ecuador gereist.",
    "„Wir werden nicht weichen“, sagte Außenministerin Rosa Quispe laut der Zeitung Andenkurier.",
    "Mehr als 10.000 Soldaten, darunter 1.200 Fallschirmjäger, verließen am 3. Oktober 2024 die Provinz Tumbes.",
    "Chile soll Ecuador Waffen im Wert von 2,5 Mrd. Dollar geliefert haben; das Verteidigungsministerium bestritt es.",
    "Bei dem Angriff starben nach Angaben der Rebellen zwischen 30 und 40 Menschen.",
    "Er war von 1998 bis 2003 Botschafter in Berlin und ist seit gestern Minister.",
)
ARTICLE = "\n\n".join(("Lima und Quito einig", *SENTENCES, "12 Kommentare", "Foto: dpa"))
WORDS = (
    *sorted({word for sentence in SENTENCES for word in sentence.split()}),
    "Russland", "Ukraine", "Putins", "Merkel,", "NATO-Generalsekretär", "USA", "EU-Staaten", "nordkoreanische", "sagte",
    "habe", "hätten", "werde", "wurden", "nicht", "kein", "angeblich", "demnach", "zufolge", "dass", "weil", "und",
    "oder", "sowie", "er", "sie", "dessen", "deren", "beide", "zum", "vom", "am", "im", "vor", "nach", "seit", "bis",
    "Dienstag", "März", "2019", "1.", "3.10.2020", "zwei", "Tausende", "fünfundzwanzigtausend", "Prozent", "Euro",
    "Tote", "Verletzte", "Bundeskanzler", "Minister", "Präsidentin", "Ministerpräsident", "Parteichef", "Ex-Diktator",
    "besuchte", "greift", "an", "kritisierte", "wirft", "Wortbruch", "verhängt", "Sanktionen", "gegen", "unterstützt",
    "fordert", "droht", "tötete", "entlässt", "ernennt", "wählte", "verhaftet", "traf", "besetzt", "zieht", "ab",
)  # fmt: skip
SNIPPETS = (
    "(" * 40, ")", "„", "“", "»", "«", '"', "'", "’", "‚", "‘", "–", "—", "…", ",", ";", ":", ".", "!", "?", "\n",
    "\n\n", "\r\n", "\r", "\t", "\x00", "\x07", "\x1b[31m", "\x1c", "\x85", "\xa0", "\u2028", "\u202e", "\u2066",
    "\u200b", "\u0301", "\ufeff", "\ufffd", "\ufdd0", "\U0010ffff", "👩\u200d👧", "مرحبا", "שלום", "中国", "Ω", "ﬁ",
    "ß", "İ", "½", "²", "٣", "１２", "1" * 400, "1.000" * 50, "-" * 50, "/" * 50, "a" * 500, "tausend" * 60, "<", ">",
    "&", "&amp;", "</script>", "<script>alert(1)</script>", "<!--", "]]>", "<![CDATA[", "=1+1", "@SUM(A1)", "+1", "%00",
    "../../x", "{{7*7}}", "${x}", "\\", "\\u0000", '"""', "' OR 1=1 --", "} UNION { ?s ?p ?o", "<http://x> .",
    "kg:visits", "#",
)  # fmt: skip

texts = st.lists(st.sampled_from(SNIPPETS) | st.sampled_from(WORDS) | st.text(max_size=20), max_size=30).map("".join)
"""Any Unicode but lone surrogates, with what has a meaning to somebody."""


@st.composite
def salad(draw: st.DrawFn) -> str:
    """Words of news in any order, glued by anything."""
    words = draw(st.lists(st.sampled_from(WORDS) | st.sampled_from(SENTENCES), min_size=1, max_size=60))
    glue = draw(st.lists(st.sampled_from((" ", " ", " ", ", ", ". ", "\n", "\n\n", "", "-", *SNIPPETS)), max_size=12))
    if not glue:
        return " ".join(words)
    return "".join(word + glue[number % len(glue)] for number, word in enumerate(words))


def damaged(*wholes: bytes, most: int = 8) -> st.SearchStrategy[bytes]:
    """One of the wholes with pieces taken out, doubled, exchanged or put in; now and then any bytes at all."""
    pieces = st.binary(max_size=12) | st.sampled_from([each.encode("utf-8", "replace") for each in SNIPPETS])
    cuts = st.tuples(st.integers(0, 1 << 16), st.integers(0, 40), st.sampled_from("xdis"), pieces)

    def spoilt(whole: bytes, changes: list[tuple[int, int, str, bytes]]) -> bytes:
        data = whole
        for place, length, what, piece in changes:
            start = place % (len(data) + 1)
            end = min(start + length, len(data))
            middle = {"x": b"", "d": data[start:end] * 2, "i": piece + data[start:end], "s": piece}[what]
            data = data[:start] + middle + data[end:]
        return data

    return st.builds(spoilt, st.sampled_from(wholes), st.lists(cuts, max_size=most)) | st.binary(max_size=300)


def _warc() -> bytes:
    body = PAGE
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/1\r\nWARC-Date: 2025-03-06T10:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


PAGE = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'><title>Lima</title><meta name='date' content='2025-03-06'>"
    "<link rel='stylesheet' href='http://127.0.0.1:9/x.css'></head><body><article><h1>Lima und Quito einig</h1>"
    + "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    + "<img src='http://127.0.0.1:9/x.png'></article><script>alert(1)</script></body></html>"
).encode()
ROWS = [{"id": f"r{i}", "text": s, "title": "Reise", "published": "2025-03-06"} for i, s in enumerate(SENTENCES)]
JSONL = "".join(json.dumps(row, ensure_ascii=i % 2 == 0) + "\n" for i, row in enumerate(ROWS)).encode()
CSV = ("id;text;title\n" + "".join(f'{r["id"]};"{r["text"]}";Reise\n' for r in ROWS)).encode()
RSS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel>'
    "<title>Blatt</title>"
    + "".join(
        f"<item><title>&b;</title><guid>{i}</guid><pubDate>Thu, 06 Mar 2025 10:00:00 +0100</pubDate>"
        f"<description>&lt;p&gt;{s}&lt;/p&gt;</description></item>"
        for i, s in enumerate(SENTENCES)
    )
    + "</channel></rss>"
).encode()
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Blatt</title><entry><id>urn:1</id><updated>2025-03-06T10:00:00Z'
    f"</updated><title>Lima</title><content type='html'>{SENTENCES[0]}</content></entry></feed>"
).encode()
TEXT = ARTICLE.encode()
WARC = _warc()


def _zst(data: bytes) -> bytes:
    out = io.BytesIO()
    with zstandard.ZstdCompressor().stream_writer(out, closefd=False) as writer:
        writer.write(data)
    return out.getvalue()


FILES: dict[str, tuple[bytes, ...]] = {
    ".txt": (TEXT, TEXT.decode().encode("utf-16"), TEXT.decode().encode("cp1252", "replace")),
    ".html": (PAGE,),
    ".jsonl": (JSONL,),
    ".csv": (CSV,),
    ".tsv": (CSV.replace(b";", b"\t"),),
    ".rss": (RSS, ATOM),
    ".atom": (ATOM,),
    ".warc": (WARC, WARC * 2),
    ".txt.gz": (gzip.compress(TEXT, mtime=0),),
    ".jsonl.gz": (gzip.compress(JSONL, mtime=0), gzip.compress(JSONL, mtime=0) * 2),
    ".warc.gz": (gzip.compress(WARC, mtime=0) * 2,),
    ".jsonl.zst": (_zst(JSONL), _zst(JSONL) * 2),
    ".html.zst": (_zst(PAGE),),
    "": (TEXT, PAGE, RSS),
}
"""Whole files by the end of their names: what the readers' bytes are made from."""


def seeds(folder: Path, pattern: str) -> tuple[bytes, ...]:
    """The contents of files of the repository."""
    return tuple(path.read_bytes() for path in sorted(folder.glob(pattern)))
