"""Reading on a cluster gives the graph that one process makes, also when workers end."""

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

import kg
from kg import KnowledgeGraph, build_partition, cluster
from kg.build_archive import Summary, build_archive, open_journal
from kg.config import Settings
from kg.errors import SettingsError
from kg.text.ingest import find_articles
from tests.fake_reading import extract_fake, fake_reading, install_fake  # noqa: F401 # a fixture

distributed = pytest.importorskip("distributed")

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="signals of POSIX"),
    pytest.mark.usefixtures("fake_reading"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


def extract(doc, article):
    """A text that names a file ends the worker that reads it, unless the file is there already; poison always does."""
    for word in article.text.split():
        if word.startswith("/"):
            try:
                Path(word).touch(exist_ok=False)
            except FileExistsError:
                continue
            os.kill(os.getpid(), signal.SIGKILL)
    if "Gift" in article.text:
        os.kill(os.getpid(), signal.SIGKILL)
    return extract_fake(doc, article)


class FakeReading(distributed.WorkerPlugin):
    """Makes every worker read without a model, also one that comes later."""

    def setup(self, worker):
        install_fake(lambda name, value: setattr(build_partition, name, value))
        build_partition.extract = extract
        cluster.made_with = lambda settings: "this kg"


@pytest.fixture(scope="module")
def scheduler():
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1, "distributed.worker.daemon": True}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as local,
        distributed.Client(local, set_as_default=False) as client,
    ):
        client.register_plugin(FakeReading())
        yield local.scheduler


@pytest.fixture(autouse=True)
def same_kg(monkeypatch):
    monkeypatch.setattr(cluster, "made_with", lambda settings: "this kg")


@pytest.fixture
def source(tmp_path):
    """Articles, of which one in the middle ends the worker that reads it first."""
    path = tmp_path / "news.jsonl"
    texts = [f"Peru besuchte Ecuador zum {n}. Mal." for n in range(24)]
    texts[9] += f" {tmp_path / 'killed'}"
    texts[13] = "Dickicht, das niemand liest."
    path.write_text("".join(json.dumps({"id": f"a{n:02}", "text": text}) + "\n" for n, text in enumerate(texts)))
    return path


def build(source, folder, read=None):
    """Build, and give what is in the graph, in the journal, and what was skipped."""
    settings, errors, summary = Settings(batch_size=4), [], Summary()
    with (
        KnowledgeGraph(folder / "store") as graph,
        open_journal(folder / "journal.sqlite", graph, settings) as journal,
    ):
        found = find_articles(source, on_error=errors.append)
        build_archive(found, graph, journal, settings=settings, read=read, on_error=errors.append, summary=summary)
        journal.finish(written=False)
        return sorted(map(str, graph.quads())), len(journal), sorted(error.source for error in errors)


def test_graph_is_that_of_one_process_although_a_worker_ended(scheduler, source, tmp_path):
    many = build(source, tmp_path / "many", cluster.read_on_cluster(scheduler.address))
    assert (tmp_path / "killed").exists()
    assert many == build(source, tmp_path / "one")
    assert many[1:] == (23, ["a13"])


def test_what_ends_every_worker_is_skipped_and_tried_again(scheduler, source, tmp_path, monkeypatch):
    monkeypatch.setattr(scheduler, "allowed_failures", 0)
    (tmp_path / "killed").touch()
    rows = source.read_text().splitlines()
    poisoned = [row.replace("zum 5. Mal", "Gift") for row in rows]
    source.write_text("\n".join(poisoned))
    _, count, skipped = build(source, tmp_path / "out", cluster.read_on_cluster(scheduler.address))
    assert (count, skipped) == (22, ["a05", "a13"])
    source.write_text("\n".join(rows))
    quads, count, skipped = build(source, tmp_path / "out", cluster.read_on_cluster(scheduler.address))
    assert (count, skipped) == (23, ["a13"])
    assert quads == build(source, tmp_path / "one")[0]


def test_parts_hold_what_the_articles_say(scheduler, source, tmp_path):
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    (tmp_path / "killed").touch()
    parts = tmp_path / "parts"
    quads, *_ = build(source, tmp_path / "out", cluster.read_on_cluster(scheduler.address, parts=parts))
    files = sorted(parts.glob("*.nq.gz"))
    assert len(files) == 6
    loaded = KnowledgeGraph()
    for file in files:
        plain = tmp_path / "part.nq"
        plain.write_bytes(gzip.decompress(file.read_bytes()))
        loaded.read(plain)
    assert sorted(map(str, loaded.quads())) == [quad for quad in quads if "/resource/article/" in quad.split()[-1]]
    tables = [parquet.read_table(file) for file in sorted(parts.glob("*.parquet"))]
    assert sum(sum(table.column("evidence").to_pylist()) for table in tables) == 23
    assert not list(parts.glob(".*"))


def test_worker_with_another_kg_is_refused(scheduler, source, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "made_with", lambda settings: "another")
    with pytest.raises(SettingsError, match="another version of kg"):
        build(source, tmp_path / "out", cluster.read_on_cluster(scheduler.address))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "http://127.0.0.1:1"])
def test_scheduler_that_is_not_there(source, tmp_path, address, monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    with pytest.raises(SettingsError, match="does not answer"):
        build(source, tmp_path / "out", cluster.read_on_cluster(address))


def test_dask_is_an_extra(monkeypatch):
    monkeypatch.setattr(cluster.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"kg-geopolitics\[cluster\]"):
        cluster.read_on_cluster("local")


def test_cluster_of_processes_of_its_own(scheduler, run_kg, source, tmp_path, monkeypatch):
    made = []

    @contextmanager
    def local_cluster(**options):
        made.append(options)
        yield scheduler.address

    monkeypatch.setattr(distributed, "LocalCluster", local_cluster)
    (tmp_path / "killed").touch()
    done = run_kg("build", source, "--out", tmp_path / "out", "--scheduler", "local", "--jobs", "3")
    assert done.code == 0, done.err
    assert "23 articles" in done.out
    assert "thicket" in done.err
    assert [options["n_workers"] for options in made] == [3]
    one = build(source, tmp_path / "one")[0]
    with KnowledgeGraph(tmp_path / "out", read_only=True) as graph:
        assert sorted(map(str, graph.quads())) == one


def test_options_of_the_command(run_kg, source, tmp_path):
    done = run_kg("build", source, "--out", tmp_path / "out", "--parts", tmp_path / "parts")
    assert done.code == 2
    assert "--parts is for --scheduler" in done.err
    assert not (tmp_path / "out").exists()


EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "cluster"


def test_documents_name_this_version_and_what_exists():
    yaml = pytest.importorskip("yaml")
    wanted = yaml.safe_load((EXAMPLES / "kubernetes.yaml").read_text())["spec"]
    (worker,), (main,) = (wanted[name]["spec"]["containers"] for name in ("worker", "scheduler"))
    assert worker["image"] == main["image"]
    assert worker["image"].endswith(f":{kg.__version__}")
    assert worker["args"][-4:] == ["--nthreads", "1", "--memory-limit", "2GB"]
    assert f"'kg-geopolitics[cluster]=={kg.__version__}'" in (EXAMPLES / "Dockerfile").read_text()
    named = re.findall(r"\]\((?!http)([^)]+)\)", (EXAMPLES / "README.md").read_text())
    assert named
    assert all((EXAMPLES / name).is_file() for name in named)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_job_of_slurm_is_valid_bash():
    assert subprocess.run(["bash", "-n", EXAMPLES / "slurm.sh"], check=False).returncode == 0
