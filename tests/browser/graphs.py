"""Graphs for the tests of network and view."""

from __future__ import annotations

import random
from datetime import date

from kg.model import Article, Claim, Entity, EntityType, Evidence, Modality, Qualifiers, Quantity
from kg.network import ClaimSet
from kg.vocabulary import RELATIONS


def said(sentence, cue, *, article="a1", confidence=0.9):
    at = sentence.index(cue)
    return (Evidence(article, 50, 50 + len(sentence), sentence, "de/test", 50 + at, 50 + at + len(cue), confidence),)


def small():
    """Five actors, nine claims, every modality but `alleged`."""
    entities = (
        Entity("RU", EntityType.COUNTRY, "Russland", ("Kreml", "Moskau", "Russland"), "Q159", known=True),
        Entity("KP", EntityType.COUNTRY, "Nordkorea", ("KDVR",), "Q423", known=True),
        Entity("PY", EntityType.CITY, "Pjöngjang", (), "Q18808", country="KP", known=True),
        Entity("LW", EntityType.PERSON, "Lena Winter", ("Winter",), country="RU"),
        Entity("SR", EntityType.MINISTRY, "Russischer Sicherheitsrat", (), country="RU"),
    )
    troops = Quantity("mehr als 10.000 Soldaten", 10000, "Soldat")
    dead = Quantity("etwa 2.000 Tote", 2000, "Tote")
    q = Qualifiers
    claims = (
        Claim(
            "LW",
            "visits",
            "KP",
            q(begins="2025-10-10", ends="2025-10-10"),
            said("Lena Winter besuchte am Freitag Nordkorea.", "besuchte"),
        ),
        Claim(
            "LW",
            "visits",
            "PY",
            q(Modality.PLANNED),
            said("Sie will am Abend nach Pjöngjang reisen.", "reisen", confidence=0.7),
        ),
        Claim(
            "LW",
            "holdsOffice",
            "SR",
            q(role="Vizevorsitzende"),
            said("Lena Winter, Vizevorsitzende des Rats, kam.", "Vizevorsitzende"),
        ),
        Claim(
            "KP",
            "sendsTroops",
            "RU",
            q(Modality.REPORTED, "SR", "2024", "2024", quantity=troops),
            said("Nordkorea soll 2024 Soldaten entsandt haben.", "entsandt"),
        ),
        Claim(
            "KP",
            "suppliesWeapons",
            "RU",
            q(Modality.NEGATED),
            said("Dass Nordkorea Waffen liefert, wies es zurück.", "liefert"),
        ),
        Claim("KP", "suppliesWeapons", "RU", q(), said("Nordkorea lieferte Waffen an Russland.", "lieferte")),
        Claim("PY", "locatedIn", "KP", q(), said("Pjöngjang liegt in Nordkorea.", "liegt")),
        Claim("SR", "affiliatedWith", "RU", q(), said("Der russische Sicherheitsrat tagte.", "russische")),
        Claim(
            "KP",
            "suffersCasualties",
            None,
            q(Modality.REPORTED, quantity=dead),
            said("Nordkorea beklagt etwa 2.000 Tote.", "Tote"),
        ),
    )
    article = Article(
        "a1", "…", "Winter in Pjöngjang", date(2025, 10, 11), "Beispielblatt", "https://example.org/winter"
    )
    return ClaimSet(claims, entities, (article,))


def random_graph(actors, claims, *, seed=1, articles=10):
    """Claims between actors, most of them about a few states."""
    choose = random.Random(seed)
    types = (
        [EntityType.COUNTRY] * 2
        + [EntityType.PERSON] * 6
        + [EntityType.CITY, EntityType.MINISTRY, EntityType.ARMED_GROUP]
    )
    entities = [Entity(f"e{i}", types[i % len(types)], f"Akteur Nummer {i}") for i in range(actors)]
    papers = [Article(f"a{i}", "…", f"Meldung {i}", date(2024, 1 + i % 12, 1)) for i in range(articles)]
    weights = [6 if e.type is EntityType.COUNTRY else 1 for e in entities]
    relations = [r for r in RELATIONS.values() if r.takes_object]
    found = {}
    for _ in range(claims * 50):
        if len(found) == claims:
            break
        a, b = choose.choices(entities, weights, k=2)
        relation = choose.choice(relations)
        if a is b or not relation.allows(a.type, b.type):
            continue
        modality = choose.choice(list(Modality))
        sentence = f"{a.name} und {b.name} kamen vor."
        paper = choose.choice(papers).id
        claim = Claim(a.id, relation.name, b.id, Qualifiers(modality), said(sentence, "kamen", article=paper))
        found[claim.id] = claim
    return ClaimSet(tuple(found.values()), tuple(entities), tuple(papers))


HOSTILE = (
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<!--<script>",
    '"><svg onload=window.hit=1>',
    "' onmouseover='window.hit=1",
    "javascript:window.hit=1",
    "{{data}}{{script}}",
    "\u2028\u2029window.hit=1",
    '<a href="javascript:window.hit=1">x</a>',
    "&lt;b&gt;&quot;",
    "<b>*_~`${window.hit=1}`",
    "\ud800half\x00null\u202eright-to-left",
    "]]>--></style></title></textarea><script>window.hit=1</script>",
    "x" * 5000,
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
)


def hostile(text):
    """A graph with one string in every field that takes one (half characters only where no hash is made of it)."""
    name, text = text, text.replace("\ud800", "")
    entities = (
        Entity(text, EntityType.PERSON, name, (name, "Zweitname"), name, country="land"),
        Entity("land", EntityType.COUNTRY, name + " ", (name,), "Q1"),
    )
    q = Qualifiers(Modality.REPORTED, text, text, text, text, Quantity(text, 1.0, text), text)
    evidence = (Evidence(text, 0, len(name), name, name, 0, min(4, len(text)), 0.5),)
    claims = (
        Claim(text, "attacks", "land", q, evidence),
        Claim(text, text, "land", q, evidence),
        Claim("land", "suffersCasualties", None, q, evidence),
        Claim("unbekannt" + text, "supports", text, q, evidence),
    )
    article = Article(text, name, name, date(2025, 1, 1), name, name, language=name)
    return ClaimSet(claims, entities, (article,))
