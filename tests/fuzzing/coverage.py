"""Coverage's report: a result or a report error."""

from fullautoci.errors import ReportError
from fullautoci.model import ToolPlan
from fullautoci.tools.base import Left
from fullautoci.tools.coverage import CoverageTool
from tests.fuzzing import words
from tests.fuzzing.results import check_error, check_result
from tests.unit.recorded import recorded

TESTS = b"<t><testcase classname='a' name='b'/></t>"
SEEDS = (recorded("coverage.json"), b'{"files": {"a.py": {"summary": {"num_statements": 1, "covered_lines": 1}}}}')
WORDS = words.JSON


def check(raw: bytes) -> None:
    """Parse a report of tests that passed."""
    reports = {"coverage.json": raw, "junit.xml": TESTS}
    try:
        result = CoverageTool().parse(ToolPlan("coverage"), Left(0, reports, b"said", "/checkout"))
    except ReportError as error:
        check_error(error)
    else:
        check_result(result)
        assert all(0 <= value <= 100 for name, value in result.metrics.items() if name.startswith("percent"))
