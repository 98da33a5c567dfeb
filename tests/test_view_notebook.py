"""The page inside a notebook."""

import html
import re

import kg
from kg.network import ClaimSet
from kg.view import html_page
from kg.view_notebook import show
from tests.browser.graphs import HOSTILE, small


def test_show_holds_the_page_and_nothing_else():
    shown = show(small(), height=500)
    frame = shown._repr_html_()
    assert "height: 500px" in frame
    [page] = re.findall(r'srcdoc="([^"]*)"', frame)
    assert html.unescape(page) == html_page(small())
    assert "allow-same-origin" not in frame


def test_show_cannot_be_left():
    for payload in HOSTILE:
        frame = show(ClaimSet(), title=payload)._repr_html_()
        assert frame.count("<") == 2
        assert frame.count(">") == 2


def test_show_does_not_print_the_page():
    assert len(repr(show(ClaimSet()))) < 100


def test_graph_shows_itself():
    with kg.KnowledgeGraph() as graph:
        assert graph.show(height=300, language="en").height == 300
