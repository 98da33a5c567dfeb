"""Signals that end what runs are not lost, and wait for what must be whole."""

import signal
import sys
import threading

import pytest

from kg.interrupts import ended_by, look_for_end, uninterrupted
from tests.ending import Ending


@pytest.fixture
def lost(monkeypatch):
    """The exceptions that Python dropped."""
    dropped = []
    monkeypatch.setattr(sys, "unraisablehook", lambda error: dropped.append(error.exc_type))
    return dropped


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends(number):
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), ended_by(number):
        signal.raise_signal(number)
    assert signal.getsignal(number) == before


def test_a_signal_in_a_finaliser_is_not_told_and_ends_where_it_is_looked_for(lost):
    with ended_by(signal.SIGINT):
        Ending()
        assert lost == []
        with pytest.raises(KeyboardInterrupt):
            look_for_end()
    look_for_end()  # what is over is over


def test_without_a_signal_nothing_ends():
    with ended_by(signal.SIGINT):
        look_for_end()


def test_what_must_be_whole_is_done_first():
    done = []

    def put():
        with uninterrupted():
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.raise_signal(number)
                done.append(number)
        done.append("after")

    with pytest.raises(KeyboardInterrupt), ended_by(signal.SIGINT, signal.SIGTERM):
        put()
    assert done == [signal.SIGINT, signal.SIGTERM]


def test_an_error_of_what_must_be_whole_is_told():
    def put():
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            raise ValueError("full")

    with pytest.raises(ValueError, match="full"), ended_by(signal.SIGINT):
        put()


def test_a_signal_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with ended_by(signal.SIGINT), uninterrupted():
            signal.raise_signal(signal.SIGINT)
            look_for_end()
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_leave_signals_alone():
    before, seen = signal.getsignal(signal.SIGINT), []

    def run():
        with ended_by(signal.SIGINT), uninterrupted():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [before]
