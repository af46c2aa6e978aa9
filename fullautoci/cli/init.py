"""`init` and `deinit`: the one thing to type, and how to take it back."""

import sys
from pathlib import Path

import click

from fullautoci import spool
from fullautoci.cli.here import Here
from fullautoci.cli.output import note
from fullautoci.errors import DaemonDownError, FullAutoCIError, NotFoundError, UsageError
from fullautoci.model import Event, RefUpdate
from fullautoci.vcs.base import Location

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("init")
@click.argument("path", type=FOLDER, default=".")
@click.option("--bare", is_flag=True, help="The repository must be bare: its post-receive hook is used.")
@click.option("--wait", is_flag=True, help="Wait for the results of HEAD, and print them.")
@click.option("--no-start", is_flag=True, help="Start no daemon; the registration waits for one.")
@click.option("--autostart/--no-autostart", default=None, help="Start the daemon at login too; default: ask.")
def init_command(path: Path, bare: bool, wait: bool, no_start: bool, autostart: bool | None) -> None:
    """Watch the repository at PATH: put the hooks in, start the daemon, and test HEAD."""
    here = Here(path)
    location = here.location()
    if bare and location.kind != "bare":
        raise UsageError(f"{location.worktree} is no bare repository", "leave out --bare")
    paths = here.paths.create()
    head = _head(here)
    if no_start:
        _spool(here, "register", location, head)
        _tell(here, head)
        _install_hooks(here, location)
        note("registered; 'fullautoci daemon start' begins testing")
        return
    from fullautoci.daemon.start import start

    info, started = start(paths)
    if started:
        note(f"started the daemon (process {info['pid']})")
    client = here.api()
    view = client.register(location.worktree or location.git_dir)
    _install_hooks(here, location)
    if head is None:
        note(f"watching {view['name']}; it has no commits yet, the first will be tested")
        return
    _tell(here, head)
    runs = client.trigger(view["id"], {"revisions": [head]})
    note(f"watching {view['name']}: {head[:10]} is run {runs[0]}, and every commit from now on is tested")
    note("'fullautoci status' tells how it goes, 'fullautoci results' what came of it, 'fullautoci dashboard' shows it")
    _offer_autostart(here, autostart)
    if wait:
        from fullautoci.cli.results import show
        from fullautoci.cli.wait import follow

        show(client, follow(client, runs[0], None))


@click.command("deinit")
@click.argument("path", type=FOLDER, default=".")
def deinit_command(path: Path) -> None:
    """Stop watching the repository at PATH, and put its hooks back byte for byte; its results are kept."""
    from fullautoci.vcs.git import hooks

    here = Here(path)
    location = here.location()
    removed = hooks.uninstall(location)
    note(f"took out {', '.join(removed)}" if removed else "there were no hooks of ours")
    try:
        client = here.api()
        client.unregister(here.repository(client)["id"])
    except NotFoundError:
        note("it was not registered")
    except DaemonDownError:
        _spool(here, "unregister", location, None)
        note("the daemon is told at its next start")


def _tell(here: Here, head: str | None) -> None:
    if head is not None:
        from fullautoci.cli.forecast import forecast

        for line in forecast(here, head):
            note(line)


def _offer_autostart(here: Here, wanted: bool | None) -> None:
    """Start the daemon at login, if wanted; on a terminal, ask."""
    from fullautoci.daemon import autostart

    if wanted is False or autostart.is_installed(here.paths):
        return
    if wanted is None:
        asked = sys.stdin.isatty() and sys.stderr.isatty() and not autostart.why_not()
        if not asked or not click.confirm("Start the daemon at login too?", default=False, err=True):
            note("after a restart of this machine: 'fullautoci daemon start' ('daemon install' does that at login)")
            return
    try:
        note(f"the daemon is started at login: {autostart.install(here.paths).path}")
    except FullAutoCIError as error:
        note(f"{error.message}; {error.hint}")


def _head(here: Here) -> str | None:
    try:
        return here.resolve("HEAD")
    except UsageError:
        return None


def _install_hooks(here: Here, location: Location) -> None:
    from fullautoci.vcs.git import hooks

    try:
        found = hooks.install(location, here.paths)
    except FullAutoCIError as error:
        note(f"no hooks were installed: {error.message}\n  {error.hint}")
        return
    chained = [hook.name for hook in found if hook.chained]
    if chained:
        note(f"kept your own {', '.join(chained)}: it runs after ours")


def _spool(here: Here, source: str, location: Location, head: str | None) -> None:
    path = location.worktree if location.worktree and source == "register" else location.git_dir
    updates = (RefUpdate("HEAD", None, head),) if head else ()
    try:
        spool.write(here.paths.create().spool, Event(spool.new_id(), source, str(path), updates))
    except OSError as error:
        raise FullAutoCIError(f"the registration could not be written: {error}") from error
