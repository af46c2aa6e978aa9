"""Runs a project's tests under coverage and writes the reports, in one interpreter.

    coverage_run.py REPORTS pytest|unittest [ARGUMENT...]

It goes through coverage's own command line (`coverage run`, `combine`, `json`), so that the project's configuration
counts as it does by hand. COVERAGE_FILE names the data file. The exit status is that of the tests.
"""

import glob
import importlib.util
import os
import sys


def main(reports, runner, arguments):
    """Run, combine what several processes left, and write `coverage.json` beside `junit.xml`."""
    from coverage.cmdline import main as coverage

    junit = os.path.join(reports, "junit.xml")
    if runner == "pytest":
        options = ["--junitxml=" + junit, "-o", "cache_dir=" + os.path.join(reports, "cache")]
        if importlib.util.find_spec("pytest_cov"):
            options.append("--no-cov")  # two coverages in one process take each other's trace function
        program = ["-m", "pytest"] + options + arguments
    else:
        use_junit_runner(junit)
        program = ["-m", "unittest"] + arguments
    status = coverage(["run", "--branch"] + program)
    if glob.glob(glob.escape(os.environ["COVERAGE_FILE"]) + ".*"):
        coverage(["combine", "--quiet"])
    coverage(["json", "--quiet", "-o", os.path.join(reports, "coverage.json")])
    return status


def use_junit_runner(junit):
    """Make unittest's command line write JUnit XML; under a name that is no file's, so that it is not measured."""
    import unittest.runner

    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "unittest_junit.py")) as file:
        code = compile(file.read(), "<fullautoci>", "exec")
    names = {"__name__": "fullautoci_unittest_junit", "REPORT": junit}
    exec(code, names)
    unittest.runner.TextTestRunner = names["Runner"]


if __name__ == "__main__":
    del sys.path[0]  # this script's folder: nothing in it is the project's
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
