"""Building virtual environments: by several processes at once, killed in the middle, and failing."""

import contextlib
import hashlib
import json
import multiprocessing
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from fullautoci.environments import interpreters
from fullautoci.environments.base import Request
from fullautoci.environments.installer import uv_program
from fullautoci.environments.venv import VenvEnvironment
from fullautoci.errors import FullAutoCIError
from fullautoci.layout import python_layout
from fullautoci.logfile import LogFile
from fullautoci.model import Limits, State
from fullautoci.runner import JobRunner
from tests.support.parts import lacking
from tests.support.patience import until

spawning = multiprocessing.get_context("spawn")
BUILDING = "building a virtual environment"


class Told:
    """A job's line to the daemon, which nobody listens to; what it was told is kept in a file."""

    def __init__(self, file: Path) -> None:
        self._file, (self._end, _) = file, os.pipe()

    def fileno(self) -> int:
        return self._end

    def requested(self) -> bool:
        return False

    def report(self, state: State, activity: str) -> None:
        with self._file.open("a") as file:
            file.write(f"{activity}\n")


def prepare(place: Path, name: str, options: Mapping[str, Any], variables: Mapping[str, str], contained: bool) -> None:
    """A job's preparation, as a worker does it; what came of it is written to NAME.json."""
    os.environ.update(variables)
    checkout, own = place / "checkout", place / name
    own.mkdir()
    files = sorted(path for path in checkout.rglob("*") if path.is_file())
    blobs = {str(path.relative_to(checkout)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    folders = {kind: place / kind for kind in ("environments", "overlays")}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    with contextlib.ExitStack() as held, LogFile(place / f"{name}.log") as log:
        request = Request(
            checkout, "c" * 40, "t" * 40, place / "mirror", place / "config", own, blobs, python_layout(blobs), (),
            (), False, folders, held, options,
        )  # fmt: skip
        runner = JobRunner(Told(place / f"{name}.told"), log, Limits(contained=contained))
        try:
            found = VenvEnvironment().prepare(request, runner)
            said: dict[str, Any] = {
                "python": found.python, "versions": dict(found.versions), "interpreter": found.identity.interpreter,
                "fingerprint": found.identity.fingerprint, "detail": dict(found.identity.detail),
                "sees": [str(path) for path in found.sees],
            }  # fmt: skip
        except FullAutoCIError as error:
            said = {"error": error.message, "hint": error.hint}
    (place / f"{name}.new").write_text(json.dumps(said))
    (place / f"{name}.new").rename(place / f"{name}.json")


class Machine:
    """A checkout, and where environments are kept."""

    def __init__(self, place: Path) -> None:
        self.place = place
        (place / "checkout").mkdir(parents=True)
        self._count = 0

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            (self.place / "checkout" / name).write_text(text)

    def wheel(self, name: str, version: str = "1.0") -> str:
        """A requirement for a wheel that lies there."""
        path = self.place / f"{name}-{version}-py3-none-any.whl"
        info = f"{name}-{version}.dist-info"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{name}.py", f"VERSION = {version!r}\n")
            archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
        return f"{name} @ file://{path}"

    def start(self, *, contained: bool = True, uv: Path | None = None, **options: Any) -> tuple[str, BaseProcess]:
        self._count += 1
        name = f"job{self._count}"
        variables = {"FULLAUTOCI_UV": str(uv)} if uv else {}
        process = spawning.Process(target=prepare, args=(self.place, name, options, variables, contained))
        process.start()
        return name, process

    def said(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.place / f"{name}.json").read_text())
        return found

    def told(self, name: str) -> str:
        path = self.place / f"{name}.told"
        return path.read_text() if path.exists() else ""

    def prepared(self, **options: Any) -> dict[str, Any]:
        name, process = self.start(**options)
        process.join()
        return {**self.said(name), "told": self.told(name)}

    def environments(self) -> list[Path]:
        place = self.place / "environments/venv"
        return sorted(path for path in place.iterdir() if path.is_dir()) if place.is_dir() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    if uv_program() is None:
        lacking("uv", "it is not installed")
    monkeypatch.setenv("UV_OFFLINE", "1")  # all is there
    return Machine(tmp_path / "m")


def says(python: str, code: str) -> str:
    return subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_many_at_once_build_each_environment_once(machine: Machine) -> None:
    files = {"one.txt": machine.wheel("tiny"), "two.txt": machine.wheel("tiny", "2.0")}
    machine.write(files)
    jobs = [(name, machine.start(requirements=[name])) for _ in range(4) for name in files]
    for _, (_, process) in jobs:
        process.join()
    found = {name: [machine.said(job) for file, (job, _) in jobs if file == name] for name in files}
    assert len({one["python"] for one in found["one.txt"]}) == len({one["python"] for one in found["two.txt"]}) == 1
    assert found["one.txt"][0]["versions"]["tiny"] == says(
        found["one.txt"][0]["python"], "import tiny; print(tiny.VERSION)"
    )
    assert found["two.txt"][0]["versions"]["tiny"] == says(
        found["two.txt"][0]["python"], "import tiny; print(tiny.VERSION)"
    )
    assert found["two.txt"][0]["fingerprint"] != found["one.txt"][0]["fingerprint"]
    assert sum(BUILDING in machine.told(job) for _, (job, _) in jobs) == 2
    assert len(machine.environments()) == 2


@pytest.mark.parametrize("contained", [True, False])
def test_a_build_that_is_killed_is_nobodys_environment(machine: Machine, tmp_path: Path, contained: bool) -> None:
    """Whether its installer ends with it or, where there is no sandbox, goes on writing for a while."""
    machine.write({"requirements.txt": machine.wheel("tiny")})
    stub, begun, go, over = (tmp_path / name for name in ("stub", "begun", "go", "over"))
    stub.write_text(
        f'#!/bin/sh\ncase "$1" in pip)\n  touch {begun}\n  while ! [ -e {go} ]; do sleep 0.02; done\n'
        f'  {uv_program()} "$@"\n  touch {over}\n;; *) exec {uv_program()} "$@" ;; esac\n'
    )
    stub.chmod(0o755)
    _, process = machine.start(contained=contained, uv=stub)
    until(begun.exists, what="the installation")
    (half,) = machine.environments()
    process.kill()
    process.join()
    found = machine.prepared()
    assert BUILDING in found["told"]
    assert "killed" in found["told"]
    assert "a job changed" not in found["told"]
    assert says(found["python"], "import tiny; print(tiny.VERSION)") == "1.0"
    assert Path(found["python"]).parent.parent != half, "whose installer may still be at it"
    go.touch()
    if not contained:
        until(over.exists, what="the installer that was left over")
    again = machine.prepared()
    assert again["python"] == found["python"]
    assert BUILDING not in again["told"], "nothing has changed it"
    assert [path for path in machine.environments() if (path / "fullautoci.json").exists()] == [
        Path(found["python"]).parent.parent
    ]


def test_the_lock_of_a_killed_builder_keeps_nobody_waiting(machine: Machine, tmp_path: Path) -> None:
    machine.write({"requirements.txt": machine.wheel("tiny")})
    stub, begun = tmp_path / "stub", tmp_path / "begun"
    stub.write_text(f'#!/bin/sh\n[ "$1" = pip ] && touch {begun} && sleep 60\nexec {uv_program()} "$@"\n')
    stub.chmod(0o755)
    _, process = machine.start(uv=stub)
    until(begun.exists, what="the installation")
    name, waiting = machine.start(uv=None)
    until(lambda: "waiting for another worker" in machine.told(name), what="the other's turn to wait")
    process.kill()
    process.join()
    waiting.join(30)
    assert machine.said(name)["versions"]["tiny"] == "1.0"


def test_a_failed_build_shows_the_installers_words_and_is_not_kept(machine: Machine) -> None:
    line = machine.wheel("tiny")
    machine.write({"requirements.txt": line})
    wheel = Path(line.partition("file://")[2])
    wheel.rename(wheel.with_suffix(".away"))
    for _ in range(2):
        found = machine.prepared()
        assert found["error"].startswith("uv ended with")
        assert wheel.name in found["hint"]
        assert BUILDING in found["told"]
        assert machine.environments() == []
    wheel.with_suffix(".away").rename(wheel)
    assert machine.prepared()["versions"]["tiny"] == "1.0"


def test_a_hash_is_verified(machine: Machine) -> None:
    line = machine.wheel("tiny")
    good = hashlib.sha256(Path(line.partition("file://")[2]).read_bytes()).hexdigest()
    machine.write({"requirements.txt": f"{line} --hash=sha256:{'0' * 64}\n"})
    found = machine.prepared()
    assert "ash mismatch" in found["hint"]
    assert machine.environments() == []
    machine.write({"requirements.txt": f"{line} \\\n    --hash=sha256:{good}\n"})
    assert machine.prepared()["versions"]["tiny"] == "1.0"


def test_what_a_marker_rules_out_is_not_there_and_makes_no_other_environment(machine: Machine) -> None:
    tiny, other = machine.wheel("tiny"), machine.wheel("other")
    machine.write({"requirements.txt": f"{tiny}\n{other} ; python_version < '3'\n"})
    found = machine.prepared()
    assert set(found["versions"]) == {"tiny"}
    machine.write({"requirements.txt": tiny})
    assert machine.prepared()["python"] == found["python"]


def test_two_commits_of_one_version_are_two_fingerprints(machine: Machine) -> None:
    """What comes from an address is told apart by it, as a git dependency whose version stays has to be."""
    machine.write({"requirements.txt": machine.wheel("tiny")})
    first = machine.prepared()
    wheel = machine.place / "elsewhere" / "tiny-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    (machine.place / "tiny-1.0-py3-none-any.whl").rename(wheel)
    machine.write({"requirements.txt": f"tiny @ file://{wheel}\n"})
    second = machine.prepared()
    assert first["versions"] == second["versions"]
    assert first["fingerprint"] != second["fingerprint"]


def test_an_environment_is_its_interpreters(machine: Machine) -> None:
    versions = sorted({full for full, _ in interpreters._installed()} - {interpreters.own().version})
    version = next((one for one in reversed(versions) if one.startswith("3.1")), None)
    if version is None:
        lacking("another Python", "neither pyenv nor uv has one")
    machine.write({"requirements.txt": machine.wheel("tiny")})
    own, other = machine.prepared(), machine.prepared(python=version)
    assert other["interpreter"] == f"CPython {version}"
    assert own["interpreter"] == f"CPython {interpreters.own().version}"
    assert own["fingerprint"] != other["fingerprint"]
    assert own["detail"]["key"] != other["detail"]["key"]
    ask = "import sys; print('%d.%d.%d' % sys.version_info[:3], sys.base_prefix)"
    said, prefix = says(other["python"], ask).split()
    assert said == version
    assert prefix in other["sees"]
    noted = json.loads((Path(other["python"]).parent.parent / "fullautoci.json").read_text())
    assert (noted["interpreter"], noted["from"]) == (other["interpreter"], "requirements.txt")
    assert sys.base_prefix not in other["sees"]
    for path in (Path(other["python"]), Path(other["python"]).readlink()):  # as a strict sandbox resolves it
        assert any(path.is_relative_to(folder) for folder in (*other["sees"], str(machine.place)))
    minor = version.rpartition(".")[0]
    assert machine.prepared(python=minor)["python"] == other["python"] or minor in interpreters.own().version


def test_a_version_that_is_not_here(machine: Machine) -> None:
    found = machine.prepared(python="3.98")
    assert "3.98" in found["error"]
    assert interpreters.own().version in found["hint"]
    assert machine.environments() == []


def test_a_link_is_not_followed_to_uvs_cache(machine: Machine) -> None:
    machine.write({"requirements.txt": machine.wheel("tiny")})
    found = machine.prepared()
    (module,) = Path(found["python"]).parent.parent.rglob("tiny.py")
    assert sys.platform == "darwin" or module.stat().st_nlink == 1
