"""What takes too long is ended, in any thread, and nothing of it reaches what comes after."""

import multiprocessing
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor

import pytest

from kg import build_partition
from kg.build import extract_all
from kg.build_partition import Task, read_partition
from kg.config import Settings
from kg.errors import SettingsError
from kg.limit import TooLong, within
from kg.model import Article
from tests.fake_reading import extract_fake, fake_reading  # noqa: F401 # a fixture


def for_ever():
    while True:
        sum(range(100))


def stubborn():
    for _ in range(2):  # the second exception ends it, should the first be taken for a mistake
        try:
            for_ever()
        except BaseException:
            continue
    for_ever()


def in_thread(work):
    """What a function gives in another thread than the main one."""
    given = []

    def run():
        try:
            given.append(work())
        except BaseException as error:
            given.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
    return given[0]


class TestWithin:
    def test_what_is_done_in_time_is_given_back(self):
        assert within(60, lambda: 7) == 7
        assert within(None, lambda: 7) == 7

    def test_mistakes_pass(self):
        with pytest.raises(ZeroDivisionError):
            within(60, lambda: 1 / 0)

    def test_what_takes_too_long_is_ended(self):
        with pytest.raises(TooLong):
            within(0.01, for_ever)

    def test_no_thread_is_left(self):
        within(60, lambda: 7)
        with pytest.raises(TooLong):
            within(0.01, for_ever)
        for thread in threading.enumerate():
            if thread.name == "kg-limit":
                thread.join(60)
                assert not thread.is_alive()

    def test_also_in_a_thread_that_no_signal_reaches(self):
        assert isinstance(in_thread(lambda: within(0.01, for_ever)), TooLong)

    def test_also_where_everything_is_caught(self, monkeypatch):
        monkeypatch.setattr("kg.limit._AGAIN", 0.01)
        with pytest.raises(TooLong):
            within(0.01, stubborn)

    def test_others_go_on(self):
        done = []
        other = threading.Thread(target=lambda: done.append(within(60, lambda: sum(range(3_000_000)))))
        other.start()
        with pytest.raises(TooLong):
            within(0.01, for_ever)
        other.join(60)
        assert done == [sum(range(3_000_000))]

    def test_what_ends_just_in_time_leaves_no_exception_behind(self):
        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)  # so that the end of the work and that of the time meet in every order
        try:
            late = 0
            for round_ in range(300):
                end = time.monotonic() + 1e-3 * (round_ % 10) / 5
                try:
                    within(1e-3, lambda end=end: [1 for _ in iter(lambda: time.monotonic() < end, False)])
                except TooLong:
                    late += 1
                for _ in range(50):
                    len("nothing may strike here")
            assert late < 300
        finally:
            sys.setswitchinterval(before)


TRACED = """
import sys
from kg.limit import TooLong, within

def endless():
    while True:
        pass

assert within(60, lambda: 7) == 7
for seconds in (0.01, 0.001, 0.0001):
    try:
        within(seconds, endless)
    except TooLong:
        print("ended")
sys.settrace(lambda *given: None)
print(sum(map(abs, range(1000))), (lambda: "traced")())
"""


def test_a_debugger_goes_on_afterwards():
    # An exception that is taken back leaves CPython 3.11 looking for it: a function that is traced never begins.
    done = subprocess.run([sys.executable, "-c", TRACED], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "ended\nended\nended\n499500 traced\n"


@pytest.fixture
def endless(monkeypatch, fake_reading):  # noqa: F811
    """A text with a labyrinth takes for ever."""

    def extract(doc, article):
        if "Labyrinth" in article.text:
            for_ever()
        return extract_fake(doc, article)

    monkeypatch.setattr(build_partition, "extract", extract)


BATCH = [Article("a", "Gut."), Article("b", "Labyrinth"), Article("c", "Omen"), Article("d", "Gut.")]


@pytest.mark.usefixtures("endless")
class TestReading:
    def check(self, readings):
        assert [reading.id for reading in readings] == ["a", "b", "c", "d"]
        assert [reading.error is None for reading in readings] == [True, False, False, True]
        assert str(readings[1].error) == (
            "b: takes longer to read than the 0.2 seconds that an article may take (split it into its articles, "
            "or allow more with --max-seconds (Settings.max_seconds))"
        )
        assert readings[1].lasting

    def test_one_that_takes_too_long_does_not_cost_the_others(self):
        self.check(read_partition(BATCH, Task(Settings(max_seconds=0.2))))

    def test_in_a_thread_as_well(self):
        self.check(in_thread(lambda: read_partition(BATCH, Task(Settings(max_seconds=0.2)))))

    def test_a_build_tells_and_goes_on(self):
        errors = []
        settings = Settings(max_seconds=0.2, batch_size=2)
        read = list(extract_all(BATCH, settings=settings, on_error=errors.append))
        assert [each.article.id for each in read] == ["a", "d"]
        assert [error.source for error in errors] == ["b", "c"]


@pytest.mark.model
def test_in_another_process_as_well():
    batch = [Article(str(n), "Peru besucht Ecuador. " * 50) for n in range(3)]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        readings = pool.submit(read_partition, batch, Task(Settings(max_seconds=1e-4))).result()
    assert [reading.id for reading in readings] == ["0", "1", "2"]
    assert all("takes longer to read than the 0.0001 seconds" in str(reading.error) for reading in readings)


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_limit_of_no_time_is_refused(seconds):
    with pytest.raises(SettingsError, match="seconds"):
        list(extract_all([Article("a", "Gut.")], settings=Settings(max_seconds=seconds)))
