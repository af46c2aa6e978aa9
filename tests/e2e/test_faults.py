"""Kills in the middle of jobs: every commit ends in exactly one result a tool, and nothing is left running.

`tests/faults` has the random ones. A SIGKILL shows that no state of ours is needed in memory, not that the disk keeps
what the page cache held: that is what `synchronous=FULL` is for.
"""

import contextlib
import os
import signal
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from fullautoci import proctree
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import HOST, Repository

TIMES = 3
SLOW_TEST = "import time\n\n\ndef test_slow():\n    time.sleep(0.7)\n"
SAMPLE = {
    ".fullautoci.yml": HOST + "tools: {pylint: {enabled: false}, lint: {command: [sh, -c, 'sleep 0.5']}}\n",
    "calc.py": '"""Calc."""\n',
    "test_calc.py": SLOW_TEST,
}


@pytest.fixture
def watched(home: Home, repository: Repository) -> Repository:
    repository.commit(SAMPLE)
    home.cli("init", "--wait", cwd=repository.path)
    return repository


def tagged(home: Home) -> list[int]:
    """Processes that carry a job tag of this home."""
    found = []
    for process in psutil.process_iter():
        try:
            tag = process.environ().get(proctree.TAG, "")
            if tag.startswith(home.paths.identity) and not tag.endswith(":service"):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def busy(home: Home) -> bool:
    return any(job["state"] == "running" for job in home.api().status()["running"])


def check_results(home: Home, shas: list[str]) -> None:
    """Each commit has one run that passed, and one result a tool, by the rows themselves."""
    for sha in shas:
        assert home.finished(1, sha)["outcome"] == "passed"
    with closing(sqlite3.connect(home.paths.database)) as connection:
        rows = connection.execute("SELECT sha, tool FROM jobs WHERE outcome = 'passed'").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tests = connection.execute("SELECT job_id, count(*) FROM tests GROUP BY job_id").fetchall()
    counted = Counter(rows)
    assert {counted[sha, tool] for sha in shas for tool in ("coverage", "lint")} == {1}
    assert {count for _, count in tests} == {1}


def test_killing_the_daemon_in_the_middle_of_jobs(home: Home, watched: Repository) -> None:
    shas = []
    for number in range(TIMES):
        shas.append(watched.commit({"calc.py": f'"""Calc {number}."""\n'}))
        until(lambda: busy(home), what="a running job")
        os.kill(home.pid(), signal.SIGKILL)
        until(lambda: not tagged(home), 2.5, "the end of the killed daemon's jobs")
        home.start()
        home.finished(1, shas[-1])  # a job that is lost three times is quarantined, and that is another test's
    check_results(home, shas)
    assert not tagged(home)


def working(daemon: psutil.Process) -> list[psutil.Process]:
    """The workers that have started something."""
    found = []
    for child in daemon.children():
        with contextlib.suppress(psutil.NoSuchProcess):  # it has ended meanwhile
            found += [child] if child.children() and child.name() != "git" else []
    return found


def test_killing_a_worker_in_the_middle_of_its_job(home: Home, watched: Repository) -> None:
    shas = []
    daemon = psutil.Process(home.pid())
    for number in range(TIMES):
        shas.append(watched.commit({"calc.py": f'"""Calc {number}."""\n'}))
        until(lambda: busy(home), what="a running job")
        until(lambda: working(daemon), what="a worker with a tool")[0].kill()
        check_results(home, shas)
    assert daemon.is_running()
    until(lambda: not tagged(home), 2.5, "the end of the killed workers' jobs")
    until(lambda: not [c for c in daemon.children() if c.status() == psutil.STATUS_ZOMBIE], 60, "no zombies")
    assert not list(Path(tempfile.gettempdir()).glob(f"fullautoci-{home.paths.identity}-*")), "temporary files"
    assert home.api().runs(repository=1)[0]["jobs"][0]["attempt"] >= 1


def test_a_job_that_kills_its_worker_each_time_is_quarantined_after_three(home: Home, repository: Repository) -> None:
    (home.folder / "config.yml").write_text("sandbox: off\n")  # else it does not even see its worker
    config = HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, bad: {command: [sh, bad.sh]}}\n"
    repository.commit({".fullautoci.yml": config, "bad.sh": "kill -9 $PPID; sleep 60\n"})
    home.cli("init", cwd=repository.path)
    run = home.finished(1, repository.head())
    assert run["outcome"] == "quarantined"
    assert run["jobs"][0]["attempt"] == 3
    assert "signal 9" in run["reason"]
    repository.commit({"bad.sh": "true\n"})
    assert home.finished(1, repository.head())["outcome"] == "passed"


def test_stopping_the_daemon_queues_its_jobs_again_without_spending_an_attempt(
    home: Home, repository: Repository
) -> None:
    (home.folder / "config.yml").write_text("grace: 1s\n")
    config = HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, slow: {command: [sleep, '4']}}\n"
    repository.commit({".fullautoci.yml": config})
    home.cli("init", cwd=repository.path)
    for _ in range(3):
        until(lambda: busy(home), what="a running job")
        home.stop()
        assert not tagged(home)
        home.start()
    assert home.finished(1, repository.head())["outcome"] == "passed"


def test_cancelling_a_run_ends_its_processes(home: Home, repository: Repository) -> None:
    config = HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, slow: {command: [sleep, '65432']}}\n"
    repository.commit({".fullautoci.yml": config})
    home.cli("init", cwd=repository.path)
    until(lambda: busy(home), what="a running job")
    home.cli("cancel", cwd=repository.path)
    run = home.finished(1, repository.head())
    assert (run["outcome"], run["reason"]) == ("cancelled", "cancelled on request")
    until(lambda: not tagged(home), 2.5, "the end of the cancelled job")
    assert until(lambda: home.api().status()["workers_idle"] == 2)


PRINTED = """
import calc

def test_prints():
    print('sentinel', calc.VALUE)
    assert calc.VALUE == int(open('expected').read())
"""


def test_two_commits_at_once_each_see_their_own_files(home: Home, repository: Repository) -> None:
    """Two that differ in one constant, tested at the same time: each prints its own."""
    show = "tools: {pylint: {enabled: false}, coverage: {args: ['-s', '-p', 'no:cacheprovider']}}\n"
    repository.commit(
        {".fullautoci.yml": HOST + show, "test_calc.py": PRINTED, "calc.py": "VALUE = 10\n", "expected": "10"}
    )
    home.cli("init", "--wait", cwd=repository.path)
    values = range(100, 100 + max(10, TIMES * 5))
    shas = {repository.commit({"calc.py": f"VALUE = {value}\n", "expected": f"{value}"}): value for value in values}
    for sha, value in shas.items():
        run = home.finished(1, sha, timeout=480)
        assert run["outcome"] == "passed"
        log, _, _ = home.api().log(run["jobs"][0]["id"])
        assert f"sentinel {value}".encode() in log
