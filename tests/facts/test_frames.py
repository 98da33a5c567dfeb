"""Frames over hand-made parses: every construction with its claim, and with what must not be claimed."""

from collections.abc import Callable

import pytest

from kg.facts.extract import extract
from kg.facts.frames import match_frames
from kg.facts.resolve import Resolver
from kg.lexicon_facts import load_fact_words
from kg.lexicon_frames import load_frames
from kg.linguistics.page import Page
from kg.linguistics.pipeline import load_pipeline
from kg.linguistics.pipeline import make_doc as make_parsed
from kg.model import Article

Found = set[tuple[str, str, str | None]]

AKTIV = """
Albanien/2/nsubj/PROPN
beschoss/0/root/VERB/beschießen
Montenegro~/2/obj/PROPN
./2/punct/PUNCT
"""
PASSIV = """
Montenegro/5/nsubj:pass/PROPN
wurde/5/aux:pass/AUX/werden
von/4/case/ADP
Albanien/5/obl/PROPN
beschossen~/0/root/VERB/beschießen
./5/punct/PUNCT
"""
PERFEKT_MIT_FALSCHEM_ETIKETT = """
Albanien/4/nsubj:pass/PROPN
hat/4/aux/AUX/haben
Montenegro/4/obj/PROPN
beschossen~/0/root/VERB/beschießen
./4/punct/PUNCT
"""
RELATIV = """
Albanien~/6/nsubj/PROPN
,/4/punct/PUNCT
das/4/nsubj/PRON/der
beschoss/1/acl:relcl/VERB/beschießen
Montenegro~/4/obj/PROPN
schweigt/0/root/VERB/schweigen
"""
KOORDINIERT = """
Albanien/2/nsubj/PROPN
schwieg/0/root/VERB/schweigen
und/4/cc/CCONJ
beschoss/2/conj/VERB/beschießen
Montenegro~/4/obj/PROPN
./2/punct/PUNCT
"""
ZWEI_SUBJEKTE = """
Albanien/2/nsubj/PROPN
beschoss/0/root/VERB/beschießen
Montenegro~/2/nsubj/PROPN
./2/punct/PUNCT
"""
INFINITIV = """
Albanien/2/nsubj/PROPN
versucht~/0/root/VERB/versuchen
,/6/punct/PUNCT
Montenegro/6/obj/PROPN
zu/6/mark/PART
beschießen~/2/xcomp/VERB/beschießen
./2/punct/PUNCT
"""


def claims(doc: Page, resolver: Callable[[Page], Resolver]) -> Found:
    found = match_frames(doc, load_frames("de"), resolver(doc), load_fact_words("de"))
    return {(c.subject, c.predicate, c.object) for c in found}


@pytest.mark.parametrize(
    ("notation", "first", "second"),
    [
        pytest.param(AKTIV, 0, 2, id="active"),
        pytest.param(PASSIV, 3, 0, id="passive with agent"),
        pytest.param(PERFEKT_MIT_FALSCHEM_ETIKETT, 0, 2, id="no passive without its auxiliary"),
        pytest.param(RELATIV, 0, 4, id="relative clause"),
        pytest.param(KOORDINIERT, 0, 4, id="shared subject"),
        pytest.param(ZWEI_SUBJEKTE, 0, 2, id="of two subjects the second is the object"),
        pytest.param(INFINITIV, 0, 3, id="infinitive with the subject of its governor"),
    ],
)
def test_attack_is_found_in_every_construction(
    notation: str, first: int, second: int, annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        notation,
        [(first, first + 1, "Country", "Albanien", "name"), (second, second + 1, "Country", "Montenegro", "name")],
    )
    assert ("Albanien", "attacks", "Montenegro") in claims(doc, resolver)
    assert ("Montenegro", "attacks", "Albanien") not in claims(doc, resolver)


def test_passive_without_agent_has_no_attacker(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        "Montenegro/3/nsubj:pass/PROPN\nwurde/3/aux:pass/AUX/werden\nbeschossen~/0/root/VERB/beschießen\n./3/punct/PUNCT",
        [(0, 1, "Country", "Montenegro", "name")],
    )
    assert not {c for c in claims(doc, resolver) if c[1] == "attacks"}


def test_every_coordinated_subject_makes_a_claim(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Albanien/4/nsubj/PROPN
        und/3/cc/CCONJ
        Serbien/1/conj/PROPN
        beschossen/0/root/VERB/beschießen
        Montenegro~/4/obj/PROPN
        ./4/punct/PUNCT
        """,
        [
            (0, 1, "Country", "Albanien", "name"),
            (2, 3, "Country", "Serbien", "name"),
            (4, 5, "Country", "Montenegro", "name"),
        ],
    )
    assert {("Albanien", "attacks", "Montenegro"), ("Serbien", "attacks", "Montenegro")} <= claims(doc, resolver)


def test_name_in_apposition_stands_for_its_title(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    doc = annotated(
        """
        Ministerin/4/nsubj/NOUN
        Jana/1/appos/PROPN
        Nowak/2/flat/PROPN
        besuchte/0/root/VERB/besuchen
        Albanien~/4/obj/PROPN
        ./4/punct/PUNCT
        """,
        [(1, 3, "Person", "Jana Nowak", "name"), (4, 5, "Country", "Albanien", "name")],
    )
    assert ("Jana Nowak", "visits", "Albanien") in claims(doc, resolver)


def test_troops_need_soldiers_and_arms_need_arms(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    template = """
        Albanien/2/nsubj/PROPN
        schickt/0/root/VERB/schicken
        {noun}/2/obj/NOUN/{lemma}
        nach/5/case/ADP
        Montenegro~/2/obl/PROPN
        ./2/punct/PUNCT
        """
    mentions = [(0, 1, "Country", "Albanien", "name"), (4, 5, "Country", "Montenegro", "name")]
    soldiers = claims(annotated(template.format(noun="Soldaten", lemma="Soldat"), mentions), resolver)
    flowers = claims(annotated(template.format(noun="Blumen", lemma="Blume"), mentions), resolver)
    assert ("Albanien", "sendsTroops", "Montenegro") in soldiers
    assert not {c for c in flowers if c[1] in ("sendsTroops", "suppliesWeapons")}


def test_support_verb_lends_its_subject(annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]) -> None:
    doc = annotated(
        """
        Albanien/2/nsubj/PROPN
        beginnt/0/root/VERB/beginnen
        Luftangriffe/2/obj/NOUN/Luftangriff
        auf/5/case/ADP
        Montenegro~/3/nmod/PROPN
        ./2/punct/PUNCT
        """,
        [(0, 1, "Country", "Albanien", "name"), (4, 5, "Country", "Montenegro", "name")],
    )
    assert ("Albanien", "attacks", "Montenegro") in claims(doc, resolver)


def test_dateline_takes_no_part(annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]) -> None:
    doc = annotated(
        """
        Tirana/3/nmod/PROPN
        –/1/punct/PUNCT
        Besuch/0/root/NOUN
        von/5/case/ADP
        Jana/3/nmod/PROPN
        """,
        [(0, 1, "City", "Tirana", "name"), (4, 5, "Person", "Jana Nowak", "name")],
    )
    assert resolver(doc).one(doc[0]) is None
    assert not claims(doc, resolver)


def test_participle_that_looks_like_an_infinitive_is_passive_after_a_past_auxiliary(
    annotated: Callable[..., Page], resolver: Callable[[Page], Resolver]
) -> None:
    template = """
        Jana/7/nsubj/PROPN
        Nowak/1/flat/PROPN
        {auxiliary}/7/aux:pass/AUX/werden/{tense}
        von/5/case/ADP
        Petr/7/obl/PROPN
        Kral/5/flat/PROPN
        empfangen~/0/root/VERB/empfangen/VerbForm=Inf
        """
    mentions = [(0, 2, "Person", "Jana Nowak", "name"), (4, 6, "Person", "Petr Kral", "name")]
    past = annotated(template.format(auxiliary="wurde", tense="Mood=Ind|Tense=Past"), mentions)
    future = annotated(template.format(auxiliary="wird", tense="Mood=Ind|Tense=Pres"), mentions)
    assert ("Petr Kral", "receives", "Jana Nowak") in claims(past, resolver)
    assert ("Petr Kral", "receives", "Jana Nowak") not in claims(future, resolver)


@pytest.mark.parametrize(
    ("text", "sufferer"),
    [
        ("Bei einem peruanischen Angriff auf Quito sind elf Menschen getötet worden.", "Ecuador"),
        ("In Lima sind elf Menschen getötet worden.", "Peru"),
    ],
)
@pytest.mark.model
def test_casualties_without_a_side_are_never_the_attackers(text: str, sufferer: str) -> None:
    nlp = load_pipeline()
    article = Article("a", text)
    (doc,) = nlp.pipe([make_parsed(nlp, article)])
    extraction = extract(doc, article)
    names = {e.id: e.name for e in extraction.entities}
    assert [names[c.subject] for c in extraction.claims if c.predicate == "suffersCasualties"] == [sufferer]
