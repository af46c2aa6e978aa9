"""Which repository a command is about, where that is not the one one stands in: `--repo`."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fullautoci.errors import FullAutoCIError, NotFoundError, UsageError
from fullautoci.text import one_line

if TYPE_CHECKING:
    from fullautoci.client import Client
    from fullautoci.client.types.repositories import Repository
    from fullautoci.client.types.users import User

Command = TypeVar("Command", bound=Callable[..., Any])
_META = "fullautoci.repo"


def complete_repository(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The repositories that one may see and whose names begin so."""
    from fullautoci.cli.here import Here

    try:
        found = Here().reading_api().repositories()
    except FullAutoCIError:
        return []
    return [one["name"] for one in found if one["name"].startswith(incomplete)]


def complete_user(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The users whose names begin so."""
    from fullautoci.cli.here import Here

    try:
        return [one["name"] for one in Here().reading_api().users() if one["name"].startswith(incomplete)]
    except FullAutoCIError:
        return []


def repo_option(command: Command) -> Command:
    """Let a command be told of which repository it is; `Here` takes note of it."""

    def note(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
        if value is not None:
            context.meta[_META] = value

    return click.option(
        "--repo", metavar="NAME", expose_value=False, callback=note, shell_complete=complete_repository,
        help="Of this repository, by name or number; default: the one you stand in.",
    )(command)  # fmt: skip


def named() -> str | None:
    """The repository that the command was told; None: none."""
    context = click.get_current_context(silent=True)
    return None if context is None else context.meta.get(_META)


def find_repository(client: "Client", name: str) -> "Repository":
    """A repository by its name or number.

    Raises:
        NotFoundError: there is none that one may see.
        UsageError: there are several.
    """
    return one_of(client.repositories(), name)


def one_of(views: "Iterable[Repository]", name: str) -> "Repository":
    """The repository of that name, or else of that number.

    Raises:
        NotFoundError: there is none.
        UsageError: there are several.
    """
    known = list(views)
    found = [one for one in known if one["name"] == name] or [one for one in known if str(one["id"]) == name]
    if not found:
        raise NotFoundError(
            f"there is no repository '{one_line(name, 80)}'", "'fullautoci repo list' shows those there are"
        )
    if len(found) > 1:
        numbers = ", ".join(str(one["id"]) for one in found)
        raise UsageError(f"several repositories are called '{one_line(name, 80)}'", f"name a number: {numbers}")
    return found[0]


def find_user(client: "Client", name: str) -> "User":
    """A user by name or number: oneself, or for an admin anybody.

    Raises:
        NotFoundError: there is none.
        ForbiddenError: that is for admins.
    """
    mine = client.me()
    if name.casefold() == mine["name"].casefold():
        return mine
    known = list(client.users())
    for one in known:
        if one["name"].casefold() == name.casefold():
            return one
    for one in known:
        if str(one["id"]) == name:
            return one
    raise NotFoundError(f"there is no user '{one_line(name, 80)}'", "'fullautoci user list' shows those there are")
