"""How long it takes from the start to the first claim of one short article, next to `import spacy` alone.

    python tests/benchmarks/bench_start.py [--rounds N]

Prints the ratio of processor times, the two alternating in one run; the first run of each fills the caches and does not
count. Compiled Python files are kept, in a folder of the measurement's own, even where PYTHONDONTWRITEBYTECODE forbids
it: pip compiles what it installs, but not what lies in a working copy, which would then be compiled at each start.
spaCy imports torch where it is installed, which makes its own start slow and the ratio kind: `--without-torch` measures
both as in an environment without it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ARTICLE = "Perus Präsident Julio Vargas ist am Dienstag nach Ecuador gereist. Er traf dort Ministerin Ana Quispe."
NO_TORCH = "import sys; sys.modules['torch'] = None; "
SPACY = "import spacy"
FIRST_CLAIM = (
    "import sys; sys.argv = ['kg', 'extract', {file!r}, '--format', 'gold']; from kg.cli.app import main; main()"
)


def processor_time(code: str, compiled: Path) -> tuple[float, str]:
    """Seconds that a fresh Python spends on some code, in itself and in the system, and what it prints."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(compiled)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = os.times()
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
    after = os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    return spent, done.stdout


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="runs of which the median counts")
    parser.add_argument("--without-torch", action="store_true", help="as if torch were not installed")
    options = parser.parse_args()
    prefix = NO_TORCH if options.without_torch else ""
    with tempfile.TemporaryDirectory() as folder:
        file, compiled = Path(folder) / "reise.txt", Path(folder) / "compiled"
        file.write_text(ARTICLE, encoding="utf-8")
        ratios = []
        for _ in range(options.rounds + 1):
            bare, _ = processor_time(prefix + SPACY, compiled)
            full, printed = processor_time(prefix + FIRST_CLAIM.format(file=str(file)), compiled)
            if "visits" not in printed:
                sys.exit("the claim was not found")
            ratios.append(full / bare)
    print("baseline: import spacy = 1" + (", torch hidden" if options.without_torch else ""))
    print(f"first claim  {statistics.median(ratios[1:]):.2f}  (from {min(ratios[1:]):.2f} to {max(ratios[1:]):.2f})")


if __name__ == "__main__":
    main()
