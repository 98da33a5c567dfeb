"""The page inside a notebook's frame."""

import pytest

from kg.view_notebook import show
from tests.browser.conftest import open_page
from tests.browser.graphs import small

pytestmark = pytest.mark.browser


def test_frame_draws_the_network_and_answers(chromium, tmp_path):
    outer = tmp_path / "notebook.html"
    frame = show(small(), height=600, language="de")._repr_html_()
    outer.write_text(
        f"<!DOCTYPE html><html lang='de'><title>Notizbuch</title><body data-state='ready'>{frame}", encoding="utf-8"
    )
    page = open_page(chromium, outer)
    inner = page.frame_locator("iframe")
    inner.locator("body[data-state=ready]").wait_for()
    inner.locator("#search").fill("Nordkorea")
    inner.locator("#search").press("Enter")
    assert inner.locator("#panel h2").inner_text() == "Nordkorea"
    inner.locator(".box", has_text="bestritten").locator("input").click()
    assert "8 von 9" in inner.locator("#count").inner_text()
    inner.locator("#undo").click()
    assert inner.locator("#count").inner_text() == "5 Akteure · 9 Aussagen · 1 Artikel"
    assert page.problems == []
    assert [url for url in page.asked if not url.startswith(("file:", "about:"))] == []
    page.context.close()
