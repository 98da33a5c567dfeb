"""How well kg reads the gold of its own (tests/data/de/gold.jsonl): the README's table, and floors that only rise.

    python tests/benchmarks/figures.py            # print the figures and the floor of each
    python tests/benchmarks/figures.py --write    # write them into the README, between the markers
    python tests/benchmarks/figures.py --raise    # lift floors that a run has left behind; none is ever lowered
    python tests/benchmarks/figures.py --gold X   # the same table for other annotated articles; writes nothing

The gold was written and annotated before kg read it. A floor stands a little below the figure that set it,
because a correction in one place may cost a claim in another. Whoever corrects the gold gives `--raise --new-gold`: its
floors are set anew, and only then may one be lower than before.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import kg
from kg.evaluate import Report, load_gold
from kg.facts.gold import to_gold

ROOT = Path(__file__).resolve().parents[2]
GOLD = ROOT / "tests" / "data" / "de" / "gold.jsonl"
FLOORS = ROOT / "tests" / "data" / "de" / "floors.toml"
README = ROOT / "README.md"
BEGIN = "<!-- figures: written by tests/benchmarks/figures.py, do not edit -->"
END = "<!-- end of figures -->"
MARGIN = 0.02
QUALIFIERS = ("modality", "source", "role", "date", "wikidata id")
LOOSE = 0.05  # the margin of qualifiers, which are counted on the right claims only: a claim more may make them worse

HEAD = """\
# Floors of the figures that kg must reach on gold.jsonl (0 to 1); tests/test_floors.py fails below them and when one is
# lowered against the history of this file. Written by: python tests/benchmarks/figures.py --raise
"""


def measure(path: Path = GOLD) -> Report:
    """Read the articles of a gold file as a user's are read, and compare."""
    gold = load_gold(path)
    articles = [kg.Article(record["id"], record["text"], published=record.get("published")) for record in gold]
    system = [to_gold(extraction) for extraction in kg.extract_all(kg.clean(article) for article in articles)]
    return kg.evaluate.evaluate(gold, system)


def figures(report: Report) -> dict[str, float]:
    """The figures that have floors, 0 to 1, by name."""
    out = {}
    for name, key in {
        "claims": "claims",
        "events": "claims: events",
        "states": "claims: states",
        "entities": "entities",
    }.items():
        figure = report.figures[key]
        out |= {
            f"{name}-precision": figure.precision,
            f"{name}-recall": figure.recall,
            f"{name}-f1": figure.f1,
        }
    accuracies = {key.split(",")[0]: value for key, value in report.accuracies.items()}
    for name in QUALIFIERS:
        out[name.replace(" ", "-")] = accuracies[name].share
    return out


def digest(path: Path = GOLD) -> str:
    """What tells one state of the gold from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def read_floors(text: str) -> tuple[str, dict[str, float]]:
    """The digest of the gold that floors were set on, and the floors by name."""
    data = tomllib.loads(text)
    return data["gold"], data["floors"]


def lift(floors: Mapping[str, float], found: Mapping[str, float]) -> dict[str, float]:
    """Floors after a run: a margin below what was found, never below what they were.

    Example:
        >>> lift({"claims-f1": 0.7}, {"claims-f1": 0.6}), lift({"claims-f1": 0.7}, {"claims-f1": 0.8})
        ({'claims-f1': 0.7}, {'claims-f1': 0.78})
    """
    loose = {name.replace(" ", "-") for name in QUALIFIERS}
    lifted = {name: round(value - (LOOSE if name in loose else MARGIN), 2) for name, value in found.items()}
    return {name: max(floors.get(name, 0.0), value) for name, value in lifted.items()}


def write_floors(gold: str, floors: Mapping[str, float]) -> str:
    """The text of the floor file."""
    lines = [f"{name} = {value:.2f}" for name, value in floors.items()]
    return HEAD + f'\ngold = "{gold}"  # digest of gold.jsonl\n\n[floors]\n' + "\n".join(lines) + "\n"


def table(report: Report, path: Path = GOLD) -> str:
    """The README's table of these figures."""
    records = load_gold(path)
    size = f"{len(records)} articles"
    if path == GOLD:
        size += f" of our own writing, {sentences(records)} sentences"
    rows = [f"| {size} | in the gold | precision | recall | F1 |", "|---|---|---|---|---|"]
    for label, key in {
        "claims": "claims",
        "– events": "claims: events",
        "– states and offices": "claims: states",
        "entities": "entities",
    }.items():
        figure = report.figures[key]
        rows.append(f"| {label} | {figure.gold} | {figure.precision:.2f} | {figure.recall:.2f} | {figure.f1:.2f} |")
    accuracies = {key.split(",")[0]: value for key, value in report.accuracies.items()}
    shares = [
        f"{name} {accuracies[name].share:.2f}" for name in ("modality", "source", "role", "date", "place", "quantity")
    ]
    return "\n".join([*rows, "", f"Of the right claims, right as well (share of 1): {', '.join(shares)}."])


def sentences(records: Iterable[Mapping[str, Any]]) -> int:
    """How many sentences the articles have: each ends in a full stop, before a space or a closing quotation mark."""
    return sum(len(re.findall(r"[.!?]“?(?=\s|$)(?! [a-zäöü])", record["text"])) for record in records)


def block(readme: str) -> str:
    """What stands between the markers of a README."""
    return readme.split(BEGIN)[1].split(END)[0].strip("\n")


def fill(readme: str, text: str) -> str:
    """A README with the text between its markers."""
    before, rest = readme.split(BEGIN)
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}"


def main() -> None:
    """Measure, print, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the table into README.md")
    parser.add_argument("--raise", dest="lift", action="store_true", help="lift the floors that may be lifted")
    parser.add_argument("--new-gold", action="store_true", help="the gold has changed: set its floors anew")
    parser.add_argument("--gold", type=Path, metavar="FILE", help="other annotated articles: print their table only")
    options = parser.parse_args()

    if options.gold:
        print(table(measure(options.gold), options.gold))
        return
    report = measure()
    found = figures(report)
    gold, floors = read_floors(FLOORS.read_text()) if FLOORS.exists() else (digest(), {})
    if options.lift:
        if gold != digest() and not options.new_gold:
            parser.exit(2, "gold.jsonl is not the one that the floors were set on; give --new-gold if that is right\n")
        floors = lift({} if gold != digest() else floors, found)
        FLOORS.write_text(write_floors(digest(), floors))
    for name, value in found.items():
        print(f"{name:20} {value:.3f}   floor {floors.get(name, 0.0):.2f}")
    if options.write:
        README.write_text(fill(README.read_text(), table(report)))


if __name__ == "__main__":
    main()
