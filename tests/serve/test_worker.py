"""What is hard to bring about over HTTP, in this process."""

import re

import pytest

from kg.errors import StoreError
from kg.serve import looking, worker


@pytest.fixture
def opened(target, monkeypatch):
    monkeypatch.setattr(worker._Process, "folder", str(target))
    yield
    worker._close()


def test_a_large_graph_shows_an_excerpt_of_its_network(opened, monkeypatch):
    whole = looking.network("en", "graph", "part of it")
    monkeypatch.setattr(looking, "_DRAWN", 1)
    part = looking.network("en", "graph", "part of it")
    assert "<title>graph</title>" in whole
    assert "graph – part of it" in part
    rule = "de/visits/verb/reisen"  # of each of the two articles
    assert (whole.count(rule), part.count(rule)) == (6, 2)
    counts = [re.search(r'"read":(\d+),"found":(\d+)', page).groups() for page in (whole, part)]
    assert counts[0] == counts[1]  # of how much the part is a part


def test_claims_of_an_entity_come_page_by_page(opened, monkeypatch):
    monkeypatch.setattr(looking, "_PAGE", 2)
    pages = [looking.entity("Peru", number) for number in range(2)]
    assert [len(page["claims"]) for page in pages] == [2, 0]
    assert [page["more"] for page in pages] == [False, False]
    monkeypatch.setattr(looking, "_PAGE", 1)
    pages = [looking.entity("Peru", number) for number in range(2)]
    assert [page["more"] for page in pages] == [True, False]
    assert len({page["claims"][0]["id"] for page in pages}) == 2


def test_files_tidied_away_by_another_program_are_opened_anew(opened, monkeypatch):
    ask, calls = worker._query, []

    def fails_at_first(*arguments):
        calls.append(worker._Process.graph)
        if len(calls) == 1:
            message = "000012.sst: No such file or directory"
            raise OSError(message)
        return ask(*arguments)

    monkeypatch.setattr(worker, "_query", fails_at_first)
    assert worker.query("ASK { ?s ?p ?o }", "text/csv").body == b"true"
    assert len(calls) == 2


def test_a_store_that_stays_unreadable_is_told(opened, monkeypatch):
    def fails(*arguments):
        message = "input/output error"
        raise OSError(message)

    monkeypatch.setattr(worker, "_query", fails)
    with pytest.raises(StoreError, match="cannot be read"):
        worker.query("ASK {}", "")
