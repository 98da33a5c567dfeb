"""Answers on disk."""

import json
import stat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.engines.cache import Answer, Cache, cache_folder


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_categories=[])), st.text(), st.integers(0, 1 << 40))
def test_what_was_put_is_found_again(tmp_path, question, text, tokens):
    cache = Cache(tmp_path)
    cache.put(question, Answer(text, tokens, tokens))
    assert cache.get(question) == Answer(text, tokens, tokens)
    assert cache.get(question + "?") is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"text": "x"}',
        '{"text": 3, "tokens_in": 1, "tokens_out": 1}',
        '{"text": "x", "tokens_in": "1", "tokens_out": 1}',
        "[" * 100_000,
    ],
)
def test_broken_file_is_as_if_it_were_not_there(tmp_path, content):
    cache = Cache(tmp_path)
    cache.put("q", Answer("x"))
    [path] = tmp_path.rglob("*.json")
    path.write_text(content)
    assert cache.get("q") is None
    cache.put("q", Answer("y"))
    assert cache.get("q") == Answer("y")


def test_file_that_is_too_large_is_not_read(tmp_path):
    cache = Cache(tmp_path)
    cache.put("q", Answer("x" * (9 << 20)))
    assert cache.get("q") is None


def test_files_are_the_users_own(tmp_path):
    cache = Cache(tmp_path / "answers")
    cache.put("q", Answer("x"))
    [path] = (tmp_path / "answers").rglob("*.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert json.loads(path.read_text())["text"] == "x"


def test_folder_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file")
    cache.put("q", Answer("x"))
    assert cache.get("q") is None


def test_folder_is_the_users_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "kg-geopolitics" / "llm"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/ann")
    assert str(cache_folder()) == "/home/ann/.cache/kg-geopolitics/llm"
