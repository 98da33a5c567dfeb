"""Where the places of the gazetteer lie, and their numbers in GeoNames.

`ontology/places.tsv` comes in (made by `ontology/sources/places.py`), checked records by id come out.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kg.config import ontology_dir
from kg.errors import DataError
from kg.model import Entity, EntityType

__all__ = ["GEONAMES", "Location", "load_locations", "location_of"]

GEONAMES = "https://sws.geonames.org/"
"""What the IRIs of GeoNames begin with; the number and a slash follow."""

_SURE = 0.8  # from this confidence on a place is said to be the one of GeoNames
_PLACES = {EntityType.COUNTRY, EntityType.REGION, EntityType.CITY, EntityType.PLACE}
_COLUMNS = ("id", "geonames", "latitude", "longitude", "confidence")


@dataclass(frozen=True, slots=True)
class Location:
    """A point that stands for a place.

    Attributes:
        latitude: Degrees north, -90 to 90.
        longitude: Degrees east, -180 to 180.
        geonames: Number of the same place in GeoNames, `None` if it is not known for certain.
        confidence: How sure it is that point and number belong to the place, 0 to 1.
    """

    latitude: float
    longitude: float
    geonames: int | None
    confidence: float

    @property
    def iri(self) -> str | None:
        """The IRI of the place in GeoNames, `None` if it has none or it is not sure enough to be called the same."""
        return None if self.geonames is None or self.confidence < _SURE else f"{GEONAMES}{self.geonames}/"


def location_of(entity: Entity) -> Location | None:
    """Where an entity lies, `None` for what is no place or not in the gazetteer.

    Example:
        >>> location_of(Entity("Lima", EntityType.CITY, "Lima", known=True)).geonames
        3936456
    """
    return load_locations().get(entity.id) if entity.known and entity.type in _PLACES else None


@cache
def load_locations(path: Path | None = None) -> Mapping[str, Location]:
    """The locations by the id of the gazetteer's entry; read once per process.

    Args:
        path: Another file than the one shipped with kg.

    Raises:
        DataError: If the file is missing, or a row is not what it should be.

    Example:
        >>> load_locations()["Peru"].iri
        'https://sws.geonames.org/3932488/'
    """
    path = path or ontology_dir() / "places.tsv"
    found: dict[str, Location] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if tuple(rows.fieldnames or ()) != _COLUMNS:
                message = "the columns are not those of a table of places"
                raise DataError(message, source=path, line=1, hint="they are: " + ", ".join(_COLUMNS))
            for row in rows:
                found[row["id"]] = _location(row, path, rows.line_num)
    except (OSError, UnicodeDecodeError) as error:
        message = f"the table of places cannot be read: {error}"
        raise DataError(message, source=path, hint="make it again with ontology/sources/places.py") from error
    return MappingProxyType(found)


def _location(row: Mapping[str, str], path: Path, line: int) -> Location:
    try:
        number = int(row["geonames"]) if row["geonames"] else None
        place = Location(float(row["latitude"]), float(row["longitude"]), number, float(row["confidence"]))
    except (TypeError, ValueError) as error:
        message = f"{row['id']!r} has no number where one must be"
        raise DataError(
            message, source=path, line=line, hint="latitude, longitude and confidence are needed"
        ) from error
    if not (abs(place.latitude) <= 90 and abs(place.longitude) <= 180 and 0 <= place.confidence <= 1):
        message = f"{row['id']!r} lies at {place.latitude}, {place.longitude}, confidence {place.confidence}"
        raise DataError(message, source=path, line=line, hint="-90 to 90, -180 to 180, 0 to 1")
    return place
