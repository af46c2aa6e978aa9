"""Runs a project's tests under coverage and writes the reports, in one interpreter.

    coverage_run.py [--rcfile=FILE] REPORTS pytest|unittest [ARGUMENT...]

It goes through coverage's own command line (`coverage run`, `combine`, `json`), so that the project's configuration
counts as it does by hand. COVERAGE_FILE names the data file. The exit status is that of the tests.
"""

import glob
import importlib.util
import json
import os
import runpy
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def main(reports, runner, arguments, configured):
    """Run, combine what several processes left, and write `coverage.json` and `extent.json` beside `junit.xml`."""
    from coverage.cmdline import main as coverage

    started_in = os.getcwd()  # paths of the report are relative to it, wherever the tests go
    excluding = marks(configured)
    junit = os.path.join(reports, "junit.xml")
    if runner == "pytest":
        options = ["--junitxml=" + junit, "-o", "cache_dir=" + os.path.join(reports, "cache")]
        if importlib.util.find_spec("pytest_cov"):
            options.append("--no-cov")  # two coverages in one process take each other's trace function
        program = ["-m", "pytest"] + options + arguments
    else:
        use_junit_runner(junit)
        program = ["-m", "unittest"] + arguments
    status = coverage(["run", "--branch"] + configured + program)
    if glob.glob(glob.escape(os.environ["COVERAGE_FILE"]) + ".*"):
        coverage(["combine", "--quiet"] + configured)
    report = os.path.join(reports, "coverage.json")
    coverage(["json", "--quiet", "-o", report] + configured)
    if os.path.exists(report):
        os.chdir(started_in)
        write_extent(report, excluding, os.path.join(reports, "extent.json"))
    return status


def marks(configured):
    """The patterns that take lines and branches out of what is counted, as the project's configuration has them.

    Where coverage does not tell, because it will say itself what is wrong, none.
    """
    from coverage import Coverage, CoverageException

    try:
        known = Coverage(data_file=None, config_file=configured[0].partition("=")[2] if configured else True)
    except CoverageException:
        return None
    return known.get_exclude_list("exclude") + known.get_exclude_list("partial")


def write_extent(report, excluding, target):
    """Write what the report does not say: in how many lines of the measured files a comment takes them out of it."""
    with open(report) as file:
        measured = [os.path.abspath(path) for path in json.load(file)["files"]]
    shim = runpy.run_path(os.path.join(HERE, "suppressions.py"))
    own = [path for path in measured if path.startswith(os.path.join(os.getcwd(), ""))]
    count = shim["coverage"](shim["MARKS"] if excluding is None else excluding)
    with open(target, "w") as file:
        json.dump(shim["extent"](shim["by_file"](own, count)), file)


def use_junit_runner(junit):
    """Make unittest's command line write JUnit XML; under a name that is no file's, so that it is not measured."""
    import unittest.runner

    with open(os.path.join(HERE, "unittest_junit.py")) as file:
        code = compile(file.read(), "<fullautoci>", "exec")
    names = {"__name__": "fullautoci_unittest_junit", "REPORT": junit}
    exec(code, names)
    unittest.runner.TextTestRunner = names["Runner"]


if __name__ == "__main__":
    del sys.path[0]  # this script's folder: nothing in it is the project's
    given = 2 if sys.argv[1].startswith("--rcfile=") else 1
    sys.exit(main(sys.argv[given], sys.argv[given + 1], sys.argv[given + 2 :], sys.argv[1:given]))
