"""Writes docs/reference.md from the docstrings of the public names: python docs/make_reference.py.

The sources are read and not imported, so that signatures stand as they were written. Needs `pip install griffe`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import griffe

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "reference.md"
HEAD = """\
# Reference of the Python API

<!-- Written by `python docs/make_reference.py` from the docstrings: change those, then run it. -->

All that `import kg` offers; every other name may change without notice, but for the modules at the end, whose names in
`__all__` are kept as well. The words for relations, classes and properties are in the
[reference of the ontology](../ontology/README.md), the commands in the [README](../README.md#the-commands).
"""
GROUPS = {
    "Reading articles": "read_articles clean Article Block BlockKind",
    "Building and asking": "build_graph extract_all KnowledgeGraph Settings LanguageModel",
    "What articles say": "Extraction Entity EntityType Claim Qualifiers Modality Quantity Comparison Evidence "
    "Quotation",
    "Networks, pages and tables": "to_networkx write_network write_html write_tables event_table signed_graph "
    "snapshots structural_balance",
    "A pipeline of one's own": "load_pipeline add_components make_doc extract",
    "Errors": "KGError ArticleError DataError SettingsError UnsupportedLanguage ModelNotInstalled AnnotationError "
    "StoreError QueryError",
}
MODULES = ("kg.query", "kg.reason", "kg.network", "kg.network_analysis", "kg.evaluate", "kg.facts.gold")


def render() -> str:
    """The text of docs/reference.md.

    Raises:
        ValueError: If a public name is in no group, or a group names what is not public.
    """
    package = griffe.load("kg", search_paths=[ROOT], docstring_parser="google")
    public = set(package.exports or ()) - {"__version__", "evaluate"}
    grouped = {name for names in GROUPS.values() for name in names.split()}
    if public != grouped:
        message = f"docs/make_reference.py: GROUPS and kg.__all__ differ by {sorted(public ^ grouped)}"
        raise ValueError(message)
    parts = [HEAD]
    for title, names in GROUPS.items():
        parts.append(f"\n## {title}\n")
        for name in names.split():
            parts += _entry(package[name], f"kg.{name}")
    for name in MODULES:
        module = package[name.removeprefix("kg.")]
        parts.append(f"\n## Module `{name}`\n")
        parts.append(module.docstring.value + "\n")
        for export in module.exports or ():
            parts += _entry(module[str(export)], f"{name}.{export}")
    return "\n".join(parts).replace("\n\n\n", "\n\n").rstrip("\n") + "\n"


def _entry(found: griffe.Object | griffe.Alias, title: str, level: int = 3) -> Iterator[str]:
    thing = found.final_target if isinstance(found, griffe.Alias) else found
    yield f"\n{'#' * level} {title}\n"
    if isinstance(thing, griffe.Class):
        own = {"Enum", "StrEnum"}.intersection(str(base) for base in thing.bases)
        yield _code(f"class {thing.name}" + ("" if own else _signature(thing.all_members.get("__init__"), thing)))
        yield from _docstring(thing)
        values = [member for member in thing.members.values() if isinstance(member, griffe.Attribute)]
        if own:
            yield "Values: " + ", ".join(f"`{value.value}`" for value in values) + "\n"
        elif dataclass_fields := [value for value in values if _is_field(value)]:
            yield "Fields: " + ", ".join(_field(value) for value in dataclass_fields) + "\n"
        for name, member in thing.members.items():
            if not name.startswith("_") and member.docstring and isinstance(member, griffe.Function):
                yield from _entry(member, f"{thing.name}.{name}", level + 1)
            elif not name.startswith("_") and member.docstring and "property" in member.labels:
                yield f"\n{'#' * (level + 1)} {thing.name}.{name}\n"
                yield _code(f"{name}: {member.annotation}")
                yield from _docstring(member)
    elif isinstance(thing, griffe.Function):
        yield _code(thing.name + _signature(thing))
        yield from _docstring(thing)
    elif thing.docstring:
        yield from _docstring(thing)


def _is_field(value: griffe.Attribute) -> bool:
    return bool(value.annotation) and not value.name.startswith("_") and "property" not in value.labels


def _field(value: griffe.Attribute) -> str:
    default = "" if value.value is None else f" = {value.value}"
    return f"`{value.name}: {value.annotation}{default}`"


def _signature(function: griffe.Object | None, owner: griffe.Class | None = None) -> str:
    """A call's brackets as written, without `self`; a dataclass shows its fields instead."""
    if not isinstance(function, griffe.Function):
        return ""
    if owner is not None and "dataclass" in owner.labels:
        return ""
    kind, written, star = griffe.ParameterKind, [], False
    for parameter in function.parameters:
        if parameter.name in ("self", "cls"):
            continue
        if parameter.kind is kind.keyword_only and not star:
            written.append("*")
            star = True
        mark = {kind.var_positional: "*", kind.var_keyword: "**"}.get(parameter.kind, "")
        star = star or mark == "*"
        annotation = f": {parameter.annotation}" if parameter.annotation else ""
        default = "" if parameter.default is None or mark else f" = {parameter.default}"
        written.append(f"{mark}{parameter.name}{annotation}{default}")
    returned = f" -> {function.returns}" if function.returns and owner is None else ""
    flat = f"({', '.join(written)}){returned}"
    return flat if len(flat) < 100 else "(\n    " + ",\n    ".join(written) + f",\n){returned}"


def _code(text: str) -> str:
    return f"```python\n{text}\n```\n"


def _docstring(thing: griffe.Object) -> Iterator[str]:
    if thing.docstring is None:
        return
    for section in thing.docstring.parse(
        "google", warnings=False, returns_multiple_items=False, returns_named_value=False
    ):
        kind = section.kind.value
        if kind == "text":
            yield section.value + "\n"
        elif kind in ("parameters", "raises", "returns", "yields"):
            yield f"*{'Args' if kind == 'parameters' else kind.capitalize()}*\n"
            for item in section.value:
                name = item.name if kind == "parameters" else str(item.annotation) if kind == "raises" else ""
                yield f"- {f'`{name}`: ' if name else ''}{' '.join(item.description.split())}"
            yield ""
        elif kind == "examples":
            for part, text in section.value:
                yield _code(text) if part.value == "examples" else text + "\n"
        elif kind == "admonition":
            yield f"*{section.title}*\n"
            content = section.value.contents
            yield _code(content) if ">>>" in content else content + "\n"


if __name__ == "__main__":
    OUT.write_text(render(), encoding="utf-8")
