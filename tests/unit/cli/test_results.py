"""Which job of a run is meant, and what is said where there is none."""

from typing import Any

import pytest

from fullautoci.cli.results import job_of
from fullautoci.errors import NotFoundError


def job(tool: str, project: str = ".", variant: str = "") -> dict[str, Any]:
    return {"tool": tool, "project": project, "variant": variant}


RUN: dict[str, Any] = {
    "id": 7, "outcome": "passed", "state": "done", "reason": "",
    "jobs": [job("pylint"), job("docs", "a"), job("coverage", variant="3.11"), job("coverage", variant="3.12")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "position"), [("pylint", 0), ("a:docs", 1), ("docs", 1), ("coverage@3.11", 2), ("coverage@3.12", 3)]
)
def test_a_job_is_named_in_full_or_by_its_tool_alone(name: str, position: int) -> None:
    assert job_of(RUN, name) is RUN["jobs"][position]


@pytest.mark.parametrize(
    ("changed", "hint"),
    [
        ({}, "it has: pylint, a:docs, coverage@3.11, coverage@3.12"),
        ({"jobs": [], "outcome": "skipped", "reason": "all is off"}, "it ran nothing: skipped: all is off"),
        ({"jobs": [], "outcome": None, "state": "queued"}, "it ran nothing: queued"),
    ],
)
def test_where_there_is_no_such_job_what_there_is_is_told_or_why_there_is_none(
    changed: dict[str, Any], hint: str
) -> None:
    with pytest.raises(NotFoundError) as error:
        job_of({**RUN, **changed}, "coverage")
    assert (error.value.message, error.value.hint) == ("run 7 has no job 'coverage'", hint)
