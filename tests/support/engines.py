"""Real container engines for tests: Docker, Podman, and Podman without root, each in a folder of its own."""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.home import PROGRAM, Home
from tests.support.parts import lacking
from tests.support.patience import until

KINDS = ("docker", "podman", "rootless")
IMAGE = "localhost/fullautoci-test:python"
SMALL = "localhost/fullautoci-test:small"
UID = 4321
PYTHON = Path("/usr/bin/python3")
TOOLS = ("pylint", "coverage", "pytest")
APPLETS = (
    "sh cat chmod cp dd echo env false find grep head id ip kill ln ls mkdir mount mv nc ps rm sed setsid sleep sort "
    "stat tail test touch tr true uname wc wget"
).split()
# What wheels were linked with when these were not yet parts of libc.
LIBC = "libpthread.so.0 libdl.so.2 librt.so.1 libutil.so.1 libm.so.6 libresolv.so.2 libnss_files.so.2".split()
CONF = """\
[containers]
{ulimits}
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
exit_command_delay = 5
events_logger = "file"
"""
STORAGE = '[storage]\ndriver = "overlay"\ngraphroot = "{folder}/graph"\nrunroot = "{folder}/run"\n'
# A user of its own in a mount namespace, where /etc has a user more: the machine keeps its own files.
ROOTLESS = """\
set -e
cd {folder}
for name in passwd group subuid subgid; do mount --bind $PWD/$name /etc/$name; done
exec setpriv --reuid {uid} --regid {uid} --clear-groups env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin HOME=$PWD/home \
  XDG_RUNTIME_DIR=$PWD/xdg CONTAINERS_CONF=$PWD/containers.conf CONTAINERS_STORAGE_CONF=$PWD/storage.conf "$@"
"""


@dataclass
class Running:
    """An engine that runs.

    Attributes:
        kind: `docker`, `podman`, or `rootless`: Podman of a user without rights.
        user: that user; 0 for root.
    """

    kind: str
    folder: Path
    user: int
    process: "subprocess.Popen[bytes]"

    @property
    def host(self) -> str:
        """What DOCKER_HOST is for it."""
        return f"unix://{self.folder}/engine.sock"

    @property
    def name(self) -> str:
        """Whose it is."""
        return "docker" if self.kind == "docker" else "podman"

    def start(self) -> None:
        """Start it, with what it had before."""
        self.process = _started(self.kind, self.folder)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Stop it, or kill it."""
        if self.process.poll() is None:
            if self.kind == "docker":
                self.process.send_signal(number)  # it ends its own helpers, and needs them for that
            else:
                os.killpg(self.process.pid, number)
            try:
                self.process.wait(20 if self.kind == "docker" else 2)
            except subprocess.TimeoutExpired:  # podman waits for connections that nobody speaks on
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(20)
        pause = self.folder / "xdg/libpod/tmp/pause.pid"
        if pause.exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pause.read_text()), signal.SIGKILL)

    def command(self, *arguments: str, stdin: bytes = b"") -> str:
        """Speak to it through the `docker` command; what that says."""
        done = subprocess.run(
            ["docker", *arguments], env={**os.environ, "DOCKER_HOST": self.host}, input=stdin, capture_output=True,
            timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout.decode(errors="replace").strip()

    def containers(self) -> list[str]:
        """All containers, those that ended included."""
        return self.command("ps", "--all", "--quiet", "--no-trunc").split()


@contextlib.contextmanager
def running(kind: str, image: Path | None, small: Path) -> Iterator[Running]:
    """An engine with images made for tests; skips the test where there can be none."""
    _check(kind)
    folder = Path(tempfile.mkdtemp(prefix=f"fac-{kind}-"))
    folder.chmod(0o755)
    try:
        _write(kind, folder)
        engine = Running(kind, folder, UID if kind == "rootless" else 0, _started(kind, folder))
        try:
            for name, tar in ((IMAGE, image), (SMALL, small)):
                if tar is not None:
                    engine.command("import", "--change", 'CMD ["sh"]', str(tar), name)
            yield engine
        finally:
            with contextlib.suppress(AssertionError, OSError):
                for one in engine.containers():
                    subprocess.run(
                        ["docker", "rm", "--force", one], env={**os.environ, "DOCKER_HOST": engine.host}, timeout=60,
                        capture_output=True, check=False,
                    )  # fmt: skip
            engine.stop()
    finally:
        _removed(folder)


def _check(kind: str) -> None:
    name = "docker" if kind == "docker" else "podman"
    if os.geteuid() != 0:
        lacking(name, "the engine is started by hand, as root")
    wanted = ["docker", *(["dockerd"] if kind == "docker" else ["podman", "runc"])]
    wanted += ["newuidmap", "setpriv", "unshare"] if kind == "rootless" else []
    for program in wanted:
        if shutil.which(program) is None:
            lacking(name, f"{program} is not installed")
    if kind != "docker" and not Path("/etc/containers/policy.json").exists():
        lacking(name, "/etc/containers/policy.json is missing")


def _write(kind: str, folder: Path) -> None:
    ulimits = 'default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]' if kind == "podman" else ""
    (folder / "containers.conf").write_text(CONF.format(ulimits=ulimits))
    (folder / "storage.conf").write_text(STORAGE.format(folder=folder))
    if kind == "rootless":
        for name in ("home", "xdg"):
            (folder / name).mkdir(mode=0o700)
        for name in ("passwd", "group"):
            line = f"fac-test:x:{UID}:{UID}::{folder}/home:/bin/sh\n" if name == "passwd" else f"fac-test:x:{UID}:\n"
            (folder / name).write_text(Path("/etc", name).read_text() + line)
        for name in ("subuid", "subgid"):
            (folder / name).write_text("fac-test:300000:65536\n")
        for path in (folder, *folder.iterdir()):
            os.chown(path, UID, UID)


def _started(kind: str, folder: Path) -> "subprocess.Popen[bytes]":
    socket, env = folder / "engine.sock", dict(os.environ)
    socket.unlink(missing_ok=True)
    if kind == "docker":
        argv = ["dockerd", "--iptables=false", "--bridge=none", "--data-root", f"{folder}/root"]
        argv += ["--exec-root", f"{folder}/exec", "-H", f"unix://{socket}", "-p", f"{folder}/docker.pid"]
        (folder / "docker.pid").unlink(missing_ok=True)
    else:
        argv = ["podman", "system", "service", "-t", "0", f"unix://{socket}"]
        env |= {
            "CONTAINERS_CONF": f"{folder}/containers.conf", "CONTAINERS_STORAGE_CONF": f"{folder}/storage.conf",
        }  # fmt: skip
    if kind == "rootless":
        argv = ["unshare", "-m", "bash", "-c", ROOTLESS.format(folder=folder, uid=UID), "bash", *argv]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            argv, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )

    def answers() -> bool:
        assert process.poll() is None, (folder / "log").read_text(errors="replace")[-4000:]
        done = subprocess.run(
            ["docker", "version"], env={**os.environ, "DOCKER_HOST": f"unix://{socket}"}, capture_output=True,
            timeout=20, check=False,
        )  # fmt: skip
        return done.returncode == 0

    until(answers, 30, f"{kind} to answer")
    return process


def _removed(folder: Path) -> None:
    """Remove an engine's folder, what still runs for it, and what it has mounted there."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(
                str(folder) in word for word in process.cmdline()
            ):  # podman's helpers, which would write there again
                process.kill()
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for place in sorted((one for one in mounts if one.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", "--lazy", place], check=False, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


def made_images(place: Path) -> tuple[Path | None, Path]:
    """The images of the tests as tar archives: one with Python and the tools, and one with a shell alone.

    Made once a session, whoever asks first. Without the machine's own Python, or the package index, there is no first.
    """
    place.mkdir(parents=True, exist_ok=True)
    python, small = place / "python.tar", place / "small.tar"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not small.exists():
            if not Path("/bin/busybox").is_file():
                lacking("docker", "busybox is not installed")
            _packed(_root(place / "small"), small)
            root = _root(place / "python")
            if _with_python(root):
                _packed(root, python)
    return python if python.exists() else None, small


def _root(root: Path) -> Path:
    for name in ("usr/bin", "usr/lib", "usr/lib64", "tmp", "etc", "proc", "dev", "root"):
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    for name in ("bin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    (root / "sbin").symlink_to("usr/bin")
    shutil.copy("/bin/busybox", root / "usr/bin/busybox")
    for name in APPLETS:
        (root / "usr/bin" / name).symlink_to("busybox")
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    return root


def _with_python(root: Path) -> bool:
    """Put the machine's own Python into a root, with the tools; False where there is none."""
    if not PYTHON.exists():
        return False
    program = PYTHON.resolve()
    library = Path("/usr/lib", program.name)
    shutil.copy(program, root / "usr/bin" / program.name)
    (root / "usr/bin/python3").symlink_to(program.name)
    shutil.copytree(
        library, root / "usr/lib" / program.name, symlinks=True,
        ignore=shutil.ignore_patterns("test", "idlelib", "__pycache__", "ensurepip"),
    )  # fmt: skip
    (root / "usr/lib" / program.name / "EXTERNALLY-MANAGED").unlink(missing_ok=True)
    said = subprocess.run(["ldd", program, *library.rglob("*.so")], capture_output=True, text=True, check=False).stdout
    needed = {Path(found.rstrip(":")) for found in re.findall(r"(/\S*\.so\S*)", said)}
    needed |= {path.with_name(name) for path in needed if path.name == "libc.so.6" for name in LIBC}
    for path in sorted(needed):
        if path.is_relative_to(library) or not path.exists():
            continue
        target = root / ("usr" + str(path) if not str(path).startswith("/usr/") else str(path)[1:])
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path.resolve(), target)
    packages = root / "usr/local/lib" / program.name / "dist-packages"
    uv = Path(sys.executable).parent / "uv"
    install = [str(uv), "pip", "install", "--python", str(program)] if uv.exists() else [
        sys.executable, "-m", "pip", "install", "--python-version", program.name.removeprefix("python"),
        "--only-binary", ":all:",
    ]  # fmt: skip
    done = subprocess.run([*install, "--quiet", "--target", str(packages), *TOOLS], check=False, capture_output=True)
    return done.returncode == 0


def _packed(root: Path, target: Path) -> None:
    new = target.with_suffix(".new")
    subprocess.run(["tar", "--owner=0", "--group=0", "-C", str(root), "-cf", str(new), "."], check=True)
    new.rename(target)
    shutil.rmtree(root)


class UserHome(Home):
    """A home of the user without rights, whose daemon and commands run as that user.

    They may read whatever there is: the interpreter of these tests lies where only root can look.
    """

    AS_USER = (
        "setpriv", "--reuid", str(UID), "--regid", str(UID), "--clear-groups", "--inh-caps", "+dac_read_search",
        "--ambient-caps", "+dac_read_search", "--",
    )  # fmt: skip

    def run(self, *arguments: str, cwd: Path | None = None, timeout: float = 120) -> "subprocess.CompletedProcess[str]":
        """Run the `fullautoci` command as that user."""
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, UID, UID, follow_symlinks=False)
        return subprocess.run(
            [*self.AS_USER, str(PROGRAM), *arguments],
            cwd=cwd or self.folder, env=self.env, capture_output=True, text=True, errors="backslashreplace",
            timeout=timeout, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
