"""What the shims say of suppressions: by file too, and nothing but counts."""

import json

import pytest

from fullautoci.errors import ReportError
from fullautoci.model import ToolPlan
from fullautoci.tools import suppressions
from fullautoci.tools.base import Left
from fullautoci.tools.coverage import CoverageTool
from fullautoci.tools.pylint import PylintTool
from fullautoci.tools.suppressions import Suppressions
from tests.unit.recorded import recorded


def test_they_are_told_all_in_all_and_by_file() -> None:
    said = {"suppressions": 5, "suppressed": {"/c/a.py": 2, "sub/b\udcff.py": 3}}
    assert suppressions.read(said, "/c") == Suppressions(
        {"suppressions": 5.0}, {"suppressions": {"a.py": 2.0, "sub/b\\xff.py": 3.0}}
    )
    assert suppressions.read({"suppressions": 0}, "/c") == Suppressions({"suppressions": 0.0}, {"suppressions": {}})
    assert suppressions.read({}, "/c") == Suppressions()


@pytest.mark.parametrize(
    "said",
    [
        {"suppressions": "1"}, {"suppressions": -1}, {"suppressions": 1, "suppressed": []},
        {"suppressions": 1, "suppressed": {"a": -1}}, {"suppressions": 1, "suppressed": {"a": {"b": 1}}},
        {"suppressions": 1, "suppressed": {"a": 1e400}}, {"suppressions": 1, "suppressed": None},
    ],
)  # fmt: skip
def test_what_is_no_count_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="is no"):
        suppressions.read(said, "/c")
    extent = json.dumps({"modules": 1, "statements": 1, **said}).encode()
    reports = {name: recorded(name) for name in ("pylint.json", "coverage.json", "junit.xml")}
    left = Left(0, {**reports, "pylint.json.extent.json": extent, "extent.json": extent}, b"", "/c")
    for tool in (PylintTool(), CoverageTool()):
        with pytest.raises(ReportError, match=r"did not say how much|count of suppressions"):
            tool.parse(ToolPlan(tool.name), left)
