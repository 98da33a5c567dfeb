"""The network page in a real browser without network: drawn, usable, and deaf to hostile texts."""

import json

import pytest

from kg.network import ClaimSet
from kg.view import write_html
from tests.browser.chromium import Chromium
from tests.browser.graphs import HOSTILE, hostile, random_graph, small

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    with Chromium() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture
def page(browser, folder):
    return browser.open(write_html(small(), folder / "small.html"))


def clean(page):
    """No error, no warning, no request but for the page itself."""
    assert [p for p in page.problems() if "willReadFrequently" not in p] == []  # `ink` reads the canvas
    assert len(page.requests()) == 1, page.requests()


def text(page, selector):
    return page.evaluate(f"document.querySelector({json.dumps(selector)})?.innerText")


def point(page, label):
    """Where an actor stands in the window."""
    return page.evaluate(
        """((label) => {
        const node = JSON.parse(document.getElementById("data").textContent).nodes.find((n) => n.label === label);
        const box = document.getElementById("network").getBoundingClientRect();
        const { scale, left, top } = document.getElementById("network").dataset;
        return [box.x + node.x * scale + Number(left), box.y + node.y * scale + Number(top)];
        })"""
        f"({json.dumps(label)})"
    )


def ink(page):
    """Share of the canvas that is not empty."""
    return page.evaluate(
        """(() => { const c = document.querySelector("#network canvas");
        const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
        let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n / (c.width * c.height); })()"""
    )


def test_page_draws_the_network(page):
    assert page.evaluate("document.body.dataset.nodes") == "5"
    assert page.evaluate("document.body.dataset.edges") == "6"  # nine claims between six pairs and one loop
    assert ink(page) > 0.01
    assert text(page, "#count") == "5 Akteure · 9 Aussagen · 1 Artikel"
    clean(page)


def test_page_works_without_webgl_and_from_a_moved_folder(folder):
    path = write_html(small(), folder / "first.html")
    moved = folder / "ein anderer Ordner" / "Größe & Netz.html"
    moved.parent.mkdir()
    path.rename(moved)
    with Chromium("--disable-3d-apis") as browser:
        page = browser.open(moved)
        assert ink(page) > 0.01
        clean(page)


def test_click_on_an_actor_shows_its_evidence(page):
    page.click(*point(page, "Lena Winter"))
    assert page.evaluate("document.body.dataset.selected") == "node"
    panel = text(page, "#panel")
    assert "Lena Winter besuchte am Freitag Nordkorea." in panel
    assert "Vizevorsitzende" in panel
    assert "10. Oktober 2025" in panel
    assert (
        page.evaluate("[...document.querySelectorAll('#panel mark')].map((m) => m.textContent)").count("besuchte") == 1
    )
    links = page.evaluate("[...document.querySelectorAll('#panel a')].map((a) => a.href)")
    assert set(links) == {"https://example.org/winter"}
    clean(page)


def test_click_on_a_line_fans_it_out(page):
    ax, ay = point(page, "Nordkorea")
    bx, by = point(page, "Russland")
    page.click(ax + (bx - ax) * 0.3, ay + (by - ay) * 0.3)
    assert page.evaluate("document.body.dataset.selected") == "bundle"
    assert page.evaluate("document.body.dataset.edges") == "8"  # three lines in place of one
    panel = text(page, "#panel")
    assert "laut Russischer Sicherheitsrat" in panel
    assert "mehr als 10.000 Soldaten" in panel
    assert panel.count("umstritten") == 2  # the weapons are supplied and are not
    assert page.evaluate("document.querySelectorAll('.claim').length") == 3
    clean(page)


def test_escape_clears_the_selection(page):
    page.click(*point(page, "Russland"))
    assert "Wikidata Q159" in text(page, "#panel")
    page.key("Escape")
    assert page.evaluate("document.body.dataset.selected") == ""
    assert "Überblick" in text(page, "#panel")


@pytest.mark.parametrize("query", ["nordk", "KDVR", "pjongjang", "PJOENGJANG", "winter"])
def test_search_finds_names_aliases_and_umlauts(page, query):
    page.key("/", "/")
    page.type(query)
    page.key("Enter")
    page.pause()
    expected = {"nordk": "Nordkorea", "KDVR": "Nordkorea", "winter": "Lena Winter"}.get(query, "Pjöngjang")
    assert text(page, "#panel h2") == expected
    clean(page)


def test_search_says_when_nothing_is_found(page):
    page.click_on("#search")
    page.type("zzzz")
    assert text(page, "#found") == "Kein Treffer"


def test_filters_hide_actors_and_claims(page):
    page.click_on("#filters label:nth-of-type(1) input")  # states
    assert text(page, "#count") == "3 von 5 Akteuren · 2 von 9 Aussagen"
    before = ink(page)
    page.click_on("#filters .reset")
    assert text(page, "#count") == "5 Akteure · 9 Aussagen · 1 Artikel"
    assert ink(page) > before
    clean(page)


def test_language_and_theme_can_be_switched(page):
    page.click_on("#toggle-language")
    assert text(page, "#count") == "5 actors · 9 claims · 1 articles"
    assert page.evaluate("document.documentElement.lang") == "en"
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click_on("#toggle-theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    clean(page)


def test_keyboard_leads_from_the_list_to_the_sentence(page):
    page.evaluate("document.querySelector('.actors button').focus()")
    page.key("Enter")
    page.pause()
    assert text(page, "#panel h2") == "Nordkorea"
    page.evaluate("document.querySelector('#panel .line').focus()")
    page.key("Enter")
    page.pause()
    assert page.evaluate("document.body.dataset.selected") == "bundle"
    assert page.evaluate("document.querySelectorAll('#panel blockquote').length") >= 1


def test_everything_has_a_name(page):
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, input, [role]')].filter((e) => !(e.hidden || e.textContent.trim()"
        " || e.getAttribute('aria-label') || e.closest('label')?.textContent)).map((e) => e.outerHTML.slice(0, 90))"
    )
    assert nameless == []


def test_empty_graph_says_so(browser, folder):
    page = browser.open(write_html(ClaimSet(), folder / "empty.html"))
    assert text(page, "#empty") == "Dieser Graph enthält keine Aussagen."
    clean(page)


def test_large_graph_shows_the_strongest_and_says_what_it_hides(browser, folder):
    page = browser.open(write_html(random_graph(600, 1500), folder / "large.html"))
    assert int(page.evaluate("document.body.dataset.nodes")) <= 300
    assert "ausgeblendet" in text(page, "#hidden-note")
    clean(page)


def test_small_screen_shows_network_and_panel(folder):
    with Chromium(size=(390, 800)) as browser:
        page = browser.open(write_html(small(), folder / "phone.html"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("document.getElementById('network').clientHeight") > 250
        clean(page)


@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_run_nothing(browser, folder, payload):
    page = browser.open(write_html(hostile(payload), folder / "hostile.html", title=payload))
    for step in range(6):
        page.hover(300 + step * 120, 300 + step * 40)
    for number in range(page.evaluate("document.querySelectorAll('.actors button').length")):
        page.evaluate(f"document.querySelectorAll('.actors button')[{number}].click()")
        page.evaluate("document.querySelector('#panel .line')?.click()")
        page.pause()
        links = page.evaluate("[...document.querySelectorAll('a')].map((a) => new URL(a.href).protocol)")
        assert set(links) <= {"https:", "http:"}
        page.key("Escape")
    page.evaluate("document.getElementById('search').focus()")
    page.type(payload[:40])
    page.click_on("#toggle-language")
    assert page.evaluate("typeof window.hit") == "undefined"
    assert page.evaluate("document.querySelectorAll('script').length") == 3
    assert page.evaluate("document.querySelectorAll('img, iframe, object, embed').length") == 0
    clean(page)
