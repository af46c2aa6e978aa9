"""`hooks`: ours in this repository."""

from dataclasses import asdict

import click

from fullautoci.cli.here import Here
from fullautoci.cli.output import json_option, note, print_json
from fullautoci.cli.probe import probe


@click.group("hooks")
def hooks_command() -> None:
    """The hooks in this repository."""


@hooks_command.command("status")
@click.option("--repair", is_flag=True, help="Install what is missing or outdated.")
@json_option
def status(repair: bool, as_json: bool) -> None:
    """Each hook as it stands, and whether an event through the real one arrives."""
    from fullautoci.vcs.git import hooks

    here = Here()
    location = here.location()
    if repair:
        hooks.install(location, here.paths.create())
    found = hooks.status(location, here.paths)
    alive = [hook.name for hook in found if hook.state in hooks.ALIVE and hook.state != "resting"]
    arrived = probe(here, location, alive[0]) if alive else "no hook of ours to try"
    if as_json:
        print_json({"hooks": [asdict(hook) for hook in found], "probe": arrived})
        return
    for hook in found:
        by = f" by {hook.by}" if hook.by else ""
        click.echo(f"{hook.name:14} {hook.state}{by}{', runs the one that was here before' if hook.chained else ''}")
    click.echo(f"{'test event':14} {arrived}")
    bad = {hook.state for hook in found} - set(hooks.ALIVE)
    if bad & {"tracked", "shared"}:
        note("where ours may not stand, the scan finds commits a little later")
    elif bad:
        note("the scan finds commits all the same; 'fullautoci hooks status --repair' puts ours back")


@hooks_command.command("install")
@click.option("--force", is_flag=True, help="Even into a folder that other repositories may share.")
def install(force: bool) -> None:
    """Put the hooks in; what stands there is kept and still run."""
    from fullautoci.vcs.git import hooks

    here = Here()
    for hook in hooks.install(here.location(), here.paths.create(), force=force):
        note(f"{hook.name}: {hook.state}")


@hooks_command.command("uninstall")
def uninstall() -> None:
    """Take the hooks out, and put back what stood there; the repository stays registered."""
    from fullautoci.vcs.git import hooks

    removed = hooks.uninstall(Here().location())
    note(f"took out {', '.join(removed)}" if removed else "there were no hooks of ours")
