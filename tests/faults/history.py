"""A repository's life, one step after another: what a `RuleBasedStateMachine` does in any order."""

import contextlib
import shutil
import tempfile
import time
import uuid
from pathlib import Path
from typing import ClassVar

import psutil
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fullautoci.errors import FullAutoCIError
from tests.faults.contract import Contract
from tests.support.faults import check_sound, rows
from tests.support.namespace import HomeInside
from tests.support.patience import until
from tests.support.repository import HOST, Repository
from tests.support.wall_clock import WallClock

CONFIG = HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, quick: {command: ['true']}}\n"
DAY, YEAR = 86_400, 31_557_600
BRANCHES = ["main", "a", "b"]
RUNS = "FROM runs r JOIN repositories p ON p.id = r.repository_id WHERE p.path = ?"


class History(RuleBasedStateMachine):
    """One repository's life, and that of the bare one it is pushed to. All share a home, whose daemon comes and goes.

    Attributes:
        watched: each repository that is watched, with its contract.
        up: whether a daemon runs.
        full: whether its disk is full.
    """

    home: ClassVar[HomeInside]
    clock: ClassVar[WallClock]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(dir=self.folder))
        self.repository = Repository(self.place / "r")
        self.watched: dict[str, Contract] = {}
        self.number = 0
        self.up, self.full = True, False

    def git(self, *arguments: str, told: Contract | None = None) -> bool:
        """Run git; whether it did it. What its hook told without complaint is acknowledged in a contract."""
        event = str(uuid.uuid4())
        env = {**self.repository.env, "FULLAUTOCI_EVENT_ID": event} if told else self.repository.env
        done = self.home.namespace.run("git", *arguments, cwd=self.repository.path, env=env, check=False)
        if told and done.returncode == 0 and "fullautoci:" not in done.stderr:
            told.acknowledged.append(event)
        return done.returncode == 0

    def watch(self, path: Path, *options: str) -> Contract:
        """Have a repository watched."""
        self.home.cli("init", *options, cwd=path)
        git_dir = path if options else path / ".git"
        return self.watched.setdefault(str(git_dir), Contract())

    @property
    def contract(self) -> Contract:
        return self.watched[str(self.repository.path / ".git")]

    @initialize()
    def begin(self) -> None:
        self.repository.commit({".fullautoci.yml": CONFIG}, "first")
        if not self.home.pid_lives():
            self.home.begin()
        self.watch(self.repository.path)

    @rule()
    def commit(self) -> None:
        self.number += 1
        self.repository.write({f"file{self.number}": "x"})
        self.repository.git("add", ".")
        assert self.git("commit", "-qm", f"change {self.number}", told=self.contract)

    @rule()
    def amend(self) -> None:
        self.number += 1
        message = f"amended {self.number}"
        assert self.git("commit", "-q", "--amend", "--allow-empty", "-m", message, told=self.contract)

    @rule(name=st.sampled_from(BRANCHES[1:]))
    def branch(self, name: str) -> None:
        assert self.git("checkout", "-q", "-B", name)

    @rule(name=st.sampled_from(BRANCHES))
    def rebase(self, name: str) -> None:
        if self.repository.git("branch", "--list", name):
            assert self.git("rebase", "-q", name)

    @rule()
    def reset(self) -> None:
        if self.repository.git("rev-list", "--count", "HEAD") != "1":
            assert self.git("reset", "-q", "--hard", "HEAD~1")

    @precondition(lambda self: len(self.watched) > 1 or (self.up and not self.full))
    @rule(force=st.booleans())
    def push(self, force: bool) -> None:
        """Push a branch into the bare repository; without force, one that was rewritten is refused."""
        bare = self.place / "bare.git"
        if not bare.exists():
            Repository(bare, bare=True)
            self.watch(bare, "--bare")
        there = Repository(bare).git("for-each-ref", "--format=%(objectname)", "refs/heads/main")
        moves = there != self.repository.head()  # else no hook is run
        self.git("push", "-q", *(["--force"] if force else []), str(bare), "HEAD:refs/heads/main",
                 told=self.watched[str(bare)] if moves else None)  # fmt: skip

    @rule()
    def collect_garbage(self) -> None:
        self.git("reflog", "expire", "--expire=now", "--all")
        assert self.git("gc", "-q", "--prune=now")

    @precondition(lambda self: self.up)
    @rule()
    def kill_daemon(self) -> None:
        daemon = psutil.Process(self.home.pid())
        daemon.kill()
        until(lambda: not self.home.pid_lives(), 20, "the daemon's end")
        self.up = False
        self._lose()
        if not self.full:  # SQLite needs room to look at what a killed writer left
            check_sound(self.home)

    @precondition(lambda self: self.up)
    @rule()
    def kill_worker(self) -> None:
        children = psutil.Process(self.home.pid()).children()
        if children:
            with contextlib.suppress(psutil.NoSuchProcess):
                children[0].kill()
            self._lose()

    @precondition(lambda self: not self.up and not self.full)
    @rule()
    def start(self) -> None:
        self.home.begin()
        self.up = True

    @rule(seconds=st.sampled_from([0, -DAY, 10 * YEAR]))
    def leap(self, seconds: int) -> None:
        self.clock.leap(seconds)

    @precondition(lambda self: self.up)
    @rule()
    def stop(self) -> None:
        self.home.terminate()
        self.up = False

    @precondition(lambda self: not self.full)
    @rule()
    def fill_the_disk(self) -> None:
        self.home.fill()
        self.full = True
        self._lose()

    @precondition(lambda self: self.full)
    @rule()
    def make_room(self) -> None:
        self.home.free()
        self.full = False

    @precondition(lambda self: self.up and not self.full)
    @rule()
    def cancel(self) -> None:
        newest = self.home.api().runs(limit=1)
        if not newest or newest[0]["state"] == "done":
            return
        try:
            self.home.api().cancel(newest[0]["id"])
        except FullAutoCIError as error:
            if "is over already" not in error.message:
                raise
        else:
            for contract in self.watched.values():
                contract.cancelled.add(newest[0]["commit"])

    @rule(seconds=st.floats(0, 0.2))
    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    @invariant()
    def no_commit_has_two_results(self) -> None:
        if self.watched and (self.up or not self.full):
            twice = "SELECT sha FROM runs WHERE outcome = 'passed' GROUP BY repository_id, sha HAVING count(*) > 1"
            assert not rows(self.home, twice)
            again = "SELECT job_id FROM attempts WHERE ending = 'passed' GROUP BY job_id HAVING count(*) > 1"
            assert not rows(self.home, again)

    def teardown(self) -> None:
        try:
            if self.watched:
                self._settle()
        except AssertionError as error:
            error.add_note(self.home.run("daemon", "logs", "-n", "200").stdout)
            raise
        finally:
            shutil.rmtree(self.place, ignore_errors=True)

    def _lose(self) -> None:
        for contract in self.watched.values():
            contract.losses += 1

    def _settle(self) -> None:
        """Have everything that is in the way gone, wait for the end of all, and hold it against the contracts."""
        self.home.free()
        if not self.home.pid_lives():
            self.home.begin()
        for git_dir, contract in self.watched.items():
            self.home.api().scan(self._number(git_dir))
            reached = set(Repository(Path(git_dir)).git("rev-list", "--branches").split())
            until(lambda git_dir=git_dir, contract=contract, reached=reached: self._is_over(git_dir, contract, reached),
                  90, f"an outcome of everything in {git_dir}")  # fmt: skip
            for sha in {str(sha) for (sha,) in rows(self.home, f"SELECT r.sha {RUNS}", git_dir)}:
                found = rows(self.home, f"SELECT outcome, r.reason {RUNS} AND sha = ? ORDER BY r.id", git_dir, sha)
                broken = contract.broken_by(sha, [(str(outcome), str(why)) for outcome, why in found], reached)
                assert not broken, f"{sha} {broken}: {found}"
        check_sound(self.home)
        for git_dir in self.watched:
            self.home.api().unregister(self._number(git_dir))
        self.home.api().prune(dry_run=False)

    def _number(self, git_dir: str) -> int:
        return int(str(rows(self.home, "SELECT id FROM repositories WHERE path = ?", git_dir)[0][0]))

    def _is_over(self, git_dir: str, contract: Contract, reached: set[str]) -> bool:
        seen = {sha for (sha,) in rows(self.home, f"SELECT r.sha {RUNS}", git_dir)}
        events = {identifier for (identifier,) in rows(self.home, "SELECT id FROM events")}
        still_open = rows(self.home, f"SELECT 1 {RUNS} AND state <> 'done'", git_dir)
        return reached <= seen and events >= set(contract.acknowledged) and not still_open
