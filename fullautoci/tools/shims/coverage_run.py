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
        shim = os.path.join(os.path.dirname(os.path.abspath(__file__)), "unittest_junit.py")
        program = [shim, junit] + arguments
    status = coverage(["run", "--branch"] + program)
    if glob.glob(glob.escape(os.environ["COVERAGE_FILE"]) + ".*"):
        coverage(["combine", "--quiet"])
    coverage(["json", "--quiet", "-o", os.path.join(reports, "coverage.json")])
    return status


if __name__ == "__main__":
    del sys.path[0]  # this script's folder: nothing in it is the project's
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
