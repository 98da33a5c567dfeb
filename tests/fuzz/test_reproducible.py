"""The same input gives the same bytes: whatever the seed of hashes, folder, language, time zone and number of jobs."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz import material

COMMAND = [sys.executable, "-W", "error", "-c", "from kg.cli import main; main()"]
WAYS = {
    "plain": ({"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"}, "1"),
    "elsewhere": ({"PYTHONHASHSEED": "1", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati"}, "2"),
}


def files_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name in WRITTEN}


WRITTEN = ("graph.trig", "claims.jsonl", "graph.html")


@pytest.mark.model
def test_same_input_gives_the_same_bytes(tmp_path):
    inputs = tmp_path / "in"
    inputs.mkdir()
    (inputs / "a.txt").write_bytes(material.TEXT)
    (inputs / "b.html").write_bytes(material.PAGE)
    (inputs / "c.jsonl").write_bytes(material.JSONL)
    (inputs / "d.rss").write_bytes(material.RSS)
    (inputs / "e.warc").write_bytes(material.WARC)
    made = {}
    for name, (variables, jobs) in WAYS.items():
        folder = tmp_path / name
        folder.mkdir()
        # From its own folder, by an address of its own: the paths of the inputs must not matter.
        given = os.path.relpath(inputs, folder) if name != "plain" else str(inputs)
        done = subprocess.run(
            [*COMMAND, "build", given, "--out", "out", "--published", "2025-03-06", "--jobs", jobs],
            cwd=folder, env={**os.environ, **variables}, check=True, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert "Warning" not in done.stderr
        made[name] = files_of(folder / "out")
    assert set(made["plain"]) == set(WRITTEN)
    digests = {name: {n: hashlib.sha256(b).hexdigest() for n, b in files.items()} for name, files in made.items()}
    assert digests["elsewhere"] == digests["plain"]
    text = made["plain"]["graph.trig"].decode()
    assert str(tmp_path) not in text
    assert Path.cwd().as_posix() not in text
