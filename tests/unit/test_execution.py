"""What a tool left is told relative to the repository's top, whatever it ran in; and no more of it than can be kept."""

from pathlib import Path

import pytest

from fullautoci import execution
from fullautoci.layout import python_layout
from fullautoci.model import FileCoverage, Finding, Outcome, Result
from fullautoci.sources import WHOLE, Source


def source(top: Path, project: str) -> Source:
    return Source("c", "t", top, top / project, project, {}, {}, python_layout([]))


@pytest.mark.parametrize(
    ("project", "path", "expected"),
    [
        (WHOLE, "a.py", "a.py"), ("sub", "a.py", "sub/a.py"), ("sub", "./b/a.py", "sub/b/a.py"),
        ("sub/inner", "../a.py", "sub/a.py"), ("sub", "../../a.py", "../a.py"),
        ("sub", "/elsewhere/a.py", "/elsewhere/a.py"),
        ("sub", "TOP/other/a.py", "other/a.py"),
    ],
)  # fmt: skip
def test_every_path_of_a_result_is_relative_to_the_top(project: str, path: str, expected: str, tmp_path: Path) -> None:
    path = path.replace("TOP", str(tmp_path))
    left = Result(
        Outcome.PASSED,
        findings=(Finding(path, 1, 1, "r", "error", "m"),),
        files=(FileCoverage(path, 1, 1, 0, 0, ()),),
        by_file={"suppressions": {path: 1.0}},
    )
    moved = execution.from_top(left, source(tmp_path, project))
    assert [moved.findings[0].path, moved.files[0].path, *moved.by_file["suppressions"]] == [expected] * 3


def test_of_too_much_the_first_is_kept_and_the_metrics_count_all() -> None:
    finding = Finding("a.py", 1, 1, "r", "error", "m")
    files = tuple(FileCoverage(f"{n}.py", 600_000, 0, 0, 0, tuple(range(600_000))) for n in range(2))
    left = Result(Outcome.FAILED, hint="why", metrics={"findings": 50_001.0}, findings=(finding,) * 50_001, files=files)
    kept = execution.bounded(left)
    assert (len(kept.findings), kept.hint, kept.metrics) == (50_000, "why\n1 more findings are not kept", left.metrics)
    assert [len(file.missing) for file in kept.files] == [600_000, 0]
    small = Result(Outcome.PASSED, findings=(finding,), files=(FileCoverage("a.py", 1, 0, 0, 0, (1,)),))
    assert execution.bounded(small) == small
