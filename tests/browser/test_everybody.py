"""The page for everybody: axe, keyboard, screen reader, contrast, small screens, reduced motion."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from kg import view
from tests.browser.graphs import random_graph, small
from tests.browser.looking import clean, drawn, find, text

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def serious(page):
    """What axe finds that keeps people out, as `rule: place`."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{v['id']}: {n['target']} {n['failureSummary'][:200]}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for n in v["nodes"]
    ]


def chosen(page):
    find(page, "Nordkorea")


def around(page):
    find(page, "Nordkorea")
    page.click("#panel .step >> nth=1")


def line(page):
    find(page, "Nordkorea")
    page.click("#panel .line >> nth=0")


def suggesting(page):
    page.fill("#search", "r")


def exporting(page):
    if page.is_visible("#toggle-exports"):
        page.click("#toggle-exports")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("act", [None, chosen, around, line, suggesting, exporting], ids=lambda a: a and a.__name__)
def test_axe_finds_nothing_serious(opened, scheme, act):
    page = opened(small(), color_scheme=scheme)
    if act:
        act(page)
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_large_graph_on_a_phone(opened, scheme):
    page = opened(random_graph(400, 900), color_scheme=scheme, viewport={"width": 390, "height": 844})
    page.click("#toggle-filters")
    assert serious(page) == []


def test_axe_would_find_something(opened):
    page = opened(small())
    page.evaluate("document.body.append(document.createElement('button'))")
    assert any("button-name" in problem for problem in serious(page))


# --- keyboard ---


def test_keyboard_leads_from_the_list_to_the_sentence(opened):
    page = opened(small())
    page.focus(".actors button")
    page.keyboard.press("Enter")
    assert text(page, "#panel h2") == "Nordkorea"
    page.focus("#panel .line")
    page.keyboard.press("Enter")
    assert page.evaluate("document.body.dataset.selected") == "bundle"
    assert page.locator("#panel blockquote").count() >= 1
    clean(page)


def test_network_is_walked_through_by_keyboard(opened):
    page = opened(small())
    page.focus("#network")
    seen = set()
    for _ in range(5):
        page.keyboard.press("n")
        seen.add(text(page, "#panel h2"))
    assert len(seen) == 5
    page.keyboard.press("n")
    first = text(page, "#panel h2")
    lines = set()
    for _ in range(3):
        page.keyboard.press("l")
        lines.add(text(page, "#panel h2"))
    assert len(lines) == 3
    assert all(first in heading for heading in lines)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel"


def test_every_actor_and_line_is_reached_by_keyboard(opened):
    """The panel is the twin of the drawing: its buttons lead to all actors, and from them to all lines."""
    graph = random_graph(30, 60)
    page = opened(graph)
    reached = set()
    for place in range(page.locator(".actors .actor").count()):
        page.locator(".actors .actor").nth(place).press("Enter")
        actor = text(page, "#panel h2")
        for other in page.locator("#panel .line").all_inner_texts():
            reached.add(frozenset((actor.lower(), other.lower().removeprefix("mit "))))
        page.keyboard.press("Escape")
    names = {e.id: e.name.lower() for e in graph.entities()}
    wanted = {frozenset((names[c.subject], names[c.object])) for c in graph.claims()}
    assert reached == wanted


def test_tab_order_follows_the_page(opened):
    page = opened(small())
    order = []
    for _ in range(60):
        page.keyboard.press("Tab")
        order.append(
            page.evaluate(
                """document.activeElement.closest(".bar, .filters, .tabs, .network-room, .time, .panel")
                ?.className.split(" ")[0]"""
            )
        )
    rooms = list(dict.fromkeys(room for room in order if room))
    assert rooms.index("bar") < rooms.index("filters") < rooms.index("network-room") < rooms.index("panel")


def test_focus_is_visible(opened):
    page = opened(small())
    for selector in ("#search", "#undo", "#toggle-theme", "#network", ".actor"):
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Tab")  # so that the browser shows the focus of the keyboard
        page.focus(selector)
        if selector != "#undo":  # switched off as long as there is nothing to undo
            assert (
                page.evaluate(f"getComputedStyle(document.querySelector({json.dumps(selector)})).outlineStyle")
                == "solid"
            )


def test_changes_are_announced(opened):
    page = opened(small())
    assert page.get_attribute("#count", "aria-live") == "polite"
    before = text(page, "#count")
    page.locator(".box", has_text="bestritten").locator("input").click()
    assert text(page, "#count") != before


def test_everything_has_a_name(opened):
    page = opened(small())
    nameless = page.evaluate(
        """[...document.querySelectorAll("button, input, select, [role]")]
        .filter((e) => !e.hidden && !e.textContent.trim() && !e.getAttribute("aria-label"))
        .filter((e) => !e.closest("label")?.textContent).map((e) => e.outerHTML.slice(0, 90))"""
    )
    assert nameless == []


# --- colours ---


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


LOOKS = re.findall(r'(\w+): \["(\w+)", "(#\w{6})", "(#\w{6})"\]', view._file("2-look.js"))
GROUNDS = ("#faf9f6", "#12161d")


@pytest.mark.parametrize(("name", "outline", "light", "dark"), LOOKS, ids=[look[0] for look in LOOKS])
def test_actors_stand_out_from_the_ground(name, outline, light, dark):
    assert contrast(light, GROUNDS[0]) >= 3
    assert contrast(dark, GROUNDS[1]) >= 3


# how people without one kind of cones see a colour (Viénot, Brettel, Mollon 1999; linear RGB)
DEUTERANOPIA = ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1))
PROTANOPIA = ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1))


@pytest.mark.parametrize("eyes", [DEUTERANOPIA, PROTANOPIA], ids=["deuteranopia", "protanopia"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_conflict_and_cooperation_differ_for_the_colour_blind(eyes, theme):
    block = re.search(rf"{theme}: {{(.*?)\n  }}", view._file("2-look.js"), re.DOTALL)[1]

    def seen(name):
        rgb = [(int(v) / 255) ** 2.2 for v in re.search(rf"{name}: \[([^\]]*)\]", block)[1].split(",")]
        return [sum(w * v for w, v in zip(row, rgb, strict=True)) for row in eyes]

    conflict, cooperation, neutral = seen("conflict"), seen("cooperation"), seen("neutral")

    def apart(a, b):
        return sum((max(x, 0) ** (1 / 2.2) - max(y, 0) ** (1 / 2.2)) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5

    assert apart(conflict, cooperation) > 0.4
    assert apart(conflict, neutral) > 0.15
    assert apart(cooperation, neutral) > 0.15


# --- small screens, reduced motion ---


@pytest.mark.parametrize("width", [320, 390, 768])
def test_small_screen_shows_network_and_panel(opened, width):
    page = opened(small(), viewport={"width": width, "height": 800}, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.getElementById('network').clientHeight") > 200
    page.click("#toggle-filters")
    assert page.locator("#filters .reset").is_visible()
    page.click("#toggle-filters")
    find(page, "Nordkorea")
    assert page.locator("#panel .claim").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    clean(page)


def test_reduced_motion_moves_nothing(opened):
    page = opened(small(), reduced_motion="reduce")
    durations = page.evaluate("[...document.querySelectorAll('*')].map((e) => getComputedStyle(e).transitionDuration)")
    assert set(durations) == {"0s"}
    find(page, "Nordkorea")
    before = page.evaluate("JSON.stringify(document.getElementById('network').dataset)")
    page.wait_for_timeout(300)
    assert page.evaluate("JSON.stringify(document.getElementById('network').dataset)") == before
    assert drawn(page)[0] == 5
