"""Containers of real engines: Docker, Podman, and Podman without root."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fullautoci.environments.containers import engine as engines
from fullautoci.environments.containers import leftovers, limits
from fullautoci.environments.containers.container import Container
from fullautoci.environments.containers.described import asked
from fullautoci.environments.containers.spec import NOBODY, Shown, Spec
from fullautoci.environments.containers.stream import ContainerStream
from fullautoci.environments.containers.warm import Warm
from fullautoci.errors import PreparationError
from fullautoci.model import Limits
from fullautoci.process import Ended
from tests.support.engines import IMAGE, KINDS, SMALL, Running
from tests.support.parts import lacking
from tests.support.patience import until

pytest_plugins = ["tests.support.engine_fixtures"]
pytest.importorskip("docker", reason="fullautoci[docker] is not installed")

MB = 1024 * 1024


class Kept:
    """A sink that keeps what comes, and when."""

    def __init__(self) -> None:
        self.data = b""
        self.times: list[float] = []

    def write(self, data: bytes) -> None:
        self.data += data
        self.times.append(time.monotonic())


class Asked:
    """An interrupt that is asked for by writing."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()

    def fileno(self) -> int:
        return self._read

    def ask(self) -> None:
        os.write(self._write, b"x")

    def requested(self) -> bool:
        return bool(os.read(self._read, 1))


class Bench:
    """One engine, one folder that containers see, and how a program is run there."""

    def __init__(self, running: Running, folder: Path) -> None:
        self.running = running
        self.engine = engines.find("auto", {"DOCKER_HOST": running.host})
        self.user = (running.user, running.user) if running.user else (NOBODY, NOBODY)
        self.folder = folder
        os.chown(folder, *self.user)
        self._api = self.engine.client()
        self.made: list[Container] = []

    def spec(self, image: str = SMALL, **other: Any) -> Spec:
        found = str(self._api.inspect_image(image)["Id"])
        shown = (Shown.of(self.folder, writable=True),)
        values: dict[str, Any] = {
            "network": False, "memory": 128 * MB, "processes": 40, "cpus": None, "temporary": 16 * MB, **other,
        }  # fmt: skip
        return Spec(self.engine, found, shown, user=self.user, home="unit", **values)

    def container(self, image: str = SMALL, **other: Any) -> Container:
        self.made.append(Container.made(self.spec(image, **other)))
        return self.made[-1]

    def run(self, container: Container, *argv: str, kept: Kept | None = None, **other: Any) -> Ended:
        env = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "A": "é b"}
        values: dict[str, Any] = {"timeout": 30, **other}
        return ContainerStream(container)(argv, cwd=self.folder, env=env, sink=kept or Kept(), **values)

    def said(self, container: Container, *argv: str) -> str:
        kept = Kept()
        self.run(container, *argv, kept=kept)
        return kept.data.decode()

    def close(self) -> None:
        for container in self.made:
            container.remove()
        self._api.close()


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest, short_tmp: Path) -> Iterator[Bench]:
    """Each engine."""
    running: Running = request.getfixturevalue(request.param)
    short_tmp.chmod(0o755)
    (short_tmp / "work").mkdir()
    made = Bench(running, short_tmp / "work")
    yield made
    made.close()


def test_a_program_as_on_this_machine(bench: Bench) -> None:
    container = bench.container()
    kept = Kept()
    script = "echo out; echo err >&2; echo $A; pwd; cat; exit 7"
    ended = bench.run(container, "sh", "-c", script, kept=kept)
    assert (ended.returncode, ended.why) == (7, "exit")
    assert sorted(kept.data.decode().splitlines()) == sorted(["out", "err", "é b", str(bench.folder)])
    assert bench.run(container, "sh", "-c", "kill -9 $$").returncode == 137
    with pytest.raises(FileNotFoundError):
        bench.run(container, "no-such-program")
    (bench.folder / "data").touch()
    assert bench.run(container, "./data").returncode == 126
    big = Kept()
    bench.run(container, "dd", "if=/dev/zero", "bs=1M", "count=4", kept=big)
    assert big.data.count(b"\0") == 4 * MB


def test_output_comes_as_it_is_written(bench: Bench) -> None:
    container = bench.container()
    kept = Kept()
    bench.run(container, "sh", "-c", "echo 1; sleep 0.7; echo 2", kept=kept)
    assert kept.data == b"1\n2\n"
    assert kept.times[-1] - kept.times[0] > 0.4


def test_nothing_outlives_a_program(bench: Bench) -> None:
    container = bench.container()
    bench.run(container, "sh", "-c", "(setsid sleep 300 >/dev/null 2>&1 &); (sh -c 'sleep 300 &' &); sleep 0.2")
    seen = bench.said(container, "ps")
    assert "sleep 300" not in seen
    assert "[sleep]" not in seen or "python" not in seen


def test_orphans_are_reaped(bench: Bench) -> None:
    if not any(
        IMAGE in line for line in bench.running.command("images", "--format", "{{.Repository}}:{{.Tag}}").split()
    ):
        lacking(bench.running.name, "there is no image with Python")
    container = bench.container(IMAGE)
    wait = "n=0; while ps | grep -q '[s]leep 0.05\\|[[]sleep]' && [ $n -lt 50 ]; do n=$((n+1)); sleep 0.1; done; ps"
    seen = bench.said(container, "sh", "-c", f"for i in 1 2 3; do sh -c '(sleep 0.05 &)'; done; {wait}")
    assert "[sleep]" not in seen, seen


def test_what_can_be_done_inside(bench: Bench) -> None:
    container = bench.container()
    (bench.folder / "in").write_text("given")
    os.chown(container.exchange, *bench.user)
    script = (
        # In one stream: what a program says on two comes in either order.
        "exec 2>&1; cat in; echo; echo made >out; touch /x; touch /etc/x; id -u; id -g; touch /tmp/t && echo TMP; "
        f"echo ok >{container.exchange}/reports-of-mine; grep CapEff /proc/self/status; "
        "grep NoNewPrivs /proc/self/status; ip link; cat /proc/1/environ | tr '\\0' ' '"
    )
    seen = bench.said(container, "sh", "-c", script)
    assert seen.count("Read-only file system") == 2, seen
    for wanted in (
        "given",
        f"\n{bench.user[0]}\n{bench.user[1]}\nTMP\n",
        "CapEff:\t0000000000000000",
        "NoNewPrivs:\t1",
    ):
        assert wanted in seen, seen
    assert "eth0" not in seen
    assert (bench.folder / "out").read_text() == "made\n"
    assert (bench.folder / "out").stat().st_uid == bench.user[0]
    assert (container.exchange / "reports-of-mine").read_text() == "ok\n"


def test_a_network_only_where_it_is_asked_for(bench: Bench) -> None:
    def interfaces(network: bool) -> set[str]:
        seen = bench.said(bench.container(network=network), "cat", "/proc/net/dev")
        return {line.split(":")[0].strip() for line in seen.splitlines() if ":" in line} - {"lo", "sit0", "tunl0"}

    mode = "{{.HostConfig.NetworkMode}}"  # the engines of these tests may have no network to give
    assert bench.running.command("inspect", "--format", mode, bench.container().id) == "none"
    assert not {one for one in interfaces(network=False) if one.startswith(("eth", "tap", "en"))}
    if bench.running.kind == "rootless":
        if not Path("/dev/net/tun").exists() or not Path("/dev/net/tun").stat().st_mode & 0o002:
            lacking("tun", "a network without root takes /dev/net/tun")
        assert {one for one in interfaces(network=True) if one.startswith(("eth", "tap"))}


@pytest.mark.parametrize("how", ["timeout", "interrupt"])
def test_an_end_from_outside_ends_all_of_it(bench: Bench, how: str) -> None:
    container = bench.container()
    script = "(setsid sh -c 'while :; do echo x >>late; sleep 0.02; done' &); echo begun; sleep 300"
    kept, interrupt = Kept(), Asked()
    if how == "interrupt":
        interrupt.ask()
    began = time.monotonic()
    ended = bench.run(
        container, "sh", "-c", script, kept=kept, interrupt=interrupt, timeout=1 if how == "timeout" else 60
    )
    assert ended.why == how
    assert time.monotonic() - began < 3
    size = (bench.folder / "late").stat().st_size if (bench.folder / "late").exists() else 0
    time.sleep(0.3)
    assert ((bench.folder / "late").stat().st_size if (bench.folder / "late").exists() else 0) == size
    with pytest.raises(PreparationError, match="ended before its program"):
        bench.run(container, "true")


def test_limits_are_claimed_only_where_they_hold(bench: Bench) -> None:
    container = bench.container(cpus=0.1)
    claimed = limits.described(container)
    fork = "i=0; while [ $i -lt 80 ]; do sleep 1 & i=$((i+1)); done; wait; echo all of them"
    unlimited = "all of them" in bench.said(container, "sh", "-c", fork)
    if bench.running.kind == "rootless" and bench.engine.cgroups == "1":
        assert claimed == "memory, processes and cpus are not limited: rootless on cgroups v1"
        assert unlimited
        return
    assert claimed == "memory, processes and cpus are limited"
    assert not unlimited
    assert bench.run(container, "sh", "-c", "dd if=/dev/zero of=/tmp/f bs=1M count=15; exit $?").why == "exit"
    loop = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; cat /proc/self/stat >/dev/null"
    bench.run(container, "sh", "-c", loop)
    throttled = (
        [path / "cpu.stat" for path in (container.cgroup.folders.get("cpu"),) if path] if container.cgroup else []
    )
    for path in throttled:
        words = path.read_text().split()
        assert int(words[words.index("nr_throttled") + 1]) > 0


def test_memory_that_ran_out(bench: Bench) -> None:
    container = bench.container(temporary=512 * MB)
    if "not limited" in limits.described(container):
        lacking(bench.running.kind, "memory is not limited here")
    hog = "x=$(head -c 300000000 /dev/zero | tr '\\0' 'x'); echo ${#x}"
    ended = bench.run(container, "sh", "-c", hog)
    assert (ended.why, ended.returncode) == ("memory", 137)
    assert bench.run(container, "true").why == "exit"
    # A file in memory cannot be freed by killing who wrote it.
    ended = bench.run(container, "dd", "if=/dev/zero", "of=/tmp/f", "bs=1M", "count=400")
    assert ended.why == "memory"


def test_the_bounds_of_each_process(bench: Bench) -> None:
    container = bench.container()
    ended = bench.run(
        container, "dd", "if=/dev/zero", "of=file", "bs=1M", "count=8", limits=Limits(file_size=2 * MB, contained=False)
    )
    assert ended.returncode != 0
    assert (bench.folder / "file").stat().st_size <= 2 * MB


def test_a_removed_container_is_told(bench: Bench) -> None:
    container = bench.container()
    bench.running.command("rm", "--force", container.id)
    with pytest.raises(PreparationError, match="somebody removed it"):
        bench.run(container, "true")


def test_leftovers_of_dead_workers_are_removed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    api = bench.engine.client()
    kept = bench.container()
    dead: list[str] = []
    for name in ("999999999-1", f"{os.getpid()}-1", ""):
        made = bench.running.command(
            "create", "--pull", "never", "--label", f"{leftovers.HOME}=unit", "--label", f"{leftovers.WORKER}={name}",
            SMALL, "sleep", "600",
        )  # fmt: skip
        dead.append(made.split()[-1])
    other = bench.running.command("create", "--pull", "never", "--label", f"{leftovers.HOME}=another", SMALL, "true")
    folder = leftovers.exchange_folder()
    orphan = folder.rename(folder.with_name(folder.name.replace(str(os.getpid()), "999999999")))
    assert leftovers.sweep(api, "unit") == 4
    api.close()
    left = bench.running.containers()
    assert kept.id in left
    assert other in left
    assert not set(dead) & set(left)
    assert not orphan.exists()
    assert kept.exchange.exists()
    bench.running.command("rm", other)


def test_a_process_that_is_killed_takes_its_container_with_it(bench: Bench) -> None:
    read, write = os.pipe()
    spec = bench.spec()
    pid = os.fork()
    if pid == 0:
        container = Container.made(spec)
        os.write(write, container.id.encode())
        time.sleep(60)
        os._exit(0)
    identifier = os.read(read, 100).decode()
    assert identifier in bench.running.containers()
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    until(lambda: identifier not in bench.running.containers(), 5, "the container's end")
    api = bench.engine.client()
    leftovers.sweep(api, "unit")
    api.close()


def test_the_next_one_is_warm_and_clean(bench: Bench) -> None:
    warm = Warm()
    first = bench.container()
    bench.run(first, "sh", "-c", "touch /tmp/left; (setsid sleep 300 &)")
    first.kill()
    warm.follow(first)
    assert warm.settled()
    assert not first.exchange.exists()
    second = warm.taken(first.spec)
    assert second is not None
    bench.made.append(second)
    assert second.id != first.id
    assert "left" not in bench.said(second, "ls", "-a", "/tmp")
    assert "sleep" not in bench.said(second, "ps").replace("sleep 0", "")
    assert warm.taken(first.spec) is None
    assert first.id not in bench.running.containers()


def test_a_warm_one_of_another_kind_is_not_used(bench: Bench) -> None:
    warm = Warm()
    for change in ("network", "folder", "gone"):
        first = bench.container()
        warm.follow(first)
        assert warm.settled()
        waiting = {*bench.running.containers()}
        assert waiting
        spec = first.spec
        if change == "network":
            spec = bench.spec(network=True)
        elif change == "folder":
            bench.folder.rename(bench.folder.with_name("aside"))
            bench.folder.mkdir()
            os.chown(bench.folder, *bench.user)
            spec = bench.spec()
        else:
            for one in waiting:
                bench.running.command("rm", "--force", one)
        assert warm.taken(spec) is None, change
        assert until(lambda: not bench.running.containers(), 5)


def test_a_warm_one_goes_when_nobody_takes_it(bench: Bench) -> None:
    warm = Warm(idle_s=0.3)
    warm.follow(bench.container())
    warm.settled()
    until(lambda: not bench.running.containers(), 60, "its end")


def test_what_an_image_has(bench: Bench) -> None:
    assert asked(bench.spec()).python == ""
    if "python" not in bench.running.command("images", "--format", "{{.Tag}}"):
        lacking(bench.running.name, "there is no image with Python")
    found = asked(bench.spec(IMAGE))
    assert found.python == "/usr/bin/python3"
    assert found.interpreter.startswith("CPython 3.")
    assert found.versions
    assert {"pylint", "coverage", "pytest"} <= set(found.versions)
    until(lambda: not bench.running.containers(), 5, "the end of those that were asked")


def test_an_engine_by_what_it_is(bench: Bench) -> None:
    wanted = {"docker": "docker ", "podman": "podman ", "rootless": "podman "}[bench.running.kind]
    assert bench.engine.name.startswith(wanted)
    assert bench.engine.name.endswith(", rootless") == (bench.running.kind == "rootless")
    other = "podman" if bench.engine.kind == "docker" else "docker"
    with pytest.raises(PreparationError, match=f"wants {other}"):
        engines.find(other, {"DOCKER_HOST": bench.running.host})
