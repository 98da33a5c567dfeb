"""The trees of spaCy's official German models become the structure that kg reads."""
# ruff: noqa: E501  # the notation keeps a word's columns on one line

import pytest
import spacy
from spacy.tokens import Doc

from kg.linguistics.conversion import to_ud

NLP = spacy.blank("de")

PASSIVE = (
    "Der/der/ART/DET/1/nk Ort/Ort/NN/NOUN/2/sb wurde/werden/VAFIN/AUX/2/ROOT von/von/APPR/ADP/7/sbp Rebellen/Rebell/NN/NOUN/3/nk "
    "und/und/KON/CCONJ/4/cd Söldnern/Söldner/NN/NOUN/5/cj erobert/erobern/VVPP/VERB/2/oc"
)
PERFECT = (
    "Präsident/Präsident/NN/NOUN/2/nk Jana/Jana/NE/PROPN/2/pnc Nowak/Nowak/NE/PROPN/3/sb ist/sein/VAFIN/AUX/3/ROOT "
    "nach/nach/APPR/ADP/6/mo Tirana/Tirana/NE/PROPN/4/nk gereist/reisen/VVPP/VERB/3/oc"
)
COPULA = "Sie/sie/PPER/PRON/1/sb ist/sein/VAFIN/AUX/1/ROOT Ministerin/Ministerin/NN/NOUN/1/pd"
CHAIN = (
    "Truppen/Truppe/NN/NOUN/1/sb sollen/sollen/VMFIN/AUX/1/ROOT entsandt/entsenden/VVPP/VERB/3/oc worden/werden/VAPP/AUX/4/oc "
    "sein/sein/VAINF/AUX/1/oc"
)
CLAUSE = (
    "Er/er/PPER/PRON/1/sb sagt/sagen/VVFIN/VERB/1/ROOT ,/,/$,/PUNCT/1/punct dass/dass/KOUS/SCONJ/5/cp sie/sie/PPER/PRON/5/sb "
    "kommt/kommen/VVFIN/VERB/1/oc"
)


def doc(notation: str) -> Doc:
    rows = [r.split("/") if not r.startswith("//") else r for r in notation.split()]
    return Doc(
        NLP.vocab,
        words=[r[0] for r in rows],
        lemmas=[r[1] for r in rows],
        tags=[r[2] for r in rows],
        pos=[r[3] for r in rows],
        heads=[int(r[4]) for r in rows],
        deps=[r[5] for r in rows],
    )


@pytest.mark.parametrize(
    ("notation", "expected"),
    [
        (PASSIVE, {"Ort": ("nsubj:pass", "erobert"), "wurde": ("aux:pass", "erobert"), "von": ("case", "Rebellen"), "Rebellen": ("obl:agent", "erobert"), "Söldnern": ("conj", "Rebellen"), "und": ("cc", "Söldnern"), "erobert": ("ROOT", "erobert")}),
        (PERFECT, {"Präsident": ("nsubj", "gereist"), "Jana": ("appos", "Präsident"), "Nowak": ("flat", "Jana"), "ist": ("aux", "gereist"), "nach": ("case", "Tirana"), "Tirana": ("obl", "gereist")}),
        (COPULA, {"Sie": ("nsubj", "Ministerin"), "ist": ("cop", "Ministerin"), "Ministerin": ("ROOT", "Ministerin")}),
        (CHAIN, {"Truppen": ("nsubj:pass", "entsandt"), "sollen": ("aux", "entsandt"), "worden": ("aux:pass", "entsandt"), "sein": ("aux", "entsandt")}),
        (CLAUSE, {"kommt": ("ccomp", "sagt"), "dass": ("mark", "kommt"), "sie": ("nsubj", "kommt"), "Er": ("nsubj", "sagt")}),
    ],
)  # fmt: skip
def test_to_ud_turns_the_tree_round(notation: str, expected: dict[str, tuple[str, str]]) -> None:
    converted = to_ud(doc(notation))
    assert {t.text: (t.dep_, t.head.text) for t in converted if t.text in expected} == expected


def test_to_ud_leaves_universal_dependencies_alone() -> None:
    given = doc("Berlin/Berlin/_/PROPN/1/nsubj warnt/warnen/_/VERB/1/ROOT Moskau/Moskau/_/PROPN/1/obj")
    before = [(t.dep_, t.head.i) for t in given]
    assert [(t.dep_, t.head.i) for t in to_ud(given)] == before


@pytest.mark.parametrize("notation", [PASSIVE, PERFECT, COPULA, CHAIN, CLAUSE])
def test_to_ud_gives_one_tree(notation: str) -> None:
    converted = to_ud(doc(notation))
    assert sum(t.head is t or t.head.i == t.i for t in converted) == 1
    for token in converted:
        assert token.dep_ not in {"nk", "oc", "sb", "cj", "cd", "pnc"}
