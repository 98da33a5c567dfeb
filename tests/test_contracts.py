"""What the architecture promises, read from the sources."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "kg"
FILES = sorted(PACKAGE.rglob("*.py"))

# Lower ranks are imported by higher ones, never the other way round; equal ranks are strangers to each other.
RANKS = {
    "errors": 0,
    "interrupts": 1,
    "limit": 1,
    "model": 1,
    "sheets": 1,
    "config": 2,
    "vocabulary": 3,
    "relations": 3,
    "lexicon": 4,
    "text": 5,
    "linguistics": 6,
    "facts": 7,
    "engines": 8,
    "rdf": 8,
    "store": 9,
    "build": 10,
    "query": 10,
    "reason": 11,
    "layout": 11,
    "network": 11,
    "tables": 11,
    "cluster": 12,
    "watch": 11,
    "view": 12,
    "evaluate": 13,
    "training": 13,
    "check": 14,
    "serve": 14,
    "cli": 15,
}
# Methods of the graph that only pass on to a stage above it, which is imported when they are called.
SHORTCUTS: set[tuple[str, str]] = set()

FOREIGN = {
    "spacy": {"engines", "linguistics", "facts", "training"},
    "rdflib": {"lexicon", "relations", "vocabulary", "rdf", "store", "query"},
    "pyoxigraph": {"lexicon", "relations", "vocabulary", "rdf", "store", "query", "reason", "serve"},
    "networkx": {"network", "query", "view", "layout"},
    "pyvis": {"view"},
    "typer": {"cli"},
    "jinja2": {"serve"},
    "mimeparse": {"serve"},
    "pebble": {"serve"},
    "starlette": {"serve"},
    "uvicorn": {"serve"},
}
LONGEST = 420  # lines


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    """`kg.lexicon_frames` and `kg.lexicon.frames` are both of the room `lexicon`."""
    parts = module.split(".")
    return "" if len(parts) == 1 else parts[1].split("_")[0]


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "kg":
                yield from (f"kg.{alias.name}" for alias in node.names)
            else:
                yield node.module


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Strings of the code; the documentation is left out."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation | bare:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_module_imports_lower_layers_only(path):
    module = name_of(path)
    room = room_of(module)
    if room == "":
        return  # the public API reaches everywhere, lazily
    assert room in RANKS, f"{module} has no place in the order of layers"
    for imported in imports(ast.parse(path.read_text())):
        if not imported.startswith("kg.") or (module, imported) in SHORTCUTS:
            continue
        other = room_of(imported)
        if other not in RANKS:
            continue  # a name of the public API, such as kg.__version__
        assert other == room or RANKS[other] < RANKS[room], f"{module} imports {imported} from a layer above it"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_module_imports_only_the_libraries_of_its_layer(path):
    module = name_of(path)
    for imported in imports(ast.parse(path.read_text())):
        library = imported.split(".")[0]
        if library in FOREIGN:
            assert room_of(module) in FOREIGN[library], f"{module} imports {library}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_file_is_short_enough_to_be_read(path):
    assert len(path.read_text().splitlines()) <= LONGEST


def test_there_is_no_file_for_odds_and_ends():
    assert not [path for path in FILES if path.stem in {"utils", "util", "helpers", "common", "misc"}]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_module_names_what_it_offers(path):
    tree = ast.parse(path.read_text())
    listed = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    ]
    defined = {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    if any(not name.startswith("_") for name in defined):
        assert listed, "no __all__"
        assert len(set(listed[0])) == len(listed[0])


GERMAN = re.compile(
    r"\w[äöüÄÖÜß]|[äöüÄÖÜß]\w|\b(der|dem|des|und|oder|nicht|kein|keine|mit|nach|laut|von|vom|zum|zur|bei|beim|auf|aus|für|gegen|sein|"
    r"wurde|wurden|werden|haben|sagte|erklärte|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|Januar|"
    r"Februar|Mai|Juni|Juli|Oktober|Dezember|Soldaten|Krieg|Russland|Deutschland|Regierung|Minister|Präsident)\b"
)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_code_holds_no_german_word(path):
    found = [
        (line, text)
        for line, text in strings(ast.parse(path.read_text()))
        if GERMAN.search(text) and not re.search(r"\\[wsdb(\[]|\[\^|\(\?", text)  # a character class is no word
    ]
    assert not found


LABELS = set(
    # Universal Dependencies, those that are no English word; TIGER, those of more than two letters are English words
    "nsubj csubj iobj obl nmod appos acl advcl ccomp xcomp amod advmod parataxis expl "
    "nsubj:pass csubj:pass aux:pass obl:agent obl:arg acl:relcl compound:prt flat:name expl:pv "
    "sb oa da op mo ag pnc nk svp rc sbp oc pd".split()
)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_code_holds_no_dependency_label(path):
    assert not [(line, text) for line, text in strings(ast.parse(path.read_text())) if text in LABELS]


def test_public_names_are_sorted_and_exist():
    assert kg.__all__ == sorted(kg.__all__)
    missing = [name for name in kg.__all__ if not hasattr(kg, name)]
    assert not missing
    assert set(kg.__all__) <= set(dir(kg))


def test_unknown_name_is_refused():
    with pytest.raises(AttributeError, match="nonsense"):
        _ = kg.nonsense


def test_import_is_fast_and_reads_no_file():
    code = """
import json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import kg
heavy = {"spacy", "rdflib", "networkx", "pyvis", "typer", "trafilatura", "pyoxigraph", "dateparser", "babel"}
read = [path for path in opened if not path.endswith((".py", ".pyc", ".so", ".pth"))]
print(json.dumps([sorted(heavy & set(sys.modules)), read]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[], []]


@pytest.mark.model
def test_registered_components_are_known():
    import spacy

    kg.load_pipeline()
    ours = sorted(name for name in spacy.registry.factories.get_all() if name.startswith("kg_"))
    assert ours == [
        "kg_analyser",
        "kg_coref",
        "kg_dates",
        "kg_de_lemmas",
        "kg_entities",
        "kg_quantities",
        "kg_quotes",
        "kg_to_ud",
    ]
