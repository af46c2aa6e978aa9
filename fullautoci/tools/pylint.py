"""Pylint: its own score, counts by category, and every message."""

import json
from typing import Any

from fullautoci.errors import ReportError
from fullautoci.layout import Layout
from fullautoci.model import Finding, Outcome, Result, ToolPlan
from fullautoci.text import counted, one_line, storable, tail
from fullautoci.tools.base import SHIMS, Context, Left, relative
from fullautoci.tools.values import finite, whole

REPORT = "pylint.json"
# Pylint ends with a sum of these (https://pylint.readthedocs.io/en/stable/user_guide/usage/run.html#exit-codes).
USAGE_ERROR = 32
FAIL_ON = ("fatal", "error")
COUNTS = {"errors": "error", "warnings": "warning", "conventions": "convention", "refactors": "refactor"}


class PylintTool:
    """Pylint, by its `json2` reporter (pylint 3.0 and newer)."""

    name = "pylint"
    requirements = ("pylint>=3.0,<5",)
    distribution = "pylint"
    needs_project = False

    def why_not(self, layout: Layout) -> str:
        """Pylint needs Python files."""
        return "" if layout.has_python else "there are no Python files"

    def default_paths(self, layout: Layout) -> tuple[str, ...]:
        """The project's own packages and modules, not its tests."""
        return layout.packages

    def command(self, context: Context) -> list[str]:
        """Pylint without its garbage collector and teardown, which are half of its time."""
        report = f"--output-format=json2:{context.reports / REPORT},text"
        return [context.python, str(SHIMS / "pylint_run.py"), report, *context.plan.args, "--", *context.plan.paths]

    def parse(self, plan: ToolPlan, left: Left) -> Result:
        """Score, counts and findings of a `json2` report.

        Raises:
            ReportError: pylint crashed, was used wrongly, left no report, or analysed nothing.
        """
        said = tail(left.log_end)
        if left.returncode & USAGE_ERROR and left.returncode > 0:
            raise ReportError("pylint did not understand its command line or configuration", said)
        raw = left.reports.get(REPORT)
        if left.returncode < 0 or not raw:
            raise ReportError(f"pylint left no report (it ended with {left.returncode})", said)
        return _read(raw, left.checkout, said)


def _read(raw: bytes, checkout: str, said: str) -> Result:
    try:
        report = json.loads(raw)
        statistics = report["statistics"]
        findings = tuple(_finding(message, checkout) for message in report["messages"])
        counts = {name: float(whole(statistics["messageTypeCount"][kind])) for name, kind in COUNTS.items()}
        score, analysed = finite(statistics["score"]), whole(statistics["modulesLinted"])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ReportError(f"pylint's report cannot be read: {one_line(str(error))}", said) from error
    if analysed == 0:
        raise ReportError("pylint analysed no files", said)
    crashed = [finding for finding in findings if finding.rule == "astroid-error"]
    if crashed:
        raise ReportError(f"pylint crashed on {crashed[0].path}", crashed[0].message)
    bad = [finding for finding in findings if finding.severity in FAIL_ON]
    reason = f"{counted(len(bad), 'error')}, the first: {bad[0].message}" if bad else ""
    return Result(
        Outcome.FAILED if bad else Outcome.PASSED,
        one_line(reason),
        metrics={"score": round(score, 4), **counts},
        findings=findings,
    )


def _finding(message: dict[str, Any], checkout: str) -> Finding:
    return Finding(
        path=storable(relative(str(message["path"]), checkout)),
        line=whole(message["line"]),
        column=whole(message["column"]),
        rule=storable(str(message["symbol"])),
        severity=storable(str(message["type"])),
        message=storable(str(message["message"])),
    )
