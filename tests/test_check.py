import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kg
from kg.check import check_data, languages

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.model
@pytest.mark.parametrize("language", [None, "de", "en"])
def test_all_data_files_are_right(language):
    assert [(name, str(error)) for name, error in check_data(language) if error] == []


def test_unknown_language_is_refused():
    with pytest.raises(kg.UnsupportedLanguage, match="there are: de"):
        list(check_data("xx"))


def test_languages_are_folders_of_data():
    assert languages() == ["de", "en"]


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of the package whose files may be spoilt."""
    folder = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "kg", folder / "kg", ignore=ignored)
    shutil.copytree(ROOT / "ontology", folder / "ontology", ignore=ignored)
    return folder


def run_check(copied):
    environment = {**os.environ, "PYTHONPATH": str(copied), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-c", "from kg.cli import main; main()", "check"]
    return subprocess.run(command, cwd=copied, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.model
@pytest.mark.parametrize(
    "name",
    [
        "kg/data/de/frames/visits.toml",
        "kg/data/de/dates.toml",
        "kg/data/de/grammar-tiger.toml",
        "kg/data/queries/visits.rq",
        "ontology/actors.ttl",
    ],
)
def test_spoilt_file_is_named(copied, name):
    path = copied / name
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[: len(whole) // 2] + b'\n= "')
        done = run_check(copied)
    finally:
        path.write_bytes(whole)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert path.name in done.stderr
    assert "right: " in done.stdout, "the other files are still checked"
