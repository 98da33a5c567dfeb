"""What the map of the network view needs: where actors and places lie, and the outlines of the countries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from kg.config import data_dir
from kg.errors import DataError
from kg.lexicon_places import Location, location_of
from kg.model import Entity

__all__ = ["locations", "world"]


def locations(entities: Iterable[Entity]) -> dict[str, Location]:
    """Where those of the entities lie that are places of the gazetteer; those of unknown place are left out.

    Example:
        >>> from kg.model import EntityType
        >>> lima = Entity("Lima", EntityType.CITY, "Lima", known=True)
        >>> round(locations([lima])["Lima"].latitude)
        -12
    """
    found = ((e.id, location_of(e)) for e in entities)
    return {name: place for name, place in found if place is not None}


@cache
def world() -> Mapping[str, Any]:
    """The outlines of all countries: `step` (degrees), `arcs` (packed lines), `countries` (rings of arcs by entity id).

    Raises:
        DataError: If the file is missing or broken.
    """
    path = data_dir() / "view" / "world.json"
    try:
        outlines: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = "the outlines of the countries are missing"
        raise DataError(message, source=path, hint="install kg-geopolitics again") from error
    return outlines
