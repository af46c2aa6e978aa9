"""What a tool wrote is read within bounds."""

from pathlib import Path

import pytest

from fullautoci import reports
from fullautoci.errors import ReportError
from fullautoci.layout import python_layout
from fullautoci.model import Job, ToolPlan
from fullautoci.tools.base import REPORT_LIMIT, Context

HERE = Path("/nowhere")
PLAN = ToolPlan("docs", command=("make",))
JOB = Job(1, 1, 1, 1, "c", "t", PLAN, HERE, HERE, HERE, {}, "tag")


def test_reports_that_are_too_large_together_are_refused(tmp_path: Path) -> None:
    context = Context(PLAN, python_layout([]), "python3", tmp_path, tmp_path / "reports")
    context.reports.mkdir()
    for number in range(3):
        with (context.reports / f"{number}.json").open("wb") as file:
            file.truncate(REPORT_LIMIT)
    with pytest.raises(ReportError, match="its 3 reports have"):
        reports.gather(JOB, context)
    (context.reports / "0.json").write_text("{}")
    (context.reports / "1.json").write_text("{}")
    assert sorted(reports.gather(JOB, context)) == ["0.json", "1.json", "2.json"]
