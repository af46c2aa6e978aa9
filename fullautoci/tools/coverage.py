"""Coverage: runs the project's tests under coverage.py; line and branch percentages, and every test."""

import re
from collections.abc import Mapping
from pathlib import Path

from fullautoci.errors import ReportError
from fullautoci.layout import Layout
from fullautoci.model import FileCoverage, Outcome, Result, TestCase, ToolPlan
from fullautoci.text import counted, one_line, storable, tail
from fullautoci.tools import coveragerc, suppressions
from fullautoci.tools.base import SHIMS, Context, Left, relative
from fullautoci.tools.configuration import Configuration
from fullautoci.tools.formats import document, junit
from fullautoci.tools.suppressions import Suppressions
from fullautoci.tools.values import whole

PYTEST_SECTIONS = {
    "pytest.ini": r"^\[pytest\]",
    "pyproject.toml": r"^\[tool\.pytest(?:\.ini_options)?\]|[\"']pytest\b",
    "setup.cfg": r"^\[tool:pytest\]|^\s+pytest\b",
    "tox.ini": r"^\[pytest\]|^\s*pytest\b",
}
READ_LIMIT = 1024 * 1024
# https://docs.pytest.org/en/stable/reference/exit-codes.html
TESTS_FAILED, INTERRUPTED, NO_TESTS = 1, 2, 5


class CoverageTool:
    """Coverage.py with pytest, or with unittest where pytest is not used."""

    name = "coverage"
    requirements = ("coverage[toml]>=7.2,<8", "pytest>=7.4,<10")
    distribution = "coverage"
    needs_project = True

    def configuration_files(self, plan: ToolPlan) -> tuple[str, ...]:
        """Its own files, and the shared ones with a section of its own."""
        return coveragerc.files(plan)

    def configuration(self, plan: ToolPlan, there: Mapping[str, bytes], version: str) -> Configuration:
        """What the first of them says that it goes by."""
        return coveragerc.configuration(plan, there, version)

    def why_not(self, layout: Layout) -> str:
        """Coverage needs tests."""
        return "" if layout.has_tests else "no tests were found"

    def default_paths(self, layout: Layout) -> tuple[str, ...]:
        """What pytest or unittest find by themselves."""
        return ()

    def command(self, context: Context) -> list[str]:
        """The tests under coverage, then its reports, in one interpreter."""
        configured = [] if context.configured is None else [f"--rcfile={context.configured}"]
        head = [context.python, str(SHIMS / "coverage_run.py"), *configured, str(context.reports)]
        if uses_pytest(context.checkout):
            return [*head, "pytest", *context.plan.args, *context.plan.paths]
        return [*head, "unittest", *(context.plan.args or _discovery(context))]

    def parse(self, plan: ToolPlan, left: Left) -> Result:
        """Percentages, per-file lines and tests.

        Raises:
            ReportError: the tests could not be run, or nothing was measured.
        """
        said = tail(left.log_end)
        written = left.reports.get("junit.xml")
        if not written or left.returncode not in (0, TESTS_FAILED, INTERRUPTED, NO_TESTS):
            raise ReportError(f"the tests could not be run to their end (ended with {left.returncode})", said)
        tests = junit.parse(written)
        bad = [test for test in tests if test.outcome in ("failed", "errored")]
        if left.returncode == INTERRUPTED:  # so nothing that was measured is the whole
            if not bad:
                raise ReportError("the tests were interrupted", said)
            return Result(Outcome.FAILED, one_line(f"the tests could not be collected: {bad[0].name}"), tests=tests)
        if all(test.outcome == "skipped" for test in tests) and left.returncode in (0, NO_TESTS):
            reason = f"{counted(len(tests), 'test')}, all skipped" if tests else "no tests were found"
            return Result(Outcome.SKIPPED, reason, tests=tests)
        raw = left.reports.get("coverage.json")
        if not raw:
            raise ReportError("coverage left no report", said)
        metrics, files = _read(raw, left.checkout)
        suppressed = _extent(left.reports.get("extent.json"), left.checkout)
        passed = sum(test.outcome == "passed" for test in tests)
        return Result(
            Outcome.FAILED if bad or left.returncode else Outcome.PASSED,
            one_line(_reason(tests, bad, left.returncode)),
            metrics={**metrics, **suppressed.metrics, "tests_failed": float(len(bad)), "tests_passed": float(passed)},
            tests=tests,
            files=files,
            by_file=suppressed.by_file,
        )


def _reason(tests: tuple[TestCase, ...], bad: list[TestCase], returncode: int) -> str:
    if bad:
        return f"{len(bad)} of {len(tests)} tests failed, the first: {bad[0].name}"
    return f"the tests ended with {returncode}, though none failed" if returncode else ""


def _read(raw: bytes, checkout: str) -> tuple[dict[str, float], tuple[FileCoverage, ...]]:
    """Totals and files of `coverage json` (format 3: https://coverage.readthedocs.io/en/latest/commands/cmd_json.html)."""
    try:
        measured = document.table(document.table(document.parse(raw))["files"])
        files = tuple(_file(path, document.table(one), checkout) for path, one in measured.items())
        # Where packages are links, as in a Nix store, coverage takes them for the project's own.
        files = tuple(file for file in files if not file.path.startswith("/"))
    except (ValueError, KeyError) as error:
        raise ReportError(f"coverage's report cannot be read: {one_line(str(error))}") from error
    statements = sum(file.statements for file in files)
    covered = sum(file.covered for file in files)
    branches = sum(file.branches for file in files)
    if not statements:
        raise ReportError("coverage measured no lines")
    metrics = {"percent_lines": round(100 * covered / statements, 4), "missing_lines": float(statements - covered)}
    if branches:
        metrics["missing_branches"] = float(branches - sum(file.covered_branches for file in files))
        metrics["percent_branches"] = round(100 * sum(file.covered_branches for file in files) / branches, 4)
    return metrics, files


def _extent(raw: bytes | None, checkout: str) -> Suppressions:
    """What the report itself does not say, as far as the shim came to say it."""
    try:
        return suppressions.read(document.table(document.parse(raw)), checkout) if raw else Suppressions()
    except (ValueError, KeyError) as error:
        raise ReportError(f"the count of suppressions cannot be read: {one_line(str(error))}") from error


def _file(path: str, one: dict[str, object], checkout: str) -> FileCoverage:
    summary = document.table(one["summary"])
    found = FileCoverage(
        path=storable(relative(path, checkout)),
        statements=whole(summary["num_statements"]),
        covered=whole(summary["covered_lines"]),
        branches=whole(summary.get("num_branches", 0)),
        covered_branches=whole(summary.get("covered_branches", 0)),
        missing=tuple(whole(line) for line in document.array(one["missing_lines"])),
    )
    if found.covered > found.statements or found.covered_branches > found.branches:
        raise ValueError(f"more covered than there is in {found.path}")
    return found


def uses_pytest(checkout: Path) -> bool:
    """Whether a project runs its tests with pytest: it configures it, asks for it, or a test imports it.

    Tests that import neither are pytest's: unittest would find nothing in them.
    """
    for name, pattern in PYTEST_SECTIONS.items():
        if re.search(pattern, _text(checkout / name), re.MULTILINE):
            return True
    tests = [path for path in checkout.rglob("*.py") if "test" in str(path.relative_to(checkout))]
    if any(path.name == "conftest.py" for path in tests):
        return True
    imported = {
        name for path in tests for name in re.findall(r"^\s*(?:import|from) (pytest|unittest)\b", _text(path), re.M)
    }
    return "pytest" in imported or "unittest" not in imported


def _text(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as file:
        return file.read(READ_LIMIT).decode("utf-8", "replace")


def _discovery(context: Context) -> list[str]:
    """unittest's discovery, started where the tests are."""
    for name in context.plan.paths or ("tests", "test"):
        folder = context.checkout / name
        if folder.is_dir():
            top = [] if not (folder / "__init__.py").is_file() else ["-t", "."]
            return ["discover", "-s", name, *top]
    return ["discover", "-s", context.layout.source_root]
