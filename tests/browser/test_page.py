"""The network page in a real browser without network: drawn, readable, and leading to the sentences."""

import pytest

from kg.model import Article, Claim, Entity, EntityType, Modality, Qualifiers
from kg.network import ClaimSet
from kg.view import write_html
from tests.browser.conftest import launch, open_page
from tests.browser.graphs import random_graph, said, small
from tests.browser.looking import clean, drawn, find, ink, point, text

pytestmark = pytest.mark.browser


def test_page_draws_the_network(opened):
    page = opened(small())
    assert drawn(page) == (5, 6)  # nine claims between six pairs and one loop
    assert ink(page) > 0.01
    assert text(page, "#count") == "5 Akteure · 9 Aussagen · 1 Artikel"
    clean(page)


@pytest.mark.parametrize("arguments", [(), ("--disable-3d-apis",)], ids=["plain", "without-webgl"])
def test_page_works_from_a_moved_folder(playwright, tmp_path, arguments):
    path = write_html(small(), tmp_path / "first.html")
    moved = tmp_path / "ein anderer Ordner" / "Größe & Netz #1.html"
    moved.parent.mkdir()
    path.rename(moved)
    browser = launch(playwright, *arguments)
    try:
        page = open_page(browser, moved)
        assert ink(page) > 0.01
        find(page, "Nordkorea")
        assert text(page, "#panel h2") == "Nordkorea"
        clean(page)
    finally:
        browser.close()


def test_click_on_an_actor_shows_its_evidence(opened):
    page = opened(small())
    page.mouse.click(*point(page, "Lena Winter"))
    assert page.evaluate("document.body.dataset.selected") == "node"
    panel = text(page, "#panel")
    assert "Lena Winter besuchte am Freitag Nordkorea." in panel
    assert "Vizevorsitzende" in panel
    assert "10. Oktober 2025" in panel
    assert "Beispielblatt · 11. Oktober 2025" in panel
    assert page.locator("#panel mark").all_inner_texts().count("besuchte") == 1
    assert {"Nordkorea", "Lena Winter"} <= set(page.locator("#panel .named").all_inner_texts())
    links = page.evaluate("[...document.querySelectorAll('#panel a')].map((a) => a.href)")
    assert set(links) == {"https://example.org/winter"}
    clean(page)


def test_actor_leads_to_wikidata_and_geonames(opened):
    lima = Entity("Lima", EntityType.CITY, "Lima", (), "Q2868", known=True)
    page = opened(ClaimSet((Claim("x", "visits", "Lima"),), (lima, Entity("x", EntityType.PERSON, "Elena Quispe"))))
    find(page, "Lima")
    links = page.evaluate("[...document.querySelectorAll('#panel .links a')].map((a) => a.href)")
    assert links[0] == "https://www.wikidata.org/wiki/Q2868"
    assert links[1].startswith("https://www.geonames.org/")


def test_click_on_a_line_fans_it_out(opened):
    page = opened(small())
    (ax, ay), (bx, by) = point(page, "Nordkorea"), point(page, "Russland")
    page.mouse.click(ax + (bx - ax) * 0.3, ay + (by - ay) * 0.3)
    assert page.evaluate("document.body.dataset.selected") == "bundle"
    assert drawn(page) == (5, 8)  # three lines in place of one
    panel = text(page, "#panel")
    assert "laut Russischer Sicherheitsrat" in panel
    assert "mehr als 10.000 Soldaten" in panel
    assert page.locator("#panel blockquote").count() == 3
    clean(page)


def test_pointer_on_a_line_says_what_it_is(opened):
    page = opened(small())
    (ax, ay), (bx, by) = point(page, "Nordkorea"), point(page, "Russland")
    page.mouse.move(ax + (bx - ax) * 0.4, ay + (by - ay) * 0.4)
    page.wait_for_selector("#tip:not([hidden])")
    assert "Nordkorea liefert Waffen an Russland" in text(page, "#tip")
    page.mouse.move(ax, 120)
    page.wait_for_selector("#tip", state="hidden")


def test_contradicting_claims_stand_side_by_side(opened):
    page = opened(small())
    find(page, "Nordkorea")
    [box] = page.locator(".versus").all()
    sides = box.locator(".side")
    assert "Nordkorea lieferte Waffen an Russland." in sides.nth(0).inner_text()
    assert "Dass Nordkorea Waffen liefert, wies es zurück." in sides.nth(1).inner_text()
    left, right = sides.nth(0).bounding_box(), sides.nth(1).bounding_box()
    assert left["x"] + left["width"] <= right["x"]
    assert abs(left["y"] - right["y"]) < 2


def test_long_lists_are_shown_on_demand(opened):
    people = [Entity(f"p{i}", EntityType.PERSON, f"Person {i:03}") for i in range(120)]
    state = Entity("RU", EntityType.COUNTRY, "Russland")
    claims = [Claim("RU", "criticises", p.id, evidence=said("Russland kritisiert ihn.", "kritisiert")) for p in people]
    page = opened(ClaimSet(tuple(claims), (state, *people), (Article("a1", "…"),)))
    find(page, "Russland")
    first = page.locator("#panel .claim").count()
    assert 0 < first < 120
    while page.locator("#panel .more").count():
        page.locator("#panel .more").first.click()
    assert page.locator("#panel .claim").count() == 120


def test_escape_clears_the_selection(opened):
    page = opened(small())
    page.mouse.click(*point(page, "Russland"))
    assert "Wikidata Q159" in text(page, "#panel")
    page.keyboard.press("Escape")
    assert page.evaluate("document.body.dataset.selected") == ""
    assert "Überblick" in text(page, "#panel")


def test_language_and_theme_can_be_switched(opened):
    page = opened(small())
    page.click("#toggle-language")
    assert text(page, "#count") == "5 actors · 9 claims · 1 article"
    assert page.evaluate("document.documentElement.lang") == "en"
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click("#toggle-theme")
    dark = page.evaluate(ground)
    assert dark != light
    assert opened(small(), color_scheme="dark").evaluate(ground) == dark
    clean(page)


def test_empty_graph_says_so(opened):
    page = opened(ClaimSet())
    assert text(page, "#empty") == "Dieser Graph enthält keine Aussagen."
    clean(page)


@pytest.mark.parametrize("modality", list(Modality))
def test_single_claim_is_drawn_whatever_its_modality(opened, modality):
    entities = (Entity("a", EntityType.PERSON, "Anna"), Entity("b", EntityType.COUNTRY, "Belgien"))
    page = opened(ClaimSet((Claim("a", "attacks", "b", Qualifiers(modality)),), entities))
    assert drawn(page) == (2, 1)
    clean(page)


@pytest.mark.parametrize("size", [(1400, 900), (1024, 700), (391, 845)])
def test_drawing_is_sharp(opened, size):
    """The canvas stands on whole pixels and is as large as it is shown, also after its room has changed."""
    page = opened(small(), viewport={"width": size[0], "height": size[1]})
    look = """() => { const c = document.querySelector("#network canvas"), b = c.getBoundingClientRect();
        return [b.x % 1, b.y % 1, b.width - c.width, b.height - c.height]; }"""
    assert page.evaluate(look) == [0, 0, 0, 0]
    find(page, "Nordkorea")  # contradictions make the panel wider
    assert page.evaluate(look) == [0, 0, 0, 0]
    page.set_viewport_size({"width": size[0] - 33, "height": size[1] - 33})
    page.wait_for_timeout(100)
    assert page.evaluate(look) == [0, 0, 0, 0]


def test_labels_do_not_collide_at_start(opened):
    """Every label that is drawn at first stands free of the others; the page keeps their boxes for this test."""
    page = opened(random_graph(60, 90))
    boxes = page.evaluate("JSON.parse(document.getElementById('network').dataset.labels)")
    assert len(boxes) > 30
    pairs = [(p, q) for i, p in enumerate(boxes) for q in boxes[:i]]
    hits = [(p, q) for p, q in pairs if p[0] < q[2] and q[0] < p[2] and p[1] < q[3] and q[1] < p[3]]
    assert hits == []


# --- large graphs ---


def test_large_graph_shows_the_strongest_and_says_what_it_hides(opened):
    page = opened(random_graph(600, 1500))
    assert drawn(page)[0] <= 300
    assert "ausgeblendet" in text(page, "#hidden-note")
    clean(page)


def test_groups_of_a_large_graph_open(opened):
    page = opened(random_graph(600, 1500))
    assert page.locator(".groups button").count() >= 2
    page.locator(".groups button").first.click()
    assert text(page, "#chips").startswith("Gruppe um ")
    assert 3 < drawn(page)[0] <= 300
    page.click("#chips button")
    assert page.locator("#chips li").count() == 0
    clean(page)


def test_search_leads_to_actors_that_are_hidden(opened):
    page = opened(random_graph(600, 1500))
    label = page.evaluate(
        "JSON.parse(document.getElementById('data').textContent).nodes.toSorted((a, b) => a.weight - b.weight)[0].label"
    )
    find(page, label)
    assert text(page, "#panel h2") == label
    assert "Umfeld von" in text(page, "#chips")
    clean(page)


# --- what the page says of itself ---


@pytest.mark.parametrize(
    ("locale", "written", "address", "spoken"),
    [
        ("en-GB", None, "", "en"),
        ("de-AT", None, "", "de"),
        ("fr-FR", None, "", "de"),  # which the page does not speak
        ("en-GB", "de", "", "de"),
        ("en-GB", "en", "#lang=de", "de"),
        ("en-GB", None, "#lang=constructor", "en"),
    ],
)
def test_page_speaks_the_language_of_its_reader(opened, locale, written, address, spoken):
    page = opened(random_graph(10, 20), language=written, locale=locale, fragment=address)
    assert page.evaluate("document.documentElement.lang") == spoken
    heading = {"de": "Wissensgraph", "en": "Knowledge graph"}[spoken]
    assert (text(page, "h1"), page.title()) == (heading, heading)
    clean(page)


def test_articles_without_claims_are_counted(opened):
    graph = small()
    silent = Article("a2", "…", "Wetter")
    page = opened(ClaimSet(graph.claim_records, graph.entity_records, (*graph.article_records, silent)))
    assert text(page, "#count") == "5 Akteure · 9 Aussagen · aus 1 von 2 Artikeln"
    assert "Aussagen aus 1 von 2 gelesenen Artikeln; in einem fand kg keine." in text(page, "#panel")
    clean(page)


def test_part_of_a_graph_says_of_how_much(opened):
    graph = small()
    page = opened(ClaimSet(graph.claim_records, graph.entity_records, graph.article_records, read=40, found=12_345))
    assert text(page, "#count") == "5 von 5 Akteuren · 9 von 12.345 Aussagen"
    assert "Diese Seite hält 9 von 12.345 Aussagen, aus 1 von 40 Artikeln." in text(page, "#panel")
    assert "fand kg keine" not in text(page, "#panel")  # nobody looked at the claims that are not here


@pytest.mark.parametrize("width", [390, 1300])
def test_long_title_is_read_in_full(opened, width):
    title = "Außenminister verhandeln in Lima über die Lage an der Grenze und über Hilfe für die Vertriebenen " * 3
    page = opened(small(), title=title.strip(), viewport={"width": width, "height": 800})
    assert text(page, ".about") == title.strip()
    assert page.locator("h1").bounding_box()["height"] < 60  # in the bar two lines of it
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- labels where many small groups are packed ---


def many_groups():
    """A star of forty around a state, and eighty pairs, every third of which is a denial."""
    state = Entity("S", EntityType.COUNTRY, "Hauptland")
    people = [Entity(f"p{i:03}", EntityType.PERSON, f"Vorname Nachname {i}") for i in range(200)]
    claims = [Claim(p.id, "visits", "S") for p in people[:40]]
    for i in range(40, 200, 2):
        modality = Modality.NEGATED if i % 6 == 0 else Modality.ASSERTED
        claims.append(Claim(people[i].id, "attacks", people[i + 1].id, Qualifiers(modality)))
    return ClaimSet(tuple(claims), (state, *people))


def hits(boxes, others):
    return [
        (a, b)
        for a in boxes
        for b in others
        if a is not b and a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def node_boxes(page):
    """The squares on the screen in which nodes are drawn, a pixel smaller for the rounding of the labels' boxes."""
    return page.evaluate(
        """() => { const { scale, left, top } = document.getElementById("network").dataset;
        return JSON.parse(document.getElementById("data").textContent).nodes.map((n) => {
          const r = Math.max(n.radius * scale, 3.4) - 1;
          const [x, y] = [(n.u ?? n.x) * scale + Number(left), (n.v ?? n.y) * scale + Number(top)];
          return [x - r, y - r, x + r, y + r]; }); }"""
    )


@pytest.mark.parametrize("size", [(1300, 850), (1920, 1080), (390, 800)])
def test_labels_lie_over_no_node_no_label_and_no_cross(opened, size):
    page = opened(many_groups(), viewport={"width": size[0], "height": size[1]})
    labels, crosses = (
        page.evaluate(f"JSON.parse(document.getElementById('network').dataset.{name})")
        for name in ("labels", "crosses")
    )
    assert len(labels) >= (20 if size[0] > 600 else 5)
    assert hits(labels, labels) == []
    if size[0] > 600:  # on a phone the strongest may hide a corner of a weak one, rather than have no name
        assert hits(labels, node_boxes(page)) == []
        assert len(crosses) == 27
    assert hits(labels, [(x - 2, y - 2, x + 2, y + 2) for x, y in crosses]) == []
    clean(page)


def test_strongest_actor_of_a_crowded_picture_is_named(opened):
    page = opened(many_groups(), viewport={"width": 1300, "height": 850})
    named = page.evaluate("JSON.parse(document.getElementById('network').dataset.named)")
    assert named[0] == "Hauptland"
    assert len(named) < 201  # there is not room for all
