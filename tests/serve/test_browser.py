"""The pages in a real browser: nothing is refused by the policy, everybody can use them, the comforts work."""

import pytest

from tests.conftest import browser

pytestmark = pytest.mark.browser
PATHS = [
    "/",
    "/queries",
    "/queries/visits?run=1",
    "/query?query=SELECT+*+{?a+kg:visits+?b}",
    "/entity/Peru",
    "/article/a1",
    "/search?q=u",
]


@pytest.fixture(scope="module")
def chromium():
    api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install 'kg-geopolitics[test]'"
    )
    with api.sync_playwright() as started:
        running = started.chromium.launch(executable_path=browser(), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(chromium, server):
    """A page that fails the test when the browser complains."""
    context = chromium.new_context(base_url=str(server.base_url), locale="de-DE")
    opened, complaints = context.new_page(), []
    opened.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert not complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_them(chromium, server, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    options = {"base_url": str(server.base_url), "viewport": {"width": 390, "height": 800}, "bypass_csp": True}
    context = chromium.new_context(color_scheme=scheme, locale="de-DE", **options)
    found = []
    for path in PATHS:
        page = context.new_page()
        page.goto(path)
        found += [(path, violation["id"]) for violation in axe.run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            found.append((path, "wider than the screen"))
        page.close()
    context.close()
    assert not found


def test_the_keyboard_is_enough_for_a_query(page):
    page.goto("/query")
    page.focus("textarea")
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT ?a { ?a kg:visits kgr:Ecuador }")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#result a")
    assert page.inner_text("#result tbody") == "kgr:Person_Julio_Vargas"
    page.focus("#result tbody a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/entity/Person_Julio_Vargas")
    assert page.inner_text("h1") == "Julio Vargas"


def test_names_are_proposed(page):
    page.goto("/")
    page.type("input[name=q]", "ecu", delay=20)
    page.wait_for_selector("#names option", state="attached")
    assert page.eval_on_selector_all("#names option", "all => all.map(one => one.value)") == ["Ecuador"]


def test_hostile_names_do_nothing(page):
    page.on("dialog", lambda dialog: pytest.fail(f"a name became a script: {dialog.message}"))
    for path in ("/", "/entity/Peru", "/article/a1", "/search?q=%3Cscript", "/network"):
        page.goto(path)
        page.wait_for_timeout(200)


def test_the_network_is_drawn_within_the_page(page):
    page.goto("/network")
    frame = page.frame_locator("iframe")
    assert "Akteure" in frame.locator("#count").inner_text()
    assert frame.locator("canvas").first.is_visible()
