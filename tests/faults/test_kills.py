"""SIGKILL at random moments: no acknowledged event is lost, and no commit has two results.

A SIGKILL shows that nothing of ours is needed in memory; not that the disk keeps what the page cache held: for that
there is `synchronous=FULL`, which no test here can show.
"""

import os
import random
import subprocess
import time
import uuid
from pathlib import Path

import psutil
import pytest

from tests.support.faults import check_once, check_sound, rows, seeded, sized
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import HOST, Repository

KILLS = sized(50, 1000)
REPORT = '<testsuite><testcase name="t" classname="c" time="0.1"/></testsuite>'
CHECK = f"sleep 0.1; printf '%s' '{REPORT}' >report.xml"
CONFIG = (
    HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false},"
    f' check: {{command: [sh, -c, "{CHECK}"], report: {{junit: report.xml}}}}}}\n'
).replace(f'"{CHECK}"', "'" + CHECK.replace("'", "''") + "'")


@pytest.fixture
def watched(home: Home, repository: Repository) -> Repository:
    (home.folder / "config.yml").write_text("scan_interval: 2s\n")
    repository.commit({".fullautoci.yml": CONFIG, "file": "0"})
    home.cli("init", "--wait", cwd=repository.path)
    return repository


def commit(repository: Repository, number: int, *, kill_hook: float | None = None) -> tuple[str, str]:
    """Commit; the commit, and the id of its event where the hook came to its end without complaint."""
    identifier = str(uuid.uuid4())
    repository.write({"file": str(number)})
    env = {**repository.env, "FULLAUTOCI_EVENT_ID": identifier}
    with subprocess.Popen(
        ["git", "commit", "-qam", f"change {number}"], cwd=repository.path, env=env, stderr=subprocess.PIPE
    ) as git:
        killed = kill_hook is not None and _kill_hook(psutil.Process(git.pid), kill_hook)
        said = git.communicate(timeout=60)[1]
    assert git.returncode == 0, said
    return repository.head(), "" if killed or b"fullautoci" in said else identifier


def _kill_hook(git: psutil.Process, wait: float) -> bool:
    """Kill the hook that git runs a moment after it began."""
    while git.is_running() and git.status() != psutil.STATUS_ZOMBIE:
        try:
            hooks = [child for child in git.children() if "post-commit" in " ".join(child.cmdline())]
            if hooks:
                psutil.wait_procs(hooks, timeout=wait)
                alive = hooks[0].is_running()
                hooks[0].kill()
                return alive
        except psutil.Error:
            return True
    return False


def kill_one(home: Home, chance: random.Random, victim: str) -> None:
    daemon = psutil.Process(home.pid())
    if victim == "daemon":
        daemon.kill()
        daemon.wait(10)
        check_sound(home)
        home.start()
    else:
        # Its workers, and the git that fetches for it; what a worker started is the job's own affair.
        try:
            chance.choice([one for one in daemon.children() if one.status() != psutil.STATUS_ZOMBIE]).kill()
        except psutil.NoSuchProcess:
            return


def test_random_kills(home: Home, watched: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    shas, acknowledged = [], []
    with seeded(capsys, f"{KILLS} kills") as chance:
        for number in range(1, KILLS + 1):
            victim = chance.choice(["daemon", "child", "hook"])
            wait = chance.uniform(0, 0.3)
            sha, event = commit(watched, number, kill_hook=wait / 60 if victim == "hook" else None)
            shas.append(sha)
            acknowledged += [event] if event else []
            if victim != "hook":
                time.sleep(wait)
                kill_one(home, chance, victim)
        until(
            lambda: not rows(home, "SELECT 1 FROM runs WHERE state <> 'done'") and known(home, acknowledged),
            sized(120, 900),
        )
        until(lambda: {sha for (sha,) in rows(home, "SELECT sha FROM runs")} >= set(shas), 30, "a run of each commit")
        until(lambda: not rows(home, "SELECT 1 FROM runs WHERE state <> 'done'"), sized(120, 900))
        quarantined = check_once(home, shas)
        check_sound(home)
        home.stop()
        check_sound(home)
    with capsys.disabled():
        print(f"{len(shas)} commits, {len(acknowledged)} acknowledged events, {quarantined} quarantined after 3 losses")
    assert len(acknowledged) > KILLS / 2


def known(home: Home, events: list[str]) -> bool:
    found = {identifier for (identifier,) in rows(home, "SELECT id FROM events")}
    return found >= set(events)


SHIM = """#!/bin/sh
case $* in *.event) ;; *) exec {mv} "$@" ;; esac
[ -e {marker} ] && exec {mv} "$@"
: >{marker}
{before}
kill -9 $PPID
"""


@pytest.mark.parametrize("moment", ["before the rename", "after the rename"])
def test_a_hook_that_is_killed_at_its_rename(home: Home, watched: Repository, tmp_path: Path, moment: str) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    before = '/bin/mv "$@"' if moment.startswith("after") else ":"
    (folder / "mv").write_text(SHIM.format(mv="/bin/mv", marker=tmp_path / "marker", before=before))
    (folder / "mv").chmod(0o755)
    watched.env["PATH"] = f"{folder}{os.pathsep}{watched.env['PATH']}"
    sha, _ = commit(watched, 1)
    assert (tmp_path / "marker").exists(), "the hook did not come that far"
    home.finished(1, sha)
    check_once(home, [sha])
