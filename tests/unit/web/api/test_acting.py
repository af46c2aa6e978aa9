"""What is asked for about ratchets, and what of it makes no sense."""

from typing import Any

import pytest

from fullautoci.errors import FullAutoCIError, UsageError
from fullautoci.store.standings import Series
from fullautoci.web.api import acting

STANDS: dict[str, Any] = {
    "name": "pylint.score", "tool": "pylint", "metric": "score", "per": "", "verdict": "regressed",
    "direction": "higher", "target": None, "value": 9.0,
    "next_floor": 9.5, "flags": [], "waived": None, "reason": "", "commit": "1a2b3c4d5e",
}  # fmt: skip
WAIVED = {"flags": ["waived"], "waived": {"until": None, "reason": "so", "actor": "ada"}}


def ask(asked: dict[str, Any], name: str = "pylint.score", **stands: Any) -> Any:
    """What comes of a request about one ratchet that stands so."""
    tool, _, metric = name.partition(".")
    one = {**STANDS, "name": name, "tool": tool, "metric": metric, **stands}
    what = acting.Meant([Series(tool, ".", "", metric, one["per"])], None, None)
    return acting.wanted({"reason": "why it is", **asked}, what, [one], "ada", "cli")


def test_a_waiver_is_ended_where_there_is_one() -> None:
    found = ask({"kind": "end"}, **WAIVED)
    assert (found.kind, found.value, found.until, found.source) == ("end", None, None, "cli")
    with pytest.raises(FullAutoCIError, match=r"there is no waiver of pylint\.score"):
        ask({"kind": "end"})


@pytest.mark.parametrize("asked", [{"until": "2999-01-01"}, {"value": 9.0}])
def test_the_end_of_a_waiver_has_no_date_and_no_value(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        ask({"kind": "end", **asked}, **WAIVED)


@pytest.mark.parametrize(
    ("name", "kind", "value", "said"),
    [
        ("pylint.score", "raise", 11, "pylint.score is never above 10"),
        ("pylint.score", "reset", 10.01, "pylint.score is never above 10"),
        ("coverage.percent_lines", "raise", 120, "coverage.percent_lines is never above 100"),
        ("coverage.percent_lines", "reset", -1, "coverage.percent_lines is never below 0"),
        ("docs.percent_words", "reset", 101, "docs.percent_words is never above 100"),
        ("pylint.suppressions", "reset", -1, "pylint.suppressions is never below 0"),
        ("coverage.missing_lines", "reset", -0.5, "coverage.missing_lines is never below 0"),
    ],
)
def test_a_floor_that_no_value_can_have_is_refused(name: str, kind: str, value: float, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace(".", r"\.")):
        ask({"kind": kind, "value": value}, name)


@pytest.mark.parametrize(
    ("name", "value", "stands"),
    [
        ("pylint.score", 10, {}), ("pylint.score", -20, {}), ("coverage.percent_lines", 100, {}),
        ("coverage.percent_lines", 0, {}), ("pylint.suppressions", 0, {}), ("words.gain", -3, {}),
        ("pylint.score", 60, {"value": 55.0}), ("docs.percent_more", 150, {"next_floor": 140.0}),
        ("docs.percent_more", -9, {"value": -3.0}),
    ],
)  # fmt: skip
def test_a_floor_that_a_value_can_have_is_taken(name: str, value: float, stands: dict[str, Any]) -> None:
    assert ask({"kind": "reset", "value": value}, name, **stands).value == value
