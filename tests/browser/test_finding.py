"""Finding in the network page: search, filters, surroundings, paths, time, the address, undo."""

import pytest

from kg.model import Claim, Entity, EntityType, Modality, Qualifiers
from kg.network import ClaimSet
from tests.browser.graphs import random_graph, small
from tests.browser.looking import clean, drawn, find, fragment, ink, text

pytestmark = pytest.mark.browser


def chain(count=6):
    """Actors in a row: 0 - 1 - 2 …, each meeting the next."""
    people = [Entity(f"p{i}", EntityType.PERSON, f"Person {i}") for i in range(count)]
    claims = [
        Claim(f"p{i}", "meetsWith", f"p{i + 1}", Qualifiers(begins=f"20{10 + i}", ends=f"20{10 + i}"))
        for i in range(count - 1)
    ]
    return ClaimSet(tuple(claims), tuple(people))


def actors(page):
    return sorted(page.locator(".actors:not(.groups) .actor").all_inner_texts())


# --- search ---


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("nordk", "Nordkorea"),
        ("KDVR", "Nordkorea"),
        ("pjongjang", "Pjöngjang"),
        ("PJOENGJANG", "Pjöngjang"),
        ("pjöng", "Pjöngjang"),
        ("winter", "Lena Winter"),
    ],
)
def test_search_finds_names_aliases_and_umlauts(opened, query, expected):
    page = opened(small())
    page.keyboard.press("/")
    page.keyboard.type(query)
    assert expected in text(page, "#found li")
    page.keyboard.press("Enter")
    assert text(page, "#panel h2") == expected
    clean(page)


def test_search_suggests_and_is_walked_with_arrows(opened):
    page = opened(small())
    page.fill("#search", "or")
    options = page.locator("#found [role=option]")
    assert options.count() >= 1
    page.fill("#search", "r")
    page.press("#search", "ArrowDown")
    chosen = page.locator("#found [aria-selected=true]")
    assert chosen.count() == 1
    assert page.get_attribute("#search", "aria-activedescendant") == chosen.get_attribute("id")
    page.press("#search", "Escape")
    assert page.locator("#found").is_hidden()


def test_search_says_when_nothing_is_found(opened):
    page = opened(small())
    page.fill("#search", "zzzz")
    assert text(page, "#found") == "Kein Treffer"
    page.press("#search", "Enter")
    assert page.evaluate("document.body.dataset.selected") == ""


# --- filters ---


def test_legend_filters_actors(opened):
    page = opened(small())
    page.click("#filters label:nth-of-type(1) input")  # states
    assert text(page, "#count") == "3 von 5 Akteuren · 2 von 9 Aussagen"
    before = ink(page)
    page.click("#filters .reset")
    assert text(page, "#count") == "5 Akteure · 9 Aussagen · 1 Artikel"
    assert ink(page) > before
    clean(page)


@pytest.mark.parametrize(
    ("group", "label", "left"),
    [
        ("Beziehungen", "Zusammenarbeit", 4),  # two visits and two offices or places remain without troops and weapons
        ("Sicherheit", "bestritten", 8),
        ("Sicherheit", "berichtet", 7),
        ("Sicherheit", "geplant", 8),
    ],
)
def test_classes_and_modalities_filter_claims(opened, group, label, left):
    page = opened(small())
    room = page.locator("fieldset", has=page.locator("legend", has_text=group))
    amount = int(room.locator(".box", has_text=label).first.locator(".amount").inner_text())
    room.locator(".box", has_text=label).first.locator("input").click()
    assert f"{9 - amount} von 9 Aussagen" in text(page, "#count")
    if group == "Sicherheit":
        assert 9 - amount == left


def test_single_relation_filters_claims(opened):
    page = opened(small())
    for details in page.locator("#filters details").all():
        details.locator("summary").click()
    page.locator("#filters details .box", has_text="liefert Waffen").locator("input").click()
    assert "7 von 9 Aussagen" in text(page, "#count")


def test_source_filters_claims(opened):
    page = opened(small())
    page.select_option("#filters select >> nth=0", index=2)
    assert "1 von 9 Aussagen" in text(page, "#count")
    assert text(page, "#chips") == "laut Russischer Sicherheitsrat ×"
    page.select_option("#filters select >> nth=0", index=1)
    assert "8 von 9 Aussagen" in text(page, "#count")
    page.click("#chips button")
    assert "9 Aussagen" in text(page, "#count")


def test_article_filters_claims(opened):
    page = opened(random_graph(30, 60, articles=3))
    page.select_option("#filters select", index=1)
    assert "von 60 Aussagen" in text(page, "#count")
    assert "Artikel: 1." in text(page, "#chips")
    clean(page)


# --- surroundings and paths ---


@pytest.mark.parametrize(("steps", "names"), [(1, 2), (2, 3), (3, 4)])
def test_surroundings_of_an_actor(opened, steps, names):
    page = opened(chain())
    find(page, "Person 0")
    page.click(f"#panel .step >> nth={steps}")
    assert drawn(page)[0] == names
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    page.click("#panel .step >> nth=0")
    assert drawn(page)[0] == 6
    clean(page)


def test_double_click_looks_around(opened):
    page = opened(chain())
    find(page, "Person 5")
    box = page.locator("#network").bounding_box()
    page.keyboard.press("0")
    page.evaluate("document.getElementById('network').focus()")
    page.keyboard.press("1")
    assert drawn(page)[0] == 2
    # the actor in focus stands between its neighbours; what is around it is drawn in the middle of the room
    assert box["width"] > 300
    clean(page)


def test_path_between_two_actors(opened):
    page = opened(chain())
    find(page, "Person 1")
    page.fill("#way", "Person 4")
    page.press("#way", "Enter")
    assert text(page, "#chips").startswith("Weg von Person 1 zu Person 4: 3 Schritte")
    assert actors(page) == ["Person 1", "Person 2", "Person 3", "Person 4"]
    clean(page)


def test_no_path_is_said(opened):
    page = opened(random_graph(8, 3, seed=5))
    names = page.evaluate("JSON.parse(document.getElementById('data').textContent).nodes.map((n) => n.label)")
    found = False
    for name in names[1:]:
        find(page, names[0])
        page.fill("#way", name)
        page.press("#way", "Enter")
        if text(page, "#chips").startswith("Kein Weg"):
            assert "führt kein Weg" in text(page, "#empty")
            found = True
            break
        page.click("#chips button")
    assert found


def test_path_follows_the_filters(opened):
    a, b, c = (Entity(x, EntityType.PERSON, f"Person {x}") for x in "abc")
    claims = (
        Claim("a", "meetsWith", "b", Qualifiers(Modality.PLANNED)),
        Claim("a", "meetsWith", "c"),
        Claim("c", "meetsWith", "b"),
    )
    page = opened(ClaimSet(claims, (a, b, c)))
    find(page, "Person a")
    page.fill("#way", "Person b")
    page.press("#way", "Enter")
    assert actors(page) == ["Person a", "Person b"]
    page.locator(".box", has_text="geplant").locator("input").click()
    assert actors(page) == ["Person a", "Person b", "Person c"]


# --- time ---


def test_time_slider_cuts_out_a_span(opened):
    page = opened(chain())
    assert page.locator("#time rect").count() == 5
    page.focus("#time .handle.from")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "3 von 5 Aussagen" in text(page, "#count")
    page.focus("#time .handle.to")
    page.keyboard.press("ArrowLeft")
    assert "2 von 5 Aussagen" in text(page, "#count")
    assert text(page, "#time output") == "2012 – 2013"
    assert page.get_attribute("#time .handle.to", "aria-valuetext") == "2013"
    assert text(page, "#chips") == "2012 – 2013 ×"
    clean(page)


def test_time_plays_and_stops(opened):
    page = opened(chain())
    page.click("#time .play")
    for year in ("2010", "2011"):
        page.locator("#time output").get_by_text(year, exact=True).wait_for(timeout=5000)
    assert page.get_attribute("#time .play", "aria-label") == "Anhalten"
    page.click("#time .play")
    stopped = text(page, "#time output")
    page.wait_for_timeout(1200)
    assert text(page, "#time output") == stopped


def test_time_long_before_the_others_has_a_bar_of_its_own(opened):
    state, person = Entity("S", EntityType.COUNTRY, "Staat"), Entity("p", EntityType.PERSON, "Person")
    days = ["1950-03-01", *(f"20{y:02}-06-{d:02}" for y in range(5, 20) for d in range(1, 5))]
    graph = ClaimSet(tuple(Claim("p", "visits", "S", Qualifiers(begins=d, ends=d)) for d in days), (state, person))
    page = opened(graph, fragment="#from=1950-01-01&to=1950-12-31")
    assert "1 von 61 Aussagen" in text(page, "#count")
    assert (text(page, "#chips"), text(page, "#time output")) == ("1950 ×", "1950")
    assert page.locator("#time rect.inside").count() == 1
    assert page.locator("#time rect.inside").get_attribute("data-beyond") == "before"
    assert page.get_attribute("#time .handle.to", "aria-valuetext") == "vor 2005"
    page.click("#chips button")
    assert text(page, "#time output") == "1950 – 2019"
    page.focus("#time .handle.from")
    page.keyboard.press("ArrowRight")
    assert "60 von 61 Aussagen" in text(page, "#count")
    assert text(page, "#chips") == "2005 – 2019 ×"
    clean(page)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ("from=2012-01-01&to=2013-12-31", "2012 – 2013"),
        ("from=2012-03-01&to=2012-03-31", "März 2012"),
        ("from=2012-03-05&to=2012-04-30", "5. März 2012 – 30. April 2012"),
        ("to=2013-12-31", "bis 2013"),
    ],
)
def test_time_is_called_the_same_everywhere(opened, span, words):
    page = opened(chain(), fragment=f"#{span}")
    assert (text(page, "#chips"), text(page, "#time output")) == (f"{words} ×", words)


def test_time_of_what_only_ends_is_its_end(opened):
    state, person = Entity("S", EntityType.COUNTRY, "Staat"), Entity("p", EntityType.PERSON, "Person")
    dates = [(None, "2012-02"), ("2012-01-05", "2012-01-05"), ("2012-03-05", "2012-03-05")]
    graph = ClaimSet(tuple(Claim("p", "visits", "S", Qualifiers(begins=b, ends=e)) for b, e in dates), (state, person))
    page = opened(graph)
    heights = page.eval_on_selector_all("#time rect", "bars => bars.map((b) => b.height.baseVal.value > 0)")
    assert heights.count(True) == 3  # not together with the visit of January
    page = opened(graph, fragment="#from=2012-02-29&to=2012-02-29")
    assert "1 von 3 Aussagen" in text(page, "#count")


def test_time_of_a_graph_without_dates_is_hidden(opened):
    page = opened(ClaimSet((Claim("a", "meetsWith", "b"),), (Entity("a", EntityType.PERSON, "Anna"),)))
    assert page.locator("#time").is_hidden()
    clean(page)


# --- address, undo, reset ---


def test_address_holds_the_view(opened, tmp_path):
    page = opened(small())
    page.locator(".box", has_text="bestritten").locator("input").click()
    find(page, "Nordkorea")
    page.click("#panel .step >> nth=1")
    kept = page.evaluate("location.hash")
    assert "modality-=negated" in fragment(page)
    assert "around=KP" in fragment(page)
    again = opened(small(), fragment=kept)
    assert again.locator("#count").inner_text() == text(page, "#count")
    assert text(again, "#panel h2") == "Nordkorea"
    assert text(again, "#chips") == text(page, "#chips")
    clean(again)


@pytest.mark.parametrize(
    "wrong",
    [
        "#around=gibtesnicht&steps=9",
        "#amount=-5&from=gestern&line=KP&line=KP",
        "#path=KP&group=<b>&claim=1&view=x",
        "#%%%",
    ],
)
def test_address_of_another_graph_does_no_harm(opened, wrong):
    page = opened(small(), fragment=wrong)
    assert text(page, "#count") == "5 Akteure · 9 Aussagen · 1 Artikel"
    clean(page)


def test_pasted_address_changes_the_view(opened):
    page = opened(small())
    page.evaluate("location.hash = 'node=RU'")
    page.locator("#panel h2").get_by_text("Russland").wait_for()
    page.click("#undo")
    assert "Überblick" in text(page, "#panel")
    page.asked[:] = page.asked[:1]  # a new address after # is listed as a request, but nothing is loaded
    clean(page)


def test_undo_goes_back_step_by_step(opened):
    page = opened(small())
    assert page.is_disabled("#undo")
    page.locator(".box", has_text="bestritten").locator("input").click()
    find(page, "Russland")
    page.click("#undo")
    assert "Überblick" in text(page, "#panel")
    assert "8 von 9" in text(page, "#count")
    page.keyboard.press("Control+z")
    assert text(page, "#count") == "5 Akteure · 9 Aussagen · 1 Artikel"
    assert page.is_disabled("#undo")


def test_reset_takes_everything_back_and_can_be_undone(opened):
    page = opened(small())
    page.locator(".box", has_text="Person").first.locator("input").click()
    page.click("#filters .reset")
    assert fragment(page) == ""
    page.click("#undo")
    assert "type" in fragment(page)
