"""The tutorial's notebook, made from its script: the same cells, with what they print.

    python tests/benchmarks/notebook.py --write    # after a change of the script, of its articles, or of what kg reads

Needs `pip install jupytext nbclient ipykernel`; the tests need jupytext only.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jupytext
import nbformat

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "tutorial"
SCRIPT = FOLDER / "research_questions.py"
NOTEBOOK = FOLDER / "research_questions.ipynb"


def cells() -> Any:
    """The notebook without outputs: the script's cells, numbered, so that the same script gives the same bytes."""
    notebook = jupytext.read(SCRIPT)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number:02}"
        cell["metadata"] = {}
    return notebook


def execute(notebook: Any) -> Any:
    """Run all cells beside a copy of the articles; what they print is in the outputs, pictures are left out."""
    with TemporaryDirectory() as folder:
        shutil.copytree(FOLDER / "articles", Path(folder, "articles"))
        from nbclient import NotebookClient  # slow to load, and its warnings are not ours

        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}, record_timing=False).execute()
    for cell in notebook.cells:
        cell["metadata"] = {}
        if cell.cell_type == "code":
            cell["outputs"] = [output for output in cell.outputs if output.output_type == "stream"]
    return notebook


def printed(notebook: Any) -> list[str]:
    """What each code cell prints."""
    return [
        "".join(output.text for output in cell.outputs if output.name == "stdout")
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def main() -> None:
    """Write the notebook."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write research_questions.ipynb")
    options = parser.parse_args()
    notebook = execute(cells())
    if options.write:
        NOTEBOOK.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    print("\n".join(printed(notebook)))


if __name__ == "__main__":
    main()
