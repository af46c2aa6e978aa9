"""How outcomes are told on the command line."""

from typing import Any

import pytest

from fullautoci.cli.output import word

PROBE: dict[str, Any] = {"outcome": "passed", "state": "done", "purpose": "probe"}


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        ({"outcome": "timed_out", "state": "done"}, "[red]timed out[/]"),
        ({"outcome": None, "state": "queued", "purpose": "check"}, "[cyan]queued[/]"),
        ({**PROBE, "verdicts": [{"failing": True}]}, "[red]failed[/]"),
        ({**PROBE, "verdicts": [{"failing": False}]}, "[default]probed[/]"),
    ],
)
def test_what_a_switched_off_tool_still_measured_is_not_told_as_passed(thing: dict[str, Any], said: str) -> None:
    assert word(thing) == said
