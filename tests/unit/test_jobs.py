"""A job's identity: whatever may change its result changes it, and no secret can be read from it."""

from dataclasses import replace
from pathlib import Path

import pytest

from fullautoci import execution
from fullautoci.bringing import Brought
from fullautoci.environments.base import Prepared
from fullautoci.identity import digest, read_by
from fullautoci.model import EnvironmentIdentity, FileCoverage, Finding, Job, Outcome, Result, ToolPlan

HERE = Path("/nowhere")
PLAN = ToolPlan("docs", command=("make",), setup=(("make", "assets"),), secrets=("B", "A"), bring=(".env",))
JOB = Job(1, 1, 1, 1, "c", "t", PLAN, HERE, HERE, HERE, {}, "tag", {"A": "a-value", "B": "b-value"})
READY = Prepared("python3", {}, EnvironmentIdentity("host", "f", "3"))
FILE = Brought(".env", b"1", False)


def identity(job: Job = JOB, files: tuple[Brought, ...] = (FILE,)) -> str:
    return digest(job, read_by(job), READY, "", "", [(file.path, file.digest) for file in files])


@pytest.mark.parametrize(
    ("job", "files"),
    [
        (replace(JOB, tree="u"), (FILE,)),
        (replace(JOB, plan=replace(PLAN, setup=())), (FILE,)),
        (replace(JOB, plan=replace(PLAN, setup=(("make",), ("assets",)))), (FILE,)),
        (replace(JOB, plan=replace(PLAN, env={"A": "b"})), (FILE,)),
        (replace(JOB, secrets={"A": "a-value", "B": "other"}), (FILE,)),
        (replace(JOB, secrets={"A": "b-value", "B": "a-value"}), (FILE,)),
        (replace(JOB, plan=replace(PLAN, options={"network": "off"})), (FILE,)),
        (JOB, ()),
        (JOB, (replace(FILE, content=b"2"),)),
        (JOB, (replace(FILE, executable=True),)),
        (JOB, (replace(FILE, path="env"),)),
    ],
)
def test_what_may_change_a_result_changes_its_identity(job: Job, files: tuple[Brought, ...]) -> None:
    assert identity(job, files) != identity()


def test_what_may_not_does_not() -> None:
    assert identity(replace(JOB, id=2, attempt=3, tag="other", commit="d", allowed=(".env", "x"))) == identity()
    assert identity(replace(JOB, secrets={**JOB.secrets, "C": "unasked"})) == identity()
    assert identity(replace(JOB, plan=replace(PLAN, secrets=("A", "B")))) == identity()


def test_more_findings_than_anybody_reads_are_cut_and_it_is_said() -> None:
    many = tuple(Finding("a.py", number, 0, "rule", "error", "m") for number in range(execution.FINDINGS_LIMIT + 5))
    files = (FileCoverage("a", 2, 1, 0, 0, (1,)), FileCoverage("b", 2, 1, 0, 0, tuple(range(execution.MISSING_LIMIT))))
    cut = execution.bounded(Result(Outcome.FAILED, hint="look", metrics={"errors": 7.0}, findings=many, files=files))
    assert len(cut.findings) == execution.FINDINGS_LIMIT
    assert cut.hint == "look\n5 more findings are not kept"
    assert [len(file.missing) for file in cut.files] == [1, 0]
    assert cut.metrics == {"errors": 7.0}
    few = Result(Outcome.FAILED, hint="look", findings=many[:3], files=files[:1])
    assert execution.bounded(few) == few
