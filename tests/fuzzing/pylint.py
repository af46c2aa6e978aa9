"""Pylint's report: a result or a report error."""

from fullautoci.errors import ReportError
from fullautoci.model import ToolPlan
from fullautoci.tools.base import Left
from fullautoci.tools.pylint import EXTENT, REPORT, PylintTool
from tests.fuzzing import words
from tests.fuzzing.results import check_error, check_result
from tests.unit.recorded import recorded

EXTENT_SEED = b'{"modules": 1, "statements": 9}'
SEEDS = tuple(
    recorded(name) + b"\0" + EXTENT_SEED
    for name in ("pylint.json", "pylint-missing.json", "pylint-nothing.json", "pylint-syntax.json")
)
WORDS = words.JSON


def check(raw: bytes) -> None:
    """Parse a report, and behind the last NUL what pylint says it looked at."""
    report, found, extent = raw.rpartition(b"\0")
    reports = {REPORT: report, EXTENT: extent} if found else {REPORT: raw, EXTENT: EXTENT_SEED}
    try:
        check_result(PylintTool().parse(ToolPlan("pylint"), Left(0, reports, b"said", "/checkout")))
    except ReportError as error:
        check_error(error)
