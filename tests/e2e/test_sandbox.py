"""What a job reaches of the machine: with the sandbox on, as it is by default, and without one."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from fullautoci import sandbox
from fullautoci.paths import scratch_of
from fullautoci.tools.base import SHIMS
from tests.support.canaries import CANARIES as ALL
from tests.support.home import Home
from tests.support.parts import lacking
from tests.support.repository import SAMPLE, Repository

CANARIES = (Path(__file__).parents[1] / "support/canaries.py").read_text()
# What is ours, or of another process: out of reach wherever bubblewrap works.
OURS = frozenset(list(ALL)[:18])
# What the network leads to: out of reach where it is off.
NETWORK = frozenset(["the service's port", "an interface of the network", "an abstract socket"])
OFF = "tools: {pylint: {enabled: false}, coverage: {enabled: false}, %s}\n"


@pytest.fixture(autouse=True)
def _bubblewrap() -> None:
    if not sandbox.works():
        lacking("bubblewrap", "bwrap is not installed or does not work")


@pytest.fixture
def user_home(home: Home, tmp_path: Path) -> Path:
    """The user's home folder, with what nobody should read."""
    folder = tmp_path / "user"
    for name, text in {".ssh/id_ed25519": "private", ".netrc": "password"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    home.env |= {"HOME": str(folder), "DAEMON_CANARY": "its secret"}
    return folder


@pytest.fixture
def neighbours(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What other programs of the user have: a process, an abstract socket, a temporary file, shared memory."""
    marker = f"neighbour-{os.getpid()}-{tmp_path.name}"
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)", marker])
    temporary, memory = Path("/tmp") / marker, Path("/dev/shm") / marker
    temporary.mkdir()
    (temporary / "file").write_text("theirs")
    memory.write_text("theirs")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0{marker}")
        listener.listen(5)
        yield {
            "marker": marker, "pid": process.pid, "abstract": marker, "temporary": str(temporary),
            "shared_memory": str(memory),
        }  # fmt: skip
    process.kill()
    process.wait()
    shutil.rmtree(temporary)
    memory.unlink()


def tried(home: Home, folder: Path, environment: str, places: Mapping[str, Any]) -> dict[str, bool]:
    """What the canaries of a job reached."""
    other = Repository(folder / "other")
    other.commit({**SAMPLE, ".fullautoci.yml": "environment: host\n" + OFF % "a: {command: ['true']}"})
    home.cli("init", "--wait", cwd=other.path)
    repository = Repository(folder / "r")
    everything = {
        **places,
        "database": str(home.paths.database), "socket": str(home.paths.socket), "config": f"{home.folder}/config.yml",
        "session_key": str(home.paths.session_key), "spool": str(home.paths.spool), "logs": str(home.paths.logs),
        "git_config": str(home.paths.git_config), "other_mirror": str(home.paths.mirrors / "1.git"),
        "mirror": str(home.paths.mirrors / "2.git"), "port": int(home.api().status()["url"].rpartition(":")[2]),
        "other_checkout": str(next(home.paths.slots.glob("*/1/tree"))), "home": home.env["HOME"],
        "ssh": f"{home.env['HOME']}/.ssh", "netrc": f"{home.env['HOME']}/.netrc", "working_copy": str(repository.path),
        "shims": str(SHIMS), "environment": str(next(iter(home.paths.environments.glob("venv/*/lib")), SHIMS)),
    }  # fmt: skip
    other_job = scratch_of(home.paths.identity) / "9999.1-other"
    (other_job / "a/own/reports").mkdir(parents=True)
    everything["other_job"] = str(other_job)
    say = f"say: {{command: [python3, canaries.py, {json.dumps(json.dumps(everything))}]}}"
    sha = repository.commit({"canaries.py": CANARIES, ".fullautoci.yml": environment + OFF % say})
    home.cli("init", "--wait", cwd=repository.path)
    (job,) = home.finished(2, sha)["jobs"]
    said = home.cli("log", "say", cwd=repository.path)
    assert job["outcome"] == "passed", said
    for canary in (SHIMS / "canary", Path(everything["environment"]) / "canary"):
        canary.unlink(missing_ok=True)
    return dict(json.loads(said.partition("CANARIES ")[2].splitlines()[0]))


def reached(found: Mapping[str, bool]) -> set[str]:
    assert found.keys() == ALL.keys()
    return {name for name, is_reached in found.items() if is_reached}


@pytest.mark.parametrize("environment", ["host", "venv"])
def test_with_the_sandbox_on_nothing_is_reached(
    environment: str, home: Home, user_home: Path, neighbours: dict[str, Any], tmp_path: Path
) -> None:
    (home.folder / "config.yml").write_text("sandbox: {mode: on, network: off}\n")
    found = tried(home, tmp_path, f"environment: {{{environment}: {{network: off}}}}\n", neighbours)
    assert len(found) >= 25
    assert reached(found) == set()


def test_a_repository_can_do_without_the_network_by_itself(
    home: Home, user_home: Path, neighbours: dict[str, Any], tmp_path: Path
) -> None:
    (home.folder / "config.yml").write_text("sandbox: on\n")
    assert not reached(tried(home, tmp_path, "environment: {host: {network: off}}\n", neighbours))


def test_by_default_what_is_ours_is_out_of_reach_and_all_else_as_it_is(
    home: Home, user_home: Path, neighbours: dict[str, Any], tmp_path: Path
) -> None:
    (home.folder / "config.yml").write_text("workers: 2\n")
    found = reached(tried(home, tmp_path, "environment: host\n", neighbours))
    assert not found & OURS
    assert found >= {"~/.ssh", "the working copy, read", "temporary files of others", "the service's port"}


def test_without_a_sandbox_a_job_reaches_what_its_user_does(
    home: Home, user_home: Path, neighbours: dict[str, Any], tmp_path: Path
) -> None:
    (home.folder / "config.yml").write_text("sandbox: off\n")
    found = reached(tried(home, tmp_path, "environment: host\n", neighbours))
    assert found >= {"the database, read", "the service's socket", "other processes", "~/.ssh", "another checkout"}


def test_what_the_service_names_is_seen_and_the_sandbox_is_told_of(home: Home, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/file").write_text("needed")
    (tmp_path / "out").mkdir()
    (home.folder / "config.yml").write_text(
        f"sandbox: {{mode: on, read: [{tmp_path}/data], write: [{tmp_path}/out]}}\n"
    )
    script = f"cat {tmp_path}/data/file >{tmp_path}/out/copy && ! touch {tmp_path}/data/other"
    repository = Repository(tmp_path / "r")
    say = f"say: {{command: [sh, -c, '{script}']}}"
    repository.commit({**SAMPLE, ".fullautoci.yml": "environment: host\n" + OFF % say})
    home.cli("init", "--wait", cwd=repository.path)
    (job,) = home.finished(1, repository.head())["jobs"]
    assert job["outcome"] == "passed", home.cli("log", "say", cwd=repository.path)
    assert (tmp_path / "out/copy").read_text() == "needed"
    assert job["environment"]["detail"]["sandbox"] == "bubblewrap, on"


def test_a_sandbox_that_is_asked_for_and_cannot_be_made_runs_nothing(home: Home, tmp_path: Path) -> None:
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "bwrap").write_text("#!/bin/sh\nexit 1\n")
    (broken / "bwrap").chmod(0o755)
    home.env["PATH"] = f"{broken}:{home.env['PATH']}"
    (home.folder / "config.yml").write_text("sandbox: on\n")
    repository = Repository(tmp_path / "r")
    repository.commit(
        {**SAMPLE, ".fullautoci.yml": "environment: host\n" + OFF % f"t: {{command: [touch, {tmp_path}/ran]}}"}
    )
    home.cli("init", cwd=repository.path)
    (job,) = home.finished(1, repository.head())["jobs"]
    assert (job["outcome"], (tmp_path / "ran").exists()) == ("errored", False)
    assert "'sandbox: on' asks for bubblewrap" in job["reason"]


@pytest.mark.network
def test_pylint_and_coverage_and_builds_work_with_the_sandbox_on(home: Home, tmp_path: Path) -> None:
    home.share_no_environments()
    (home.folder / "config.yml").write_text("sandbox: on\n")
    repository = Repository(tmp_path / "r")
    setup = (
        "from setuptools import setup\nsetup(name='calc', version='1', py_modules=['calc'], install_requires=['six'])\n"
    )
    repository.commit({**SAMPLE, ".fullautoci.yml": "environment: venv\n", "setup.py": setup})
    home.cli("init", cwd=repository.path)
    run = home.finished(1, repository.head(), 300)
    assert [job["outcome"] for job in run["jobs"]] == ["passed", "passed"], [
        (job["reason"], job["hint"]) for job in run["jobs"]
    ]
