"""`flaky`: tests and metrics that differed though nothing else did, and the end of their quarantine."""

from typing import TYPE_CHECKING, Any

import click

from fullautoci.cli.here import Here
from fullautoci.cli.output import age, console, json_option, note, print_json, safe
from fullautoci.errors import FullAutoCIError, NotFoundError
from fullautoci.text import number, variant_name

if TYPE_CHECKING:
    from rich.table import Table


def complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """What is in quarantine here and begins so."""
    here = Here()
    try:
        client = here.reading_api()
        found = client.flaky(here.repository(client)["id"])
    except FullAutoCIError:
        return []
    return sorted({one["name"] for one in found if one["quarantined"] and one["name"].startswith(incomplete)})


@click.group("flaky")
def flaky_command() -> None:
    """Tests and metrics that came out differently though nothing was different."""


@flaky_command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """What is marked here: how often it differed, when last and at which commit, and until when it is in quarantine."""
    here = Here()
    client = here.reading_api()
    found = client.flaky(here.repository(client)["id"])
    if as_json:
        print_json(found)
    elif not found:
        note("nothing has differed here that was measured again; 'fullautoci run --force' does that")
    else:
        console().print(_listed(found))


@flaky_command.command("forgive")
@click.argument("name", metavar="NAME", shell_complete=complete)
@click.option("--tool", default="", metavar="TOOL", help="Only as that tool measured it.")
def forgive(name: str, tool: str) -> None:
    """Have the test or metric NAME count again now; where it differs once more, it goes back into quarantine."""
    here = Here()
    client = here.api()
    if not client.forgive(here.repository(client)["id"], name, tool):
        raise NotFoundError(f"{name} is not in quarantine here", "'fullautoci flaky list' shows what is")
    note(f"{name} counts again from the next run on")


def _listed(found: list[dict[str, Any]]) -> "Table":
    from rich.table import Table

    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("what", "differed", "since", "last seen", "in", "quarantine"):
        table.add_column(name, no_wrap=name != "what", overflow="fold")
    for one in found:
        ended = "off" if one["until"] == one["seen_at"] else f"ended {age(one['until'])}"
        until = f"until {one['until'][:10]}" if one["quarantined"] else ended
        by = f", by up to {number(one['spread'])}" if one["kind"] == "metric" else ""
        last = f"run {one['last_run']} of {one['last_commit'][:10]}" if one["last_run"] else "a run that is gone"
        project = "" if one["project"] == "." else f"{one['project']}:"
        what = f"{safe(project)}{safe(variant_name(one['tool'], one['variant']))}: {safe(one['name'])}"
        table.add_row(what, f"{one['times']} ×{by}", age(one["since"]), age(one["seen_at"]), last, until)
    return table
