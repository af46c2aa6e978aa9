"""The words of the field."""

import itertools
import pickle
from pathlib import Path

import pytest

from fullautoci.model import Job, Outcome, ToolPlan, run_outcome

ORDER = ["quarantined", "errored", "timed_out", "failed", "cancelled", "passed"]


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(ORDER, 2)))
def test_the_worse_outcome_is_the_runs(first: str, second: str) -> None:
    assert run_outcome([Outcome(second), Outcome(first), Outcome(second)]) == first
    assert run_outcome([Outcome.SKIPPED, Outcome(second), Outcome(first)]) == first


def test_a_run_is_skipped_only_when_all_its_jobs_are() -> None:
    assert run_outcome([Outcome.SKIPPED, Outcome.PASSED]) == Outcome.PASSED
    assert run_outcome([Outcome.SKIPPED, Outcome.SKIPPED]) == Outcome.SKIPPED
    assert run_outcome([]) == Outcome.SKIPPED
    assert run_outcome(iter([Outcome.FAILED])) == Outcome.FAILED


def test_a_job_survives_the_way_to_a_worker() -> None:
    plan = ToolPlan("docs", ("a",), ("b",), 3, ("make",), {"junit": "x.xml"}, "venv", {"A": "b"})
    job = Job(1, 2, 3, 4, "c" * 40, "t" * 40, plan, Path("/m"), Path("/g"), Path("/l"), {"slots": Path("/s")}, "tag")
    assert pickle.loads(pickle.dumps(job)) == job


def test_a_jobs_secrets_reach_the_worker_and_are_not_shown() -> None:
    place = Path("/p")
    job = Job(1, 2, 3, 4, "c", "t", ToolPlan("docs"), place, place, place, {}, "tag", {"A": "s3cret"})
    assert "s3cret" not in repr(job)
    assert pickle.loads(pickle.dumps(job)).secrets == {"A": "s3cret"}
