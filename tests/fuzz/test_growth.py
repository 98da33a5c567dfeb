"""What an article costs grows with its length, not with its square: counted in steps of Python, not in seconds."""

import sys

import pytest

from kg.build_partition import Task, read_partition
from kg.config import Settings
from kg.model import Article

pytestmark = pytest.mark.model

TASK = Task(Settings(max_seconds=None), raw=True)
ONE, FOUR = 25, 100  # times that a piece is repeated
SHAPES = {
    "paragraphs of a word": "Peru\n",
    "one sentence without an end": "Präsident Julio Vargas besuchte am Montag Ecuador und ",
    "titles": "Der Präsident Julio Vargas, Minister Karl Berger (ABC) und Kanzler Eva Molina kamen. ",
    "the same claim": "Präsident Julio Vargas kritisierte am Montag Ecuador. ",
    "quotations": "„Wir werden Peru niemals verlassen“, sagte Julio Vargas am Montag. ",
    "marks that nobody closes": "„Wir ( ",
    "brackets": "((((Peru))))",
    "names": "Anna Varggas, Eva Molbbina, Julio Belccmann und Karl Torddski, ",
    "ever new persons": "Am Montag traf Anna Ver*mann in Lima Eva Bel*ski. ",
    "two persons of one name": "Anna Vargas und Karl Vargas kamen. Vargas sprach, Vargas ging. ",
    "pronouns": "Er sagte, er habe ihn am Montag gesehen. ",
    "dead": "Bei einem Angriff auf Lima starben am 3. März 2024 mehr als 100 Soldaten. ",
}


def repeated(shape: str, times: int) -> str:
    """The piece again and again, with another name each time where it has room for one."""
    letters = "abcdefghij"
    return "".join(
        SHAPES[shape].replace("*", "".join(letters[int(digit)] for digit in str(number))) for number in range(times)
    )


def steps(text: str) -> int:
    """How many lines and calls of Python reading a text takes."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        (reading,) = read_partition([Article("a", text)], TASK)
    finally:
        sys.settrace(before)
    assert reading.error is None
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_text_takes_little_more_than_four_times_the_steps(shape):
    read_partition([Article("a", repeated(shape, 1))], TASK)
    one, four = steps(repeated(shape, ONE)), steps(repeated(shape, FOUR))
    assert four < 5.5 * one, f"{four / one:.1f} times"
