"""Merging is a union: nothing is lost, contradictions stay apart, order does not matter."""

from hypothesis import given
from hypothesis import strategies as st

from kg.facts.merge import merge_claims
from kg.model import Claim, Evidence, Modality, Qualifiers


def evidence(start: int) -> Evidence:
    return Evidence("a", start, start + 1, "x", "de/attacks/verb/x", start, start + 1, 0.8)


def test_compatible_qualifiers_join() -> None:
    one = Claim("A", "attacks", "B", Qualifiers(begins="2022", ends="2022"), (evidence(0),))
    two = Claim("A", "attacks", "B", Qualifiers(place="C"), (evidence(5),))
    (merged,) = merge_claims([one, two])
    assert (merged.qualifiers.begins, merged.qualifiers.place) == ("2022", "C")
    assert [e.start for e in merged.evidence] == [0, 5]


def test_contradicting_claims_stay_apart() -> None:
    asserted = Claim("A", "attacks", "B")
    denied = Claim("A", "attacks", "B", Qualifiers(Modality.NEGATED))
    assert len(merge_claims([asserted, denied])) == 2


def test_symmetric_relations_are_kept_one_way_round() -> None:
    (merged,) = merge_claims([Claim("A", "meetsWith", "B"), Claim("B", "meetsWith", "A")])
    assert (merged.subject, merged.object) == ("A", "B")
    assert len(merge_claims([Claim("A", "attacks", "B"), Claim("B", "attacks", "A")])) == 2


claims = st.builds(
    Claim,
    st.sampled_from("AB"),
    st.sampled_from(["attacks", "meetsWith"]),
    st.sampled_from("CD"),
    st.builds(Qualifiers, place=st.sampled_from([None, "P", "Q"])),
    st.integers(0, 20).map(lambda start: (evidence(start),)),
)


@given(st.lists(claims, max_size=8))
def test_merging_again_changes_nothing_and_loses_no_evidence(given_claims: list[Claim]) -> None:
    merged = merge_claims(given_claims)
    assert merge_claims(merged) == merged
    assert {e for c in merged for e in c.evidence} == {e for c in given_claims for e in c.evidence}


def test_a_sentence_counts_once_with_its_surest_rule() -> None:
    weak = Evidence("a", 0, 9, "x", "de/attacks/noun/y", 2, 3, 0.6)
    sure = Evidence("a", 0, 9, "x", "de/attacks/verb/x", 4, 5, 0.9)
    for order in ((weak, sure), (sure, weak)):
        (merged,) = merge_claims([Claim("A", "attacks", "B", evidence=(e,)) for e in order])
        assert merged.evidence == (sure,)
