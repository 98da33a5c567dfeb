"""Days of publication, from the many ways in which metadata and datelines write them."""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime

__all__ = ["parse_day"]

_NUMERIC = re.compile(r"\s*(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")
_ISO = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})(?!\d)")
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})(?:T\d+Z?)?\s*")
_EARLIEST = 1450  # no newspaper is older


def parse_day(value: object, *, language: str) -> date | None:
    """The day that a value of metadata or a dateline names.

    A time of day is dropped, the day is kept as written, whatever the time zone.

    Args:
        value: A `date`, a `datetime`, or a string.
        language: Two-letter code; names of months are understood in it and in English.

    Returns:
        The day; `None` if the value names none, or only a month or a year, or a day relative to today.

    Example:
        >>> parse_day("2025-10-12T08:15:00+02:00", language="de")
        datetime.date(2025, 10, 12)
        >>> parse_day("12. Oktober 2025", language="de")
        datetime.date(2025, 10, 12)
        >>> parse_day("Oktober 2025", language="de") is None
        True
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) > 100:
        return None
    for pattern, order in ((_ISO, (1, 2, 3)), (_NUMERIC, (3, 2, 1)), (_COMPACT, (1, 2, 3))):
        found = pattern.fullmatch(value) if pattern is _COMPACT else pattern.match(value)
        if found:
            year, month, day = (int(found[group]) for group in order)
            return _day(year, month, day)
    return _named(value, language)


def _named(value: str, language: str) -> date | None:
    if not re.search(r"\d{4}", value):
        return None
    settings = {
        "DATE_ORDER": "DMY",
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    import dateparser  # needed for this alone, and slow to load

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dateparser uses deprecated calls of the standard library
        found = dateparser.parse(value, languages=[language, "en"], settings=settings)
    return None if found is None else _day(found.year, found.month, found.day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= _EARLIEST else None
    except ValueError:
        return None
