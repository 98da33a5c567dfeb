"""Table, timeline, map and exports of the network page in a real browser; the files are read by those they are for."""

import csv
import io
import re
from xml.etree import ElementTree

import networkx as nx
import pytest
import rdflib

from kg.lexicon_places import load_locations
from kg.model import Article, Claim, Comparison, Entity, EntityType, Evidence, Modality, Qualifiers, Quantity
from kg.network import ClaimSet, network_text, to_networkx
from kg.rdf.decode import canonical, extractions
from kg.rdf.encode import quads
from kg.rdf.serialise import parse_file
from kg.rdf.shapes import validate
from tests.browser.graphs import HOSTILE, hostile, random_graph, small
from tests.browser.test_everybody import serious

pytestmark = pytest.mark.browser

ENTITIES = (
    Entity("Peru", EntityType.COUNTRY, "Peru", ("Lima",), "Q419", known=True),
    Entity("Ecuador", EntityType.COUNTRY, "Ecuador", (), "Q736", known=True),
    Entity("Kolumbien", EntityType.COUNTRY, "Kolumbien", (), "Q739", known=True),
    Entity("Bogotá", EntityType.CITY, "Bogotá", (), "Q2841", country="Kolumbien", known=True),
    Entity("vargas", EntityType.PERSON, '=Julio "Vargas"', ("Vargas", "+Vargas"), country="Peru"),
    Entity("mora", EntityType.PERSON, "Ana Mora; Ärztin", ()),
)
SHIPS = Quantity("mehr als 1.200 Schiffe", 1200.5, "Schiff", Comparison.AT_LEAST)
FIRST = "Julio Vargas reiste am 3. März 2024 nach Ecuador."
ARTICLES = (
    Article("a 1", "…", "Reise & mehr", None, "Blatt", "https://example.org/a?b=1&c=2"),
    Article("a2", "…", "Zweiter", "2024-05-02", "@Zeitung"),
)


def said(sentence, cue, article="a 1", confidence=0.8125):
    at = sentence.index(cue)
    return (Evidence(article, 7, 7 + len(sentence), sentence, "de/test", 7 + at, 7 + at + len(cue), confidence),)


def graph():
    """All kinds of dates, a place that is no actor, a formula and quotation marks in names."""
    march, plan = Qualifiers(begins="2024-03-03", ends="2024-03-03", place="Bogotá"), Modality.PLANNED
    years = Qualifiers(Modality.REPORTED, "mora", begins="2022", ends="2023-05")
    office = Qualifiers(role="Präsident", begins="2021")
    dead = Qualifiers(quantity=Quantity("drei Tote", 3.0, "Tote"))
    blame = said("Mora kritisierte Peru \\ hart.", "kritisierte") + said("Mora tadelt Peru.", "tadelt", "a2")
    attacks = ("Kolumbien", "attacks", "Peru")
    no = said("Kolumbien griff Peru nicht an.", "griff", confidence=1.0)
    claims = (
        Claim("vargas", "visits", "Ecuador", march, said(FIRST, "reiste")),
        Claim("vargas", "holdsOffice", "Peru", office, said("Vargas, seit 2021 Präsident Perus.", "Präsident")),
        Claim("Peru", "supports", "Ecuador", years, said("„Peru hilft“,\nsagte Mora.", "hilft", "a2")),
        Claim(*attacks, Qualifiers(Modality.NEGATED), no),
        Claim(*attacks, Qualifiers(plan, ends="2025-01", quantity=SHIPS), said("Sie wollen angreifen.", "angreifen")),
        Claim("Peru", "suffersCasualties", None, dead, said("In Peru gab es drei Tote.", "Tote")),
        Claim("mora", "criticizes", "Peru", Qualifiers(), blame),
    )
    return ClaimSet(claims, ENTITIES, ARTICLES)


def export(page, item, tmp_path):
    """Choose an item of the menu and return the file."""
    page.click("#toggle-exports")
    with page.expect_download() as waiting:
        page.click(f"#exports button:text-is('{item}')")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def table(file):
    """The rows of a CSV file, which begins with the mark that tells spreadsheets its encoding."""
    text = file.read_bytes().decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def rows_of(page):
    return page.eval_on_selector_all(
        ".sheet tbody tr", "rows => rows.map(r => [...r.cells].map(c => c.innerText.trim()))"
    )


def fine(page):
    assert page.problems == []
    assert [url for url in page.asked if not url.startswith(("file:", "blob:"))] == []


# ---- table ----


def test_table_holds_every_claim_and_every_actor(opened):
    page = opened(graph(), fragment="#view=table")
    assert len(rows_of(page)) == 7
    assert ["Peru", "erleidet Verluste", ""] in [row[:3] for row in rows_of(page)]
    page.click(".segments >> text=Akteure")
    assert sorted(row[0].splitlines()[0] for row in rows_of(page)) == sorted(
        e.name for e in ENTITIES if e.id != "Bogotá"
    )
    fine(page)


def test_table_sorts_by_a_column_both_ways(opened):
    page = opened(graph(), fragment="#view=table")
    sure = lambda: [re.search(r"Verlässlichkeit (\d+) %", row[4])[1] for row in rows_of(page)]  # noqa: E731
    page.select_option(".order select", label="Verlässlichkeit")
    assert sure()[:2] == ["100", "81"]
    page.click(".order button")
    assert sure()[-1] == "100"
    time = page.locator("th", has_text="Zeit")
    time.locator("button").click()
    assert time.get_attribute("aria-sort") == "ascending"
    assert [row[3] for row in rows_of(page)][:3] == ["seit 2021", "2022 – Mai 2023", "3. März 2024"]
    assert rows_of(page)[-1][3] == ""  # what has no time stands last
    time.locator("button").click()
    assert time.get_attribute("aria-sort") == "descending"
    assert rows_of(page)[0][3] == "bis Januar 2025"


def test_table_is_read_without_scrolling_sideways(opened):
    page = opened(graph(), fragment="#view=table")
    for width in (1300, 1920, 820, 390, 320):
        page.set_viewport_size({"width": width, "height": 850})
        if width == 820:
            page.click("#toggle-filters")  # they lie over the rest on small screens
        for sheet in ("Akteure", "Aussagen"):
            page.click(f".segments >> text={sheet}")
            wide, room = page.eval_on_selector(".table-scroll", "e => [e.scrollWidth, e.clientWidth]")
            assert wide <= room, (width, sheet)
        proof = page.locator(".cell-text", has_text=FIRST)
        assert proof.locator("mark").inner_text() == "reiste"
        assert proof.evaluate("e => e.scrollHeight <= e.clientHeight + 1")  # nothing of it is cut
        assert proof.bounding_box()["width"] > 150
        assert {"festgestellt", "Ort: Bogotá", "Verlässlichkeit 81 %"} <= set(
            page.locator(".cell-facts", has_text="Bogotá").inner_text().split(" · ")
        )


def test_table_finds_with_and_without_umlauts(opened):
    page = opened(graph(), fragment="#view=table")
    page.fill(".view-search", "aerztin kritisiert")
    assert [row[:2] for row in rows_of(page)] == [["Ana Mora; Ärztin", "kritisiert"]]
    page.fill(".view-search", "gibt es nicht")
    assert rows_of(page) == []
    assert page.locator(".view-foot").inner_text().startswith("Keine Zeile")


def test_table_turns_pages(opened):
    page = opened(random_graph(40, 250), fragment="#view=table")
    assert len(rows_of(page)) == 100
    first = rows_of(page)[0]
    page.click("[aria-label='Nächste Seite']")
    page.click("[aria-label='Nächste Seite']")
    assert len(rows_of(page)) == 50
    assert page.locator("[aria-label='Nächste Seite']").is_disabled()
    page.click("[aria-label='Vorige Seite']")
    page.click("[aria-label='Vorige Seite']")
    assert rows_of(page)[0] == first


def test_table_leads_to_the_evidence_by_keyboard_alone(opened):
    page = opened(graph(), fragment="#view=table")
    page.focus("#tab-table")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')?.startsWith('besucht')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .chosen")
    assert "reiste am 3. März 2024" in page.locator("#panel").inner_text()
    assert page.locator(".sheet tr.chosen").count() == 1


def test_table_follows_the_filters(opened):
    page = opened(graph(), fragment="#view=table")
    page.locator("#filters label", has_text="bestritten").locator("input").uncheck()
    assert len(rows_of(page)) == 6


def test_table_is_written_as_it_stands(opened, tmp_path):
    page = opened(graph(), fragment="#view=table")
    page.fill(".view-search", "vargas")
    with page.expect_download() as waiting:
        page.click("text=Tabelle als CSV")
    waiting.value.save_as(tmp_path / "t.csv")
    rows = table(tmp_path / "t.csv")
    assert [row["Akteur"] for row in rows] == ['\'=Julio "Vargas"'] * 2
    assert [row["Zeit"] for row in rows] == ["2024-03-03", "2021/.."]
    assert [row["Artikel"] for row in rows] == ["Reise & mehr"] * 2


# ---- exports ----


def test_csv_is_that_of_the_command_line(opened, tmp_path):
    page = opened(graph(), title="Reise/Übersicht")
    file = export(page, "Aussagen als CSV", tmp_path)
    assert file.name == "Reise-Übersicht.csv"
    ours = table(file)
    theirs = list(csv.DictReader(io.StringIO(network_text(to_networkx(graph()), "csv"))))
    plain = [
        {**row, "confidence": f"{float(row['confidence']):.3f}", "score": str(float(row["score"] or 0))} for row in ours
    ]
    wanted = [
        {**row, "confidence": f"{float(row['confidence']):.3f}", "score": str(float(row["score"] or 0))}
        for row in theirs
    ]
    order = lambda row: row["claim"]  # noqa: E731
    assert sorted(plain, key=order) == sorted(wanted, key=order)
    fine(page)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n=", "＝"])
def test_csv_has_no_cell_that_is_a_formula(opened, tmp_path, start):
    name = f"{start}cmd|' /C calc'!A0"
    claim = Claim("x", "visits", "Peru", Qualifiers(role=name), said(f"{name} kam.", "kam"))
    page = opened(ClaimSet((claim,), (Entity("x", EntityType.PERSON, name), ENTITIES[0]), ARTICLES))
    [row] = table(export(page, "Aussagen als CSV", tmp_path))
    for column in ("subject", "role", "quote"):
        assert row[column].startswith("'"), column


def test_graphml_is_read_by_networkx(opened, tmp_path):
    page = opened(graph())
    read = nx.read_graphml(export(page, "Netz als GraphML", tmp_path), force_multigraph=True)
    wanted = to_networkx(graph())
    assert set(read) == set(wanted)
    assert set(read.edges(keys=True)) == set(wanted.edges(keys=True))
    assert read.nodes["vargas"]["label"] == '=Julio "Vargas"'
    assert read.nodes["Peru"]["weight"] == wanted.nodes["Peru"]["weight"]
    assert read.nodes["Peru"]["geonames"] == 3932488
    assert read.nodes["Peru"]["known"] is True
    for a, b, key in wanted.edges:
        ours, theirs = read.edges[a, b, key], wanted.edges[a, b, key]
        for name in ("predicate", "label_en", "modality", "begins", "quote", "title", "role", "objectless"):
            assert ours.get(name) == theirs.get(name), name


def test_turtle_is_read_by_rdflib_and_by_kg(opened, tmp_path):
    page = opened(graph())
    file = export(page, "RDF als Turtle", tmp_path)
    triples = rdflib.Graph().parse(file)
    peru = rdflib.URIRef("https://kg-geopolitics.org/resource/Peru")
    assert (peru, rdflib.OWL.sameAs, rdflib.URIRef("https://sws.geonames.org/3932488/")) in triples
    assert validate(parse_file(file)) == []
    read = ClaimSet.of(extractions(parse_file(file)))
    assert {c.id: c.evidence for c in read.claims()} == {c.id: tuple(sorted(c.evidence)) for c in graph().claims()}
    assert {e.id for e in read.entities()} == {e.id for e in ENTITIES}
    assert {a.title for a in read.articles()} == {a.title for a in ARTICLES}


def test_turtle_says_what_kg_itself_would_write(opened, tmp_path):
    """Triple by triple, but for the text of the article, which the page does not hold.

    Whoever changes `kg/rdf/encode.py` changes `kg/data/view/20-files.js` as well.
    """
    file = export(opened(graph()), "RDF als Turtle", tmp_path)
    ours = {(q.subject, q.predicate, q.object) for q in parse_file(file)}
    for extraction in extractions(parse_file(file)):
        again = {(q.subject, q.predicate, q.object) for q in quads(canonical(extraction), text=False)}
        digest = {t for t in again if str(t[1]).endswith(("sha256>", "actsFor>")) or "inference" in str(t[0])}
        assert again - digest <= ours


def test_exports_keep_to_what_is_selected(opened, tmp_path):
    page = opened(graph())
    page.locator("#panel .actor", has_text="Ana Mora").click()
    file = export(page, "Aussagen als CSV", tmp_path)
    assert "Mora" in file.name
    rows = table(file)
    assert [row["predicate"] for row in rows] == ["criticizes"]


def test_exports_keep_to_what_the_filters_leave(opened, tmp_path):
    page = opened(graph())
    page.locator("#filters label", has_text="bestritten").locator("input").uncheck()
    rows = table(export(page, "Aussagen als CSV", tmp_path))
    assert len(rows) == 6
    assert "negated" not in {row["modality"] for row in rows}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_texts_stay_texts_in_every_file_and_view(opened, tmp_path, text):
    page = opened(hostile(text))
    assert len(table(export(page, "Aussagen als CSV", tmp_path))) == 4
    assert nx.read_graphml(export(page, "Netz als GraphML", tmp_path), force_multigraph=True).number_of_edges() == 4
    assert len(rdflib.Graph().parse(export(page, "RDF als Turtle", tmp_path), format="turtle")) > 20
    drawn = ElementTree.parse(export(page, "Bild als SVG", tmp_path)).getroot()
    assert {node.tag.split("}")[1] for node in drawn.iter()} <= {
        "svg",
        "title",
        "rect",
        "path",
        "text",
        "g",
        "clipPath",
    }
    for view in ("table", "timeline"):
        page.click(f"#tab-{view}")
        page.wait_for_selector(f"#view-{view}:not([hidden])")
    page.click("#tab-table")
    page.click(".segments >> text=Akteure")
    assert page.evaluate("window.hit") is None
    fine(page)


def test_svg_shows_every_actor_and_line(opened, tmp_path):
    page = opened(small(), title="Fünf & mehr")
    root = ElementTree.parse(export(page, "Bild als SVG", tmp_path)).getroot()
    space = "{http://www.w3.org/2000/svg}"
    words = [node.text for node in root.iter(f"{space}text")]
    for name in ("Russland", "Nordkorea", "Pjöngjang", "Lena Winter", "Russischer Sicherheitsrat", "Fünf & mehr"):
        assert name in words
    assert root.find(f"{space}title").text == "Fünf & mehr"


def test_png_is_a_picture_with_something_in_it(opened, tmp_path):
    page = opened(small())
    data = export(page, "Bild als PNG", tmp_path).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    assert width > 600
    assert height > 400
    assert len(data) > 20_000  # an empty picture of this size takes a tenth
    fine(page)


def test_map_becomes_a_picture_too(opened, tmp_path):
    page = opened(graph(), fragment="#view=map")
    words = [
        node.text
        for node in ElementTree.parse(export(page, "Bild als SVG", tmp_path))
        .getroot()
        .iter("{http://www.w3.org/2000/svg}text")
    ]
    assert {"Peru", "Ecuador", "Kolumbien"} <= set(words)
    assert len(export(page, "Bild als PNG", tmp_path).read_bytes()) > 20_000


# ---- timeline ----


def test_timeline_shows_dated_events_in_order_and_how_exactly_they_are_dated(opened):
    page = opened(graph(), fragment="#view=timeline")
    labels = page.eval_on_selector_all(".event button", "buttons => buttons.map(b => b.getAttribute('aria-label'))")
    assert [re.sub(r", [a-z]+$", "", label) for label in labels] == [
        "Peru unterstützt Ecuador, 2022 – Mai 2023",
        '=Julio "Vargas" besucht Ecuador, 3. März 2024',
        "Kolumbien greift an Peru, bis Januar 2025",
    ]
    wide = page.eval_on_selector_all(".event-bar", "bars => bars.map(b => b.getBoundingClientRect().width)")
    assert wide[0] > 3 * wide[1]  # a span of seventeen months and a day
    fine(page)


def test_timeline_draws_what_only_ends_at_its_end(opened):
    claims = [
        Claim("Peru", "attacks", "Ecuador", Qualifiers(ends="2024"), said(FIRST, "reiste")),
        Claim("Peru", "visits", "Ecuador", Qualifiers(begins="2024-01-02", ends="2024-01-02"), said(FIRST, "reiste")),
        Claim("Ecuador", "visits", "Peru", Qualifiers(begins="2024-12-31", ends="2024-12-31"), said(FIRST, "reiste")),
    ]
    page = opened(ClaimSet(tuple(claims), ENTITIES, ARTICLES), fragment="#view=timeline")
    at = {
        words: (left, right)
        for words, left, right in page.eval_on_selector_all(
            ".event",
            "all => all.map(e => { const b = e.querySelector('.event-bar').getBoundingClientRect();"
            " return [e.innerText, b.left, b.right]; })",
        )
    }
    ended = at["Peru greift an Ecuador (bis 2024)"]
    assert ended[0] > at["Peru besucht Ecuador"][1] + 100
    assert abs(ended[1] - at["Ecuador besucht Peru"][1]) < 12
    fine(page)


def test_timeline_adds_states_and_the_day_of_the_article_on_request(opened):
    page = opened(graph(), fragment="#view=timeline")
    page.check("[name=states]")
    assert page.locator(".event").count() == 4
    page.check("[name=undated]")
    assert page.locator(".event.guessed").count() == 1  # the other articles tell no date
    assert "Tag des Artikels: 2. Mai 2024" in page.locator(".event.guessed button").get_attribute("aria-label")


def test_timeline_opens_the_evidence_and_is_walked_with_arrows(opened):
    page = opened(graph(), fragment="#view=timeline")
    page.focus(".event button >> nth=0")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .chosen")
    assert "reiste am 3. März 2024" in page.locator("#panel").inner_text()
    assert page.evaluate("document.activeElement.dataset.claim") is not None
    assert page.locator(".event.chosen").count() == 1


def test_timeline_labels_do_not_cover_each_other(opened):
    claims = tuple(
        Claim("Peru", "visits", "Ecuador", Qualifiers(begins=day, ends=day), said(FIRST, "reiste"))
        for day in (f"2024-{m:02}-{d:02}" for m in range(1, 13) for d in (3, 4, 17))
    )
    page = opened(ClaimSet(claims, ENTITIES, ARTICLES), fragment="#view=timeline")
    boxes = page.eval_on_selector_all(
        ".event-words",
        "words => words.map(w => { const b = w.getBoundingClientRect(); return [b.left, b.right, b.top, b.bottom]; })",
    )
    assert len(boxes) == 36
    for i, (left, right, top, bottom) in enumerate(boxes):
        for other in boxes[:i]:
            assert not (left < other[1] - 1 and right > other[0] + 1 and top < other[3] - 1 and bottom > other[2] + 1)


# ---- map ----


def test_map_shows_places_and_lists_them(opened):
    page = opened(graph(), fragment="#view=map")
    listed = page.eval_on_selector_all(".map-side .actor", "buttons => buttons.map(b => b.getAttribute('aria-label'))")
    assert listed[0] == "Peru: 7 Aussagen"  # what its president does counts for it
    assert "Bogotá: 1 Aussage" in listed
    assert page.locator(".pin").count() == 4
    assert page.locator(".land.involved").count() == 3
    assert page.locator(".map-line").count() == 2
    assert "nicht auf der Karte: 1." in page.locator("#view-map").inner_text()
    fine(page)


def test_map_puts_north_up_and_east_right(opened):
    page = opened(graph(), fragment="#view=map")
    at = {name: page.locator(f".pin[data-place='{name}']").bounding_box() for name in ("Peru", "Kolumbien", "Ecuador")}
    assert at["Kolumbien"]["y"] < at["Ecuador"]["y"] < at["Peru"]["y"]
    assert at["Ecuador"]["x"] < at["Kolumbien"]["x"]
    inside = page.evaluate(
        "[...document.querySelectorAll('.land.involved')].map(l => [...document.querySelectorAll('.pin')].filter(p => {"
        " const point = l.ownerSVGElement.createSVGPoint(); point.x = p.cx.baseVal.value; point.y = p.cy.baseVal.value;"
        " const there = l.parentNode.transform.baseVal.consolidate().matrix.inverse();"
        " return l.isPointInFill(point.matrixTransform(there)); }).length)"
    )
    assert sorted(inside) == [1, 1, 2]  # every pin lies in its country, Bogotá's as well


def test_map_leads_to_the_evidence_by_keyboard(opened):
    page = opened(graph(), fragment="#view=map")
    page.focus(".map-side .actor[aria-label^='Bogotá']")
    page.keyboard.press("Enter")
    page.wait_for_selector(".map-place")
    page.focus(".map-claims button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .chosen")
    assert "reiste am 3. März 2024" in page.locator("#panel").inner_text()


def test_map_zooms_and_moves_by_keyboard(opened):
    page = opened(graph(), fragment="#view=map")

    def apart():
        a, b = (page.locator(f".pin[data-place='{name}']").get_attribute("cx") for name in ("Peru", "Ecuador"))
        return abs(float(a) - float(b))

    before = apart()
    page.focus(".map-surface")
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert apart() > 1.9 * before
    page.keyboard.press("0")
    assert apart() == pytest.approx(before, rel=0.02)


def test_map_is_not_offered_where_nothing_has_a_place(opened):
    page = opened(random_graph(10, 20))
    assert page.locator("#tab-map").count() == 0
    assert page.locator("#tab-table").count() == 1


def test_views_speak_both_languages(opened):
    page = opened(graph(), fragment="#view=table")
    page.click("#toggle-language")
    assert page.locator("th", has_text="Counterpart").count() == 1
    for view, word in (("timeline", "Show offices"), ("map", "Places")):
        page.click(f"#tab-{view}")
        assert word.lower() in page.locator(f"#view-{view}").inner_text().lower()
    fine(page)


# ---- for everybody ----


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["table", "timeline", "map"])
@pytest.mark.parametrize("width", [1400, 390])
def test_axe_finds_nothing_serious_in_any_view(opened, scheme, view, width):
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
    page = opened(graph(), fragment=f"#view={view}", **options)
    page.wait_for_selector(f"#view-{view}:not([hidden])")
    if view == "timeline":
        page.check("[name=states]")
        page.check("[name=undated]")
    assert serious(page) == []


def test_views_of_thousands_of_claims_answer_at_once(opened):
    """Generous limits for a slow machine: what is meant is that nothing grows with the square of the claims."""
    page = opened(random_graph(3000, 9000))
    page.click("#tab-table")
    took = page.evaluate(
        "async () => { const box = document.querySelector('.view-search'); const start = performance.now();"
        " box.value = 'nummer 12'; box.dispatchEvent(new Event('input')); const typed = performance.now() - start;"
        " const sort = performance.now(); document.querySelector('.sort').click();"
        " return [typed, performance.now() - sort]; }"
    )
    assert max(took) < 3000
    assert len(rows_of(page)) == 100
    page.click("#tab-timeline")
    page.check("[name=undated]")
    assert page.locator(".event").count() == 600
    assert "Gezeigt sind die 600 deutlichsten" in page.locator("#view-timeline").inner_text()
    fine(page)


def test_timeline_of_undated_events_begins_with_the_days_of_their_articles(opened):
    visit = Claim("Peru", "visits", "Ecuador", Qualifiers(), said(FIRST, "reiste", "a2"))
    claims = (*graph().claim_records[-1:], visit)
    page = opened(ClaimSet(claims, ENTITIES, ARTICLES), fragment="#view=timeline")
    assert page.locator(".event.guessed").count() == 2
    assert page.is_checked("[name=undated]")
    page.uncheck("[name=undated]")
    assert page.locator(".event").count() == 0
    assert page.locator(".view-empty").is_visible()
    fine(page)


def test_pictures_show_the_cross_of_a_denied_line(opened, tmp_path):
    page = opened(graph(), fragment="#view=map")
    page.locator("#filters label", has_text="geplant").locator("input").uncheck()  # only the denial is left of two
    for view in ("map", "network"):
        page.click(f"#tab-{view}")
        root = ElementTree.parse(export(page, "Bild als SVG", tmp_path)).getroot()
        space = "{http://www.w3.org/2000/svg}"
        paths = [p.get("d") for p in root.iter(f"{space}path")]
        crosses = [
            d for d in paths if re.fullmatch(r"M[-\d.]+ [-\d.]+L[-\d.]+ [-\d.]+M[-\d.]+ [-\d.]+L[-\d.]+ [-\d.]+", d)
        ]
        assert len(crosses) >= 2  # on the line and in the key


def test_map_says_which_places_it_leaves_out_and_shows_them_nearer_to_the_ground(opened):
    names = sorted(load_locations())[:700:2]
    cities = [Entity(name, EntityType.CITY, name, known=True) for name in names]
    claims = [
        Claim("vargas", verb, name, Qualifiers(), said(FIRST, "reiste"))
        for i, name in enumerate(names)
        for verb in (("visits", "supports") if i < 250 else ("visits",))
    ]
    page = opened(ClaimSet(tuple(claims), (ENTITIES[4], ENTITIES[0], *cities), ARTICLES), fragment="#view=map")
    foot = page.locator("#view-map .view-foot")
    assert page.locator(".pin").count() == 250
    assert re.search(r"\d+ Orte mit weniger Aussagen sind hier nicht gezeichnet", foot.inner_text())
    page.click(".map-side .more")
    assert page.locator(".map-side .actor").count() > 300  # the list names them all
    page.focus(".map-surface")
    for _ in range(5):
        page.keyboard.press("+")
    assert page.locator(".pin").count() > 250
    assert "nicht gezeichnet" not in foot.inner_text()
    fine(page)
