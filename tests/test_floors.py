"""The gold of our own is sound, kg reads it as well as it did, and the README says what a run gives."""

import json
import subprocess
from pathlib import Path

import pytest

from kg.evaluate import load_gold
from kg.facts.gold import from_gold, to_gold
from kg.vocabulary import RELATIONS
from tests.benchmarks import figures

ROOT = Path(__file__).resolve().parents[1]
RECORDS = load_gold(figures.GOLD)
PINNED, FLOORS = figures.read_floors(figures.FLOORS.read_text())


@pytest.fixture(scope="module")
def report():
    return figures.measure()


def test_gold_is_large_enough_and_knows_every_relation():
    assert figures.sentences(RECORDS) >= 200
    used = {claim["predicate"] for record in RECORDS for claim in record["claims"]}
    assert used == set(RELATIONS)
    modalities = {claim["modality"] for record in RECORDS for claim in record["claims"]}
    assert modalities == {"asserted", "reported", "planned", "negated"}


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_annotation_follows_the_guidelines(record):
    text, entities = record["text"], {entity["id"]: entity for entity in record["entities"]}
    assert len(entities) == len(record["entities"])
    for entity in entities.values():
        assert any(alias in text for alias in entity["aliases"]), entity["name"]
    seen = set()
    for claim in record["claims"]:
        relation = RELATIONS[claim["predicate"]]
        parties = [claim[key] for key in ("subject", "object", "source", "place") if claim[key] is not None]
        assert set(parties) <= set(entities)
        assert (claim["object"] is None) == (claim["predicate"] == "suffersCasualties")
        sentence = text[claim["start"] : claim["end"]]
        assert sentence == sentence.strip()
        assert sentence.endswith((".", "“"))
        assert claim["role"] is None or claim["predicate"] in ("holdsOffice", "heldOffice")
        assert claim["quantity"] is None or claim["quantity"] in text
        ends = (claim["subject"], claim["object"])
        key = (*(sorted(ends) if relation.symmetric else ends), relation.name, claim["modality"], claim["source"])
        assert key not in seen, "a claim is annotated once"
        seen.add(key)
    again = to_gold(from_gold(record))
    assert again["claims"] == record["claims"]


def test_gold_holds_no_sentence_of_the_rules_own_tests():
    others = "".join(path.read_text() for path in figures.GOLD.parent.glob("*.toml"))
    shared = [
        sentence
        for record in RECORDS
        for sentence in {record["text"][claim["start"] : claim["end"]] for claim in record["claims"]}
        if sentence in others
    ]
    assert not shared


@pytest.mark.model
@pytest.mark.parametrize("name", FLOORS)
def test_figure_does_not_fall_below_its_floor(report, name):
    found = figures.figures(report)[name]
    assert found >= FLOORS[name], f"{name} fell to {found:.3f}"


@pytest.mark.model
def test_readme_says_what_a_run_gives(report):
    assert figures.block(figures.README.read_text()) == figures.table(report), (
        "run: python tests/benchmarks/figures.py --write"
    )


@pytest.mark.model
def test_every_figure_has_a_floor(report):
    assert set(FLOORS) == set(figures.figures(report))


def test_floors_were_set_on_this_gold():
    assert figures.digest() == PINNED, "gold.jsonl changed: python tests/benchmarks/figures.py --raise --new-gold"


def test_floors_only_rise():
    """None is lower than in any earlier version of the file that was set on the same gold."""
    name = figures.FLOORS.relative_to(ROOT).as_posix()
    log = subprocess.run(["git", "log", "--format=%H", "--", name], cwd=ROOT, capture_output=True, text=True)
    if log.returncode:
        pytest.skip("no git history")
    for commit in log.stdout.split():
        shown = subprocess.run(["git", "show", f"{commit}:{name}"], cwd=ROOT, capture_output=True, text=True)
        if shown.returncode:
            continue  # deleted there, or cut off in a shallow clone
        gold, earlier = figures.read_floors(shown.stdout)
        if gold == PINNED:
            lowered = {key for key, value in earlier.items() if FLOORS.get(key, 0.0) < value}
            assert not lowered, f"lower than in {commit}"


def test_lifting_never_lowers():
    floors = {"claims-f1": 0.7, "modality": 0.9}
    assert figures.lift(floors, {"claims-f1": 0.5, "modality": 0.99}) == {"claims-f1": 0.7, "modality": 0.94}
    assert figures.lift({}, {"claims-f1": 0.5}) == {"claims-f1": 0.48}


def test_floor_file_is_read_as_it_was_written():
    floors = {"claims-f1": 0.7, "role": 0.05}
    assert figures.read_floors(figures.write_floors("abc", floors)) == ("abc", floors)


def test_block_replaces_what_stands_between_the_markers():
    readme = f"before\n{figures.BEGIN}\nold\n{figures.END}\nafter\n"
    assert figures.block(figures.fill(readme, "| new |")) == "| new |"
    assert figures.fill(readme, "x").startswith("before\n")
    assert figures.fill(readme, "x").endswith("\nafter\n")


def test_gold_is_one_article_a_line():
    lines = figures.GOLD.read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [f"eigen-{n:02d}" for n in range(1, len(lines) + 1)]
