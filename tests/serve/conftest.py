"""A graph of our own writing, and real servers over it: processes of their own, asked over HTTP."""

import re
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest

from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction, Modality, Qualifiers
from kg.store import KnowledgeGraph

KG = [sys.executable, "-c", "from kg.cli import main; main()"]
TEXT = "Präsident Julio Vargas reist nach Ecuador. Quito bestreitet das. <script>alert(1)</script>"
HOSTILE = "<script>alert('Name')</script>"


def extraction(number, *, published="2025-03-01"):
    article = Article(f"a{number}", TEXT, "Reise <b>nach</b> Quito", published, "Andenkurier", "javascript:alert(1)")
    entities = [
        Entity("Peru", EntityType.COUNTRY, "Peru", ("Republik Peru",), "Q419"),
        Entity("Ecuador", EntityType.COUNTRY, "Ecuador", (), "Q736"),
        Entity("Person_Julio_Vargas", EntityType.PERSON, "Julio Vargas", ("Vargas",), country="Peru"),
        Entity("Organization_a/b%2F", EntityType.ORGANIZATION, HOSTILE),
    ]
    proof = Evidence(article.id, 0, 42, TEXT[:42], "de/visits/verb/reisen", 23, 28, 0.8)
    denied = Qualifiers(Modality.NEGATED, source="Ecuador", begins="2025-03", ends="2025-03")
    return Extraction.of(
        article,
        entities,
        [
            Claim("Person_Julio_Vargas", "visits", "Ecuador", Qualifiers(begins="2025-03-03"), (proof,)),
            Claim("Person_Julio_Vargas", "visits", "Peru", denied, (proof,)),
            Claim("Organization_a/b%2F", "accuses", "Peru", Qualifiers(role=HOSTILE), (proof,)),
        ],
    )


def build(folder):
    with KnowledgeGraph(folder) as graph:
        graph.add(extraction(1), extraction(2))
    return folder


@contextmanager
def serving(target, *options):
    """A server process; gives a client with its address."""
    command = [*KG, "serve", str(target), "--port", "0", *map(str, options)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stderr.readline()
        found = re.search(r"http://\S+?/", line)
        assert found, line + process.stderr.read()
        with httpx.Client(base_url=found[0].rstrip("/"), timeout=60, headers={"Accept-Language": "en"}) as client:
            client.process = process
            yield client
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            process.stderr.close()


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    return build(tmp_path_factory.mktemp("graph") / "store")


@pytest.fixture(scope="module")
def server(target):
    with serving(target, "--timeout", "20") as client:
        yield client


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
