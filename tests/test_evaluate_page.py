"""Causes of errors, the reliability of stated confidence, and the page that shows them."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SettingsError
from kg.evaluate import Cause, Report, evaluate
from kg.evaluate_page import html_page, markdown_page, render_page
from kg.evaluate_reliability import Reliability

TEXT = "Lima empfing Quito. Das Land kritisierte Caracas."
FIRST, SECOND = (0, 19), (20, len(TEXT))
NAMES = {"P": ("Peru", "Lima"), "E": ("Ecuador", "Quito"), "V": ("Venezuela", "Caracas"), "B": ("Bund für Lima",)}

Record = dict[str, Any]


def claim(subject: str, predicate: str, thing: str | None, span: tuple[int, int] = FIRST, **more: object) -> Record:
    return {"subject": subject, "predicate": predicate, "object": thing, "start": span[0], "end": span[1], **more}


def article(*claims: Record, known: str = "PEV", text: str = TEXT) -> Record:
    entities = [{"id": k, "type": "Country", "name": NAMES[k][0], "aliases": list(NAMES[k])} for k in known]
    return {"id": "a", "text": text, "entities": entities, "claims": list(claims)}


RIGHT = claim("P", "receives", "E")


@pytest.mark.parametrize(
    ("gold", "system", "missed", "wrong"),
    [
        (article(RIGHT), article(), [Cause.NO_FRAME], []),
        (article(), article(RIGHT), [], [Cause.NOT_SAID]),
        (article(RIGHT), article(known="P"), [Cause.MISSED_ENTITY], []),
        (article(known="P"), article(RIGHT), [], [Cause.MISSED_ENTITY]),
        (article(claim("B", "receives", "E"), known="BE"), article(known="PE"), [Cause.BOUNDARY], []),
        (article(RIGHT), article(claim("E", "receives", "P")), [Cause.DIRECTION], [Cause.DIRECTION]),
        (article(RIGHT), article(claim("P", "receives", "V")), [Cause.DIRECTION], [Cause.DIRECTION]),
        (article(RIGHT), article(claim("P", "receives", "V", SECOND)), [Cause.NO_FRAME], [Cause.REFERENCE]),
        (article(RIGHT), article(claim("P", "visits", "E")), [Cause.PREDICATE], [Cause.PREDICATE]),
        (article(RIGHT, claim("P", "supports", "E")), article(RIGHT), [Cause.NO_FRAME], []),
        (article(claim("P", "criticizes", "V", SECOND)), article(), [Cause.REFERENCE], []),
        (article(claim("P", "suffersCasualties", None)), article(), [Cause.NO_FRAME], []),
    ],
)
def test_causes(gold: Record, system: Record, missed: list[Cause], wrong: list[Cause]) -> None:
    report = evaluate([gold], [system])
    assert [m.cause for m in report.missed] == missed
    assert [m.cause for m in report.wrong] == wrong


def test_wrong_modality_is_a_cause_of_right_claims() -> None:
    report = evaluate([article(RIGHT)], [article({**RIGHT, "modality": "planned"})])
    assert [m.cause for m in report.misjudged] == [Cause.MODALITY]
    assert (report.missed, report.wrong, dict(report.causes)) == ((), (), {Cause.MODALITY: (1, 1)})
    assert f"{'by cause: wrong modality':42} missed    1  wrong    1" in list(report.lines())
    assert report.to_dict()["by cause: wrong modality"] == {"missed": 1, "wrong": 1}


def test_causes_of_all_mistakes_are_counted() -> None:
    gold = article(RIGHT, claim("P", "criticizes", "V", SECOND), claim("E", "visits", "P"))
    report = evaluate([gold], [article(claim("E", "receives", "P"), known="PE")])
    assert sum(missed for missed, _ in report.causes.values()) == len(report.missed) == 3
    assert sum(wrong for _, wrong in report.causes.values()) == len(report.wrong) == 1


def test_reliability_takes_the_surest_of_claims_alike() -> None:
    system = [{**RIGHT, "confidence": 0.6}, {**RIGHT, "source": "V", "confidence": 0.8}]
    report = evaluate([article(RIGHT)], [article(*system, claim("P", "visits", "V", confidence=0.5))])
    assert sorted(report.reliability.pairs) == [(0.5, False), (0.8, True)]
    assert report.reliability.brier == pytest.approx((0.25 + 0.04) / 2)
    assert any(line.startswith("confidence: Brier score") for line in report.lines())
    figures = json.loads(json.dumps(report.to_dict()))["confidence"]
    assert sum(b["count"] for b in figures["bins"]) == 2


def test_reliability_without_confidence_says_nothing() -> None:
    report = evaluate([article(RIGHT)], [article(RIGHT)])
    assert list(report.reliability.lines()) == []
    assert (report.reliability.brier, report.reliability.error) == (0.0, 0.0)
    assert "confidence" not in report.to_dict()


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.7, 0.9]), st.booleans()), min_size=1, max_size=40))
def test_bins_hold_every_claim_once(pairs: list[tuple[float, bool]]) -> None:
    bins = Reliability(tuple(pairs)).bins()
    assert sum(b.count for b in bins) == len(pairs)
    assert sum(b.observed * b.count for b in bins) == pytest.approx(sum(right for _, right in pairs))
    assert all(one.high < other.low for one, other in pairwise(bins))


def test_reliability_of_one_who_is_calibrated_is_without_error() -> None:
    pairs = tuple((0.75, n % 4 != 0) for n in range(40)) + tuple((0.25, n % 4 == 0) for n in range(40))
    assert Reliability(pairs).error == pytest.approx(0)
    assert Reliability(pairs).brier < Reliability(pairs).unskilled


EVIL = "<script>alert(1)</script> & „Lima“ | *empfing* [x](javascript:y)\n# Quito."


def evil() -> Report:
    gold = article(claim("P", "receives", "E", (0, len(EVIL))), text=EVIL)
    gold["entities"][0]["name"] = "<img src=x>"
    return evaluate([gold], [article(text=EVIL, known="V")])


def test_html_page_escapes_what_articles_say() -> None:
    page = html_page(evil())
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; „Lima“ | *empfing*" in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page


def test_markdown_page_escapes_what_articles_say() -> None:
    page = markdown_page(evil())
    assert "<script" not in page
    assert r"&lt;script&gt;alert\(1\)" in page
    assert r"\[x\]\(javascript:y\) \# Quito\." in page
    assert not any(line.startswith("# Quito") for line in page.splitlines())


@pytest.mark.parametrize("renderer", [html_page, markdown_page])
def test_page_shows_tables_and_examples_of_each_cause(renderer: Any) -> None:
    gold = article(RIGHT, claim("P", "criticizes", "V", SECOND), claim("E", "visits", "P"))
    system = article({**claim("E", "receives", "P"), "confidence": 0.5}, {**gold["claims"][2], "modality": "negated"})
    page = renderer(evaluate([gold], [system]))
    for part in ("By predicate", "By cause", "Missed claims by predicate and cause", "Confidence", "Brier score"):
        assert part in page
    for part in (Cause.DIRECTION, Cause.REFERENCE, Cause.MODALITY):
        assert f"{part}: " in page
    assert "Das Land kritisierte Caracas" in page


def test_page_shows_no_more_examples_than_asked_for() -> None:
    gold = article(RIGHT, claim("E", "visits", "P"), claim("E", "supports", "P"))
    assert html_page(evaluate([gold], [article()]), examples=2).count("<blockquote lang") == 2


def test_render_page_names_the_endings_there_are() -> None:
    with pytest.raises(SettingsError, match=r"\.html or .*\.md"):
        render_page(Report(), "report.pdf")
