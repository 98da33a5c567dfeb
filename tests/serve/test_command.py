"""`kg serve` on the command line: what it opens, what it refuses, how it ends."""

import os
import signal
import socket
import subprocess

import httpx
import pytest

from kg.store import KnowledgeGraph
from tests.serve.conftest import KG, build, serving


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["missing"], "there is no such graph"),
        (["http://example.org/sparql"], "served already"),
        (["STORE", "--port", "99999"], "no port 99999"),
        (["STORE", "--host", "192.0.2.1"], "cannot listen"),
        (["STORE", "--host", "0.0.0.0", "--update"], "anybody in the network"),
        (["STORE", "--update", "--token-file", "missing"], "token cannot be read"),
        (["STORE", "--update", "--token-file", "SHORT"], "too short"),
        (["STORE", "--timeout", "0"], "must be positive"),
        (["FILE", "--update"], "a file can only be read"),
        (["TEXT"], "txt"),
        (["EMPTY"], "no graph of kg"),
    ],
)
def test_what_cannot_be_served_is_told(run_kg, tmp_path, target, options, words):
    (tmp_path / "short").write_text("abc")
    (tmp_path / "a.ttl").write_text("")
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "empty").mkdir()
    names = {"STORE": target, "FILE": tmp_path / "a.ttl", "TEXT": tmp_path / "a.txt", "EMPTY": tmp_path / "empty"}
    names |= {"SHORT": tmp_path / "short", "missing": tmp_path / "missing"}
    port = [] if "--port" in options else ["--port", "0"]
    outcome = run_kg("serve", *[names.get(option, option) for option in options], *port)
    assert outcome.code == 2
    assert words in outcome.err


def test_a_port_in_use_is_told(run_kg, target):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = run_kg("serve", target, "--port", port)
    assert outcome.code == 2
    assert f"port {port} is in use" in outcome.err


def test_a_store_that_somebody_writes_to_is_told(run_kg, tmp_path):
    folder = build(tmp_path / "store")
    with KnowledgeGraph(folder):
        outcome = run_kg("serve", folder, "--update", "--port", "0")
    assert outcome.code == 2
    assert "in use" in outcome.err


def test_missing_libraries_are_told(run_kg, target, monkeypatch):
    from kg.serve import options

    monkeypatch.setitem(options._LIBRARIES, "no_such_module", "starlette")
    outcome = run_kg("serve", target)
    assert outcome.code == 2
    assert "pip install 'kg-geopolitics[serve]'" in outcome.err


@pytest.mark.parametrize("ending", ["trig", "nq", "ttl"])
def test_a_file_is_served(tmp_path, target, ending):
    file = tmp_path / f"graph.{ending}"
    with KnowledgeGraph(target, read_only=True) as graph:
        graph.save(file)
    with serving(file) as client:
        count = "SELECT (COUNT(*) AS ?n) { ?c a kg:Claim }"
        assert client.get("/sparql", params={"query": count, "format": "csv"}).text.split() == ["n", "3"]
        assert client.get("/entity/Peru").status_code == 200
    assert client.process.returncode == 0


def test_a_folder_of_kg_build_is_served(tmp_path):
    build(tmp_path / "out" / "store")
    with serving(tmp_path / "out") as client:
        assert client.get("/article/a1").status_code == 200


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("below", ["tmp", "a_temporary_folder_with_a_name_that_is_longer_than_what_a_socket_may_have"])
def test_it_ends_when_told_and_leaves_nothing(tmp_path, target, number, below):
    file = tmp_path / "graph.nq"
    with KnowledgeGraph(target, read_only=True) as graph:
        graph.save(file)
    environment = {**os.environ, "TMPDIR": str(tmp_path / below)}
    (tmp_path / below).mkdir()
    command = [*KG, "serve", str(file), "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        line = process.stderr.readline()
        address = line.split("served at ")[1].split()[0]
        assert httpx.get(f"{address}sparql", params={"query": "ASK {}"}, timeout=30).status_code == 200
        assert list((tmp_path / below).glob("kg-serve-*"))
        process.send_signal(number)
        rest = process.communicate(timeout=20)[1]
    finally:
        process.kill()
    assert process.returncode == 0, rest
    assert "Traceback" not in rest
    assert not list((tmp_path / below).glob("kg-serve-*"))
