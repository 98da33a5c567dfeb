"""Records of the gazetteer on their way into `actors.ttl`, and how they are written."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

__all__ = ["Record", "slug", "write_turtle"]

HEADER = """@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix kg: <https://kg-geopolitics.org/ontology/> .
@prefix kgr: <https://kg-geopolitics.org/resource/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wd: <http://www.wikidata.org/entity/> .
"""


@dataclass
class Record:
    """One actor on its way into the file. `countries` are country codes until they are written."""

    label: str
    type: str
    id: str = ""
    label_en: str = ""
    names: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    wikidata: str = ""
    geonames: str = ""
    countries: list[str] = field(default_factory=list)
    adjectives: list[str] = field(default_factory=list)
    inhabitants: list[str] = field(default_factory=list)
    capitals: list[str] = field(default_factory=list)
    metonyms: list[str] = field(default_factory=list)
    code: str = ""
    gender: str = ""
    given: str = ""
    family: str = ""
    kind: str = ""
    offices: list[str] = field(default_factory=list)
    caution: str = ""


def slug(name: str) -> str:
    """The local name of an IRI for a name.

    Example:
        >>> slug("Bundesrat (Schweiz)"), slug("Quai d’Orsay")
        ('Bundesrat_Schweiz', 'Quai_dOrsay')
    """
    kept = re.sub(r"[^\w\s-]", "", unicodedata.normalize("NFC", name.replace("/", " ")))
    return re.sub(r"\s+", "_", kept.strip()).strip("-_")


def _text(value: str, language: str) -> str:
    return json.dumps(value, ensure_ascii=False) + "@" + language


def write_turtle(records: Iterable[Record]) -> Iterator[str]:
    """The lines of the Turtle file: one block per record, one property per line."""
    yield HEADER
    for r in records:
        properties: list[tuple[str, list[str]]] = [
            ("rdfs:label", [_text(r.label, "de"), *([_text(r.label_en, "en")] if r.label_en else [])]),
            ("skos:altLabel", [_text(n, "de") for n in r.names if n != r.label]),
            ("skos:hiddenLabel", [_text(n, "de") for n in r.hidden]),
            ("kg:adjective", [_text(n, "de") for n in r.adjectives]),
            ("kg:inhabitant", [_text(n, "de") for n in r.inhabitants]),
            ("kg:metonym", [_text(n, "de") for n in r.metonyms]),
            ("kg:capital", [f"kgr:{c}" for c in r.capitals]),
            ("kg:country", [f"kgr:{c}" for c in r.countries]),
            ("kg:countryCode", [json.dumps(r.code)] if r.code else []),
            ("foaf:gender", [json.dumps(r.gender)] if r.gender else []),
            ("foaf:givenName", [json.dumps(r.given, ensure_ascii=False)] if r.given else []),
            ("foaf:familyName", [json.dumps(r.family, ensure_ascii=False)] if r.family else []),
            ("kg:office", [_text(o, "de") for o in r.offices]),
            ("kg:kind", [_text(r.kind, "de")] if r.kind else []),
            ("kg:caution", [_text(r.caution, "de")] if r.caution else []),
            ("owl:sameAs", [f"wd:{r.wikidata}"] if r.wikidata else []),
            ("owl:sameAs", [f"<https://sws.geonames.org/{r.geonames}/>"] if r.geonames else []),
        ]
        lines = [f"    {name} {', '.join(dict.fromkeys(values))}" for name, values in properties if values]
        yield f"\nkgr:{r.id} a kg:{r.type} ;\n" + " ;\n".join(lines) + " .\n"
