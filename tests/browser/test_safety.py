"""Every text of the page comes from strangers: whatever stands in whichever field, nothing runs or is loaded."""

from urllib.parse import quote

import pytest

from kg.model import Article, Claim, Entity, EntityType, Evidence, Modality, Qualifiers, Quantity
from kg.network import ClaimSet
from tests.browser.graphs import HOSTILE, hostile
from tests.browser.looking import clean, drawn

pytestmark = pytest.mark.browser

FIELDS = (
    "entity id", "name", "alias", "wikidata", "country", "predicate", "source", "begins", "ends", "place", "quantity",
    "unit", "role", "quote", "cue", "rule", "article id", "title", "publisher", "url", "language",
)  # fmt: skip

# what became of the nodes, and of the page: anything but this has run or has been parsed as markup
LOOK = """() => ({
    hit: typeof window.hit,
    scripts: document.querySelectorAll("script").length,
    foreign: document.querySelectorAll("img, iframe, object, embed, base, link, [http-equiv=refresh], form").length,
    handlers: [...document.querySelectorAll("*")]
        .filter((e) => e.getAttributeNames().some((n) => n.startsWith("on"))).length,
    protocols: [...new Set([...document.querySelectorAll("a")].map((a) => new URL(a.href).protocol))],
})"""


def placed(field, number, payload):
    """The entities, claims and article of one payload in one field; what is usual differs from number to number."""
    payload = payload.replace("\ud800", "")

    def at(name, usual):
        return payload if field == name else usual

    name = at("name", f"Anna Beispiel {number}")
    quote = payload if field in ("quote", "cue") else f"{name} griff Belgien an."
    cue = (0, len(quote)) if field == "cue" else (5, 10)
    person = Entity(
        at("entity id", f"anna{number}"), EntityType.PERSON, name, (at("alias", f"Anna {number}"),),
        at("wikidata", "Q1"), at("country", "BE"),
    )  # fmt: skip
    q = Qualifiers(
        Modality.REPORTED, at("source", "BE"), at("begins", "2024"), at("ends", "2024"), at("place", "BE"),
        Quantity(at("quantity", "zwei Tage"), 2, at("unit", "Tag")), at("role", "Bote"),
    )  # fmt: skip
    piece = Evidence(at("article id", f"a{number}"), 0, len(quote), quote, at("rule", "de/x"), *cue, 0.9)
    claims = [
        Claim(person.id, at("predicate", "attacks"), "BE", q, (piece,)),
        Claim(person.id, at("predicate", "attacks"), "BE", Qualifiers(Modality.NEGATED), (piece,)),
        Claim(person.id, "suffersCasualties", None, q, (piece,)),
    ]
    article = Article(
        at("article id", f"a{number}"), "…", at("title", "Ein Titel"), None, at("publisher", "Blatt"),
        at("url", "https://example.org/"), at("language", "de"),
    )  # fmt: skip
    return person, claims, article


def every(field):
    """A graph with every payload in one field, each of an actor of its own."""
    people, claims, articles = zip(*(placed(field, i, payload) for i, payload in enumerate(HOSTILE)), strict=True)
    state = Entity("BE", EntityType.COUNTRY, "Belgien", ("Brüssel",), "Q31")
    return ClaimSet(tuple(c for some in claims for c in some), (state, *people), articles)


def look_at_everything(page):
    """Hover and click on all actors, lines, filters, tabs and menus."""
    box = page.locator("#network").bounding_box()
    for step in range(1, 6):
        page.mouse.move(box["x"] + box["width"] * step / 6, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.keyboard.press("Escape")
    page.evaluate(
        """async () => {
        const pause = () => new Promise((done) => requestAnimationFrame(() => done()));
        const all = (selector) => [...document.querySelectorAll(selector)];
        for (let i = 0; i < all(".actors .actor").length; i += 1) {
            all(".actors .actor")[i].click();
            await pause();
            document.querySelector("#panel .step:nth-of-type(2)")?.click();
            document.querySelector("#panel .line")?.click();
            await pause();
            const over = () => new MouseEvent("mouseover", { bubbles: true });
            for (const element of all("#panel *")) element.dispatchEvent(over());
            all("#panel .close")[0]?.click();
            all("#chips button")[0]?.click();
        }
        for (const tab of [...all("[role=tab]").map((t) => t.id), "tab-network"]) {
            document.getElementById(tab)?.click();
            await pause();
        }
        document.getElementById("toggle-language").click();
    }"""
    )


@pytest.mark.parametrize("field", FIELDS)
def test_payloads_in_a_field_run_nothing(opened, field):
    """Every field with every payload: 21 times 16 actors, hovered and clicked, and their lines."""
    page = opened(every(field))
    assert drawn(page)[0] == len(HOSTILE) + 1
    look_at_everything(page)
    seen = page.evaluate(LOOK)
    assert seen["hit"] == "undefined"
    assert (seen["scripts"], seen["foreign"], seen["handlers"]) == (3, 0, 0)
    assert set(seen["protocols"]) <= {"https:", "http:"}
    clean(page)


@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
def test_payload_in_all_fields_runs_nothing(opened, payload):
    page = opened(hostile(payload), title=payload)  # the heading of the page, too
    look_at_everything(page)
    page.fill("#search", payload.replace("\ud800", "")[:40])
    page.press("#search", "Enter")
    assert page.evaluate(LOOK)["hit"] == "undefined"
    assert page.evaluate(LOOK)["scripts"] == 3
    clean(page)


@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
def test_payload_in_the_address_runs_nothing(opened, payload):
    text = quote(payload.replace("\ud800", ""))
    keys = ("node", "source", "article", "from", "view", "lang", "theme", "around", "type-", "relation+", "claim")
    page = opened(hostile(payload), fragment="#" + "&".join(f"{quote(key)}={text}" for key in keys))
    assert page.evaluate(LOOK)["hit"] == "undefined"
    assert page.evaluate(LOOK)["scripts"] == 3
    clean(page)


def test_policy_refuses_what_would_be_injected(opened):
    """The tests above can fail: markup and scripts that are put in by hand are stopped by the policy, and seen."""
    page = opened(hostile("x"))
    page.evaluate(
        """() => { document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.hit=1'>");
        const s = document.createElement("script"); s.textContent = "window.hit=1"; document.body.append(s); }"""
    )
    page.wait_for_timeout(100)
    seen = page.evaluate(LOOK)
    assert seen["hit"] == "undefined"
    assert seen["foreign"] == 1
    assert any("Content Security Policy" in problem for problem in page.problems)
