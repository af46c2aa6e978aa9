"""What `report` prints, and which time zone it takes."""

import io
from typing import Any

import pytest
from rich.console import Console

from fullautoci.cli import report

HOSTILE = "[red]\x1b[31m\u202ex\n"
NOTHING: dict[str, Any] = {"items": [], "more": 0}
JOB = {"tool": "pylint", "project": ".", "variant": ""}
SHA = "0123456789" * 4


def printed(**parts: Any) -> str:
    found = {
        "repository": {"id": 1, "name": "sample"},
        "period": {"title": "Week 6 of 2026", "first": "2026-02-02", "last": "2026-02-08", "zone": "UTC"},
        "runs": {"total": 3, "commits": 1, "outcomes": {"passed": 2, "timed_out": 1}},
        "findings": {"new": 1, "fixed": 0},
        **dict.fromkeys(("improved", "regressed", "broke", "mended", "tests", "flaky", "acts", "metrics"), NOTHING),
        **parts,
    }
    out = io.StringIO()
    report.show(Console(file=out, width=200, highlight=False), found)  # type: ignore[arg-type]
    return out.getvalue()


def one(**told: Any) -> dict[str, Any]:
    return {"items": [told], "more": 0}


def test_the_numbers_come_first_and_what_was_not_is_not_told() -> None:
    assert printed().splitlines() == [
        "sample: Week 6 of 2026, 2026-02-02 to 2026-02-08, UTC",
        "3 runs of 1 commit: 2 passed, 1 timed out",
        "findings: 1 new, 0 fixed",
    ]


def test_where_nothing_was_tested_that_is_said() -> None:
    assert printed(runs={"total": 0, "commits": 0, "outcomes": {}}).splitlines()[1:] == ["nothing was tested then"]


def test_each_part_is_told_in_lines_of_its_own() -> None:
    moved = {
        "name": "pylint.score", "begin": 9.0, "end": 8.5, "times": 2, "commit": SHA, "run": 3, "verdict": "regressed",
        "reason": "below 9", "waived": True,
    }  # fmt: skip
    said = printed(
        regressed={"items": [moved] * (report.SHOWN + 2), "more": 5},
        broke=one(**JOB, commit=SHA, subject=HOSTILE, reason="exit code 1", at="2026-02-03T10:00:00.000Z"),
        tests=one(**JOB, name="test_x", times=1, run=4),
        flaky=one(**JOB, name="test_y", times=2),
        acts=one(kind="end", name="pylint.score", actor="anna", commit=SHA, reason=HOSTILE),
        metrics={
            "items": [
                {"name": "pylint.score", "begin": 9.0, "end": 8.5, "change": -0.5, "mood": "bad"},
                {"name": "coverage.same", "begin": 1.0, "end": 1.0, "change": 0.0, "mood": ""},
            ],
            "more": 0,
        },
    )
    assert said.count("pylint.score 9 → 8.5, 2 times, last at 0123456789 waived: below 9") == report.SHOWN
    assert "and 7 more" in said
    assert "pylint at 0123456789 [red]" in said
    assert "test_x (pylint) 1 time, last in run 4" in said
    assert "test_y (pylint) differed 2 times" in said
    assert "waiver ended pylint.score by anna at 0123456789: [red]" in said
    assert "−0.5" in said
    assert "coverage.same" not in said
    assert not {"\x1b", "\u202e"} & {*said}


@pytest.mark.parametrize(
    ("said", "wanted"),
    [("Europe/Berlin", "Europe/Berlin"), (":America/New_York", "America/New_York"), ("../../etc/passwd", "")],
)
def test_the_zone_is_the_one_that_the_surroundings_name(
    monkeypatch: pytest.MonkeyPatch, said: str, wanted: str
) -> None:
    monkeypatch.setenv("TZ", said)
    assert report.own_zone() == wanted
