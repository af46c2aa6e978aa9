"""What is shown: the shapes that are promised."""

import re

import pytest
from sqlite_utils import Database

from fullautoci.errors import NotFoundError
from fullautoci.model import Outcome
from fullautoci.store import jobs, repositories, runs, views
from tests.unit.store.measuring import cases, measured, probe, reused
from tests.unit.store.parts import PYLINT, planned, readable, sha, watch
from tests.unit.store.test_jobs import RESULT, start

RUN = set(
    "id repository commit tree parents branch subject author trigger state outcome reason queued_at started_at"
    " finished_at jobs".split()
)
JOB = set(
    "tool tool_version project variant environment state outcome reason attempt duration_s reused_from metrics verdicts"
    " counts".split()
)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def number(db: Database) -> int:
    return watch(db)


@pytest.fixture
def run(db: Database, number: int) -> int:
    made = planned(db, number)
    due = start(db)
    jobs.record(db, due.id, 1, RESULT)
    return made


def test_a_run_and_its_jobs_have_the_promised_keys(db: Database, number: int, run: int) -> None:
    with readable(db) as connection:
        for view in (views.run(connection, run), views.results(connection, run), *views.runs(connection)):
            assert set(view) >= RUN
            assert all(set(job) >= JOB for job in view["jobs"])
            assert all(
                set(job["counts"]) >= {"findings", "new", "fixed", "tests", "failed", "skipped"} for job in view["jobs"]
            )


def test_a_run_says_what_is_so(db: Database, number: int, run: int) -> None:
    with readable(db) as connection:
        view = views.results(connection, run)
    assert (view["repository"], view["commit"], view["trigger"], view["branch"]) == ("r", sha(1), "post-commit", "main")
    assert (view["parents"], view["state"], view["outcome"]) == (["p" * 40], "running", None)
    assert TIME.fullmatch(view["queued_at"])
    assert TIME.fullmatch(view["started_at"])
    assert view["finished_at"] is None
    done, waiting = view["jobs"]
    assert (done["tool"], done["outcome"], done["reason"], done["attempt"]) == ("pylint", "failed", "bad \\xff", 1)
    assert (done["tool_version"], done["duration_s"], done["project"], done["variant"]) == ("3.1", 1.5, ".", "")
    assert done["environment"] == {"kind": "host", "fingerprint": "f", "interpreter": "py", "detail": {}}
    assert done["metrics"] == {"score": 9.5}
    assert done["counts"] == {"findings": 1, "new": None, "fixed": None, "tests": 1, "failed": 1, "skipped": 0}
    assert done["findings"] == [
        {"path": "a.py", "line": 1, "column": 2, "rule": "rule", "severity": "error", "message": "m", "status": ""}
    ]
    (test,) = done["tests"]
    assert {"name": "t", "outcome": "failed", "duration_s": 0.5, "message": "m"}.items() <= test.items()
    assert (test["flaky"], test["quarantined_until"]) == (False, None)
    assert done["files"][0]["missing"] == [4]
    assert (waiting["state"], waiting["metrics"], waiting["findings"], waiting["tests"]) == ("queued", {}, [], [])


def test_history_is_newest_first_and_can_be_narrowed_and_paged(db: Database, number: int) -> None:
    other = watch(db, "/s/.git", "s")
    for one in range(1, 6):
        planned(db, number, one, (PYLINT,))
    planned(db, other, 1, (PYLINT,))
    with readable(db) as connection:
        assert [view["id"] for view in views.runs(connection)] == [6, 5, 4, 3, 2, 1]
        assert [view["id"] for view in views.runs(connection, repository_id=number, limit=2)] == [5, 4]
        assert [view["id"] for view in views.runs(connection, repository_id=number, limit=2, before=4)] == [3, 2]
        assert [view["id"] for view in views.runs(connection, sha=sha(1))] == [6, 1]
        assert views.runs(connection, branch="nope") == []
        assert len(views.runs(connection, limit=10**9)) == 6
        assert views.open_runs(connection, other) == [6]


def test_a_removed_repository_leaves_the_listings(db: Database, number: int, run: int) -> None:
    repositories.remove(db, number)
    with readable(db) as connection:
        assert views.runs(connection) == []
        assert views.repositories(connection) == []


def test_repositories_and_commits_come_with_their_newest_run(db: Database, number: int, run: int) -> None:
    runs.end(db, run, Outcome.CANCELLED, "x")
    empty = watch(db, "/s/.git", "s")
    with readable(db) as connection:
        first, second = views.repositories(connection)
        assert (first["name"], first["latest"]["id"], first["latest"]["outcome"]) == ("r", run, "cancelled")
        assert (second["id"], second["latest"]) == (empty, None)
        (commit,) = views.commits(connection, number)
        assert (commit["sha"], commit["parents"], commit["latest"]["id"]) == (sha(1), ["p" * 40], run)
        assert views.commits(connection, empty) == []


@pytest.mark.parametrize("identifier", [0, -1, 99, 2**63, 10**30])
def test_ids_that_nobody_has_are_not_found(db: Database, identifier: int) -> None:
    with readable(db) as connection:
        for look in (views.run, views.results, views.job_log):
            with pytest.raises(NotFoundError):
                look(connection, identifier)


def test_a_log_is_there_once_its_job_has_begun(db: Database, number: int, run: int) -> None:
    with readable(db) as connection:
        assert views.job_log(connection, 1) == (f"{run}/1-1.log", True, "its log")
        with pytest.raises(NotFoundError):
            views.job_log(connection, 2)
    start(db)
    with readable(db) as connection:
        assert views.job_log(connection, 2) == (f"{run}/2-1.log", False, "its log")


def test_what_is_going_on(db: Database, number: int, run: int) -> None:
    planned(db, number, 2, (PYLINT,))
    jobs.progress(db, start(db).id, 1, jobs.State.PREPARING, "installing")
    with readable(db) as connection:
        view = views.activity(connection)
        others = views.activity(connection, {number + 1})
    (one,) = view["running"]
    assert (others["running"], others["jobs_queued"], others["oldest_wait_s"]) == ([], 0, None)
    assert (one["repository"], one["commit"], one["tool"], one["activity"]) == ("r", sha(2), "pylint", "installing")
    assert 0 <= one["seconds"] < 600
    assert (view["jobs_queued"], view["runs_queued"], view["jobs_quarantined"]) == (1, 0, 0)


def test_a_job_that_was_not_measured_shows_the_results_of_its_origin_and_its_own_time(
    db: Database, number: int, run: int
) -> None:
    job = reused(db, number, 2, 1)
    db.execute("UPDATE jobs SET duration_s = 0.25, timings = '{\"checkout_s\": 0.1}' WHERE id = ?", [job])
    with readable(db) as connection:
        (view,) = views.results(connection, run + 1)["jobs"]
        origin, _ = views.results(connection, run)["jobs"]
        for name in ("metrics", "findings", "tests", "files"):
            assert view[name] == origin[name] != []
        assert view["counts"]["findings"], view["counts"]["failed"] == (1, 1)
        assert (view["reused_from"], view["reused_commit"], view["reused_run"]) == (1, sha(1), run)
        assert (view["duration_s"], view["timings"]) == (0.25, {"checkout_s": 0.1})
        assert (origin["reused_from"], origin["reused_commit"], origin["reused_run"]) == (None, None, None)
        whose = f"the log of run {run} ({sha(1)[:10]}), whose result this is,"
        assert views.job_log(connection, job) == (f"{run}/1-1.log", True, whose)
        assert views.runs(connection)[0]["jobs"][0]["metrics"] == {"score": 9.5}


def test_a_probe_is_no_result_and_says_what_it_is_while_it_runs(db: Database, number: int, run: int) -> None:
    due = start(db)
    probe(db, due.id)
    with readable(db) as connection:
        assert [job["tool"] for job in views.run(connection, run)["jobs"]] == ["pylint"]
        (one,) = views.activity(connection)["running"]
        assert (one["purpose"], one["activity"]) == ("probe", "probe: preparing")
    jobs.progress(db, due.id, 1, jobs.State.PREPARING, "installing")
    with readable(db) as connection:
        assert views.activity(connection)["running"][0]["activity"] == "probe: installing"


def test_a_flaky_test_is_marked_with_the_end_of_its_quarantine(db: Database, number: int) -> None:
    for one, outcome in enumerate(("passed", "failed", "passed")):
        quarantine = 3600.0 if one == 1 else None
        measured(db, number, one + 1, tests=cases(a=outcome, b="passed"), quarantine_s=quarantine)
        with readable(db) as connection:
            tests = {test["name"]: test for test in views.results(connection, one + 1)["jobs"][0]["tests"]}
        assert (tests["a"]["flaky"], bool(tests["a"]["quarantined_until"])) == [
            (False, False), (True, True), (True, False),
        ][one]  # fmt: skip
        assert (tests["b"]["flaky"], tests["b"]["quarantined_until"]) == (False, None)
