"""What a language model cost, for people."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.engines.account import Account

NUMBERS = st.integers(0, 10**9)
ACCOUNTS = st.builds(
    Account,
    *[NUMBERS] * 5,
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 9)).map(Counter),
)


@given(ACCOUNTS, ACCOUNTS, ACCOUNTS)
def test_accounts_add_up_in_any_order(one, two, three):
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one
    assert one + Account() == one


@given(ACCOUNTS, st.floats(0, 100), st.floats(0, 100))
def test_cost_is_that_of_the_tokens(account, price_in, price_out):
    expected = account.tokens_in / 1_000_000 * price_in + account.tokens_out / 1_000_000 * price_out
    assert account.cost((price_in, price_out)) == pytest.approx(expected)


def test_nothing_is_told_where_nothing_was_asked():
    assert not list(Account(claims=3).lines())


def test_most_frequent_reason_comes_first():
    account = Account(kept=1, claims=9, dropped=Counter(rare=1, frequent=5))
    assert list(account.lines())[1:] == [
        "language model: 9 claims, 6 dropped",
        "dropped: 5 claims: frequent",
        "dropped: 1 claim: rare",
    ]
    assert "cost" not in next(account.lines())
