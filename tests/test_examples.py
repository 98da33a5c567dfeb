"""Every script in `examples/` runs, and the tutorial's notebook is its script and shows what it prints."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.benchmarks import notebook

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SCRIPTS = sorted(EXAMPLES.rglob("*.py"))


@pytest.fixture(scope="module")
def committed():
    return nbformat.read(notebook.NOTEBOOK, as_version=4)


def test_there_are_examples():
    assert {"build_a_graph", "look_at_the_network", "own_pipeline", "research_questions"} <= {
        script.stem for script in SCRIPTS
    }


@pytest.mark.model
@pytest.mark.parametrize("script", [path for path in SCRIPTS if path != notebook.SCRIPT], ids=lambda path: path.stem)
def test_example_runs(script, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip(), "an example shows something"


@pytest.mark.model
def test_cells_of_the_notebook_print_what_it_shows(committed, tmp_path, monkeypatch, capsys):
    shutil.copytree(notebook.FOLDER / "articles", tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    names, shown = {"__name__": "__main__"}, []
    for cell in committed.cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, cell.id, "exec"), names)
            shown.append(capsys.readouterr().out)
    assert shown == notebook.printed(committed), "run: python tests/benchmarks/notebook.py --write"


def test_notebook_has_the_cells_of_the_script(committed):
    fresh = notebook.cells()
    assert [(cell.cell_type, cell.source) for cell in committed.cells] == [
        (cell.cell_type, cell.source) for cell in fresh.cells
    ]
    nbformat.validate(committed)


def test_tutorial_uses_the_public_names_only():
    imported = {
        name
        for node in ast.walk(ast.parse(notebook.SCRIPT.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert {name for name in imported if name.split(".")[0] == "kg"} == {"kg"}


def test_tutorial_reads_articles_of_three_papers():
    import kg

    articles = list(kg.read_articles(notebook.FOLDER / "articles"))
    assert len(articles) == 15
    assert {article.publisher for article in articles} == {"Hafenblatt", "Tagesbote", "Atlantische Post"}
    assert len({article.published.month for article in articles}) == 6
