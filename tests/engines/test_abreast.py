"""Several things at the same time."""

import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.engines.abreast import abreast


@settings(max_examples=30)
@given(st.lists(st.integers(), max_size=20), st.integers(1, 5))
def test_results_come_in_order(items, count):
    assert abreast(lambda x: x * 2, items, count=count) == [x * 2 for x in items]


@pytest.mark.parametrize("count", [1, 2, 4, 50])
def test_so_many_at_a_time_and_no_more(count):
    lock, now, most = threading.Lock(), 0, 0
    together = threading.Barrier(min(count, 8))  # passed only when so many work at once

    def work(_):
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        together.wait(timeout=60)
        with lock:
            now -= 1

    abreast(work, range(8), count=count)
    assert most <= count


def test_first_error_ends_all():
    done = []

    def work(item):
        if item == 2:
            raise ValueError(item)
        time.sleep(0.01)
        done.append(item)

    with pytest.raises(ValueError, match="2"):
        abreast(work, range(100), count=2)
    time.sleep(0.05)
    assert len(done) <= 5


def test_interruption_does_not_wait_for_what_is_begun():
    code = """
import os, signal, threading, time
from kg.engines.abreast import abreast
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    abreast(lambda _: time.sleep(60), [1, 2], count=2)
except KeyboardInterrupt:
    print("interrupted")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.stdout == "interrupted\n"
    assert done.returncode == 0
