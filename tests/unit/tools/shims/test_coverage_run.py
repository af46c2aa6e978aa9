"""The coverage shims, run for real with both runners: their reports are read by the tool itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fullautoci.errors import ReportError
from fullautoci.model import Outcome, Result, ToolPlan
from fullautoci.tools.base import SHIMS, Left
from fullautoci.tools.coverage import CoverageTool

CALC = "def add(left, right):\n    if left:\n        return left + right\n    return right\n"
UNITTEST = """
import unittest
import calc
class Case(unittest.TestCase):
    def test_pass(self):
        self.assertEqual(calc.add(1, 2), 3)
    def test_fail(self):
        self.assertEqual(calc.add(1, 2), 4, "control \\x07 and surrogate \\udcff")
    def test_error(self):
        raise RuntimeError("boom")
    @unittest.skip("later")
    def test_skip(self):
        pass
    @unittest.expectedFailure
    def test_expected(self):
        self.fail()
    @unittest.expectedFailure
    def test_unexpected(self):
        pass
    def test_sub(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertNotEqual(n, 1)
"""


def run(folder: Path, files: dict[str, str], *arguments: str) -> Result:
    project, reports = folder / "a project", folder / "reports"
    reports.mkdir(parents=True)
    for name, content in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(content)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    done = subprocess.run(
        [sys.executable, SHIMS / "coverage_run.py", reports, *arguments],
        cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        env={**env, "COVERAGE_FILE": str(reports / "coverage.data"), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert {path.name for path in project.iterdir()} <= {name.partition("/")[0] for name in files}
    left = {path.name: path.read_bytes() for path in reports.iterdir() if path.suffix in (".json", ".xml")}
    return CoverageTool().parse(ToolPlan("coverage"), Left(done.returncode, left, done.stdout, str(project)))


def outcomes(result: Result) -> dict[str, str]:
    return {test.name: test.outcome for test in result.tests}


def test_pytest(tmp_path: Path) -> None:
    tests = "import pytest, calc\ndef test_a():\n    assert calc.add(1, 2) == 3\ndef test_b():\n    assert 0\n"
    tests += (
        "@pytest.fixture\ndef bad():\n    raise OSError\ndef test_c(bad): pass\n@pytest.mark.skip\ndef test_d(): 0\n"
    )
    result = run(tmp_path, {"calc.py": CALC, "test_calc.py": tests}, "pytest")
    assert result.outcome == Outcome.FAILED
    assert outcomes(result) == {
        "test_calc::test_a": "passed", "test_calc::test_b": "failed", "test_calc::test_c": "errored",
        "test_calc::test_d": "skipped",
    }  # fmt: skip
    (calc,) = (file for file in result.files if file.path == "calc.py")
    assert (calc.statements, calc.covered, calc.branches, calc.covered_branches, calc.missing) == (4, 3, 2, 1, (4,))


def test_pytest_that_cannot_import_a_test_fails(tmp_path: Path) -> None:
    files = {"calc.py": CALC, "test_calc.py": "import calc, missing\n"}
    result = run(tmp_path, files, "pytest")
    assert result.outcome == Outcome.FAILED
    assert list(outcomes(result).values()) == ["errored"]


def test_pytest_without_tests_is_skipped(tmp_path: Path) -> None:
    assert run(tmp_path, {"test_calc.py": "X = 1\n"}, "pytest").outcome == Outcome.SKIPPED


def test_pytest_with_a_wrong_option_is_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="could not be run"):
        run(tmp_path, {"test_calc.py": "def test_a(): pass\n"}, "pytest", "--no-such-option")


def test_pytest_that_leaves_before_its_tests_is_neither_passed_nor_skipped(tmp_path: Path) -> None:
    files = {"test_calc.py": "import pytest\npytest.exit('enough')\n"}
    try:
        outcome = run(tmp_path, files, "pytest").outcome
    except ReportError:
        return
    assert outcome == Outcome.FAILED


def test_a_strict_project_without_pytests_cache_is_tested(tmp_path: Path) -> None:
    ini = "[pytest]\naddopts = -p no:cacheprovider --strict-config\nfilterwarnings = error\n"
    assert run(tmp_path, {"pytest.ini": ini, "test_a.py": "def test_a(): pass\n"}, "pytest").outcome == Outcome.PASSED


def test_unittest(tmp_path: Path) -> None:
    result = run(tmp_path, {"calc.py": CALC, "test_calc.py": UNITTEST}, "unittest", "discover", "-s", ".")
    assert outcomes(result) == {
        "test_calc.Case::test_pass": "passed", "test_calc.Case::test_fail": "failed",
        "test_calc.Case::test_error": "errored", "test_calc.Case::test_skip": "skipped",
        "test_calc.Case::test_expected": "skipped", "test_calc.Case::test_unexpected": "failed",
        "test_calc.Case::test_sub (n=1)": "failed",
    }  # fmt: skip
    assert result.outcome == Outcome.FAILED
    messages = {test.name.rpartition("::")[2]: test.message for test in result.tests}
    assert "boom" in messages["test_error"]
    assert messages["test_skip"] == "later"
    assert "control" in messages["test_fail"]
    assert {file.path for file in result.files} >= {"calc.py", "test_calc.py"}
    assert result.metrics["percent_branches"] > 0


def test_unittest_of_a_package_below_tests_passes(tmp_path: Path) -> None:
    test = "import unittest\nimport calc\nclass C(unittest.TestCase):\n    def test_a(self):\n        calc.add(0, 1)\n"
    files = {"calc.py": CALC, "tests/__init__.py": "", "tests/test_a.py": test}
    result = run(tmp_path, files, "unittest", "discover", "-s", "tests", "-t", ".")
    assert (result.outcome, outcomes(result)) == (Outcome.PASSED, {"tests.test_a.C::test_a": "passed"})


@pytest.mark.parametrize(
    "broken",
    [
        "import missing\n",
        "import unittest\ndef setUpModule():\n    raise OSError\nclass C(unittest.TestCase):\n    def test_a(s): 0\n",
    ],
)
def test_unittest_that_cannot_begin_fails(tmp_path: Path, broken: str) -> None:
    result = run(tmp_path, {"calc.py": CALC, "test_calc.py": broken}, "unittest", "discover", "-s", ".")
    assert result.outcome == Outcome.FAILED
    assert list(outcomes(result).values()) == ["errored"]


def test_unittest_without_tests_is_skipped(tmp_path: Path) -> None:
    assert run(tmp_path, {"test_a.py": "X = 1\n"}, "unittest", "discover", "-s", ".").outcome == Outcome.SKIPPED


def test_tests_that_kill_their_process_are_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(ReportError):
        run(tmp_path, {"test_a.py": "import os\ndef test_a(): os._exit(0)\n"}, "pytest")
