"""`user`: who there is, in which role, and what they may see."""

import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from fullautoci.cli.here import Here
from fullautoci.cli.naming import complete_repository, complete_user, find_user, one_of
from fullautoci.cli.output import age, console, json_option, note, print_json, safe
from fullautoci.errors import UsageError
from fullautoci.text import counted, one_line

if TYPE_CHECKING:
    from fullautoci.client import Client
    from fullautoci.client.types.users import User

ROLES = ("admin", "user", "read-only")
# What the service takes, told here in words before it is asked; a service elsewhere has the last word.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
NAME_HINT = "letters, digits and . _ @ + -, 64 at most; the first is no sign"
role_option = click.option("--role", type=click.Choice(ROLES), help="admin: all; user: may have things run; read-only.")
repos_option = click.option(
    "--repo", "repos", multiple=True, metavar="NAME", shell_complete=complete_repository,
    help="They see this repository, by name or number; may be given again.",
)  # fmt: skip
name_argument = click.argument("name", shell_complete=complete_user)


@click.group("user")
def user_command() -> None:
    """Who may use the service beside its owner: add, list, show, update, remove, logout."""


@user_command.command("add")
@click.argument("name")
@role_option
@repos_option
@json_option
def add(name: str, role: str | None, repos: tuple[str, ...], as_json: bool) -> None:
    """Make the user NAME, of the role 'user' where none is said."""
    _must_be_name(name)
    client = Here().api()
    made = client.add_user(name, role or "user", _numbers(client, repos))
    if as_json:
        print_json(made)
        return
    sees = _seen(client, made)
    note(f"there is a user {one_line(made['name'])} (number {made['id']}), {made['role']}, who sees {sees}")
    if made["role"] != "admin" and not repos:
        note(f"'fullautoci user update {name} --repo NAME' lets them see a repository")
    note(f"'fullautoci key create --user {name}' makes a key for them")


@user_command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """All users, in the order in which they came."""
    from rich.table import Table

    client = Here().reading_api()
    found = list(client.users())
    if as_json:
        print_json(found)
        return
    table = Table("number", "name", "role", "sees", "since", box=None, header_style="dim", pad_edge=False)
    names = _names(client)
    for one in found:
        table.add_row(str(one["id"]), safe(one["name"]), _role(one), _sees(one, names), age(one["created_at"]))
    console().print(table)


@user_command.command("show")
@click.argument("name", required=False, shell_complete=complete_user)
@json_option
def show(name: str | None, as_json: bool) -> None:
    """The user NAME; without one, whoever asks."""
    client = Here().reading_api()
    found = client.me() if name is None else find_user(client, name)
    if as_json:
        print_json(found)
        return
    for what, value in (
        ("number", str(found["id"])), ("name", safe(found["name"])), ("role", _role(found)),
        ("sees", _seen(client, found)), ("since", found["created_at"]),
    ):  # fmt: skip
        click.echo(f"{what:8} {value}")


@user_command.command("update")
@name_argument
@click.option("--name", "new_name", metavar="NEW", help="What they are called from now on.")
@role_option
@repos_option
@click.option("--no-repos", is_flag=True, help="They see no repository any more.")
@json_option
def update(
    name: str, new_name: str | None, role: str | None, repos: tuple[str, ...], no_repos: bool, as_json: bool
) -> None:
    """Have the user NAME another name, role, or repositories: those that are given here, and no others."""
    if no_repos and repos:
        raise UsageError("--no-repos and --repo contradict each other", "leave out one of them")
    if new_name is None and role is None and not repos and not no_repos:
        raise UsageError("there is nothing to change", "--name, --role, --repo or --no-repos")
    if new_name is not None:
        _must_be_name(new_name)
    client = Here().api()
    wanted = [] if no_repos else _numbers(client, repos) if repos else None
    known = find_user(client, name)
    found = client.update_user(known["id"], name=new_name, role=role, repositories=wanted)
    if as_json:
        print_json(found)
        return
    note(f"user {one_line(found['name'])} is {found['role']}, and sees {_seen(client, found)}")
    if found["role"] != known["role"]:
        note("their browser sessions are over, as their role is another")


@user_command.command("remove")
@name_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, yes: bool) -> None:
    """Remove the user NAME: their keys and browser sessions open nothing any more, at once and for good."""
    client = Here().api()
    known = find_user(client, name)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("a user is removed for good", "--yes says that this is meant")
        click.confirm(f"Remove {one_line(known['name'])}, with all keys?", abort=True, err=True)
    client.remove_user(known["id"])
    note(f"user {one_line(known['name'])} is removed, with all keys and sessions")


@user_command.command("logout")
@click.argument("name", required=False, shell_complete=complete_user)
def logout(name: str | None) -> None:
    """End all browser sessions of the user NAME; without one, those of whoever asks."""
    client = Here().api()
    count = client.close_sessions(None if name is None else find_user(client, name)["id"])
    note(f"{counted(count, 'browser session')} ended")


def _must_be_name(said: str) -> None:
    if not NAME.fullmatch(said):
        raise UsageError(f"'{one_line(said, 80)}' is no user name", NAME_HINT)


def _numbers(client: "Client", names: Iterable[str]) -> list[int]:
    wanted = list(names)
    views = client.repositories() if wanted else []
    return sorted({one_of(views, name)["id"] for name in wanted})


def _names(client: "Client") -> dict[int, str]:
    return {one["id"]: one["name"] for one in client.repositories()}


def _role(user: "User") -> str:
    return f"{user['role']}{', owner' * user['owner']}"


def _seen(client: "Client", user: "User") -> str:
    return _sees(user, _names(client) if user["repositories"] else {})


def _sees(user: "User", names: dict[int, Any]) -> str:
    if user["role"] == "admin":
        return "all"
    return ", ".join(safe(names.get(one, one)) for one in user["repositories"]) or "nothing"
