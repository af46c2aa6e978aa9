"""The pool's workers: whatever becomes of one, its job is told of, and another takes its place."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from fullautoci.model import Job, Outcome, Result, State, ToolPlan
from fullautoci.pool.local import LocalPool
from fullautoci.vcs.git.command import write_global_config
from tests.support.patience import until


class Told:
    """What the pool said of each job, in its order."""

    def __init__(self) -> None:
        self.said: dict[int, list[str]] = {}

    def progress(self, job: Job, state: State, activity: str) -> None:
        pass

    def done(self, job: Job, result: Result) -> None:
        self.said.setdefault(job.id, []).append(result.outcome)

    def lost(self, job: Job, reason: str) -> None:
        self.said.setdefault(job.id, []).append(f"lost: {reason}")

    def put_off(self, job: Job, reason: str, *, spent: bool) -> None:
        self.said.setdefault(job.id, []).append("put off")

    def free(self) -> None:
        pass


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An interpreter that workers are started from, and that can be taken away."""
    link = tmp_path / "python"
    link.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(link))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    return link


@pytest.fixture
def pool(tmp_path: Path, python: Path) -> Iterator[LocalPool]:
    made = LocalPool(1, tmp_path / "slots")
    yield made
    made.kill()
    made.stop(1)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job that ends at once: its mirror is not there."""
    write_global_config(tmp_path / "gitconfig")
    return make(tmp_path, 1)


def make(folder: Path, number: int) -> Job:
    plan = ToolPlan("true", command=("true",), environment="host")
    return Job(number, 1, 1, 1, "f" * 40, "0" * 40, plan, folder / "none.git", folder / "gitconfig",
               folder / f"logs/{number}.log", {}, f"test-{os.getpid()}:{number}.1", {})  # fmt: skip


def worker(pool: LocalPool) -> psutil.Process:
    pid = pool._keepers[0].pid
    assert pid is not None
    return psutil.Process(pid)


def test_a_job_has_a_result(pool: LocalPool, job: Job) -> None:
    told = Told()
    pool.submit(job, told)
    until(lambda: told.said.get(1) == [Outcome.ERRORED], 20)


def test_a_worker_that_cannot_be_replaced_costs_its_job_one_attempt_and_no_other_any(
    pool: LocalPool, job: Job, python: Path, tmp_path: Path
) -> None:
    told = Told()
    first = worker(pool)
    first.suspend()  # so that it has the job, and does nothing with it
    handle = pool.submit(job, told)
    until(lambda: job.repository_id in pool._keepers[0].repositories, 20, "the job's being handed over")
    python.unlink()
    first.kill()
    until(lambda: 1 in told.said, 20)
    assert told.said[1] == [f"lost: the worker was ended by signal {signal.SIGKILL}"]
    until(lambda: not handle.live(), 20)
    assert pool.room() == 0, "nobody is there to take a job"
    python.symlink_to(os.path.realpath(sys.base_prefix + "/bin/python3"))
    until(lambda: pool.room() == 1, 30, "another worker")
    pool.submit(make(tmp_path, 2), told)
    until(lambda: told.said.get(2) == [Outcome.ERRORED], 30)


def test_a_worker_that_died_idle_costs_nothing(pool: LocalPool, job: Job) -> None:
    told, first = Told(), worker(pool)
    first.kill()
    until(lambda: first.status() == psutil.STATUS_ZOMBIE, 60)
    pool.submit(job, told)
    until(lambda: told.said.get(1) == [Outcome.ERRORED], 20)


def test_killing_ends_what_a_worker_started_and_is_for_good(pool: LocalPool, job: Job) -> None:
    told, first = Told(), worker(pool)
    first.suspend()
    pool.submit(job, told)
    pool.kill()
    until(lambda: told.said.get(1), 20)
    until(lambda: not first.is_running() or first.status() == psutil.STATUS_ZOMBIE, 60)
    pool.stop(1)
    assert told.said[1][0].startswith("lost: ")
    assert len(psutil.Process().children()) == 0 or first not in psutil.Process().children()


def test_a_pool_that_cannot_be_started_leaves_nothing(python: Path, tmp_path: Path) -> None:
    before = set(psutil.Process().children())
    python.unlink()
    with pytest.raises(FileNotFoundError):
        LocalPool(2, tmp_path / "slots")
    assert set(psutil.Process().children()) <= before
