"""The pages: what they show, that nothing of a graph becomes markup, and that they need nothing from elsewhere."""

import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from kg.query import list_queries
from tests.serve.conftest import HOSTILE

CLAIM = "SELECT ?c { ?c a kg:Claim ; rdf:predicate kg:visits ; kg:modality kg:negated }"


class Page(HTMLParser):
    """A page taken apart: what it says, its links, its elements."""

    VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self, text):
        super().__init__()
        self.elements, self.links, self.words, self.open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)
        if tag in ("li", "dt", "dd", "td", "th", "p"):
            self.words.append(" ")  # they stand apart
        self.links += [value for name, value in attributes if name in ("href", "src", "action")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] not in (["script"], ["style"]):
            self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())


@pytest.fixture(scope="module")
def claim(server):
    answer = server.get("/sparql", params={"query": CLAIM}).json()
    return answer["results"]["bindings"][0]["c"]["value"].rpartition("/")[2]


def read(server, path, status=200, **options):
    answer = server.get(path, **options)
    assert answer.status_code == status, answer.text
    page = Page(answer.text)
    assert not page.open
    return page


def test_overview_counts_and_leads_on(server):
    page = read(server, "/")
    assert "3 claims 2 articles 2 pieces of evidence" in page.text
    assert {"/queries", "/query", "/network", "/entity/Peru", "/article/a1"} <= set(page.links)


def test_entity_page_tells_all(server, claim):
    page = read(server, "/entity/Person_Julio_Vargas")
    for words in ("Person", "also Vargas", "belongs to Peru", "Julio Vargas visits Ecuador", "2025-03-03", "denied"):
        assert words in page.text
    assert {"/entity/Ecuador", "/entity/Peru", f"/claim/{claim}", "/article/a1"} <= set(page.links)
    assert "https://www.wikidata.org/wiki/Q419" in read(server, "/entity/Peru").links


def test_claim_page_leads_back_to_the_sentence(server, claim):
    page = read(server, f"/claim/{claim}")
    for words in (
        "denied, according to Ecuador",
        "2025-03",
        "Präsident Julio Vargas reist nach Ecuador.",
        "80 %",
        "0–42",
    ):
        assert words in page.text
    assert ("mark", {}) in page.elements
    assert "a1" in "".join(page.links)


def test_article_page_lists_what_it_says(server):
    page = read(server, "/article/a1")
    assert "Reise <b>nach</b> Quito" in page.text
    assert "Andenkurier, 2025-03-01" in page.text
    assert page.text.count("visits") == 2
    assert not [link for link in page.links if link.startswith("javascript")]


@pytest.mark.parametrize(
    "path", ["/entity/Nobody", "/claim/0123", "/claim/x%20y", "/article/nix", "/nix", "/queries/nix", "/entity/"]
)
def test_what_is_not_there_is_told_in_a_page(server, path):
    assert "This does not work" in read(server, path, 404).text


@pytest.mark.parametrize("query", list_queries(), ids=lambda q: q.name)
def test_every_named_query_has_its_form(server, query):
    page = read(server, f"/queries/{query.name}")
    fields = {a["name"] for tag, a in page.elements if tag in ("input", "select") and "name" in a}
    assert {p.name for p in query.parameters} <= fields
    labelled = {a["for"] for tag, a in page.elements if tag == "label"}
    assert {f"p-{p.name}" for p in query.parameters} == labelled


def test_named_query_is_answered(server):
    page = read(server, "/queries/visits", params={"visitor": "Julio Vargas", "since": "2025"})
    assert "Ecuador" in page.text
    assert [link for link in page.links if link.startswith("/claim/")]
    answer = server.get("/queries/visits", params={"visitor": "Julio Vargas", "format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert "Julio Vargas" in answer.text


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"visitor": "Julio Vargs"}, "nearest: Julio Vargas"),
        ({"since": "gestern"}, "is no date"),
        ({"visitor": '" } DROP ALL #'}, "knows no entity"),
    ],
)
def test_wrong_values_are_told_beside_the_form(server, params, words):
    page = read(server, "/queries/visits", 400, params=params)
    assert words in page.text
    values = {a.get("name"): a.get("value") for tag, a in page.elements if tag == "input"}
    assert all(values[name] == value for name, value in params.items())


def test_editor_answers_and_keeps_the_query(server):
    query = "SELECT ?a ?b { ?a kg:visits ?b } # </textarea><script>"
    page = read(server, "/query", params={"query": query})
    assert query in page.text
    assert "/entity/Ecuador" in page.links
    assert sum(link.startswith("/sparql?") for link in page.links) == 4
    assert "Yes" in read(server, "/query", params={"query": "ASK {}"}).text
    assert "Nothing found" in read(server, "/query", params={"query": "SELECT * { ?a kg:attacks ?b }"}).text
    assert "1 row" in read(server, "/query", params={"query": "CONSTRUCT WHERE { ?a kg:visits ?b }"}).text
    assert "not valid SPARQL at 1:" in read(server, "/query", 400, params={"query": "SELECT x"}).text


def test_search_finds_parts_of_names(server):
    answer = server.get("/search", params={"q": "vargas"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/entity/Person_Julio_Vargas")
    assert "Ecuador" in read(server, "/search", params={"q": "u"}).text
    assert "Nothing found" in read(server, "/search", params={"q": '"'}).text
    assert server.get("/suggest", params={"q": "ECUA"}).json() == ["Ecuador"]


PAGES = [
    "/",
    "/queries",
    "/queries/visits?run=1",
    "/queries/accusations?run=1",
    "/query?query=DESCRIBE+kgr:Peru",
    "/search?q=",
    "/search?q=script",
    "/entity/Peru",
    "/article/a1",
    "/network",
    "/nix",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_no_page_holds_a_script_or_style_of_its_own_or_from_elsewhere(server, path, language):
    answer = server.get(path, headers={"Accept-Language": language}, follow_redirects=True)
    page = Page(answer.text)
    assert f'<html lang="{language}">' in answer.text
    for tag, attributes in page.elements:
        assert tag != "style"
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        if tag in ("script", "link", "iframe", "img", "form"):
            assert next(attributes[n] for n in ("src", "href", "action") if n in attributes).startswith("/")
    scripts = [a for tag, a in page.elements if tag == "script"]
    assert scripts == [{"src": "/static/serve.js", "defer": None}]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_hostile_names_are_only_words(server):
    path = "/entity/" + quote("Organization_a/b%2F", safe="")
    page = read(server, path)
    assert HOSTILE in page.text
    assert page.text.count(HOSTILE) >= 3
    assert path in read(server, "/entity/Peru").links


def test_the_language_can_be_chosen_and_is_remembered(server):
    answer = server.get("/queries/visits?since=2025&lang=de")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/queries/visits?since=2025"
    assert server.get("/?lang=de").headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    german = server.get("/queries", headers={"Cookie": cookie.partition(";")[0]})
    assert "Fragen an den Graphen" in german.text
    server.cookies.clear()
    assert '<html lang="en">' in server.get("/", headers={"Accept-Language": "fr"}).text


def test_the_network_is_drawn(server):
    answer = server.get("/network/view")
    assert answer.status_code == 200
    assert "Julio Vargas" in answer.text
    assert re.search(r"script-src (&#x27;|')sha256-", answer.text)
    assert server.get("/network/view").content == answer.content


def test_the_page_of_the_network_says_everything_once(server):
    page = server.get("/network").text
    assert 'role="search"' not in page  # the network finds its own actors
    assert 'src="/network/view?in=page"' in page
    alone, within = server.get("/network/view").text, server.get("/network/view?in=page").text
    for element in ('<h1 class="bar-title"', '<button type="button" id="toggle-language"'):
        assert alone.count(element) == within.count(f"{element} hidden") == 1


@pytest.mark.parametrize("path", ["/static/serve.css", "/static/serve.js", "/static/icon.svg"])
def test_files_of_the_pages_are_there(server, path):
    assert server.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/static/../templates/base.html", "/static/%2e%2e/templates/base.html", "/static/"])
def test_no_other_file_is(server, path):
    assert server.get(path).status_code == 404


def test_both_languages_have_all_words():
    from kg.serve.pages import _messages

    words = _messages()
    assert set(words["de"]) == set(words["en"])
