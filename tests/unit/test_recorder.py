"""What becomes of a job is written once, whatever the database says at first."""

import threading
from contextlib import closing
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
        return str(connection.execute("SELECT outcome FROM jobs").fetchone()[0])


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
    until(lambda: "full" in writer.trouble, 10)
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
