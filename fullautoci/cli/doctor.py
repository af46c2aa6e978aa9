"""`doctor`: what is wrong, and what to do."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click

from fullautoci import __version__, spool
from fullautoci.cli.here import Here
from fullautoci.cli.output import console, json_option, print_json, safe
from fullautoci.errors import FullAutoCIError, UsageError

LOW_DISK = 1024**3
STYLES = {"ok": "green", "warning": "yellow", "problem": "red"}


@dataclass(frozen=True)
class Row:
    """One thing that was looked at: `ok`, `warning` or `problem`, what was found, and what to do."""

    what: str
    state: str
    found: str
    hint: str = ""


@click.command("doctor")
@json_option
def doctor_command(as_json: bool) -> None:
    """Look at everything that has to work, and say what to do about what does not. Exit code 1: a problem."""
    rows = list(_rows(Here()))
    if as_json:
        print_json([asdict(row) for row in rows])
    else:
        out = console()
        for row in rows:
            out.print(f"[{STYLES[row.state]}]{row.state:8}[/] {row.what:12} {safe(row.found, 500)}")
            if row.hint and row.state != "ok":
                out.print(f"{'':22}{safe(row.hint, 500)}")
    sys.exit(any(row.state == "problem" for row in rows))


def _rows(here: Here) -> Iterator[Row]:
    yield _git()
    yield _sqlite()
    yield _uv()
    yield _disk(here)
    yield _daemon(here)
    yield _spool(here)
    yield _hooks(here)


def _git() -> Row:
    from pathlib import Path

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


def _disk(here: Here) -> Row:
    folder = here.paths.state
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    found = f"{free / 1024**3:.1f} GiB free at {here.paths.state}"
    return Row("disk", "ok" if free > LOW_DISK else "problem", found, "make room: nothing is accepted on a full disk")


def _daemon(here: Here) -> Row:
    try:
        info = here.api().status()
    except FullAutoCIError as error:
        return Row("daemon", "problem", error.message, error.hint)
    if info["version"] != __version__:
        return Row("daemon", "warning", f"it is of version {info['version']}", "'fullautoci daemon restart'")
    mode = here.paths.socket.stat().st_mode & 0o777
    if mode != 0o600:
        return Row("daemon", "problem", f"its socket has the mode {mode:o}", "'fullautoci daemon restart'")
    return Row("daemon", "ok", f"process {info['pid']}, {info['url']}, {info['workers']} workers")


def _spool(here: Here) -> Row:
    waiting = len(spool.waiting(here.paths.spool))
    rejected = list(here.paths.rejected.iterdir()) if here.paths.rejected.is_dir() else []
    if rejected:
        return Row(
            "spool", "warning", f"{len(rejected)} files were no events", f"look at them in {here.paths.rejected}"
        )
    return Row("spool", "ok", f"{waiting} events wait")


def _hooks(here: Here) -> Row:
    from fullautoci.cli.hooks import probe
    from fullautoci.vcs.git import hooks

    try:
        location = here.location()
    except UsageError:
        return Row("hooks", "ok", "you stand in no repository")
    try:
        bad = hooks.problems(location, here.paths)
        if bad:
            return Row("hooks", "warning", ", ".join(bad), "'fullautoci hooks status --repair'; the scan finds commits")
        return Row("hooks", "ok", f"a test event {probe(here, location, hooks.NAMES[location.kind][0])}")
    except FullAutoCIError as error:
        return Row("hooks", "problem", error.message, error.hint)
