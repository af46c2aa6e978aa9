"""What becomes of a job is written once, whatever the database says at first."""

import logging
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from fullautoci import recorder
from fullautoci.model import Finding, Job, Outcome, Result, State
from fullautoci.recorder import Recorder
from fullautoci.store import jobs
from fullautoci.store.database import open_for_writing, reading
from fullautoci.store.writer import Writer
from tests.support.patience import until
from tests.unit.store.measuring import asking, cases, measured
from tests.unit.store.parts import planned, watch


@pytest.fixture
def job(tmp_path: Path) -> Job:
    with closing(open_for_writing(tmp_path / "test.db")) as db:
        planned(db, watch(db))
        due = jobs.start_next(db)
        assert due is not None
    folder = tmp_path / "x"
    return Job(
        due.id, due.attempt, due.run_id, due.repository_id, due.sha, due.tree, due.plan, folder, folder, folder, {}, ""
    )


def outcome(path: Path) -> str | None:
    with reading(path) as connection:
        return str(connection.execute("SELECT outcome FROM jobs ORDER BY id").fetchone()[0])


def test_a_database_that_is_full_for_a_while_loses_nothing(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "RETRY_S", 0.01)
    path = tmp_path / "test.db"
    full = [True]

    def opened() -> Database:
        db = open_for_writing(path)
        if full:
            db.execute("PRAGMA max_page_count = 1")  # which is what a full disk looks like from here
        return db

    writer = Writer(opened)
    kept = Recorder(writer, lambda run, _: None, lambda: None)
    message = "m" * 5_000_000
    result = Result(Outcome.FAILED, findings=(Finding("a.py", 1, 0, "rule", "error", message),))
    recording = threading.Thread(target=kept.done, args=(job, result))
    recording.start()
    assert outcome(path) == "None"
    until(lambda: "full" in writer.trouble, 60)
    full.clear()
    recording.join(30)
    writer.close()
    assert outcome(path) == "failed"
    with reading(path) as connection:
        assert connection.execute("SELECT count(*) FROM findings").fetchone()[0] == 1


def test_a_result_that_cannot_be_kept_is_errored(tmp_path: Path, job: Job) -> None:
    writer = Writer(lambda: open_for_writing(tmp_path / "test.db"))
    kept = Recorder(writer, lambda run, _: None, lambda: None)
    kept.done(job, Result(Outcome.PASSED, findings=(Finding("a.py", 2**70, 0, "rule", "error", "x"),)))
    writer.close()
    assert outcome(tmp_path / "test.db") == "errored"


def test_a_stopping_daemon_does_not_wait_for_the_disk(tmp_path: Path, job: Job) -> None:
    writer = Writer(lambda: open_for_writing(tmp_path / "test.db"))
    kept = Recorder(writer, lambda run, _: None, lambda: None)
    kept.stopping = True
    writer.close()
    kept.done(job, Result(Outcome.PASSED))
    kept.lost(job, "gone")
    kept.progress(job, State.RUNNING, "anything")
    assert outcome(tmp_path / "test.db") == "None"


def test_what_is_known_is_told_unless_it_is_to_be_measured(tmp_path: Path, job: Job) -> None:
    path = tmp_path / "test.db"
    with closing(open_for_writing(path)) as db:
        origin = measured(db, job.repository_id, 2, reason="fine")
        asking(db, job.repository_id, 3)
        db.execute("UPDATE jobs SET finished_at = '2020-01-01T00:00:00.000Z' WHERE id = ?", [origin])
    writer = Writer(lambda: open_for_writing(path))
    kept = Recorder(writer, lambda run, _: None, lambda: None, reading=lambda: reading(path))
    try:
        found = kept.known(job, "identity")
        assert found is not None
        assert (found.job_id, found.outcome, found.reason) == (origin, Outcome.PASSED, "fine")
        assert kept.known(job, "another") is None
        assert kept.known(replace(job, fresh=True), "identity") is None
        assert kept.known(replace(job, plan=replace(job.plan, cache=False)), "identity") is None
        assert kept.known(replace(job, plan=replace(job.plan, expires=60.0)), "identity") is None
        assert Recorder(writer, lambda run, _: None, lambda: None).known(job, "identity") is None
    finally:
        writer.close()


def test_a_flaky_test_is_in_quarantine_as_long_as_the_run_was_configured(tmp_path: Path, job: Job) -> None:
    path = tmp_path / "test.db"
    with closing(open_for_writing(path)) as db:
        measured(db, job.repository_id, 2, tests=cases(a="passed"))
        config = '{"flaky": {"quarantine": 86400}}'
        db.execute("UPDATE runs SET config = ? WHERE id = ?", [config, job.run_id])
    writer = Writer(lambda: open_for_writing(path))
    try:
        result = Result(Outcome.FAILED, identity="identity", tests=cases(a="failed"))
        Recorder(writer, lambda run, _: None, lambda: None).done(job, result)
    finally:
        writer.close()
    with reading(path) as connection:
        days = connection.execute("SELECT julianday(until) - julianday(seen_at) FROM flaky").fetchone()[0]
    assert round(days, 6) == 1.0


def test_the_log_says_whose_result_a_job_has(tmp_path: Path, job: Job, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "test.db"
    with closing(open_for_writing(path)) as db:
        origin = measured(db, job.repository_id, 2)
    writer = Writer(lambda: open_for_writing(path))
    with caplog.at_level(logging.INFO, recorder.__name__):
        try:
            Recorder(writer, lambda run, _: None, lambda: None).done(job, Result(Outcome.PASSED, reused_from=origin))
        finally:
            writer.close()
    assert f"pylint passed, as job {origin}, in 0.0 s" in caplog.text
