"""`bring`: which untracked files of the working copy its commits may ask for."""

import click

from fullautoci.cli.here import Here
from fullautoci.cli.output import age, json_option, note, print_json, safe
from fullautoci.errors import NotFoundError

PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATH...")


@click.group("bring")
def bring_command() -> None:
    """Files of the working copy that commits may ask for ('bring' in .fullautoci.yml), by your consent."""


@bring_command.command("allow")
@PATHS
def allow(paths: tuple[str, ...]) -> None:
    """Let jobs of this repository have these files, named from its top."""
    here = Here()
    client = here.api()
    client.allow_bring(here.repository(client)["id"], paths)
    note(f"allowed: {', '.join(paths)}; whoever can commit here can have the jobs read them")


@bring_command.command("revoke")
@PATHS
def revoke(paths: tuple[str, ...]) -> None:
    """Let them not have these any more."""
    here = Here()
    client = here.api()
    if not client.revoke_bring(here.repository(client)["id"], paths):
        raise NotFoundError("none of these was allowed", "'fullautoci bring list' shows what is")
    note(f"not allowed any more: {', '.join(paths)}")


@bring_command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """What is allowed in this repository."""
    here = Here()
    client = here.reading_api()
    found = client.brought(here.repository(client)["id"])
    if as_json:
        print_json(found)
        return
    if not found:
        note("nothing of the working copy is allowed; 'fullautoci bring allow PATH' does that")
    for one in found:
        click.echo(f"{safe(one['path'])}  since {age(one['allowed_at'])}")
