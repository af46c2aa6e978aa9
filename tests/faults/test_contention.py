"""Many at once: starts of the daemon, clients beside a busy one, checkouts beside fetches."""

import os
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fullautoci.vcs.git.checkout import Slot
from fullautoci.vcs.git.command import Git, write_global_config
from fullautoci.vcs.git.mirror import GitMirror
from tests.support.faults import check_sound, rows, sized
from tests.support.home import PROGRAM, Home
from tests.support.patience import until
from tests.support.repository import HOST, Repository

STARTS = 50
CLIENTS, CLIENTS_S = sized(8, 20), sized(15, 120)
REPOSITORIES, CHECKOUTS, ROUNDS = sized(4, 16), sized(8, 16), sized(3, 4)
QUICK = HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, quick: {command: ['true']}}\n"


def nothing(_home: Home) -> None:
    """A new home."""


def stale_socket(home: Home) -> None:
    """A daemon was killed: its socket and its lock's file are there."""
    home.start()
    os.kill(home.pid(), 9)
    until(lambda: not home.pid_lives(), 10)
    assert stat.S_ISSOCK(home.paths.socket.lstat().st_mode)


def start_many(home: Home, count: int) -> list[tuple[int, str]]:
    """Start the daemon so often at once; exit statuses, and what was said."""
    starts = [
        subprocess.Popen([str(PROGRAM), "daemon", "start"], env=home.env, stderr=subprocess.PIPE) for _ in range(count)
    ]
    said = [start.communicate(timeout=120)[1].decode() for start in starts]
    return [(start.returncode, text) for start, text in zip(starts, said, strict=True)]


@pytest.mark.parametrize("before", [nothing, stale_socket], ids=lambda before: before.__name__)
def test_many_starts_at_once_make_one_daemon(home: Home, before: Callable[[Home], None]) -> None:
    before(home)
    answers = start_many(home, STARTS)
    assert {status for status, _ in answers} == {0}, answers
    started = [said for _, said in answers if said.startswith("started:")]
    running = [said for _, said in answers if said.startswith("it runs already:")]
    assert (len(started), len(running)) == (1, STARTS - 1), answers
    assert all(f"process {home.pid()}," in said for said in (*started, *running)), answers
    assert home.api().status()["pid"] == home.pid()


def test_many_starts_on_a_taken_port_all_say_so(home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (home.folder / "config.yml").write_text(f"dashboard: {{port: {port}}}\n")
        answers = start_many(home, 8)
    assert {status for status, _ in answers} == {1}, answers
    assert all(f"{port}" in said and "Traceback" not in said for _, said in answers), answers
    assert not home.pid_lives()
    assert not home.paths.socket.exists()


@pytest.mark.parametrize("kind", ["file", "folder", "link to a file"])
def test_what_stands_in_the_sockets_place_is_not_removed(home: Home, kind: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine")
    home.paths.socket.parent.mkdir(parents=True, exist_ok=True)
    if kind == "file":
        home.paths.socket.write_text("mine")
    elif kind == "folder":
        home.paths.socket.mkdir()
    else:
        home.paths.socket.symlink_to(mine)
    done = home.run("daemon", "start")
    assert done.returncode == 1, done
    assert str(home.paths.socket) in done.stderr, done.stderr
    assert home.paths.socket.exists()
    assert mine.read_text() == "mine"
    assert not home.pid_lives()


class _Client:
    """Somebody who polls and triggers until a time."""

    COMMANDS = (
        ["status", "--json"], ["results", "--json"], ["run"], ["status"], ["daemon", "status", "--json"],
        ["log", "quick"],
    )  # fmt: skip

    # The answers to a question about a commit that was made a moment ago.
    EARLY = ("has no run", "has no job", "has no log")

    def __init__(self, home: Home, repository: Repository, number: int) -> None:
        self._home, self._repository, self._number = home, repository, number
        self.bad: list[str] = []
        self.count = 0

    def work(self, until_s: float) -> None:
        while time.monotonic() < until_s:
            command = self.COMMANDS[(self.count + self._number) % len(self.COMMANDS)]
            done = self._home.run(*command, cwd=self._repository.path, timeout=60)
            self.count += 1
            if done.returncode and not any(text in done.stderr for text in self.EARLY):
                self.bad.append(f"{command}: {done.returncode}: {done.stderr}")


def test_clients_beside_a_busy_daemon_see_no_locks_and_no_errors(
    home: Home, repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit({".fullautoci.yml": QUICK})
    home.cli("init", "--wait", cwd=repository.path)
    until(lambda: rows(home, "SELECT 1 FROM runs WHERE state = 'done'"), 60, "the first run")
    clients = [_Client(home, repository, number) for number in range(CLIENTS)]
    over = time.monotonic() + CLIENTS_S
    with ThreadPoolExecutor(CLIENTS) as pool:
        working = [pool.submit(client.work, over) for client in clients]
        commits = 0
        while time.monotonic() < over:
            repository.commit({"file": str(commits)})
            commits += 1
            time.sleep(0.05)
        for one in working:
            one.result(timeout=120)
    assert not [bad for client in clients for bad in client.bad]
    with capsys.disabled():
        asked = sum(client.count for client in clients)
        print(f"\n{CLIENTS} clients: {asked} commands beside {commits} commits in {CLIENTS_S} s")
    until(lambda: not rows(home, "SELECT 1 FROM runs WHERE state <> 'done'"), 600, "the end of all runs")
    assert {outcome for (outcome,) in rows(home, "SELECT outcome FROM runs")} <= {"passed", "superseded"}
    assert "locked" not in home.log()
    assert "Traceback" not in home.log()
    check_sound(home)


def test_checkouts_beside_fetches_and_packing(tmp_path: Path) -> None:
    write_global_config(tmp_path / "gitconfig")
    git = Git(tmp_path / "gitconfig")
    with ThreadPoolExecutor(CHECKOUTS * 2) as pool:
        for number in range(REPOSITORIES):
            _one_repository(git, tmp_path / str(number), pool)


def _one_repository(git: Git, folder: Path, pool: ThreadPoolExecutor) -> None:
    source = Repository(folder / "source")
    shas = [source.commit({f"d{n % 3}/f{n}": f"{n}\n" * 50, "same": f"{n}"}) for n in range(CHECKOUTS)]
    mirror = GitMirror.open(git, folder / "mirror.git", source.path / ".git")
    mirror.fetch(str(source.path / ".git"), shas)
    over = threading.Event()

    def disturb() -> None:
        while not over.is_set():
            sha = source.commit({"new": str(time.monotonic_ns())})
            mirror.fetch(str(source.path / ".git"), [sha])
            mirror.unpin([sha])
            git("repack", "-adq", git_dir=mirror.path)
            git("gc", "-q", "--auto", git_dir=mirror.path)

    def check_out(slot: int) -> None:
        kept = Slot(git, folder / "slots" / str(slot), mirror.path)
        for turn in range(ROUNDS):
            n = (slot + turn * 5) % CHECKOUTS
            tree = kept.checkout(shas[n])
            assert (tree / "same").read_text() == str(n)
            assert {path.name for path in tree.glob("d*/f*")} == {f"f{k}" for k in range(n + 1)}

    disturbing = pool.submit(disturb)
    try:
        for one in [pool.submit(check_out, slot) for slot in range(CHECKOUTS)]:
            one.result(timeout=120)
    finally:
        over.set()
    disturbing.result(timeout=60)
