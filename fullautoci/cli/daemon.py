"""`daemon`: run, start, stop, restart, status, logs, install, uninstall."""

import click

from fullautoci.cli.output import json_option, note, print_json
from fullautoci.paths import Paths
from fullautoci.text import counted


@click.group("daemon")
def daemon_command() -> None:
    """The background service: one a user, or one a FULLAUTOCI_HOME."""


@daemon_command.command("run")
def run() -> None:
    """Be the daemon, in the foreground, until Ctrl-C or SIGTERM."""
    from fullautoci.daemon.main import run as run_daemon

    run_daemon(Paths.from_environment())


@daemon_command.command("start")
def start() -> None:
    """Start the daemon in the background, and wait until it answers."""
    from fullautoci.daemon.start import start as start_daemon

    info, started = start_daemon(Paths.from_environment())
    note(f"{'started' if started else 'it runs already'}: process {info['pid']}, {info['url']}")


@daemon_command.command("stop")
def stop() -> None:
    """Stop the daemon; jobs under way get a few seconds, then run again at the next start."""
    from fullautoci.daemon.start import stop as stop_daemon

    pid = stop_daemon(Paths.from_environment())
    note("it was not running" if pid is None else f"stopped process {pid}")


@daemon_command.command("restart")
def restart() -> None:
    """Stop the daemon if it runs, and start it."""
    from fullautoci.daemon.start import start as start_daemon
    from fullautoci.daemon.start import stop as stop_daemon

    paths = Paths.from_environment()
    stop_daemon(paths)
    info, _ = start_daemon(paths)
    note(f"started: process {info['pid']}, {info['url']}")


@daemon_command.command("install")
def install() -> None:
    """Start the daemon at login from now on: by a systemd user unit, or a launchd agent."""
    from fullautoci.daemon import autostart
    from fullautoci.daemon.start import status as daemon_status

    paths = Paths.from_environment().create()
    made = autostart.install(paths)
    note(f"wrote {made.path}: the daemon is started at login by {made.kind}")
    if daemon_status(paths) is None:
        note("'fullautoci daemon start' starts it now")


@daemon_command.command("uninstall")
def uninstall() -> None:
    """Start the daemon at login no more; one that runs goes on."""
    from fullautoci.daemon import autostart

    done = autostart.uninstall(Paths.from_environment())
    note("the daemon is not started at login any more" if done else "it was not started at login")


@daemon_command.command("status")
@json_option
def status(as_json: bool) -> None:
    """Whether the daemon runs, and how it is."""
    from fullautoci.daemon import autostart
    from fullautoci.daemon.offline import offline_info
    from fullautoci.daemon.start import status as daemon_status

    paths = Paths.from_environment()
    at_login = autostart.is_installed(paths)
    info = {**(daemon_status(paths) or offline_info(paths)), "starts_at_login": at_login}
    if as_json:
        print_json(info)
    elif info["daemon"] == "running":
        click.echo(f"running: process {info['pid']}, version {info['version']}, {info['url']}")
        click.echo(f"{info['workers']} workers, {info['workers_idle']} idle; {info['jobs_queued']} jobs queued")
    else:
        click.echo(f"not running; waiting in the spool: {counted(info['spool_waiting'], 'event')}")
        note("'fullautoci daemon start' starts it")
    if not as_json:
        click.echo(f"started at login: {'yes' if at_login else 'no; fullautoci daemon install changes that'}")


@daemon_command.command("logs")
@click.option("-n", "--lines", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many lines.")
def logs(lines: int) -> None:
    """The end of the daemon's log."""
    from fullautoci.text import tail

    path = Paths.from_environment().daemon_log
    if not path.exists():
        note(f"there is no log at {path}; a daemon in the foreground prints to its terminal")
        return
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - lines * 400))
        click.echo(tail(file.read(), lines))
