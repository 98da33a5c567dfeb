"""With what an archive was read, as activities of PROV in a graph of its own: version, model, ontology, data, settings.

Each article that is in the graph is named by the activity that read it, so that an archive that was built over years by
several versions says which of them read what. There is no time of day in it: the same input gives the same graph.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path

from kg.build_journal import Journal
from kg.config import Settings, data_dir, model_dir, ontology_dir
from kg.rdf.builds import BUILDS, build_quads
from kg.store import KnowledgeGraph

__all__ = ["state_builds"]

# They change nothing that is read; a language model is told by its readings.
_NOT_STATED = frozenset({"jobs", "batch_size", "max_seconds", "llm"})


def state_builds(graph: KnowledgeGraph, journal: Journal, settings: Settings | None = None) -> None:
    """Write which activity has read which article; what earlier builds have said of theirs stays.

    Args:
        graph: The graph.
        journal: Its journal.
        settings: What articles are read with now; left out if none were.

    Raises:
        StoreError: If the graph cannot be written.
    """
    there = set(graph.quads(BUILDS)) if BUILDS in graph.graphs() else set()
    read = journal.read_with()
    if settings is None:
        content = build_quads(there, read)
    else:
        stated = {name: value for name, value in asdict(settings).items() if name not in _NOT_STATED}
        folders = {"data": data_dir() / settings.language, "ontology": ontology_dir()}
        if settings.model is None:
            folders["model"] = model_dir(settings.language)
        content = build_quads(
            there,
            read,
            made=journal.made,
            version=version("kg-geopolitics"),
            settings=json.dumps(stated, sort_keys=True),
            parts={name: _digest(folder) for name, folder in folders.items()},
        )
    if content != there:
        graph.put_graph(BUILDS, content)


@cache
def _digest(folder: Path) -> str:
    """Hash of all files of a folder, with their names."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        total.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
