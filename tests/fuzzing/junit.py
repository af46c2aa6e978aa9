"""A JUnit report: test cases or a report error."""

from fullautoci.errors import ReportError
from fullautoci.tools.formats import junit
from tests.fuzzing import words
from tests.fuzzing.results import check_error, check_tests
from tests.unit.recorded import recorded

SEEDS = (
    recorded("junit.xml"),
    b'<?xml version="1.0" encoding="latin-1"?><t><testcase name="a"><skipped/></testcase></t>',
    '<?xml version="1.0" encoding="utf-16"?><t><testcase name="ü" time="1e9"/></t>'.encode("utf-16"),
)
WORDS = words.XML


def check(raw: bytes) -> None:
    """Parse a report."""
    try:
        check_tests(junit.parse(raw))
    except ReportError as error:
        check_error(error)
