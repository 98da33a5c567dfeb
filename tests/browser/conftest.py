"""A headless Chromium for the tests of the network page, driven by Playwright and without any network."""

import os
import shutil

import pytest

from kg.view import write_html

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OFFLINE = ("--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking", "--no-sandbox", "--disable-gpu")


def find_browser():
    """The command of the browser. Without one the tests are skipped, but not where CI says that it must be there."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        reason = "there is no Chromium; tests/run.sh installs it where it may"
        if os.environ.get("CI") or os.environ.get("KG_BROWSER") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def playwright():
    """Playwright itself, for tests that start a browser of their own."""
    found = find_browser()
    api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install 'kg-geopolitics[test]'"
    )
    with api.sync_playwright() as started:
        started.kg_browser = found
        yield started


def launch(playwright, *arguments):
    """A browser with further command line arguments; it must be closed."""
    return playwright.chromium.launch(executable_path=playwright.kg_browser, args=[*OFFLINE, *arguments])


@pytest.fixture(scope="module")
def chromium(playwright):
    """One browser for all tests of a file."""
    browser = launch(playwright)
    yield browser
    browser.close()


def open_page(browser, path, *, fragment="", **options):
    """A page in a context of its own; `problems` and `asked` gather what goes wrong and what is requested."""
    context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, "accept_downloads": True, **options})
    context.set_offline(True)
    page = context.new_page()
    page.problems, page.asked = [], []
    page.on("console", lambda m: page.problems.append(m.text) if m.type in ("error", "warning", "assert") else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("dialog", lambda dialog: (page.problems.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(path.resolve().as_uri() + fragment)
    page.wait_for_selector("body[data-state=ready]")  # a function would be eval, which the policy of the page forbids
    return page


@pytest.fixture
def opened(chromium, tmp_path):
    """Open a graph, or a file, in a fresh page: `opened(graph, fragment="#…", color_scheme="dark", title=…)`."""
    contexts = []

    def opening(what, *, title=None, language="de", **options):
        path = what
        if not hasattr(what, "is_file"):
            path = write_html(what, tmp_path / f"{len(contexts)}.html", title=title, language=language)
        page = open_page(chromium, path, **options)
        contexts.append(page.context)
        return page

    yield opening
    for context in contexts:
        context.close()
