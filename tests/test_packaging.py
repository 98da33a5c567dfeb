"""The wheel and the source distribution hold all that kg needs at run time, and nothing else."""

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MOST = 40_000_000  # bytes of the wheel; the language model is promised to stay under 25 MB


@pytest.fixture(scope="module")
def distributions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(distributions):
    (path,) = distributions.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def unpacked(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_there(unpacked, code):
    """Run code that sees the unpacked wheel and not the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=unpacked, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_wheel_holds_every_file_of_the_package(wheel):
    tracked = subprocess.run(["git", "ls-files", "kg", "ontology"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("no git checkout")
    expected = {name if name.startswith("kg/") else f"kg/{name}" for name in tracked.stdout.splitlines()}
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert expected <= names
    assert not [name for name in names if not name.startswith(("kg/", "kg_geopolitics-"))]
    assert not [name for name in names if "__pycache__" in name]


def test_wheel_is_small(wheel):
    assert wheel.stat().st_size < MOST


def test_wheel_carries_licence_and_notice(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name.rsplit("/", 1)[-1] for name in archive.namelist() if ".dist-info/" in name}
    assert {"LICENSE", "NOTICE"} <= names


def test_source_distribution_builds_again(distributions):
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"pyproject.toml", "README.md", "NOTICE", "kg/__init__.py", "ontology/relations.ttl"} <= names


def test_unpacked_wheel_finds_its_ontology(unpacked):
    where = run_there(unpacked, "import json, kg.config as c; print(json.dumps(str(c.ontology_dir())))")
    assert Path(where) == unpacked / "kg" / "ontology"


@pytest.mark.model
def test_unpacked_wheel_reads_an_article(unpacked):
    code = """
import json, kg
article = kg.Article("a", "Der peruanische Präsident Julio Vargas ist nach Ecuador gereist.")
graph = kg.build_graph([kg.clean(article)])
print(json.dumps([kg.__file__, sorted({claim.predicate for claim in graph.claims()})]))
"""
    where, predicates = run_there(unpacked, code)
    assert Path(where) == unpacked / "kg" / "__init__.py"
    assert "visits" in predicates
