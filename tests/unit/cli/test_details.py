"""How one job's results are told on a terminal: what the commit brought comes first."""

import io
from typing import Any

import pytest
from rich.console import Console

from fullautoci.cli.details import show_job
from fullautoci.cli.history import table
from fullautoci.cli.output import headline, news

SHA = "1a2b3c4d5e" + "0" * 30
VERDICT = {
    "metric": "score", "value": 8.95, "floor": 9.2, "target": None, "verdict": "regressed", "flags": [], "blame": "",
    "reason": "worse",
}  # fmt: skip


def finding(number: int, status: str = "", severity: str = "warning") -> dict[str, Any]:
    return {
        "path": f"{number}.py", "line": number, "column": 0, "rule": "r[b]", "severity": severity, "message": "m",
        "status": status,
    }  # fmt: skip


def case(name: str, outcome: str, status: str = "", **fields: Any) -> dict[str, Any]:
    return {"name": name, "outcome": outcome, "status": status, "message": "one\ntwo\n", "duration_s": 0.1, **fields}


def job(**fields: Any) -> dict[str, Any]:
    counts = {"findings": 0, "new": None, "fixed": None, "tests": 0, "failed": 0, "skipped": 0}
    return {
        "tool": "pylint", "tool_version": "3.1", "variant": "", "project": ".", "outcome": "passed", "state": "done",
        "reason": "", "hint": "", "duration_s": 1.5, "metrics": {}, "verdicts": [], "environment": {}, "counts": counts,
        "reused_from": None, "against": None, "findings": [], "fixed": [], "tests": [], "gone_tests": [], **fields,
    }  # fmt: skip


COMPARED: dict[str, Any] = {
    "outcome": "failed",
    "reason": "2 errors, the first: m",
    "against": {"job": 1, "run": 1, "commit": SHA},
    "findings": [
        finding(1, "unresolved"), finding(2, "new"), finding(3, "unresolved", "error"), finding(4, "new", "error"),
    ],
    "fixed": [finding(5, "fixed")],
    "tests": [
        case("old", "failed", "still failing"), case("bad", "errored", "newly failing", flaky=True),
        case("good", "passed", "newly passing"), case("fine", "passed"), case("off", "skipped", "newly skipped"),
        case("always off", "skipped"),
    ],
    "gone_tests": ["lost"],
}  # fmt: skip


def shown(one: dict[str, Any], limit: int | None = 20) -> list[str]:
    """The lines below the headline."""
    out = io.StringIO()
    show_job(Console(file=out, width=200), one, limit)
    return [line.strip() for line in out.getvalue().splitlines()[2:]]


def test_what_is_new_comes_first_then_what_is_fixed() -> None:
    assert shown(job(**COMPARED)) == [
        "2 errors, the first: m",
        "2 new, 1 fixed, 2 unresolved findings against 1a2b3c4d5e",
        "new 4.py:4  m (r[b])",
        "new 2.py:2  m (r[b])",
        "newly failing flaky bad  two",
        "still failing old  two",
        "newly skipped off  two",
        "fixed 5.py  m (r[b])",
        "passes again good",
        "gone lost",
        "and 2 unresolved findings: 'fullautoci results --all'",
    ]


def test_all_of_it_is_there_on_request() -> None:
    assert shown(job(**COMPARED), None)[-2:] == ["3.py:3  m (r[b])", "1.py:1  m (r[b])"]


def test_long_lists_are_cut_and_say_so() -> None:
    many = job(**COMPARED | {"findings": [finding(n, "new") for n in range(30)], "fixed": [finding(1)] * 25})
    lines = shown(many)
    assert sum(line.startswith("new ") for line in lines) == 20
    assert sum(line.startswith("fixed ") for line in lines) == 20
    assert lines[-1] == "and 17 more: 'fullautoci results --all'"  # 10 new, 5 fixed, 2 tests
    some = [finding(n, "new") for n in range(21)] + [finding(1, "unresolved")]
    assert shown(job(**COMPARED | {"findings": some}))[-1] == (
        "and 1 more and 1 unresolved finding: 'fullautoci results --all'"
    )
    assert len(shown(many, None)) == 2 + 30 + 3 + 25 + 2


@pytest.mark.parametrize(
    ("failed", "skipped", "said"),
    [
        (0, 0, "3 tests"),
        (1, 0, "3 tests, 1 failed"),
        (1, 2, "3 tests, 1 failed, 2 skipped"),
        (0, 1, "3 tests, 1 skipped"),
    ],
)
def test_the_headline_tells_how_many_tests_did_not_pass(failed: int, skipped: int, said: str) -> None:
    counts = {"findings": 0, "new": None, "fixed": None, "tests": 3, "failed": failed, "skipped": skipped}
    assert headline(job(counts=counts)) == said


def test_with_nothing_to_compare_with_it_is_all_told() -> None:
    first = job(
        findings=[finding(1), finding(2, severity="error")], tests=[case("bad", "failed"), case("ok", "passed")]
    )
    assert shown(first) == ["failed bad  two", "2.py:2  m (r[b])", "1.py:1  m (r[b])"]
    assert shown(job(findings=[finding(n) for n in range(22)]))[-1] == "and 2 more: 'fullautoci results --all'"


def test_verdicts_and_where_it_is_from_stand_under_the_headline() -> None:
    reused = job(
        **COMPARED | {"verdicts": [VERDICT], "reused_from": 7, "reused_commit": SHA, "reused_run": 12, "hint": "help"}
    )
    assert shown(reused)[:5] == [
        "score 8.95: regressed (floor 9.2): worse",
        "same as 1a2b3c4d5e (run 12): nothing was run",
        "help",
        "2 errors, the first: m",
        "2 new, 1 fixed, 2 unresolved findings against 1a2b3c4d5e",
    ]
    assert not any(line.startswith("score regressed") for line in shown(reused | {"reason": "score regressed: worse"}))


def test_history_tells_of_new_findings_and_of_verdicts_that_are_worth_a_look() -> None:
    counts = {"findings": 3, "new": 2, "fixed": 0, "tests": 0, "failed": 0, "skipped": 0}
    one = job(metrics={"score": 8.95}, counts=counts, verdicts=[VERDICT, VERDICT | {"verdict": "held"}])
    assert news(one) == "2 new; [red]score regressed[/]"
    assert news(job()) == ""
    waived = job(verdicts=[VERDICT | {"flags": ["waived"]}, VERDICT | {"metric": "errors", "verdict": "improved"}])
    assert news(waived) == "[yellow]score regressed (waived)[/]; [green]errors improved[/]"
    run = {
        "id": 1, "commit": SHA, "subject": "s", "branch": "main", "queued_at": None, "reason": "", "outcome": "passed",
        "jobs": [one],
    }  # fmt: skip
    out = io.StringIO()
    Console(file=out, width=200).print(table([run], with_repository=False))
    assert "8.95/10, 3 findings; 2 new; score regressed" in out.getvalue()
