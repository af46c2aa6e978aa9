"""`key`: API keys, for programs and for the command line on another machine."""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from fullautoci.cli.here import Here
from fullautoci.cli.naming import complete_user, find_user
from fullautoci.cli.output import age, console, json_option, note, print_json, safe
from fullautoci.errors import FullAutoCIError, NotFoundError, UsageError
from fullautoci.text import iso, one_line

if TYPE_CHECKING:
    from fullautoci.client import Client
    from fullautoci.client.types.users import Key

_DURATION = re.compile(r"\d+(\.\d+)?[smhdw]")


def complete_key(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The keys that open something and whose public parts begin so."""
    try:
        found = list(Here().reading_api().keys())
    except FullAutoCIError:
        return []
    return [one["public"] for one in found if not one["revoked_at"] and one["public"].startswith(incomplete)]


user_option = click.option(
    "--user", metavar="NAME", shell_complete=complete_user, help="Of this user; default: of whoever asks."
)


@click.group("key")
def key_command() -> None:
    """Keys for programs, and for the command line elsewhere (FULLAUTOCI_URL): create, list, revoke."""


@key_command.command("create")
@user_option
@click.option("--label", default="", help="What it is for, to be known by.")
@click.option("--expires", metavar="WHEN", help="Its last day (2027-12-31), a moment, or how long it lasts: 12h, 90d.")
@json_option
def create(user: str | None, label: str, expires: str | None, as_json: bool) -> None:
    """Make a key, and print it: alone on stdout, this once; what is kept is a digest.

    'fullautoci key create > key' in a folder of yours alone, after 'umask 077', is how it is best kept.
    """
    until = None if expires is None else _until(expires)
    client = Here().api()
    made = client.add_key(None if user is None else find_user(client, user)["id"], label, until)
    if as_json:
        print_json(made)
    else:
        click.echo(made["key"])
    note(f"key {made['public']} of {one_line(made['user'])}: it is shown this once, and kept nowhere")
    ends = f"it opens nothing after {made['expires_at']}" if made["expires_at"] else "it never expires"
    note(f"{ends}; 'fullautoci key revoke {made['public']}' ends it at once")


@key_command.command("list")
@user_option
@click.option("--all", "everybody", is_flag=True, help="Of all users.")
@json_option
def list_(user: str | None, everybody: bool, as_json: bool) -> None:
    """Keys, without their secrets: when each was used last, and whether it still opens something."""
    from rich.table import Table

    if everybody and user is not None:
        raise UsageError("--all and --user contradict each other", "leave out one of them")
    client = Here().reading_api()
    whose = None if everybody else (client.me() if user is None else find_user(client, user))["id"]
    if everybody and client.me()["role"] != "admin":
        raise UsageError("--all is for admins", "without it, your own keys are listed")
    found = list(client.keys(whose))
    if as_json:
        print_json(found)
        return
    if not found:
        note("there is no key; 'fullautoci key create' makes one")
        return
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("number", "key", "user", "label", "made", "used last", "state"):
        table.add_column(heading, no_wrap=heading != "label", overflow="fold")
    for one in found:
        table.add_row(
            str(one["id"]), safe(one["public"]), safe(one["user"]), safe(one["label"]), age(one["created_at"]),
            age(one["last_used_at"]) or "never", _state(one),
        )  # fmt: skip
    console().print(table)


@key_command.command("revoke")
@click.argument("key", metavar="NUMBER|KEY", shell_complete=complete_key)
def revoke(key: str) -> None:
    """Have a key open nothing any more, nor the sessions that it opened: by its number or public part."""
    client = Here().api()
    found = _found(client, key)
    client.revoke_key(found["id"])
    note(f"key {found['public']} of {one_line(found['user'])} opens nothing any more")


def _found(client: "Client", said: str) -> "Key":
    """The key that is meant, which may be said whole; its secret goes nowhere."""
    public = said.split("_")[1] if said.startswith("fac_") and said.count("_") >= 2 else said
    known = list(client.keys())
    for one in known:
        if one["public"] == public:
            return one
    for one in known:
        if str(one["id"]) == public:
            return one
    raise NotFoundError(
        f"there is no key '{one_line(public, 20)}'", "'fullautoci key list' shows yours, with --all those of all"
    )


def _state(key: "Key") -> str:
    if key["revoked_at"]:
        return f"[dim]revoked {age(key['revoked_at'])}[/]"
    if key["expires_at"] is None:
        return "[green]opens[/]"
    over = datetime.fromisoformat(key["expires_at"]) <= datetime.now(UTC)
    return f"[dim]expired {age(key['expires_at'])}[/]" if over else f"[green]opens[/] until {key['expires_at'][:10]}"


def _until(said: str) -> str:
    """The moment at which something ends: what is a duration from now on; a date or moment is the service's to read."""
    if not _DURATION.fullmatch(said.strip()):
        return said
    from fullautoci.config.values import long_seconds

    try:
        return iso(datetime.now(UTC) + timedelta(seconds=long_seconds(said)))
    except ValueError as error:
        raise UsageError(f"--expires: {error}") from error
