"""`flaky`: tests and metrics that differed though nothing else did, and the end of their quarantine."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from fullautoci.cli.here import Here
from fullautoci.cli.naming import repo_option
from fullautoci.cli.output import age, console, json_option, note, print_json, safe
from fullautoci.errors import FullAutoCIError, NotFoundError
from fullautoci.text import number
from fullautoci.wording import job_name

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
@repo_option
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
@repo_option
def forgive(name: str, tool: str) -> None:
    """Have the test or metric NAME count again now; where it differs once more, it goes back into quarantine.

    NAME may be as 'flaky list' has it, or TOOL.METRIC: then it counts again in all projects and variants of that tool.
    """
    here = Here()
    client = here.api()
    repository = here.repository(client)["id"]
    if not client.forgive(repository, *meant(client.flaky(repository), name, tool)):
        raise NotFoundError(f"{name} is not in quarantine here", "'fullautoci flaky list' shows what is")
    note(f"{name} counts again from the next run on")


def called(one: Mapping[str, Any]) -> str:
    """How one of them is listed: `services/api:coverage@3.13: percent_lines`."""
    return f"{job_name(one)}: {one['name']}"


def meant(found: Iterable[Mapping[str, Any]], said: str, tool: str) -> tuple[str, str]:
    """The name and tool that are meant: by the name alone, as it is listed, or as a ratchet is called.

    Args:
        tool: the one that was asked for; empty: any.
    """
    known = list(found)
    if any(one["name"] == said for one in known):
        return said, tool
    for one in known:
        names = (called(one), f"{one['tool']}: {one['name']}", f"{one['tool']}.{one['name']}")
        if said in names and tool in ("", one["tool"]):
            return one["name"], one["tool"]
    return said, tool


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
        table.add_row(
            safe(called(one), 1000), f"{one['times']} ×{by}", age(one["since"]), age(one["seen_at"]), last, until
        )
    return table
