"""Reckon with years, months and days: what a time expression means, once its words are known.

Pure functions: a `Reading` (the named groups of a match, the language's tables, the day of publication and the tense
of the clause) in, an `Interval` out; `None` if the expression is relative and there is no day of publication.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from dateutil.easter import easter  # type: ignore[import-untyped]

__all__ = ["RULES", "Interval", "Reading", "Tables"]

# A month or day without a year that lies ahead of the publication is taken for the coming one only this near.
NEAR_MONTHS = 2
# The same where the verb is in the present: what has been is told in the past.
COMING_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Interval:
    """A span of time, ISO 8601, both ends inclusive; `None` is open.

    Example:
        >>> str(Interval("2022", None))
        '2022/..'
    """

    begins: str | None
    ends: str | None

    def __str__(self) -> str:
        return f"{self.begins or '..'}/{self.ends or '..'}"


@dataclass(frozen=True, slots=True)
class Tables:
    """The word tables of `dates.toml`: word → value."""

    values: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Turn the file's tables round where they list words by value."""
        values: dict[str, dict[str, Any]] = {}
        for name in ("months", "weekdays", "steps", "numbers"):
            values[name] = {word: int(value) for value, words in raw[name].items() for word in words}
        values["units"] = {word: unit for unit, words in raw["units"].items() for word in words}
        for name in ("seasons", "feasts", "fixed_days", "days", "unit_words", "decades"):
            values[name] = dict(raw[name])
        for table in values.values():  # at the head of a sentence every word is capitalised
            table.update({word[:1].upper() + word[1:]: value for word, value in table.items()})
        return cls(values)

    def forms(self, table: str) -> list[str]:
        """All words of a table."""
        return list(self.values[table])


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of one time expression. `year` is a year known from elsewhere (the other end of a period)."""

    groups: Mapping[str, str]
    tables: Tables
    published: date | None
    tense: str = ""
    year: int | None = None

    def value(self, group: str, table: str) -> Any:
        """The value of a named group in a table; `None` if the group is not there."""
        word = self.groups.get(group)
        if word is None:
            return None
        values = self.tables.values[table]
        return values[" ".join(word.split())]

    def number(self, group: str) -> int | None:
        """A named group of digits as number."""
        digits = self.groups.get(group)
        return int(digits) if digits is not None else None

    def given_year(self) -> int | None:
        """The year that the words name, in digits or by reference to the present one."""
        if (year := self.number("year")) is not None:
            return year
        if (short := self.number("year2")) is not None:
            return short + (2000 if short < 50 else 1900)
        if self.published is not None:
            if (step := self.value("step", "steps")) is not None and "unit" not in self.groups:
                return self.published.year + int(step)
            word = self.value("unit_word", "unit_words")
            if word is not None and word[0] == "year":
                return self.published.year + int(word[1])
        return self.year

    @property
    def refers(self) -> bool:
        """Whether the expression names its year by reference to the present one."""
        return "step" in self.groups or "unit_word" in self.groups


def _month(year: int, month: int) -> str:
    return f"{date(year, month, 1):%Y-%m}"


def _single(value: str) -> Interval:
    return Interval(value, value)


def _shift(year: int, month: int, months: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + months
    return index // 12, index % 12 + 1


def _month_number(r: Reading) -> int:
    month = r.value("month", "months")
    return int(month if month is not None else r.groups["monthnumber"])


def _nearest_year(r: Reading, month: int, day: int) -> int | None:
    """The year of a day or month named without one: the nearest that fits the tense."""
    if r.published is None:
        return None
    today = r.published
    years = [y for y in (today.year - 1, today.year, today.year + 1) if day <= calendar.monthrange(y, month)[1]]
    if not years:
        return None
    if r.tense == "past":
        years = [y for y in years if date(y, month, day) <= today] or years
    elif r.tense == "future":
        years = [y for y in years if date(y, month, day) >= today] or years
    return min(years, key=lambda y: abs((date(y, month, day) - today).days))


def _day(r: Reading) -> Interval | None:
    day, month = int(r.groups["day"]), _month_number(r)
    year = r.given_year()
    date(2000, month, day)
    if year is None:
        year = None if r.refers else _nearest_year(r, month, day)
    return None if year is None else _single(date(year, month, day).isoformat())


def _days(r: Reading) -> Interval | None:
    last = _day(r)
    if last is None or last.ends is None:
        return None
    first = date.fromisoformat(last.ends).replace(day=int(r.groups["day1"]))
    return Interval(first.isoformat(), last.ends)


def _month_rule(r: Reading) -> Interval | None:
    month = _month_number(r)
    year = r.given_year()
    if year is None and not r.refers:
        year = _year_of_month(r, month)
    return None if year is None else _single(_month(year, month))


def _stepped_year(r: Reading, first: int, last: int) -> int | None:
    """The year of "last September": the most recent September, not the one of last year."""
    if r.published is None:
        return None
    step, year = r.value("step", "steps"), r.published.year
    if step < 0 and last >= r.published.month:
        return year - 1
    if step > 0 and first <= r.published.month:
        return year + 1
    return year


def _stepped_month(r: Reading) -> Interval | None:
    month = _month_number(r)
    year = _stepped_year(r, month, month)
    return None if year is None else _single(_month(year, month))


def _year_of_month(r: Reading, month: int) -> int | None:
    if r.published is None:
        return None
    year, now = r.published.year, r.published.month
    if r.tense == "future":
        return year if month >= now else year + 1
    if month <= now:
        # In January, "in December" is last month; in December, "in January" is next month unless the tense says past.
        return year + 1 if r.tense != "past" and month + 12 - now <= 1 else year
    ahead = {"": NEAR_MONTHS, "present": COMING_MONTHS}.get(r.tense, 0)
    return year if month - now <= ahead else year - 1


def _season(r: Reading) -> Interval | None:
    first, last = r.value("season", "seasons")
    year = r.given_year()
    if year is None and not r.refers:
        year = _year_of_month(r, first)
    return None if year is None else _season_of(year, first, last)


def _season_of(year: int, first: int, last: int) -> Interval:
    return Interval(_month(year, first), _month(year + (last < first), last))


def _stepped_season(r: Reading) -> Interval | None:
    first, last = r.value("season", "seasons")
    year = _stepped_year(r, first, last)
    return None if year is None else _season_of(year, first, last)


def _year(r: Reading) -> Interval | None:
    year = r.given_year()
    return None if year is None else _single(f"{year:04}")


def _years(r: Reading) -> Interval | None:
    first, last = int(r.groups["year"]), r.groups["endyear"]
    end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    if end <= first:
        message = f"{first}/{last} is no span of years"
        raise ValueError(message)
    return Interval(f"{first:04}", f"{end:04}")


def _decade(r: Reading) -> Interval | None:
    first = r.value("decade", "decades") or r.number("year")
    if first is None:
        first = int(r.groups["year2"]) + 1900
    return Interval(f"{first:04}", f"{first + 9:04}")


def _weekday(r: Reading) -> Interval | None:
    if r.published is None:
        return None
    today, wanted = r.published, r.value("weekday", "weekdays")
    if (distance := r.value("dayword", "days")) is not None:
        return _single((today + timedelta(days=distance)).isoformat())
    back = (today.isoweekday() - wanted) % 7
    step = r.value("step", "steps")
    if step is not None and step < 0:
        day = today - timedelta(days=(back or 7) + 7 * (-1 - step))
    elif step is not None and step > 0:
        day = today + timedelta(days=7 - back + 7 * (step - 1))
    elif r.tense in ("future", "present"):
        day = today + timedelta(days=-back % 7)
    else:
        day = today - timedelta(days=back)
    return _single(day.isoformat())


def _week(day: date, weeks: int) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)
    return monday, monday + timedelta(days=6)


def _weekday_of_week(r: Reading) -> Interval | None:
    if r.published is None:
        return None
    monday, _ = _week(r.published, r.value("step", "steps"))
    return _single((monday + timedelta(days=r.value("weekday", "weekdays") - 1)).isoformat())


def _relative_day(r: Reading) -> Interval | None:
    if r.published is None:
        return None
    return _single((r.published + timedelta(days=r.value("dayword", "days"))).isoformat())


def _tomorrow(r: Reading) -> Interval | None:
    return None if r.published is None else _single((r.published + timedelta(days=1)).isoformat())


def _moved(today: date, unit: str, count: int) -> Interval:
    """The unit that lies `count` units from the present one."""
    if unit == "year":
        return _single(f"{today.year + count:04}")
    if unit == "month":
        return _single(_month(*_shift(today.year, today.month, count)))
    if unit == "day":
        return _single((today + timedelta(days=count)).isoformat())
    first, last = _week(today, count)
    if unit == "weekend":
        # The weekend of the present week lies ahead: "at the weekend" in a report is the last one, unless it is one.
        first = last - timedelta(days=1)
    return Interval(first.isoformat(), last.isoformat())


def _distance(r: Reading, sign: int) -> Interval | None:
    if r.published is None:
        return None
    return _moved(r.published, r.value("unit", "units"), sign * r.value("number", "numbers"))


def _ago(r: Reading) -> Interval | None:
    return _distance(r, -1)


def _ahead(r: Reading) -> Interval | None:
    return _distance(r, 1)


def _since(r: Reading) -> Interval | None:
    interval = _distance(r, -1)
    return None if interval is None else Interval(interval.begins, None)


def _step(r: Reading) -> Interval | None:
    if r.published is None:
        return None
    return _by_unit(r, r.value("unit", "units"), r.value("step", "steps"))


def _by_unit(r: Reading, unit: str, step: int) -> Interval | None:
    today = r.published
    if today is None:
        return None
    if unit == "weekend" and (step < 0 or (step == 0 and r.tense != "future" and today.isoweekday() < 6)):
        # Before Saturday "last weekend" lies in last week; on a weekend it is the one before.
        step = min(step, -1)
    return _moved(today, unit, step)


def _unit_word(r: Reading) -> Interval | None:
    unit, step = r.value("unit_word", "unit_words")
    return _by_unit(r, unit, step)


def _part_of_present(r: Reading) -> Interval | None:
    unit = r.value("unit", "units")
    return None if r.published is None or unit == "day" else _moved(r.published, unit, 0)


def _feast(r: Reading) -> Interval | None:
    distance = timedelta(days=r.value("feast", "feasts"))
    if (year := r.given_year()) is None and r.published is not None:
        days = [easter(y) + distance for y in range(r.published.year - 1, r.published.year + 2)]
        ahead = [d for d in days if d >= r.published]
        behind = [d for d in days if d <= r.published]
        return _single((min(ahead) if r.tense == "future" else max(behind)).isoformat())
    return None if year is None else _single((easter(year) + distance).isoformat())


def _fixed_day(r: Reading) -> Interval | None:
    month, day = r.value("fixed_day", "fixed_days")
    year = r.given_year() or _nearest_year(r, month, day)
    return None if year is None else _single(date(year, month, day).isoformat())


RULES: Mapping[str, Callable[[Reading], Interval | None]] = {
    "day": _day,
    "days": _days,
    "month": _month_rule,
    "stepped_month": _stepped_month,
    "season": _season,
    "stepped_season": _stepped_season,
    "year": _year,
    "years": _years,
    "decade": _decade,
    "weekday": _weekday,
    "weekday_of_week": _weekday_of_week,
    "relative_day": _relative_day,
    "tomorrow": _tomorrow,
    "ago": _ago,
    "ahead": _ahead,
    "since": _since,
    "step": _step,
    "unit_word": _unit_word,
    "part_of_present": _part_of_present,
    "feast": _feast,
    "fixed_day": _fixed_day,
}
"""The rules by the names that patterns in `dates.toml` use."""
