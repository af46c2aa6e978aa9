"""`key`: API keys, for programs and for the command line on another machine."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

import click

from fullautoci.cli.here import Here
from fullautoci.cli.naming import complete_user, find_user
from fullautoci.cli.output import age, console, json_option, note, print_json, safe
from fullautoci.cli.streams import print_secret, swallow
from fullautoci.errors import FullAutoCIError, NotFoundError, UsageError
from fullautoci.text import iso, one_line

if TYPE_CHECKING:
    from fullautoci.client import Client
    from fullautoci.client.types.users import Key, MadeKey

_DURATION = re.compile(r"\d+(\.\d{1,3})?[smhdw]")
# A whole key, or what looks like one: with something behind its public part.
_WHOLE = re.compile(r"\s*fac_([^_]*)_.*", re.DOTALL)
# Of a key's label, in characters; the service takes no more.
LONGEST_LABEL = 100


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
    if len(label) > LONGEST_LABEL:
        raise UsageError(f"--label: that is {len(label)} characters", f"{LONGEST_LABEL} at most")
    until = None if expires is None else _until(expires)
    client = Here().api()
    made = client.add_key(None if user is None else find_user(client, user)["id"], label, until)
    try:
        print_secret(json.dumps(made, indent=2) if as_json else made["key"])
    except OSError as error:
        _take_back(client, made, error)
    note(f"key {made['public']} of {one_line(made['user'])}: it is shown this once, and kept nowhere")
    ends = f"it opens nothing after {made['expires_at']}" if made["expires_at"] else "it never expires"
    note(f"{ends}; 'fullautoci key revoke {made['public']}' ends it at once")


def _take_back(client: "Client", made: "MadeKey", reason: OSError) -> NoReturn:
    """End a key that nobody saw: it would open things for ever, and be known to nobody."""
    swallow()
    why = reason.strerror or str(reason)
    try:
        client.revoke_key(made["id"])
    except FullAutoCIError as error:
        raise FullAutoCIError(
            f"the key {made['public']} could not be printed ({why}), nor revoked again: {error.message}",
            f"'fullautoci key revoke {made['public']}' ends it",
        ) from reason
    raise FullAutoCIError(f"the key could not be printed, and was revoked again: {why}") from reason


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
    whole = _WHOLE.fullmatch(key)
    if whole is not None:
        hint = f"'fullautoci key revoke {one_line(whole[1], 12)}' names it by its public part"
        raise UsageError("a whole key is never said on a command line, where others may see it", hint)
    client = Here().api()
    found = _found(client, key)
    client.revoke_key(found["id"])
    note(f"key {found['public']} of {one_line(found['user'])} opens nothing any more")


def _found(client: "Client", said: str) -> "Key":
    """The key that is meant."""
    public = said.removeprefix("fac_")
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
    if not said.strip():  # a variable that is not set, rather than a key that never expires
        raise UsageError("--expires is empty", "2027-12-31, a moment, 12h, 90d; without --expires a key never expires")
    if not _DURATION.fullmatch(said.strip()):
        return said
    from fullautoci.config.values import long_seconds

    try:
        return iso(datetime.now(UTC) + timedelta(seconds=long_seconds(said)))
    except ValueError as error:
        raise UsageError("--expires: a duration between 1s and 366d is expected") from error
