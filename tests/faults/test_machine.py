"""Anything in any order: commits, rewritten history, collected garbage, kills, restarts, cancellations, leaps of the
clock. The contract is held against a model: what branches reach was tested once, all that was acknowledged is known.
"""

import contextlib
import os
import shutil
import tempfile
import time
import uuid
from pathlib import Path
from typing import ClassVar

import psutil
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeding
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.support.faults import check_sound, rows, seeded, sized
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import HOST, Repository

EXAMPLES, STEPS = int(os.environ.get("FULLAUTOCI_EXAMPLES") or sized(50, 1000)), 30
CONFIG = HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, quick: {command: ['true']}}\n"
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
CLOCKS = ["", "-1d", "+10y"] if FAKETIME else [""]


class History(RuleBasedStateMachine):
    """One repository's life. All of them share a home, whose daemon comes and goes."""

    home: ClassVar[Home]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.repository = Repository(Path(tempfile.mkdtemp(dir=self.folder)) / "r")
        self.number = 0
        self.acknowledged: list[str] = []
        self.made: list[str] = []
        self.cancelled = False
        self.id = 0
        self.up = True

    def git(self, *arguments: str) -> str:
        """Git, with a hook whose event is known where there is one."""
        identifier = str(uuid.uuid4())
        made = self.repository.git(*arguments, env={"FULLAUTOCI_EVENT_ID": identifier})
        if arguments[0] == "commit":
            self.acknowledged.append(identifier)
            self.made.append(self.repository.head())
        return made

    @initialize()
    def begin(self) -> None:
        self.repository.write({".fullautoci.yml": CONFIG})
        self.repository.git("add", ".")
        self.repository.git("commit", "-qm", "first")
        if not self.home.pid_lives():
            self.home.start()
        self.home.cli("init", cwd=self.repository.path)
        path = str(self.repository.path / ".git")
        self.id = int(str(rows(self.home, "SELECT id FROM repositories WHERE path = ?", path)[0][0]))

    @rule()
    def commit(self) -> None:
        self.number += 1
        self.repository.write({f"file{self.number}": "x"})
        self.repository.git("add", ".")
        self.git("commit", "-qm", f"change {self.number}")

    @rule()
    def amend(self) -> None:
        self.number += 1
        self.git("commit", "-q", "--amend", "--allow-empty", "-m", f"amended {self.number}")

    @rule(name=st.sampled_from(["a", "b"]))
    def branch(self, name: str) -> None:
        self.git("checkout", "-q", "-B", name)

    @rule(name=st.sampled_from(["main", "a", "b"]))
    def rebase(self, name: str) -> None:
        if self.repository.git("branch", "--list", name):
            self.git("rebase", "-q", name)

    @rule()
    def reset(self) -> None:
        if self.repository.git("rev-list", "--count", "HEAD") != "1":
            self.git("reset", "-q", "--hard", "HEAD~1")

    @rule()
    def collect_garbage(self) -> None:
        self.git("reflog", "expire", "--expire=now", "--all")
        self.git("gc", "-q", "--prune=now")

    @precondition(lambda self: self.up)
    @rule()
    def kill_daemon(self) -> None:
        daemon = psutil.Process(self.home.pid())
        daemon.kill()
        daemon.wait(20)
        self.up = False
        check_sound(self.home)

    @precondition(lambda self: self.up)
    @rule()
    def kill_worker(self) -> None:
        children = psutil.Process(self.home.pid()).children()
        if children:
            with contextlib.suppress(psutil.NoSuchProcess):
                children[0].kill()

    @precondition(lambda self: not self.up)
    @rule(clock=st.sampled_from(CLOCKS))
    def start(self, clock: str) -> None:
        if clock:
            self.home.env |= {"LD_PRELOAD": str(FAKETIME), "FAKETIME": clock}
        self.home.start()
        for name in ("LD_PRELOAD", "FAKETIME"):
            self.home.env.pop(name, None)
        self.up = True

    @precondition(lambda self: self.up)
    @rule()
    def stop(self) -> None:
        self.home.stop()
        self.up = False

    @precondition(lambda self: self.up)
    @rule()
    def cancel(self) -> None:
        open_runs = self.home.api().runs(repository=self.id, limit=1)
        if open_runs and open_runs[0]["state"] != "done":
            self.home.api().cancel(open_runs[0]["id"])
            self.cancelled = True

    @rule(seconds=st.floats(0, 0.2))
    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    @invariant()
    def no_commit_has_two_results(self) -> None:
        if self.id:
            twice = rows(
                self.home,
                "SELECT sha FROM runs WHERE repository_id = ? AND outcome = 'passed' GROUP BY sha HAVING count(*) > 1",
                self.id,
            )
            assert not twice, twice

    def teardown(self) -> None:
        try:
            if self.id:
                self._settle()
        finally:
            shutil.rmtree(self.repository.path.parent, ignore_errors=True)

    def _settle(self) -> None:
        if not self.home.pid_lives():
            self.home.start()
        self.home.api().scan(self.id)
        reached = set(self.repository.git("rev-list", "--branches").split())

        def over() -> bool:
            seen = {sha for (sha,) in rows(self.home, "SELECT sha FROM runs WHERE repository_id = ?", self.id)}
            events = {one for (one,) in rows(self.home, "SELECT id FROM events WHERE repository_id = ?", self.id)}
            open_runs = rows(self.home, "SELECT 1 FROM runs WHERE repository_id = ? AND state <> 'done'", self.id)
            return reached <= seen and events >= set(self.acknowledged) and not open_runs

        until(over, 90, "an outcome of everything")
        for sha in {*reached, *self.made}:
            found = rows(self.home, "SELECT outcome FROM runs WHERE repository_id = ? AND sha = ?", self.id, sha)
            outcomes = [outcome for (outcome,) in found]
            final = [one for one in outcomes if one != "superseded"]
            assert len(final) <= 1, f"{sha}: {outcomes}"
            allowed = {"passed", "quarantined", *(["cancelled"] if self.cancelled else [])}
            assert set(final) <= allowed, f"{sha}: {outcomes}"
            assert final or sha not in reached, f"{sha} is on a branch: {outcomes}"
        check_sound(self.home)


def test_any_history(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home.folder / "config.yml").write_text("scan_interval: 2s\n")
    home.start()
    History.home, History.folder = home, tmp_path
    with seeded(capsys, f"{EXAMPLES} histories of {STEPS} steps") as chance:
        number = chance.randrange(2**32)
        machine = seeding(number)(History)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, database=None,
                suppress_health_check=list(HealthCheck), phases=[Phase.generate], print_blob=True,
            ),
        )  # fmt: skip
