"""Periods that reports are on: weeks, months, and what lies between two days, in somebody's time zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fullautoci.errors import UsageError
from fullautoci.text import iso, one_line

THIS_WEEK, LAST_WEEK = "this-week", "last-week"
# Beyond these no day has both a week and a moment in UTC, wherever one is.
FIRST, LAST = date(1971, 1, 4), date(9998, 12, 31)
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
DAYS = re.compile(rf"({_DAY})\.\.({_DAY})")
_HINT = "as in this-week, last-week, 2026-W48, 2026-11, or 2026-11-01..2026-11-15"


@dataclass(frozen=True)
class Period:
    """Whole days.

    Attributes:
        name: as addresses have it.
        title: for people.
        first: its first day, where its zone is.
        last: its last one.
        since: the moment at which it begins, ISO 8601 in UTC with milliseconds.
        until: the moment at which it is over, that moment excluded.
    """

    name: str
    title: str
    first: date
    last: date
    since: str
    until: str


def zone(name: str) -> ZoneInfo:
    """The time zone of a name such as `Europe/Berlin`; of none, UTC.

    Raises:
        UsageError: there is no such zone.
    """
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError) as error:  # of a folder's name the last
        hint = "as in UTC, Europe/Berlin, America/New_York"
        raise UsageError(f"there is no time zone '{one_line(name, 60)}'", hint) from error


def named(said: str, now: datetime, where: ZoneInfo) -> Period:
    """The period of a name.

    Args:
        said: `this-week`, `last-week`, `2026-W48`, `2026-11`, or `2026-11-01..2026-11-15`, the last day included.
        now: any moment of today.

    Raises:
        UsageError: it names no period.
    """
    monday = _monday(now.astimezone(where).date())
    try:
        if said == THIS_WEEK:
            return _week(monday, where, THIS_WEEK)
        if said == LAST_WEEK:
            return _week(monday - timedelta(days=7), where, LAST_WEEK)
        if found := _WEEK.fullmatch(said):
            return _week(date.fromisocalendar(int(found[1]), int(found[2]), 1), where)
        if found := _MONTH.fullmatch(said):
            first = date(int(found[1]), int(found[2]), 1)
            return _days(said, first.strftime("%B %Y"), first, _month_after(first) - timedelta(days=1), where)
        if found := DAYS.fullmatch(said):
            first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
            if last < first:
                raise UsageError(f"{last} is before {first}", "the earlier day comes first")
            return _days(said, f"{first} to {last}", first, last, where)
    except (ValueError, OverflowError) as error:
        raise _none(said) from error
    raise _none(said)


def weeks(now: datetime, where: ZoneInfo, count: int) -> list[Period]:
    """This week and those before it, the newest first."""
    monday = _monday(now.astimezone(where).date())
    return [_week(monday - timedelta(days=7 * number), where) for number in range(count)]


def _none(said: str) -> UsageError:
    return UsageError(f"'{one_line(said, 60)}' names no period", _HINT)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month_after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _week(monday: date, where: ZoneInfo, name: str = "") -> Period:
    year, number, _ = monday.isocalendar()
    return _days(name or f"{year}-W{number:02}", f"Week {number} of {year}", monday, monday + timedelta(days=6), where)


def _days(name: str, title: str, first: date, last: date, where: ZoneInfo) -> Period:
    if first < FIRST or last > LAST:
        raise _none(name)
    since, until = (datetime.combine(day, time(), where) for day in (first, last + timedelta(days=1)))
    return Period(name, title, first, last, iso(since.astimezone(UTC)), iso(until.astimezone(UTC)))
