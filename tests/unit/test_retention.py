"""What goes, by age, count and size; and what never does."""

import pytest

from fullautoci.retention import Kept, Rule, surplus

DAY, NOW = 86400.0, 1_000_000_000.0


def kept(number: int, days: float, size: int = 10, group: str = "", *, in_use: bool = False) -> Kept:
    return Kept(str(number), size, NOW - days * DAY, group, number, in_use)


def going(items: list[Kept], rule: Rule, now: float = NOW) -> set[str]:
    return {item.path for item, _ in surplus(items, rule, now)}


@pytest.mark.parametrize(
    ("rule", "gone"),
    [
        (Rule(5, 0, 1000), {"1", "2", "3", "4"}),
        (Rule(5, 8, 1000), {"1"}),
        (Rule(5, 9, 1000), set()),
        (Rule(100, 0, 1000), set()),
        (Rule(100, 0, 45), {"1", "2", "3", "4", "5"}),
        (Rule(5, 8, 60), {"1", "2", "3"}),
        (Rule(0.5, 0, 0), {"1", "2", "3", "4", "5", "6", "7", "8", "9"}),
    ],
)
def test_age_count_and_size(rule: Rule, gone: set[str]) -> None:
    assert going([kept(number, 9.5 - number) for number in range(1, 10)], rule) == gone


def test_what_is_in_use_never_goes() -> None:
    items = [kept(1, 99, in_use=True), kept(2, 98), kept(3, 97, in_use=True)]
    assert going(items, Rule(1, 0, 0)) == {"2"}


def test_each_group_keeps_its_newest() -> None:
    items = [kept(number, 50, group="ab"[number % 2]) for number in range(10)]
    assert going(items, Rule(1, 2, 1000)) == {"0", "1", "2", "3", "4", "5"}


@pytest.mark.parametrize("leap", [3650 * DAY, -DAY, -3650 * DAY])
def test_a_leap_of_the_clock_does_not_empty_everything(leap: float) -> None:
    items = [kept(number, 9.5 - number) for number in range(1, 10)]
    assert len(going(items, Rule(30, 5, 1000), NOW + leap)) <= 4


def test_the_reason_is_said() -> None:
    reasons = {item.path: why for item, why in surplus([kept(1, 9), kept(2, 1), kept(3, 1)], Rule(5, 1, 10), NOW)}
    assert reasons["1"] == "not used for 5 days, and 1 newer ones are kept"
    assert reasons["2"].startswith("all together are larger than 10 bytes")
