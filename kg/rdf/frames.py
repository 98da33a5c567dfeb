"""Rows of RDF terms as a pandas frame, with the types that pandas computes with. pandas is optional."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import SettingsError
from kg.rdf.vocabulary import term

if TYPE_CHECKING:
    import pandas

__all__ = ["frame_of", "load_pandas"]

_WHOLE = {term(f"xsd:{name}") for name in ("integer", "int", "long", "short", "nonNegativeInteger")}
_NUMBERS = _WHOLE | {term(f"xsd:{name}") for name in ("decimal", "double", "float")}
_LAST = {"ends", "last"}  # columns of what is over after its year, month or day
_DATES = {term("xsd:date"): "day", term("xsd:gYearMonth"): "month", term("xsd:gYear"): "year"}


def frame_of(columns: Sequence[str], terms: Sequence[Sequence[Any]], rows: Sequence[Sequence[Any]]) -> pandas.DataFrame:
    """Make a frame; see `Table.to_frame`.

    Args:
        columns: Names.
        terms: The rows as RDF terms, empty if there are none (the answer to ASK).
        rows: The same rows as plain values.

    Raises:
        SettingsError: If pandas is not installed.
    """
    pd = load_pandas("take the rows with dicts() or to_csv()")
    if not terms:
        return pd.DataFrame([list(row) for row in rows], columns=list(columns))
    content: dict[str, Any] = {}
    for place, name in enumerate(columns):
        own, values = [row[place] for row in terms], [row[place] for row in rows]
        types = {value.datatype if isinstance(value, ox.Literal) else None for value in own if value is not None}
        days = _days(own, last=name in _LAST) if types and types <= set(_DATES) else None
        if days is not None:
            content[name] = pd.Series(days, dtype="datetime64[s]")
            if len(types) > 1:
                told = [None if value is None else _DATES[value.datatype] for value in own]
                content[f"{name}_precision"] = pd.Categorical(told, ["day", "month", "year"], ordered=True)
        else:
            content[name] = pd.array(values if types else [None] * len(values), dtype=_dtype(types, values))
    return pd.DataFrame(content)


def load_pandas(instead: str) -> Any:
    """The module pandas, which is optional.

    Args:
        instead: What can be done without it, for the hint.

    Raises:
        SettingsError: If it is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        message = "pandas is not installed"
        raise SettingsError(message, hint=f"pip install 'kg-geopolitics[pandas]', or {instead}") from error
    return pandas


def _dtype(types: set[Any], values: Sequence[Any]) -> str:
    if types and types <= _NUMBERS and not any(isinstance(value, str) for value in values):
        return "Int64" if types <= _WHOLE else "Float64"
    return "boolean" if types == {term("xsd:boolean")} else "string"


def _days(values: Sequence[Any], *, last: bool) -> list[Any] | None:
    """The first or last day of each date, `None` if one of them is none that numpy can read."""
    import numpy as np

    try:
        told = [np.datetime64("NaT" if value is None else value.value) for value in values]
        days = [(date + 1).astype("datetime64[D]") - 1 for date in told] if last else told
        return [day.astype("datetime64[s]") for day in days]
    except ValueError:
        return None
