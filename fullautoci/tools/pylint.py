"""Pylint: its own score, counts by category, and every message."""

from collections.abc import Mapping
from dataclasses import replace

from fullautoci.errors import ReportError
from fullautoci.layout import Layout
from fullautoci.model import Finding, Outcome, Result, ToolPlan
from fullautoci.text import counted, one_line, storable, tail
from fullautoci.tools import pylintrc, suppressions
from fullautoci.tools.base import SHIMS, Context, Left, relative
from fullautoci.tools.configuration import Configuration
from fullautoci.tools.formats import document
from fullautoci.tools.suppressions import Suppressions
from fullautoci.tools.values import finite, text, whole

REPORT = "pylint.json"
EXTENT = "pylint.json.extent.json"
# Pylint ends with a sum of these (https://pylint.readthedocs.io/en/stable/user_guide/usage/run.html#exit-codes).
USAGE_ERROR = 32
# What it says where all of its checks are disabled, too, whatever files it was given.
NOTHING_TO_DO = b"No files to lint"
FAIL_ON = ("fatal", "error")
# By so much the report's score may differ from pylint's own: before version 4 it has two decimals.
ROUNDED = 0.0051
COUNTS = {"errors": "error", "warnings": "warning", "conventions": "convention", "refactors": "refactor"}


class PylintTool:
    """Pylint, by its `json2` reporter (pylint 3.0 and newer)."""

    name = "pylint"
    requirements = ("pylint>=3.0,<5",)
    distribution = "pylint"
    needs_project = False

    def configuration_files(self, plan: ToolPlan) -> tuple[str, ...]:
        """Its own files, and the shared ones with a section of its own."""
        return pylintrc.files(plan)

    def configuration(self, plan: ToolPlan, there: Mapping[str, bytes], version: str) -> Configuration:
        """What the first of them says that it goes by."""
        return pylintrc.configuration(plan, there)

    def why_not(self, layout: Layout) -> str:
        """Pylint needs Python files."""
        return "" if layout.has_python else "there are no Python files"

    def default_paths(self, layout: Layout) -> tuple[str, ...]:
        """The project's own packages and modules, not its tests."""
        return layout.packages

    def command(self, context: Context) -> list[str]:
        """Pylint without its garbage collector and teardown, which are half of its time."""
        report = f"--output-format=json2:{context.reports / REPORT},text"
        # Of several such options the last one counts.
        configured = [] if context.configured is None else [f"--rcfile={context.configured}"]
        arguments = [*context.plan.args, *configured, "--", *context.plan.paths]
        return [context.python, str(SHIMS / "pylint_run.py"), report, *arguments]

    def parse(self, plan: ToolPlan, left: Left) -> Result:
        """Score, counts and findings of a `json2` report.

        Raises:
            ReportError: pylint crashed, was used wrongly, left no report, or analysed nothing.
        """
        said = tail(left.log_end)
        if left.returncode & USAGE_ERROR and left.returncode > 0:
            if plan.paths and NOTHING_TO_DO in left.log_end:
                raise ReportError("pylint looks for nothing: its configuration or arguments disable every check", said)
            raise ReportError("pylint did not understand its command line or configuration", said)
        raw = left.reports.get(REPORT)
        if left.returncode < 0 or not raw:
            raise ReportError(f"pylint left no report (it ended with {left.returncode})", said)
        result = _read(raw, left, said)
        modules, statements, further, suppressed = _extent(left.reports.get(EXTENT), left.checkout, said)
        if modules == 0 and not result.findings:  # a file that cannot be parsed is a finding and no module
            raise ReportError("pylint analysed no files", said)
        if statements == 0 and not result.findings:
            return Result(Outcome.SKIPPED, "there is no code to analyse: empty files, or files that skip pylint")
        exact = further.pop("score", result.metrics["score"])
        if abs(exact - result.metrics["score"]) <= ROUNDED:
            further["score"] = round(exact, 4)
        metrics = {**result.metrics, **further, **suppressed.metrics}
        return replace(result, metrics=metrics, by_file=suppressed.by_file)


def _extent(raw: bytes | None, checkout: str, said: str) -> tuple[int, int, dict[str, float], Suppressions]:
    """How many modules and statements were looked at, which the report itself does not say; and further metrics."""
    try:
        found = document.table(document.parse(raw or b""))
        further = {"score": finite(found["score"])} if "score" in found else {}
        return whole(found["modules"]), whole(found["statements"]), further, suppressions.read(found, checkout)
    except (ValueError, KeyError) as error:
        raise ReportError("pylint did not say how much it looked at", said) from error


def _read(raw: bytes, left: Left, said: str) -> Result:
    try:
        report = document.table(document.parse(raw))
        statistics = document.table(report["statistics"])
        by_type = document.table(statistics["messageTypeCount"])
        findings = tuple(_finding(document.table(one), left) for one in document.array(report["messages"]))
        counts = {name: float(whole(by_type[kind])) for name, kind in COUNTS.items()}
        score = finite(statistics["score"])
    except (ValueError, KeyError) as error:
        raise ReportError(f"pylint's report cannot be read: {one_line(str(error))}", said) from error
    crashed = [finding for finding in findings if finding.rule == "astroid-error"]
    if crashed:
        raise ReportError(f"pylint crashed on {crashed[0].path}", crashed[0].message)
    bad = [finding for finding in findings if finding.severity in FAIL_ON]
    if counts["errors"] and not bad:
        raise ReportError("pylint's report contradicts itself: it counts errors, and has none", said)
    reason = f"{counted(len(bad), 'error')}, the first: {bad[0].message}" if bad else ""
    return Result(
        Outcome.FAILED if bad else Outcome.PASSED,
        one_line(reason),
        metrics={"score": round(score, 4), **counts, "findings": float(len(findings))},
        findings=findings,
    )


def _finding(message: dict[str, object], left: Left) -> Finding:
    path = relative(text(message["path"]), left.checkout)
    return Finding(
        # Of a configuration that stands in for the checkout's own as of that one.
        path=storable(relative(path, left.configured) if left.configured else path),
        line=whole(message["line"]),
        column=whole(message["column"]),
        rule=storable(text(message["symbol"])),
        severity=storable(text(message["type"])),
        message=storable(text(message["message"])),
    )
