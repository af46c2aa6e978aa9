"""The machine: programs, libraries, room."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fullautoci import room
from fullautoci.cli.checks.row import Row
from fullautoci.errors import FullAutoCIError
from fullautoci.paths import Paths

LOW_DISK = 1024**3
LOW_FILES = 10_000


def rows(paths: Paths) -> Iterator[Row]:
    """Everything outside of us that has to work."""
    yield _git()
    yield _sqlite()
    yield _uv()
    yield _sandbox()
    yield _nix()
    yield _containers()
    yield from _room(paths)


def _git() -> Row:
    from fullautoci.vcs.git.command import Git

    try:
        version = Git(Path("/dev/null"))("--version").decode().strip()
    except FullAutoCIError as error:
        return Row("git", "problem", error.message, error.hint)
    return Row("git", "ok", version)


def _sqlite() -> Row:
    from fullautoci.store.database import wal_is_sound

    version, sound = wal_is_sound()
    found = f"SQLite {version}"
    return Row("sqlite", "ok", found if sound else f"{found}: has the WAL fault; only the daemon's one thread writes")


def _uv() -> Row:
    from fullautoci.environments.installer import uv_program

    program = uv_program()
    if program is None:
        hint = "pip install 'fullautoci[uv]': environments are built several times faster"
        return Row("uv", "warning", "not installed; environments are built with venv and pip", hint)
    return Row("uv", "ok", program)


def _sandbox() -> Row:
    from fullautoci import pidspace, process, sandbox

    program = shutil.which("bwrap")
    alone = "'sandbox: on' in config.yml hides the rest of the machine from jobs, too"
    if program is None:
        left = "what a job detaches may outlive a daemon that is killed (SIGKILL)"
        seen = "jobs run with your own rights and see the service's own files: test what you trust"
        return Row("sandbox", "ok", f"bubblewrap is not installed: {left}; {seen}")
    try:
        tried = process.run([program, *pidspace.OPTIONS, "true"], timeout=10)
    except (OSError, TimeoutError) as error:
        return Row("sandbox", "warning", f"{program} does not start: {error}", "reinstall bubblewrap")
    if tried.returncode:
        said = tried.stderr.decode(errors="replace").strip() or f"it ended with {tried.returncode}"
        return Row("sandbox", "warning", f"bubblewrap does not work: {said}", "allow unprivileged user namespaces")
    if not sandbox.works():
        return Row("sandbox", "ok", "bubblewrap keeps jobs from our own folders; 'sandbox: on' would not work here")
    return Row("sandbox", "ok", f"bubblewrap works: it keeps jobs from our own folders and processes; {alone}")


def _nix() -> Row:
    from fullautoci import process
    from fullautoci.environments.nix import advisories, program

    found = program.find()
    if found is None:
        return Row("nix", "ok", "not installed; only commits with 'environment: nix' need it")
    try:
        answer = process.run([found, "--version"], timeout=20)
    except (OSError, TimeoutError) as error:
        return Row("nix", "warning", f"{found} does not start: {error}", "reinstall it, or use 'environment: venv'")
    said = answer.stdout.decode(errors="replace").strip()
    version = advisories.version(said)
    if answer.returncode or version is None:
        return Row("nix", "warning", f"{found} does not say which version it is: {said}", "reinstall it")
    known = advisories.advice(version)
    if known:
        return Row("nix", "warning", f"{said}: {known}", "who may use the daemon could become root")
    if program.setting("sandbox", dict(os.environ)) == "false":
        hint = "'sandbox = true' in nix.conf keeps what it builds from the rest of the machine"
        return Row("nix", "warning", f"{said}: its own sandbox is off, and a commit says what it builds", hint)
    return Row("nix", "ok", said)


def _containers() -> Row:
    from fullautoci.environments import KINDS

    trouble, hint = KINDS["docker"].trouble()
    if trouble:
        return Row("containers", "ok", f"{trouble} ({hint}); only commits with 'environment: docker' need one")
    return Row("containers", "ok", "an engine answers")


def _room(paths: Paths) -> Iterator[Row]:
    """Room and permission to write, once for each file system."""
    seen: set[int] = set()
    ours = (paths.state, paths.cache, paths.spool, paths.logs, paths.mirrors, paths.slots, paths.environments)
    for folder in (*ours, Path(tempfile.gettempdir())):
        there = next(one for one in (folder, *folder.parents) if one.exists())
        device = there.stat().st_dev
        if device not in seen:
            seen.add(device)
            yield _room_at(there, folder)


def _room_at(there: Path, folder: Path) -> Row:
    hint = "make room: nothing is accepted on a full disk"
    counted = os.statvfs(there)
    free, files = counted.f_bavail * counted.f_frsize, counted.f_favail
    found = f"{free / 1024**3:.1f} GiB free at {folder}"
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"x")
            file.flush()
    except OSError as error:
        return Row("disk", "problem", f"{folder} cannot be written to: {error.strerror}", hint)
    if free < room.SHORT:
        return Row("disk", "problem", f"hardly any room is left at {folder}: {free // 1024} kB", hint)
    if counted.f_files and files < LOW_FILES:
        return Row("disk", "problem", f"{found}, but room for only {files} more files", hint)
    return Row("disk", "ok" if free > LOW_DISK else "problem", found, hint)
