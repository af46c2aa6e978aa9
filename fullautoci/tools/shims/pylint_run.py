"""Runs pylint in the environment's interpreter: the same messages and score in about half the time.

    pylint_run.py --output-format=json2:REPORT,text [ARGUMENT...]

Half of a pylint run is spent in the cyclic garbage collector and in tearing down the interpreter. Both are left out
here, for a few megabytes more; the report is written and flushed before the process ends.
"""

import gc
import json
import os
import runpy
import sys

gc.disable()
suppressions = runpy.run_path(os.path.join(sys.path[0], "suppressions.py"))
del sys.path[0]  # this script's folder: nothing in it is the project's

from pylint.lint import PyLinter, Run  # noqa: E402

files = set()
is_wanted = PyLinter.should_analyze_file


def noted(modname, path, is_argument=False):
    """Whether pylint looks at a file; noted, since not every version says so afterwards."""
    wanted = is_wanted(modname, path, is_argument=is_argument)
    if wanted:
        files.add(path)
    return wanted


PyLinter.should_analyze_file = staticmethod(noted)

try:
    linter = Run(sys.argv[1:], exit=False).linter
    status = linter.msg_status
    linter.reporter.close_output_files()
    # The report does not say how much was looked at, and gives 10 for nothing.
    extent = {
        "modules": len(getattr(linter.stats, "modules_names", files)),
        "statements": linter.stats.statement,
        "score": linter.stats.global_note,  # pylint 3 rounds it in its report
        **suppressions["extent"](suppressions["by_file"](files, suppressions["pylint"])),
    }
    with open(sys.argv[1].partition(":")[2].rpartition(",")[0] + ".extent.json", "w") as file:
        json.dump(extent, file)
except SystemExit as stop:
    status = stop.code if isinstance(stop.code, int) else 32
sys.stdout.flush()
sys.stderr.flush()
os._exit(status or 0)
