"""Which days a period has, and when they begin where somebody is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fullautoci.errors import UsageError
from fullautoci.reporting import periods

NOW = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)  # a Saturday; in Auckland it is Sunday
BERLIN, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("said", "first", "last", "since", "until"),
    [
        ("this-week", "2026-11-23", "2026-11-29", "2026-11-23T00:00:00.000Z", "2026-11-30T00:00:00.000Z"),
        ("last-week", "2026-11-16", "2026-11-22", "2026-11-16T00:00:00.000Z", "2026-11-23T00:00:00.000Z"),
        ("2026-W01", "2025-12-29", "2026-01-04", "2025-12-29T00:00:00.000Z", "2026-01-05T00:00:00.000Z"),
        ("2026-02", "2026-02-01", "2026-02-28", "2026-02-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"),
        ("2026-12", "2026-12-01", "2026-12-31", "2026-12-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"),
        ("2026-01-31..2026-01-31", "2026-01-31", "2026-01-31", "2026-01-31T00:00:00.000Z", "2026-02-01T00:00:00.000Z"),
    ],
)
def test_a_name_is_whole_days(said: str, first: str, last: str, since: str, until: str) -> None:
    found = periods.named(said, NOW, UTC_ZONE)
    assert (str(found.first), str(found.last), found.since, found.until) == (first, last, since, until)
    assert found.name == said


def test_days_begin_where_one_is() -> None:
    found = periods.named("2026-W44", NOW, BERLIN)  # summer time ends on its Sunday
    assert (found.since, found.until) == ("2026-10-25T23:00:00.000Z", "2026-11-01T23:00:00.000Z")
    spring = periods.named("2026-W13", NOW, BERLIN)
    assert (spring.since, spring.until) == ("2026-03-22T23:00:00.000Z", "2026-03-29T22:00:00.000Z")
    late = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    assert str(periods.named("this-week", late, UTC_ZONE).first) == "2026-11-23"
    assert str(periods.named("this-week", late, BERLIN).first) == "2026-11-30", "there Monday has begun"


def test_weeks_are_the_newest_first_and_leave_no_gap() -> None:
    found = periods.weeks(NOW, BERLIN, 60)
    assert found[0].name == "2026-W48"
    assert [one.since for one in found[:-1]] == [one.until for one in found[1:]]
    assert periods.named(found[9].name, NOW, BERLIN) == found[9]


@pytest.mark.parametrize(
    "said",
    [
        "", "week", "2026-W00", "2026-W54", "2025-W53", "2026-13", "2026-00", "2026-02-30..2026-03-01", "0000-01",
        "2026-11-02..2026-11-01", "9999-12", "9998-12-31..9999-01-01", "0001-W01", "1970-W01", "2026-W1", "２０２６-11",
        "<script>", "2026-11-01..", "../..",
    ],
)  # fmt: skip
def test_what_is_no_period_is_said_in_words(said: str) -> None:
    with pytest.raises(UsageError):
        periods.named(said, NOW, UTC_ZONE)


@given(st.text(max_size=30))
@example("9998-12-31..9998-12-31")
@example("1971-01-04..1971-01-04")
def test_whatever_is_said_is_a_period_or_a_usage_error(said: str) -> None:
    for where in (UTC_ZONE, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")):
        try:
            found = periods.named(said, NOW, where)
        except UsageError:
            continue
        assert found.since < found.until


@pytest.mark.parametrize("said", ["Europe/Nowhere", "../../etc/passwd", "/etc/passwd", "Europe", "a\x00b", "x" * 300])
def test_what_is_no_zone_is_said_in_words(said: str) -> None:
    with pytest.raises(UsageError, match="no time zone"):
        periods.zone(said)
    assert periods.zone("").key == "UTC"
