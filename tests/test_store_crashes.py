"""What happens to a store on disk when things go wrong: a kill, a full disk, a damaged or foreign folder."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.model import Article, Claim, Extraction, Qualifiers
from kg.rdf.encode import quads as encode
from kg.rdf.vocabulary import article_iri
from kg.store import KnowledgeGraph
from tests.test_store import LANDS, TEXT, read, sentence, triples, union

ROOT = Path(__file__).resolve().parents[1]


def version(article, number, claims=20):
    """An article as it was read for the n-th time; every time it says something else."""
    found = [
        Claim("Polen", "demandsFrom", "Ungarn", Qualifiers(role=f"{number}/{n}"), (sentence(article),))
        for n in range(claims)
    ]
    return Extraction.of(Article(article, TEXT), LANDS, found)


# Programs that write until they are killed; each prints what it has finished.
WRITERS = {
    "build": """
        for n in range(10**6):
            graph.replace_article(version(f"a{n}", 1))
            print(f"a{n} 1", flush=True)
        """,
    "replace": """
        for k in range(1, 10**6):
            for n in range(8):
                graph.replace_article(version(f"a{n}", k))
                print(f"a{n} {k}", flush=True)
        """,
    "withdraw": """
        for k in range(1, 10**6):
            for n in range(8):
                graph.replace_article(version(f"a{n}", 1))
                print(f"a{n} 1", flush=True)
                graph.withdraw(f"a{n}")
                print(f"a{n} 0", flush=True)
        """,
    "bulk": """
        for k in range(10**6):
            names = [f"a{k}-{n}" for n in range(60)]
            graph.add(*(version(name, 1) for name in names))
            for name in names: print(f"{name} 1")
            sys.stdout.flush()
        """,
}


def killed(kind, folder, seconds):
    """Run a writer, kill it after so many seconds of writing, and return what it had finished, in order."""
    code = f"""
import sys
from kg.store import KnowledgeGraph
from tests.test_store_crashes import version
graph = KnowledgeGraph({str(folder)!r})
print("ready", flush=True)
if True:{WRITERS[kind]}
"""
    writer = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout.readline() == "ready\n"
        time.sleep(seconds)
    finally:
        writer.kill()
        lines, _ = writer.communicate()
    return [(name, int(number)) for name, _, number in (line.partition(" ") for line in lines.splitlines()) if number]


def check_whole(kind, folder, finished):
    last = dict(finished)
    with KnowledgeGraph(folder) as graph:
        for name in graph.graphs():
            article = name.rpartition("/")[2]
            found = set(graph.quads(name))
            number = last.get(article, 0)
            allowed = {"build": {1}, "bulk": {1}, "withdraw": {1}}.get(kind, {number, number + 1})
            assert any(found == set(encode(version(article, n))) for n in allowed), f"half of {article}"
        there = {article_iri(a).value for a, number in last.items() if number}
        missing = there - set(graph.graphs())
        # the last step may have been under way: a withdrawal of what had been finished
        assert len(missing) <= (kind == "withdraw")
        assert triples(graph) == union(graph)
        graph.add(read("afterwards"))
        assert graph.extraction("afterwards")
    assert not list(folder.glob("bulk-*"))


def kill_again_and_again(kind, folder, rounds):
    rng = random.Random(kind)
    for n in range(rounds):
        store = folder / f"{kind}-{n}"
        finished = killed(kind, store, rng.uniform(0, 0.5))
        check_whole(kind, store, finished)


@pytest.mark.parametrize("kind", WRITERS)
def test_store_holds_whole_articles_after_a_kill(kind, tmp_path):
    kill_again_and_again(kind, tmp_path, 2)


@pytest.mark.slow
@pytest.mark.parametrize("kind", WRITERS)
def test_store_holds_whole_articles_after_fifty_kills(kind, tmp_path):
    kill_again_and_again(kind, tmp_path, 50)


# The largest file that the program may write is made small: to the store it looks as if the disk were full.
FULL = """
import resource, sys
from kg.errors import StoreError
from kg.store import KnowledgeGraph
from tests.test_store import read
from tests.test_store_crashes import version
graph = KnowledgeGraph(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
try:
    if sys.argv[2] == "bulk":
        graph.add(*(version(f"b{n}", 1) for n in range(60)))
    else:
        for n in range(1000):
            graph.add(version(f"b{n}", 1))
            print(n, flush=True)
except StoreError as error:
    print(error)
print(len(graph.articles()))
graph.close()
"""


@pytest.mark.parametrize("way", ["one by one", "bulk"])
@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit of file sizes")
def test_full_disk_is_named_and_loses_nothing(way, tmp_path):
    folder = tmp_path / "store"
    with KnowledgeGraph(folder) as graph:
        graph.add(read("a1"), read("a2"))
    done = subprocess.run(
        [sys.executable, "-c", FULL, folder, way], cwd=ROOT, capture_output=True, text=True, check=True
    )
    *finished, message, articles = done.stdout.splitlines()
    assert message.startswith(f"{folder}: the store cannot be written: ")
    assert message.endswith("(what was stored before is still there; make room and open it again)")
    assert int(articles) == 2 + len(finished)
    with KnowledgeGraph(folder) as graph:
        assert [a.id for a in graph.articles()] == sorted(["a1", "a2", *(f"b{n}" for n in finished)])
        assert triples(graph) == union(graph)
        graph.add(version("b0", 2))
        assert len(graph.claims(article="b0")) == 20


def damage_cut_manifest(folder):
    manifest = next(folder.glob("MANIFEST-*"))
    manifest.write_bytes(manifest.read_bytes()[:20])


def damage_lost_manifest(folder):
    next(folder.glob("MANIFEST-*")).unlink()


def damage_no_manifest(folder):
    (folder / "CURRENT").write_text("no manifest\n")


def damage_lost_tables(folder):
    for table in folder.glob("*.sst"):
        table.unlink()


def damage_overwritten_tables(folder):
    for table in folder.glob("*.sst"):
        table.write_bytes(b"\0" * table.stat().st_size)


def damage_changed_bytes(folder):
    """The store can be opened; it is read before anybody notices."""
    for table in folder.glob("*.sst"):
        content = bytearray(table.read_bytes())
        content[:200] = bytes(200)
        table.write_bytes(content)


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    "damage",
    [
        damage_changed_bytes,
        damage_cut_manifest,
        damage_lost_manifest,
        damage_no_manifest,
        damage_lost_tables,
        damage_overwritten_tables,
    ],
)
def test_damaged_store_is_named(damage, read_only, tmp_path):
    folder = tmp_path / "store"
    for n in range(2):  # opened again, a store has tables
        with KnowledgeGraph(folder) as graph:
            graph.add(read(f"a{n}"))
    KnowledgeGraph(folder).close()
    damage(folder)
    for ask in (
        lambda graph: graph.claims(),
        lambda graph: graph.extraction("a1"),
        lambda graph: graph.query("SELECT ?s WHERE { ?s ?p ?o }"),
        lambda graph: graph.serialize("trig"),
    ):
        with (
            pytest.raises(StoreError, match="the store is damaged"),
            KnowledgeGraph(folder, read_only=read_only) as graph,
        ):
            ask(graph)


def test_folder_of_another_program_is_left_alone(tmp_path):
    """LevelDB and others have a file named CURRENT, too."""
    (tmp_path / "CURRENT").write_text("MANIFEST-000002\n")
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="the store is damaged"):
        KnowledgeGraph(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_folder_that_may_not_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"no graph of kg|cannot be made"):
        KnowledgeGraph(tmp_path / "file" / "store")
