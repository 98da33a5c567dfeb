"""Whether kg's own data files are right: each is read by the code that uses it, and every mistake is named.

For those who add a relation, a word or a language. Nothing is written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator

from kg.config import data_dir, language_dir, model_dir, ontology_dir
from kg.errors import DataError, KGError, QueryError
from kg.evaluate_names import normalise
from kg.facts.factuality import load_factuality
from kg.lexicon import load_gazetteer, load_inflection
from kg.lexicon_frames import load_frames
from kg.lexicon_places import load_locations
from kg.lexicon_sectors import country_codes, load_sectors
from kg.linguistics.conversion import load_schemes
from kg.linguistics.conversion_phrases import load_phrases
from kg.linguistics.cues import load_cues
from kg.linguistics.dates import load_dates
from kg.linguistics.grammar import load_grammar
from kg.linguistics.pipeline import load_pipeline
from kg.linguistics.quantities import load_quantities
from kg.linguistics.referring import load_coref_words
from kg.linguistics.sources import load_reporting
from kg.query import list_queries, run
from kg.rdf.vocabulary import ontology_quads
from kg.store import KnowledgeGraph
from kg.text.clutter import load_clutter
from kg.view_places import world
from kg.vocabulary import RELATIONS

__all__ = ["check_data", "languages"]


def languages() -> list[str]:
    """Codes of the languages that there are data for, sorted.

    Example:
        >>> "de" in languages()
        True
    """
    return sorted(path.parent.name for path in data_dir().glob("*/grammar-ud.toml"))


def check_data(language: str | None = None) -> Iterator[tuple[str, KGError | None]]:
    """Read every data file.

    Args:
        language: Two-letter code of the language whose files are read; all languages if left out.

    Yields:
        What was read, and the first thing that is wrong in it, or `None`.

    Raises:
        UnsupportedLanguage: If there are no data for the language.
    """
    chosen = languages() if language is None else [language]
    for code in chosen:
        language_dir(code)
    yield from _results(_SHARED)
    for code in chosen:
        yield from ((f"{code}: {name}", error) for name, error in _results(_of_language(code)))


def _results(steps: dict[str, Callable[[], object]]) -> Iterator[tuple[str, KGError | None]]:
    for name, step in steps.items():
        try:
            step()
        except KGError as error:
            yield name, error
        else:
            yield name, None


def _parse_all(code: str) -> None:
    """Parse every TOML file, for not all are read at the start: those of the training, of other label schemes."""
    for path in sorted(language_dir(code).rglob("*.toml")):
        try:
            tomllib.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            message = f"not valid TOML: {error}"
            raise DataError(message, source=path) from error


def _ask_all() -> None:
    graph = KnowledgeGraph()
    for named in list_queries():
        if any(parameter.required for parameter in named.parameters):
            continue
        try:
            run(graph, named)
        except QueryError as error:
            raise DataError(error.message, source=f"{named.name}.rq", hint=error.hint) from error


_SHARED: dict[str, Callable[[], object]] = {
    "list of relations": lambda: dict(RELATIONS),
    "ontology": lambda: ontology_quads(*sorted(path.name for path in ontology_dir().glob("*.ttl"))),
    "places and outlines of countries": lambda: (load_locations(), world()),
    "named queries": _ask_all,
    "codes of countries": country_codes,
}


def _of_language(code: str) -> dict[str, Callable[[], object]]:
    return {
        "form of all files": lambda: _parse_all(code),
        "inflection": lambda: load_inflection(code),
        "gazetteer": lambda: load_gazetteer(code),
        "grammar": lambda: (load_grammar(code), load_schemes(code), load_phrases(code)),
        "frames and titles": lambda: load_frames(code),
        "sectors of actors": lambda: load_sectors(code),
        "clutter of web pages": lambda: load_clutter(code),
        "names, nominals and metonyms": lambda: load_cues(code),
        "coreference": lambda: load_coref_words(code),
        "dates": lambda: load_dates(code),
        "quantities": lambda: load_quantities(code),
        "reporting verbs": lambda: load_reporting(code),
        "modality and negation": lambda: load_factuality(code),
        "evaluation": lambda: normalise("", language=code),
        **({"language model": lambda: load_pipeline(language=code)} if model_dir(code).is_dir() else {}),
    }
