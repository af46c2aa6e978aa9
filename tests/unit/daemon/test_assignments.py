"""What a worker is given."""

from contextlib import closing
from pathlib import Path

import pytest

from fullautoci.config.service import ServiceFile
from fullautoci.daemon.assignments import Assignments
from fullautoci.model import ToolPlan
from fullautoci.paths import Paths
from fullautoci.store.database import open_for_writing, reading
from fullautoci.store.jobs import Due
from tests.unit.store.parts import SHA, watch


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = Paths.from_environment({"FULLAUTOCI_HOME": str(tmp_path / "h")}).create()
    with closing(open_for_writing(made.database)) as db:
        assert watch(db) == 1
    return made


@pytest.mark.parametrize("fresh", [False, True])
def test_a_job_is_measured_anew_where_its_run_says_so(paths: Paths, fresh: bool) -> None:
    assignments = Assignments(paths, ServiceFile(), lambda: reading(paths.database))
    job = assignments.job(Due(7, 3, 1, SHA, "t" * 40, 2, ToolPlan("pylint"), fresh))
    assert (job.id, job.attempt, job.run_id, job.commit, job.fresh) == (7, 2, 3, SHA, fresh)
    assert job.log == paths.logs / "3/7-2.log"
