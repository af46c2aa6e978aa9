"""Any command of the configuration's, with the standard report it writes."""

from collections.abc import Mapping

from fullautoci.errors import ReportError
from fullautoci.layout import Layout
from fullautoci.model import Outcome, Result, TestCase, ToolPlan
from fullautoci.text import counted, one_line, tail
from fullautoci.tools.base import Context, Left
from fullautoci.tools.configuration import NONE, Configuration
from fullautoci.tools.formats import junit


class CommandTool:
    """A command; it passes when it ends with 0 and its report, where it has one, shows no failure."""

    requirements: tuple[str, ...] = ()
    distribution = ""
    needs_project = True

    def __init__(self, name: str) -> None:
        self.name = name

    def configuration_files(self, plan: ToolPlan) -> tuple[str, ...]:
        """A command's configuration is its command line."""
        return ()

    def configuration(self, plan: ToolPlan, there: Mapping[str, bytes], version: str) -> Configuration:
        """None."""
        return NONE

    def why_not(self, layout: Layout) -> str:
        """It was asked for by name."""
        return ""

    def default_paths(self, layout: Layout) -> tuple[str, ...]:
        """Commands name their own files."""
        return ()

    def command(self, context: Context) -> list[str]:
        """The command, as configured."""
        return [*context.plan.command, *context.plan.args, *context.plan.paths]

    def parse(self, plan: ToolPlan, left: Left) -> Result:
        """The exit status, and the tests of a JUnit report.

        Raises:
            ReportError: the report that was promised is missing, empty or unreadable, or the command was not found.
        """
        said = tail(left.log_end)
        if left.returncode in (126, 127):
            raise ReportError(f"'{one_line(plan.command[0])}' could not be run", said)
        if left.returncode < 0:
            raise ReportError(f"it was ended by signal {-left.returncode}", said)
        tests: tuple[TestCase, ...] = ()
        if "junit" in plan.reports:
            raw = left.reports.get("junit")
            if not raw:
                raise ReportError(f"{one_line(plan.reports['junit'])} was not written", said)
            tests = junit.parse(raw)
        bad = [test.name for test in tests if test.outcome in ("failed", "errored")]
        metrics = {"exit_code": float(left.returncode)}
        if tests:
            passed = sum(test.outcome == "passed" for test in tests)
            metrics |= {"tests_failed": float(len(bad)), "tests_passed": float(passed)}
        if left.returncode == 0 and "junit" in plan.reports and all(test.outcome == "skipped" for test in tests):
            reason = f"{counted(len(tests), 'test')}, all skipped" if tests else "its report has no tests"
            return Result(Outcome.SKIPPED, reason, metrics=metrics, tests=tests)
        if left.returncode == 0 and not bad:
            return Result(Outcome.PASSED, metrics=metrics, tests=tests)
        reason = f"{len(bad)} tests failed, the first: {bad[0]}" if bad else f"it ended with {left.returncode}"
        return Result(Outcome.FAILED, one_line(reason), said, metrics=metrics, tests=tests)
