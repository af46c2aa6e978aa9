"""`audit`: who changed what, when, and from where."""

import json
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

import click

from fullautoci.cli.here import Here
from fullautoci.cli.naming import complete_user, find_repository, named, repo_option
from fullautoci.cli.output import console, json_option, note, print_json, safe

if TYPE_CHECKING:
    from rich.table import Table

    from fullautoci.client.types.users import AuditEntry

PART = 500


@click.command("audit")
@click.option("--actor", metavar="NAME", shell_complete=complete_user, help="Only what this one did.")
@click.option("--action", metavar="ACTION", help="Only this, as in 'user.add'; 'user' alone is all of it.")
@repo_option
@click.option("-n", "--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="How many.")
@json_option
def audit_command(actor: str | None, action: str | None, limit: int, as_json: bool) -> None:
    """Changes that were made through the API or the command line, the newest first; of all repositories, or of one."""
    client = Here().reading_api()
    name = named()
    repository = None if name is None else find_repository(client, name)["id"]
    trail = client.audit(actor=actor, action=action, repository=repository, part=min(limit, PART))
    found = list(islice(trail, limit))
    if as_json:
        print_json(found)
    elif not found:
        note("nothing was changed yet" if actor is action is name is None else "no change is like that")
    else:
        console().print(_listed(found))


def _listed(found: "Iterable[AuditEntry]") -> "Table":
    from rich.table import Table

    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("when", "who", "from", "what", "of", "repository", ""):
        table.add_column(heading, no_wrap=heading in ("when", "what"), overflow="fold")
    for one in found:
        table.add_row(
            one["at"][:19].replace("T", " "), safe(one["actor"]), f"{one['via']}, {safe(one['origin'], 60)}",
            safe(one["action"]), safe(one["target"], 80), safe(one["repository"] or "", 40), _detail(one),
        )  # fmt: skip
    return table


def _detail(entry: "AuditEntry") -> str:
    """What else is known of it, on a line; of what was only begun, that first."""
    begun = [] if entry.get("done", True) else ["begun, and no more is known"]  # older services do not say
    told = (
        f"{name} {value if isinstance(value, str) else json.dumps(value)}"
        for name, value in entry["detail"].items()
        if value not in (None, "", [], {})
    )
    return safe(", ".join([*begun, *told]), 300)
