"""A Buildbot master whose SQLite database holds many builds, in an environment of its own from the package index."""

import contextlib
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.harness import Unavailable
from bench.http import Connection, request

PACKAGES = ("buildbot>=4,<5", "buildbot-www>=4,<5")
INSTALL_S, START_S = 900, 120
CONFIG = """
from buildbot.plugins import schedulers, util, worker
c = BuildmasterConfig = {{}}
c['workers'] = [worker.Worker('one', 'password')]
c['protocols'] = {{'pb': {{'port': 'tcp:0:interface=127.0.0.1'}}}}
c['builders'] = [util.BuilderConfig(name='one', workernames=['one'], factory=util.BuildFactory())]
c['schedulers'] = [schedulers.ForceScheduler(name='force', builderNames=['one'])]
c['db'] = {{'db_url': 'sqlite:///state.sqlite'}}
c['www'] = {{'port': 'tcp:{port}:interface=127.0.0.1'}}
c['buildbotNetUsageData'] = None
"""
FILL = (
    "INSERT OR IGNORE INTO workers (id, name, info) VALUES (1, 'one', '{}')",
    "INSERT INTO buildsets (id, reason, submitted_at, complete, complete_at, results)"
    " VALUES (1, 'a change', 1700000000, 1, 1700000000, 0)",
    "INSERT INTO buildrequests (id, buildsetid, builderid, complete, results, submitted_at, complete_at)"
    " SELECT 1, 1, (SELECT min(id) FROM builders), 1, 0, 1700000000, 1700000000",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO builds (id, number,"
    " builderid, buildrequestid, workerid, masterid, started_at, complete_at, locks_duration_s, state_string, results)"
    " SELECT i, i, (SELECT min(id) FROM builders), 1, 1, (SELECT min(id) FROM masters), 1700000000 + i * 60,"
    " 1700000030 + i * 60, 0, 'build successful', i % 8 = 0 FROM n",
)
READS: Mapping[str, str] = {
    "the newest 50 builds": "/api/v2/builds?limit=50&order=-buildid",
    "50 builds of a builder": "/api/v2/builds?builderid=1&limit=50&order=-number",
    "a build": "/api/v2/builds/200",
}


@dataclass(frozen=True)
class Master:
    """Where it is, and what it is asked."""

    port: int
    requests: Mapping[str, bytes]


@contextlib.contextmanager
def served(folder: Path, builds: int) -> Iterator[Master]:
    """A master with so many builds, while this lasts.

    Raises:
        Unavailable: it cannot be installed or started.
    """
    folder.mkdir()
    program = _installed(folder / "venv")
    port = _free_port()
    home = folder / "master"
    _must([str(program), "create-master", "--quiet", str(home)], START_S)
    (home / "master.cfg").write_text(CONFIG.format(port=port))
    with _started(program, home, port):
        pass  # it writes down its builder and itself
    with contextlib.closing(sqlite3.connect(home / "state.sqlite")) as connection, connection:
        for statement in FILL:
            connection.execute(statement, [builds] if "?" in statement else [])
    with _started(program, home, port):
        yield Master(port, {name: request(path, port) for name, path in READS.items()})


def _installed(venv: Path) -> Path:
    _must([sys.executable, "-m", "venv", str(venv)], INSTALL_S)
    _must([str(venv / "bin" / "pip"), "install", "--quiet", *PACKAGES], INSTALL_S)
    return venv / "bin" / "buildbot"


def _must(command: list[str], seconds: int) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL)
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout).strip().splitlines()
        raise Unavailable(f"{Path(command[0]).name}: {said[-1] if said else error}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(str(error)) from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _started(program: Path, home: Path, port: int) -> Iterator[None]:
    with (home.parent / "log").open("ab") as log:
        process = subprocess.Popen(
            [str(program), "start", "--nodaemon", str(home)], stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    try:
        _until_it_answers(process, port)
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_it_answers(process: "subprocess.Popen[bytes]", port: int) -> None:
    ends = time.monotonic() + START_S
    while time.monotonic() < ends and process.poll() is None:
        try:
            if Connection(port).ask(request("/api/v2/builders", port))[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise Unavailable("the master did not start")
