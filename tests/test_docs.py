"""The documentation names what exists, and all of it."""

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer.main
import yaml

import kg
from docs import make_reference
from kg.cli.app import COMMAND_MODULES, app
from kg.facts.gold import from_gold, to_gold

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
DETAILS = (ROOT / "docs" / "commands.md").read_text()
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
for module in COMMAND_MODULES:
    importlib.import_module(module)
COMMANDS = typer.main.get_command(app).commands


def options_of(command):
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")} - {"--help"}


def test_the_promised_commands_exist():
    promised = "build extract tables query reason serve explain view network validate export train evaluate check"
    assert set(promised.split()) <= set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_command_is_documented(name):
    assert f"`kg {name}" in README
    assert f"`kg {name}`" in DETAILS or f"`kg {name} " in DETAILS or f"\nkg {name} " in DETAILS
    undocumented = {option for option in options_of(COMMANDS[name]) if option not in DETAILS}
    assert not undocumented


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_command_has_help_and_an_example(name):
    command = COMMANDS[name]
    assert command.help
    assert command.epilog.startswith(f"Example: kg {name} ")
    assert "Exit code" in command.help
    undescribed = [p.name for p in command.params if p.opts[0].startswith("--") and not getattr(p, "help", None)]
    assert not undescribed


@pytest.mark.parametrize("text", [README, DETAILS], ids=["README", "commands"])
def test_no_option_is_named_that_does_not_exist(text):
    exist = {"--version", "--help"}.union(*map(options_of, COMMANDS.values()))
    of_others = {"--depth"}
    for line in re.findall(r"^(?:\S*/)?kg .*$|`kg [^`]*`", text, re.MULTILINE):
        named = set(re.findall(r"--[a-z-]+", line))
        assert named <= exist | of_others, line


def test_every_public_name_is_in_the_readme_or_a_docstring():
    undocumented = [
        name for name in kg.__all__ if name != "__version__" and name not in README and not getattr(kg, name).__doc__
    ]
    assert not undocumented


def test_newest_changelog_heading_is_the_version():
    newest = re.search(r"^## (\S+)", CHANGELOG, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert newest
    assert newest[1] == project["version"]


def test_installed_version_is_the_projects():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert kg.__version__ == project["version"]


def test_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {"cff-version", "message", "title", "authors", "version", "license"} <= set(citation)
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] == "software"
    assert (str(citation["version"]), citation["license"]) == (project["version"], project["license"])
    assert all(set(author) <= {"name", "family-names", "given-names"} for author in citation["authors"])


def test_ci_runs_the_readmes_test_command():
    commands = [
        line
        for line in (ROOT / ".ci" / "run").read_text().splitlines()
        if line and not line.startswith(("#", "set ", "cd "))
    ]
    assert commands == ["bash tests/run.sh"]
    assert "\nbash tests/run.sh\n" in README


@pytest.mark.parametrize("link", re.findall(r"\]\((?!https?:|#)([^)]+)\)", README))
def test_link_of_the_readme_leads_somewhere(link):
    assert (ROOT / link.split("#")[0]).exists()


def test_reference_is_what_the_docstrings_say():
    assert (ROOT / "docs" / "reference.md").read_text() == make_reference.render(), "run: python docs/make_reference.py"


def test_every_public_name_has_a_heading_in_the_reference():
    headings = set(re.findall(r"^### kg\.(\w+)$", make_reference.OUT.read_text(), re.MULTILINE))
    assert set(kg.__all__) - headings == {"__version__", "evaluate"}  # a text, and a module with its own chapter


DOCUMENTS = sorted((ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_links_of_the_documentation_lead_somewhere(document):
    for link in re.findall(r"\]\((?!https?:|#)([^)]+)\)", document.read_text()):
        assert (document.parent / link.split("#")[0]).exists(), link


def test_article_of_the_annotation_page_is_sound():
    text = (ROOT / "docs" / "annotating.md").read_text()
    record = json.loads(re.search(r"^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[1])
    assert to_gold(from_gold(record))["claims"] == record["claims"]
    assert {(claim["start"], claim["end"]) for claim in record["claims"]} == {(0, len(record["text"]))}
    named = re.search(r"types are those of `kg.EntityType`: (.*?)\.\n", text, re.DOTALL)[1]
    assert {name.strip() for name in named.split(",")} == {str(kind) for kind in kg.EntityType}


def test_documentation_lists_its_pages():
    index = (ROOT / "docs" / "README.md").read_text()
    assert not [page.name for page in DOCUMENTS if page.stem != "README" and f"]({page.name})" not in index]


# --- the how-to is followed to the letter, in a copy of the package --------------------------------------------------

HOW_TO = (ROOT / "docs" / "adding-a-relation.md").read_text()
READ = """
import json, sys, kg
texts = json.load(sys.stdin)
graph = kg.build_graph(kg.clean(kg.Article(f"a{n}", text)) for n, text in enumerate(texts))
claims = [[e.article, c.subject, c.predicate, c.object] for c in graph.claims() for e in c.evidence]
print(json.dumps([kg.__file__, claims, len(graph.validate())]))
"""


def fenced(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", HOW_TO, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def with_the_relation(tmp_path_factory):
    """A copy of the package in which somebody did what the how-to says."""
    folder = tmp_path_factory.mktemp("relation")
    for name in ("kg", "ontology"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "training"))
    (turtle,), (frames, _) = fenced("turtle"), fenced("toml")
    with (folder / "ontology" / "relations.ttl").open("a") as relations:
        relations.write("\n" + turtle)
    (folder / "kg" / "data" / "de" / "frames" / "recognizes.toml").write_text(frames)
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}

    def run(*arguments, given=""):
        done = subprocess.run(
            [sys.executable, *arguments], cwd=folder, env=environment, input=given, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "\npython -m kg.rdf.reference\n" in HOW_TO
    run("-m", "kg.rdf.reference")
    return folder, run


@pytest.mark.model
def test_relation_of_the_how_to_is_read(with_the_relation):
    folder, run = with_the_relation
    cases = tomllib.loads(fenced("toml")[1])["sentence"]
    where, claims, violations = json.loads(run("-c", READ, given=json.dumps([case["text"] for case in cases])))
    assert where == str(folder / "kg" / "__init__.py")
    assert violations == 0
    assert any(case["claims"] for case in cases)
    for number, case in enumerate(cases):
        made = [claim for article, *claim in claims if article == f"a{number}" and claim[1] == "recognizes"]
        assert made == case["claims"]


def test_relation_of_the_how_to_is_in_the_ontology(with_the_relation):
    folder, _ = with_the_relation
    assert "### recognizes" in (folder / "ontology" / "README.md").read_text()
    names = [relation["name"] for relation in json.loads((folder / "kg" / "data" / "relations.json").read_text())]
    assert names[-1] == "recognizes"


LANGUAGE = (ROOT / "docs" / "adding-a-language.md").read_text()
DATA_FILES = sorted({path.name for path in (ROOT / "kg" / "data").glob("[a-z][a-z]/*.toml")})


def test_how_to_of_languages_names_files_that_exist():
    assert set(re.findall(r"`([\w-]+\.toml)`", LANGUAGE)) <= set(DATA_FILES)


@pytest.mark.parametrize("name", DATA_FILES)
def test_how_to_of_languages_names_every_file(name):
    assert f"`{name}`" in LANGUAGE or name.startswith("grammar-")
