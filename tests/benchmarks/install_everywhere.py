"""Installs kg from its wheel and from its source distribution in empty environments, for every Python that is there.

    python tests/benchmarks/install_everywhere.py [--python PATH …]

Takes some minutes a Python: all dependencies are installed anew, with pip's cache. Looks for 3.11, 3.12 and 3.13 on the
PATH and among pyenv's. In each environment kg is imported and an example run with warnings as errors, the version is
asked for, and a graph built from the example articles; then the source distribution takes the wheel's place, and the
same is done again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("3.11", "3.12", "3.13")


def pythons() -> Iterator[Path]:
    """One interpreter of each version that kg supports, where it is found."""
    pyenv = sorted((Path.home() / ".pyenv" / "versions").glob("*/bin/python"), reverse=True)
    for version in VERSIONS:
        candidates = [found for name in (f"python{version}",) if (found := shutil.which(name))]
        for candidate in [*pyenv, *map(Path, candidates)]:
            asked = subprocess.run(
                [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True
            )
            if asked.stdout.strip() == version:
                yield Path(candidate)
                break
        else:
            print(f"Python {version}: not here", file=sys.stderr)


def try_out(python: Path, distributions: list[Path], folder: Path) -> None:
    """Install each distribution and use it.

    Raises:
        subprocess.CalledProcessError: If anything fails; what it said has been printed.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "KG_"))}

    def run(*command: str | Path) -> str:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        if done.returncode:
            print(done.stdout, done.stderr, file=sys.stderr)
            done.check_returncode()
        return done.stdout.strip()

    venv = folder / "venv"
    run(python, "-m", "venv", venv)
    inside = venv / "bin" / "python"
    for number, distribution in enumerate(distributions):
        only = ["--no-deps", "--force-reinstall"] if number else []
        run(inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *only, distribution)
        run(inside, "-m", "pip", "check")
        run(inside, "-W", "error", "-c", "import kg; [getattr(kg, name) for name in kg.__all__]")
        run(inside, "-W", "error", ROOT / "examples" / "build_a_graph.py")
        version = run(venv / "bin" / "kg", "--version")
        out = folder / f"out-{number}"
        run(venv / "bin" / "kg", "build", ROOT / "examples" / "articles", "--out", out)
        claims = len((out / "claims.jsonl").read_text().splitlines())
        size = sum(path.stat().st_size for path in venv.rglob("*") if path.is_file() and not path.is_symlink())
        print(
            f"{run(inside, '--version')}, {distribution.name}: {version}, {claims} claims, {size / 1e6:.0f} MB in all"
        )


def main() -> None:
    """Build the distributions, then try them out everywhere."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--python", action="append", type=Path, metavar="PATH", help="only this interpreter; repeatable"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder, "dist")
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-d", built], cwd=ROOT, check=True, capture_output=True
        )
        distributions = [*built.glob("*.whl"), *built.glob("*.tar.gz")]
        for number, python in enumerate(options.python or pythons()):
            place = Path(folder, str(number))
            place.mkdir()
            try_out(python, distributions, place)
            shutil.rmtree(place)


if __name__ == "__main__":
    main()
