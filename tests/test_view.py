"""The network page: what stands in the file, and that nothing in it can break out. `browser/` looks at it drawn."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from kg import view, view_data
from kg.errors import DataError, SettingsError, StoreError
from kg.model import Article, Claim, Entity, EntityType, Evidence, Modality
from kg.network import ClaimSet
from kg.view import html_page, write_html
from tests.browser.graphs import HOSTILE, hostile, random_graph, small


class Page(HTMLParser):
    """What a browser would make of the page: tags, attributes, scripts, texts."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.scripts, self.title = [], [], [], ""
        self._inside = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._inside = tag
        if tag in ("script", "style"):
            self.scripts.append([tag, dict(attrs), ""])

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside in ("script", "style"):
            self.scripts[-1][2] += data
        elif self._inside == "title":
            self.title += data

    @property
    def data(self):
        [block] = [content for tag, attrs, content in self.scripts if attrs.get("type") == "application/json"]
        return json.loads(block)


@pytest.fixture(scope="module")
def page():
    return Page(html_page(small()))


def test_page_holds_the_graph(page):
    assert [n["label"] for n in page.data["nodes"]] == [
        "Nordkorea", "Lena Winter", "Pjöngjang", "Russland", "Russischer Sicherheitsrat",
    ]  # fmt: skip
    assert len(page.data["claims"]) == 9
    assert (
        page.data["relations"]["attacks" if "attacks" in page.data["relations"] else "visits"]["labels"]["en"]
        == "visits"
    )


def test_page_holds_the_evidence_with_its_cue(page):
    [claim] = [c for c in page.data["claims"] if c["predicate"] == "sendsTroops"]
    assert claim["source"] == "Russischer Sicherheitsrat"
    assert claim["quantity"] == "mehr als 10.000 Soldaten"
    [piece] = claim["evidence"]
    assert piece["quote"] == ["Nordkorea soll 2024 Soldaten ", "entsandt", " haben."]
    assert page.data["articles"][piece["article"]] == {
        "id": "a1", "title": "Winter in Pjöngjang", "published": "2025-10-11", "publisher": "Beispielblatt",
        "url": "https://example.org/winter", "language": "de",
        "sha256": Article("a1", "…").digest,
    }  # fmt: skip


def test_page_asks_for_nothing_from_anywhere(page):
    assert not {"link", "img", "iframe", "object", "embed", "base", "form", "a"} & set(page.tags)
    assert [name for _, name, _ in page.attributes if name in ("src", "href", "srcset", "action", "style")] == []
    assert [name for _, name, _ in page.attributes if name.startswith("on")] == []


def test_page_style_loads_nothing(page):
    [style] = [content for tag, _, content in page.scripts if tag == "style"]
    assert "url(" not in style
    assert "@import" not in style


def test_page_policy_names_exactly_its_own_scripts(page):
    [policy] = [v for tag, name, v in page.attributes if tag == "meta" and name == "content" and "default-src" in v]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag, attrs, content in page.scripts:
        if attrs.get("type") != "application/json":
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in re.search(rf"{tag}-src ([^;]*)", policy)[1]


def test_page_is_the_same_each_time():
    graph = random_graph(40, 80)
    backwards = ClaimSet(graph.claim_records[::-1], graph.entity_records[::-1], graph.article_records[::-1])
    assert html_page(graph) == html_page(backwards)


def test_page_is_the_same_in_every_process():
    script = (
        "from kg.view import html_page; from tests.browser.graphs import random_graph; import hashlib;"
        "print(hashlib.sha256(html_page(random_graph(120, 300)).encode()).hexdigest())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


def test_page_of_a_huge_graph_keeps_the_strongest_and_says_so(monkeypatch):
    monkeypatch.setattr(view_data, "_KEPT", 10)
    data = Page(html_page(random_graph(40, 80))).data
    assert len(data["nodes"]) == 10
    assert data["omitted"] >= 20
    for claim in data["claims"]:
        assert claim["subject"] < 10
        assert claim["object"] < 10


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_page_keeps_its_shape_whatever_the_texts(text, page):
    hostile_page = Page(html_page(hostile(text), title=text))
    assert hostile_page.tags == page.tags
    assert [(tag, name) for tag, name, _ in hostile_page.attributes] == [
        (tag, name) for tag, name, _ in page.attributes
    ]
    kept = text.replace("\ud800", "\ufffd")
    assert hostile_page.data["nodes"][0]["label"].strip() in kept
    own = [content for _, attrs, content in page.scripts if attrs.get("type") != "application/json"]
    assert own == [content for _, attrs, content in hostile_page.scripts if attrs.get("type") != "application/json"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_data_block_holds_no_markup(text):
    block = html_page(hostile(text)).split('id="data">')[1].split("</script>")[0]
    assert not set(block) & set("<>&\u2028\u2029")


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a?b=c&d", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,<script>1</script>", False),
        ("file:///etc/passwd", False),
        ("//example.org", False),
        ("https://", False),
        ("http://[", False),
        ("", False),
        (None, False),
    ],
)
def test_links_lead_to_the_web_only(url, kept):
    piece = Evidence("x", 0, 4, "Text", "de/test", 0, 4)
    graph = ClaimSet((Claim("a", "attacks", "b", evidence=(piece,)),), (), (Article("x", "Text", url=url),))
    assert (Page(html_page(graph)).data["articles"][0]["url"] is not None) == kept


@pytest.mark.parametrize(("number", "kept"), [("Q159", True), ("Q1x", False), ("javascript:1", False), ("Q0", False)])
def test_wikidata_numbers_are_numbers(number, kept):
    graph = ClaimSet((Claim("a", "attacks", "b"),), (Entity("a", EntityType.PERSON, "Anna", wikidata=number),))
    assert (Page(html_page(graph)).data["nodes"][0]["wikidata"] is not None) == kept


def test_cue_outside_of_its_sentence_is_cut():
    piece = Evidence("x", 10, 14, "Text", "de/test", 3, 99)
    page = Page(html_page(ClaimSet((Claim("a", "attacks", "b", evidence=(piece,)),))))
    assert page.data["claims"][0]["evidence"][0]["quote"] == ["", "Text", ""]


def test_strict_page_shows_asserted_claims_only():
    page = Page(html_page(small(), strict=True))
    assert {c["modality"] for c in page.data["claims"]} == {Modality.ASSERTED}


def test_empty_graph_gives_a_page():
    page = Page(html_page(ClaimSet()))
    assert page.data["nodes"] == []
    assert page.title == "Wissensgraph"


def test_title_is_the_single_articles(page):
    assert page.title == "Winter in Pjöngjang"
    assert Page(html_page(small(), title="Mein <Netz>")).title == "Mein <Netz>"
    assert Page(html_page(random_graph(10, 20), language="en")).title == "Knowledge graph"


def test_both_languages_have_all_words():
    messages = Page(html_page(ClaimSet())).data["messages"]
    assert messages["de"].keys() == messages["en"].keys()
    for language in messages.values():
        assert {f"type:{t}" for t in EntityType} <= language.keys()
        assert {str(m) for m in Modality} <= language.keys()
    for key, text in messages["de"].items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", messages["en"][key])), key


def test_every_word_that_the_script_asks_for_exists():
    messages = Page(html_page(ClaimSet())).data["messages"]["de"]
    script = view._joined(".js") + view._file("template.html")
    asked = set(re.findall(r'\bt\("(\w+)"', script)) | set(
        re.findall(r'data-(?:text|name|placeholder)="(\w+)"', script)
    )
    assert asked - messages.keys() == set()
    assert len(asked) > 30


def test_script_writes_no_markup():
    script = view._joined(".js")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert word not in script


def test_unknown_language_names_the_known_ones():
    with pytest.raises(SettingsError, match="de, en"):
        html_page(ClaimSet(), language="fr")


def test_unwritable_page_is_a_store_error(tmp_path):
    with pytest.raises(StoreError, match="cannot be written"):
        write_html(ClaimSet(), tmp_path / "missing" / "x.html")


def test_missing_pyvis_says_what_to_do(monkeypatch):
    view._library.cache_clear()
    monkeypatch.setattr(view.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="pip install"):
        html_page(ClaimSet())
    view._library.cache_clear()


def test_written_file_is_utf8_on_every_platform(tmp_path):
    path = write_html(small(), tmp_path / "graph.html")
    assert "Pjöngjang" in path.read_text(encoding="utf-8")
    assert b"\r" not in path.read_bytes()
