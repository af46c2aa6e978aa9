"""The parts of the container environment that need no engine."""

import contextlib
import io
import json
import os
import socket
import tarfile
import threading
import time
from pathlib import Path

import pytest

from fullautoci.config.environment import DockerSection
from fullautoci.environments.containers import (
    ContainerEnvironment,
    context,
    described,
    engine,
    hijack,
    leftovers,
    sockets,
)
from fullautoci.environments.containers.cgroup import Cgroup
from fullautoci.environments.containers.errors import EngineError, engine_error
from fullautoci.environments.containers.frames import Frames
from fullautoci.environments.containers.opening import Opening
from fullautoci.environments.containers.ownership import hand_over
from fullautoci.errors import PreparationError
from tests.support.parts import lacking

pytest.importorskip("docker", reason="fullautoci[docker] is not installed")


class Kept:
    """A sink that keeps."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data


def frame(kind: int, data: bytes) -> bytes:
    return bytes([kind, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


@pytest.mark.parametrize("step", [1, 3, 8, 9, 1000])
def test_frames_come_in_any_pieces(step: int) -> None:
    kept = Kept()
    frames = Frames(kept)
    stream = frame(1, b"out\n") + frame(2, b"") + frame(2, b"err\n" * 50) + frame(1, b"end")
    for at in range(0, len(stream), step):
        frames.feed(stream[at : at + step])
    assert kept.data == b"out\n" + b"err\n" * 50 + b"end"


def test_what_is_no_frame_is_told() -> None:
    with pytest.raises(EngineError, match="no program's output"):
        Frames(Kept()).feed(b"HTTP/1.1 500 or whatever")


@pytest.mark.parametrize(
    ("pieces", "passed_on", "missing"),
    [
        ([b"word\n"], b"", True), ([b"wo", b"rd\n"], b"", True), ([b"wonder"], b"wonder", False),
        ([b"w", b"o", b"x", b"yz"], b"woxyz", False), ([b"word\nmore"], b"word\nmore", False),
        ([b"wor"], b"wor", False),
        ([], b"", False),
    ],
)  # fmt: skip
def test_the_word_for_a_missing_program(pieces: list[bytes], passed_on: bytes, missing: bool) -> None:
    kept = Kept()
    opening = Opening(kept, b"word\n")
    for piece in pieces:
        opening.write(piece)
    opening.close()
    assert (kept.data, opening.missing) == (passed_on, missing)


def served(folder: Path, answer: bytes, delay: float = 0.0) -> str:
    """The path of a socket at which one request is answered so."""
    path = str(folder / "s")
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(path)
    server.listen(1)

    def serve() -> None:
        connection, _ = server.accept()
        with server, connection:
            connection.recv(65536)
            time.sleep(delay)
            with contextlib.suppress(OSError):  # who asked has heard enough
                connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return path


def test_nothing_is_lost_that_comes_with_the_head(short_tmp: Path) -> None:
    path = served(short_tmp, b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\n\r\n" + frame(1, b"early"))
    connection, rest = hijack.opened(path, "/v1.41/exec/x/start", {})
    connection.close()
    assert rest == frame(1, b"early")


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 409 Conflict\r\n\r\n{}", b"x" * 99999])
def test_a_refusal_is_an_error(short_tmp: Path, answer: bytes) -> None:
    with pytest.raises(EngineError):
        hijack.opened(served(short_tmp, answer), "/x", {}, timeout=5)


def test_what_counts_as_gone() -> None:
    assert engine_error("x", status=404).is_gone
    assert engine_error("container x does not exist in database: no such container", status=500).is_gone
    assert not engine_error("no such file", status=500).is_gone
    assert not engine_error("no such container").is_gone


def environ(path: Path | str) -> dict[str, str]:
    return {"DOCKER_HOST": f"unix://{path}"}


def test_what_troubles_an_engine_that_is_not_there(short_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    with pytest.raises(PreparationError, match="is missing") as missing:
        engine.find("auto", environ(short_tmp / "none"))
    assert "install and start Docker" in missing.value.hint
    (short_tmp / "file").touch()
    with pytest.raises(PreparationError, match="is no socket"):
        engine.find("auto", environ(short_tmp / "file"))
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(short_tmp / "left"))
    left.close()
    with pytest.raises(PreparationError, match=r"no container engine answers at .*refused"):
        engine.find("auto", environ(short_tmp / "left"))
    with pytest.raises(PreparationError, match="DOCKER_HOST is tcp"):
        engine.find("auto", {"DOCKER_HOST": "tcp://127.0.0.1:1"})
    monkeypatch.setenv("DOCKER_HOST", f"unix://{short_tmp}/none")
    assert "is missing" in ContainerEnvironment().trouble()[0]
    assert time.monotonic() - began < 2


def test_an_engine_that_hangs_is_told_within_a_second(short_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{served(short_tmp, b'', delay=30)}")
    began = time.monotonic()
    assert "timed out" in ContainerEnvironment().trouble()[0]
    assert time.monotonic() - began < 1.0


def test_a_socket_that_may_not_be_used(short_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: str, timeout: float) -> None:
        raise PermissionError(13, "Permission denied")

    (server := socket.socket(socket.AF_UNIX)).bind(str(short_tmp / "s"))
    monkeypatch.setattr(hijack, "ping", forbidden)
    with pytest.raises(PreparationError, match="permission denied") as error:
        engine.find("auto", environ(short_tmp / "s"))
    assert "group docker" in error.value.hint
    server.close()


def test_a_machine_without_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.importlib.util, "find_spec", lambda name: None)
    assert ContainerEnvironment().trouble()[1].startswith("pip install 'fullautoci[docker]'")

    def lacking_module(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(engine.importlib, "import_module", lacking_module)
    with pytest.raises(PreparationError, match="not installed"):
        engine.find()


def test_sockets_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def check(path: str) -> None:
        asked.append(path)
        raise sockets.MissingError(path)

    monkeypatch.setattr(sockets, "check", check)
    for choice in ("auto", "docker", "podman"):
        with pytest.raises(PreparationError):
            engine.find(choice, {"XDG_RUNTIME_DIR": "/run/x"})
        asked.append("")
    docker, podman = (
        ["/var/run/docker.sock", "/run/x/docker.sock"],
        ["/run/x/podman/podman.sock", "/run/podman/podman.sock"],
    )
    assert asked == [*docker, *podman, "", *docker, "", *podman, ""]


def files_of(made: context.Context) -> dict[str, tarfile.TarInfo]:
    buffer = io.BytesIO()
    made.write(buffer)
    buffer.seek(0)
    with tarfile.open(fileobj=buffer) as archive:
        return {one.name: one for one in archive.getmembers()}


def blobs(top: Path) -> dict[str, str]:
    """Every file of a folder, with a hash of its own."""
    found = [path for path in top.rglob("*") if path.is_symlink() or path.is_file()]
    return {str(path.relative_to(top)): path.name for path in found}


def test_a_context_has_what_is_committed_and_not_ignored(tmp_path: Path) -> None:
    for name in ("Dockerfile", "a.py", "docs/b.md", "docs/keep.md", "src/deep/c.py", "secret.env", "run.sh"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "run.sh").chmod(0o700)
    (tmp_path / "out").symlink_to("/etc/hostname")
    (tmp_path / ".dockerignore").write_text("# all\n\ndocs\n!docs/keep.md\n**/*.env\nDockerfile\n")
    known = blobs(tmp_path)
    (tmp_path / "untracked").write_text("x")
    files = files_of(context.gathered(tmp_path, known, "Dockerfile"))
    assert sorted(files) == [".dockerignore", "Dockerfile", "a.py", "docs/keep.md", "out", "run.sh", "src/deep/c.py"]
    assert files["out"].issym()
    assert files["out"].linkname == "/etc/hostname"
    assert {one.mode for one in files.values() if one.isreg()} == {0o644, 0o755}
    assert all((one.uid, one.gid, one.mtime) == (0, 0, 0) for one in files.values())


def test_a_key_is_of_content_and_options(tmp_path: Path) -> None:
    for name in ("Dockerfile", "a.py", "b.py"):
        (tmp_path / name).write_text(name)

    def key(engine_name: str = "e", **options: object) -> str:
        section = DockerSection.model_validate(options)
        return context.gathered(tmp_path, blobs(tmp_path), section.file).key(section, engine_name)

    first = key()
    assert key() == first
    os.utime(tmp_path / "a.py", (1, 1))
    assert key(memory="1G") == first
    others = {key("f"), key(target="x"), key(arguments={"A": "1"}), key(arguments={"A": "2"})}
    (tmp_path / "a.py").chmod(0o755)
    others.add(key())
    (tmp_path / "c.py").touch()
    others.add(key())
    assert len(others | {first}) == 7


def test_dockerfiles_that_are_none(tmp_path: Path) -> None:
    top = tmp_path / "top"
    (top / "in").mkdir(parents=True)
    (tmp_path / "Dockerfile").write_text("FROM x\n")
    (top / "out").symlink_to("../Dockerfile")
    (top / "in/real").write_text("FROM x\n")
    (top / "inner").symlink_to("in/real")
    (top / "loop").symlink_to("loop")
    (top / "folder").symlink_to("..")
    known = blobs(top)
    for name, why in (
        ("none", "has no none"), ("out", "leads out"), ("loop", "has no loop"), ("folder/Dockerfile", "leads out"),
        ("in", "is no file"),
    ):  # fmt: skip
        with pytest.raises(PreparationError, match=why):
            context.gathered(top, known, name)
    assert context.gathered(top, known, "inner").dockerfile == "in/real"
    (top / "untracked").write_text("FROM x\n")
    with pytest.raises(PreparationError, match="no file of the commit's"):
        context.gathered(top, known, "untracked")


def test_handing_over_follows_no_link(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        lacking("root", "only root gives files away")
    outside = tmp_path / "outside"
    outside.write_text("mine")
    (tmp_path / "outer").mkdir()
    top = tmp_path / "top"
    (top / "a/b").mkdir(parents=True)
    (top / "a/f").touch()
    (top / "link").symlink_to(outside)
    (top / "dirlink").symlink_to(tmp_path / "outer")
    (top / "dangling").symlink_to("/nowhere")
    assert hand_over(top, 65534, 65534) == 7
    assert hand_over(top, 65534, 65534) == 0
    assert {path.lstat().st_uid for path in [top, *top.rglob("*")]} == {65534}
    assert (outside.stat().st_uid, (tmp_path / "outer").stat().st_uid) == (0, 0)


def cgroup(tmp_path: Path, lines: str, files: dict[str, str]) -> Cgroup | None:
    (tmp_path / "proc/7").mkdir(parents=True)
    (tmp_path / "proc/7/cgroup").write_text(lines)
    for name, text in files.items():
        path = tmp_path / "fs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Cgroup.of(7, tmp_path / "proc", tmp_path / "fs")


def test_cgroups_of_version_1(tmp_path: Path) -> None:
    found = cgroup(tmp_path, "4:memory:/docker/x\n8:pids:/docker/x\n2:cpu,cpuacct:/docker/x\n0::/docker/x\n", {
        "memory/docker/x/memory.limit_in_bytes": "1000\n",
        "memory/docker/memory.limit_in_bytes": "9223372036854771712\n",
        "memory/docker/x/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
        "pids/docker/x/pids.max": "64\n", "pids/docker/pids.max": "max\n",
        "cpu,cpuacct/docker/x/cpu.cfs_quota_us": "50000\n", "cpu,cpuacct/docker/x/cpu.cfs_period_us": "100000\n",
    })  # fmt: skip
    assert found is not None
    assert (found.memory(), found.processes(), found.cpus(), found.killed()) == (1000, 64, 0.5, 3)


def test_cgroups_of_version_2_with_limits_above(tmp_path: Path) -> None:
    found = cgroup(tmp_path, "0::/user.slice/pod.scope/container\n", {
        "user.slice/pod.scope/memory.max": "1000\n", "user.slice/pod.scope/container/memory.max": "max\n",
        "user.slice/pod.scope/container/memory.events": "low 0\nhigh 0\nmax 4\noom 2\noom_kill 2\n",
        "user.slice/pod.scope/pids.max": "64\n", "user.slice/pids.max": "max\n",
        "user.slice/pod.scope/cpu.max": "200000 100000\n", "user.slice/cpu.max": "max 100000\n",
    })  # fmt: skip
    assert found is not None
    assert (found.version, found.memory(), found.processes(), found.cpus(), found.killed()) == (2, 1000, 64, 2.0, 2)


def test_cgroups_without_limits(tmp_path: Path) -> None:
    found = cgroup(
        tmp_path, "8:pids:/\n4:memory:/\n1:cpu:/\n0::/\n", {"memory/memory.limit_in_bytes": f"{2**63 - 4096}\n"}
    )
    assert found is not None
    assert (found.memory(), found.processes(), found.cpus(), found.killed()) == (None, None, None, 0)
    assert Cgroup.of(0) is None
    assert Cgroup.of(8, tmp_path / "proc", tmp_path / "fs") is None


@pytest.mark.parametrize(
    "answer",
    [b"", b"[]", b"{}", b'["/p", "C", "3"]', b'["/p", "C", "3", {"a": 1}]', b'["p", "C", "3", {}]', b"\xff",
     b"[1,2,3,{}]", b'["/p", "C", "3", []]', json.dumps(["/p", "C", "3", {"a": "1" * 2000}]).encode()],
)  # fmt: skip
def test_what_an_interpreter_says_is_not_believed(answer: bytes) -> None:
    with pytest.raises(PreparationError, match="does not say"):
        described.read(answer)


def test_what_an_interpreter_says() -> None:
    found = described.read(b'noise\n["/usr/bin/python3", "CPython", "3.11.2", {"pytest": "8.0", "a": "1"}]\n')
    assert (found.python, found.interpreter) == ("/usr/bin/python3", "CPython 3.11.2")
    assert found.versions == {"a": "1", "pytest": "8.0"}


def test_workers_are_told_apart() -> None:
    assert leftovers.alive(leftovers.worker())
    assert not leftovers.alive(f"{os.getpid()}-12345")
    for name in ("", "x", "0-", "999999999-1", "1"):
        assert not leftovers.alive(name)
