"""Knowledge graphs of geopolitical relations from news.

Importing this package reads no file and loads no library: a name is loaded when it is first used.

Example:
    >>> import kg
    >>> article = kg.Article("reise", "Perus Präsident Julio Vargas ist nach Ecuador gereist.")
    >>> graph = kg.build_graph([kg.clean(article)])
    >>> [claim.object for claim in graph.claims(predicate="visits")]
    ['Ecuador']
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from kg.errors import (
    AnnotationError,
    ArticleError,
    DataError,
    KGError,
    ModelNotInstalled,
    QueryError,
    SettingsError,
    StoreError,
    UnsupportedLanguage,
)
from kg.model import (
    Article,
    Block,
    BlockKind,
    Claim,
    Comparison,
    Entity,
    EntityType,
    Evidence,
    Extraction,
    Modality,
    Qualifiers,
    Quantity,
    Quotation,
)

if TYPE_CHECKING:
    from kg import evaluate
    from kg.build import build_graph, extract_all
    from kg.config import LanguageModel, Settings
    from kg.facts.extract import extract
    from kg.linguistics.pipeline import add_components, load_pipeline, make_doc
    from kg.network import to_networkx, write_network
    from kg.network_analysis import signed_graph, snapshots, structural_balance
    from kg.store import KnowledgeGraph
    from kg.tables import event_table, write_tables
    from kg.text.clean import clean
    from kg.text.ingest import read_articles
    from kg.view import write_html

    __version__: str

__all__ = [
    "AnnotationError",
    "Article",
    "ArticleError",
    "Block",
    "BlockKind",
    "Claim",
    "Comparison",
    "DataError",
    "Entity",
    "EntityType",
    "Evidence",
    "Extraction",
    "KGError",
    "KnowledgeGraph",
    "LanguageModel",
    "Modality",
    "ModelNotInstalled",
    "Qualifiers",
    "Quantity",
    "QueryError",
    "Quotation",
    "Settings",
    "SettingsError",
    "StoreError",
    "UnsupportedLanguage",
    "__version__",
    "add_components",
    "build_graph",
    "clean",
    "evaluate",
    "event_table",
    "extract",
    "extract_all",
    "load_pipeline",
    "make_doc",
    "read_articles",
    "signed_graph",
    "snapshots",
    "structural_balance",
    "to_networkx",
    "write_html",
    "write_network",
    "write_tables",
]

_MODULES = {
    "KnowledgeGraph": "kg.store",
    "LanguageModel": "kg.config",
    "Settings": "kg.config",
    "add_components": "kg.linguistics.pipeline",
    "build_graph": "kg.build",
    "clean": "kg.text.clean",
    "event_table": "kg.tables",
    "extract": "kg.facts.extract",
    "extract_all": "kg.build",
    "load_pipeline": "kg.linguistics.pipeline",
    "make_doc": "kg.linguistics.pipeline",
    "read_articles": "kg.text.ingest",
    "signed_graph": "kg.network_analysis",
    "snapshots": "kg.network_analysis",
    "structural_balance": "kg.network_analysis",
    "to_networkx": "kg.network",
    "write_html": "kg.view",
    "write_network": "kg.network",
    "write_tables": "kg.tables",
}


def __getattr__(name: str) -> object:
    """Load a public name at its first use."""
    if name == "__version__":
        from importlib.metadata import version

        value: object = version("kg-geopolitics")
    elif name == "evaluate":
        # The module, not its function of the same name: Python itself puts a loaded module here.
        return importlib.import_module("kg.evaluate")
    elif name in _MODULES:
        value = getattr(importlib.import_module(_MODULES[name]), name)
    else:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
