"""What came of one job, in lines: verdicts, what is new, what is fixed, and what is there still."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fullautoci import wording
from fullautoci.cli.output import headline, job_name, safe, verdict_line, word
from fullautoci.text import counted, described_environment

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 20
SEVERITIES = {word: rank for rank, word in enumerate(("fatal", "error", "warning", "refactor", "convention"))}
FAILED = ("failed", "errored")
FAILING = ("newly failing", "still failing")
PASSING, SKIPPED = "newly passing", "newly skipped"


def show_job(out: "Console", job: Mapping[str, Any], limit: int | None = SHOWN) -> None:
    """Print a job with its results.

    Args:
        limit: how many lines of a kind; None: all of them, what is unresolved too.
    """
    version = f" {job['tool_version']}" if job["tool_version"] else ""
    took = f"  ({job['duration_s']:.1f} s)" if job["duration_s"] is not None else ""
    out.print(f"\n[bold]{job_name(job)}[/]{version}: {word(job)}  {headline(job)}{took}")
    for one in job["verdicts"]:
        out.print(f"  {verdict_line(one)}")
    if said := wording.provenance(job):
        out.print(f"  [dim]{safe(said)}[/]")
    if environment := described_environment(job["environment"]):
        out.print(f"  [dim]in {safe(environment, 300)}[/]")
    for line in job["hint"].splitlines()[-SHOWN:]:
        out.print(f"  [dim]{safe(line, 300)}[/]")
    left = _compared(out, job, limit) if job["against"] else _alone(out, job, limit)
    if left:
        out.print(f"  [dim]and {left}: 'fullautoci results --all'[/]")


def _alone(out: "Console", job: Mapping[str, Any], limit: int | None) -> str:
    """Print what there is, of a job that is compared with none; what was left out."""
    left = _print(out, [_test(test, test["outcome"]) for test in job["tests"] if test["outcome"] in FAILED], limit)
    left += _print(out, [_finding(one) for one in _by_severity(job["findings"])], limit)
    return f"{left} more" if left else ""


def _compared(out: "Console", job: Mapping[str, Any], limit: int | None) -> str:
    """Print what the commit brought, then what it fixed, and all the rest if it is wanted; what was left out."""
    tests = {
        status: [one for one in job["tests"] if one["status"] == status] for status in (*FAILING, PASSING, SKIPPED)
    }
    new = [one for one in job["findings"] if one["status"] == "new"]
    unresolved = [_finding(one) for one in _by_severity(job["findings"]) if one["status"] == "unresolved"]
    if job["outcome"] == "failed" and (reason := wording.own_reason(job)):
        out.print(f"  {safe(reason)}")
    if told := wording.delta(job):
        out.print(f"  [bold]{safe(told)}[/]")
    left = _print(out, [f"[red]new[/] {_finding(one)}" for one in _by_severity(new)], limit)
    for status in FAILING:
        left += _print(out, [_test(one, status) for one in tests[status]], limit)
    left += _print(out, [_test(one, SKIPPED, "yellow") for one in tests[SKIPPED]], limit)
    gone = [f"[green]fixed[/] {_finding(one, with_line=False)}" for one in _by_severity(job["fixed"])]
    gone += [f"[green]passes again[/] {safe(one['name'])}" for one in tests[PASSING]]
    left += _print(out, [*gone, *(f"[yellow]gone[/] {safe(name)}" for name in job["gone_tests"])], limit)
    if limit is None:
        _print(out, unresolved, None)
        return ""
    parts = [f"{left} more"] if left else []
    return " and ".join([*parts, counted(len(unresolved), "unresolved finding")] if unresolved else parts)


def _print(out: "Console", lines: Sequence[str], limit: int | None) -> int:
    """Print the first lines; how many were left out."""
    for line in lines[:limit]:
        out.print(f"  {line}")
    return len(lines) - len(lines[:limit])


def _by_severity(findings: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(findings, key=lambda one: SEVERITIES.get(one["severity"], 9))


def _finding(one: Mapping[str, Any], *, with_line: bool = True) -> str:
    where = f"{safe(one['path'])}:{one['line']}" if with_line else safe(one["path"])
    return f"{where}  {safe(one['message'])} [dim]({safe(one['rule'])})[/]"


def _test(test: Mapping[str, Any], said: str, colour: str = "red") -> str:
    lines = [line for line in test["message"].strip().splitlines() if line.strip()]
    flaky = " [yellow]flaky[/]" if test.get("flaky") else ""
    return f"[{colour}]{said}[/]{flaky} {safe(test['name'])}  [dim]{safe(lines[-1]) if lines else ''}[/]"
