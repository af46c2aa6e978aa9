"""What the API's views share: reading, acting, and who asks."""

from contextlib import AbstractContextManager
from typing import cast

from flask import current_app, g, request

from fullautoci.errors import DaemonDownError, UsageError
from fullautoci.store import repositories, whose
from fullautoci.store.database import Connection
from fullautoci.store.repositories import Repository
from fullautoci.web.callers import Caller
from fullautoci.web.services import Accounts, Actions, Services


def services() -> Services:
    """The doors to the rest of the house."""
    return cast(Services, current_app.extensions["services"])


def reading() -> AbstractContextManager[Connection]:
    """A read-only connection."""
    return services().reading()


def actions() -> Actions:
    """What changes something.

    Raises:
        DaemonDownError: no daemon runs.
    """
    found = services().actions
    if found is None:
        raise DaemonDownError()
    return found


def accounts() -> Accounts:
    """What is written of users.

    Raises:
        DaemonDownError: no daemon runs.
    """
    found = services().accounts
    if found is None:
        raise DaemonDownError()
    return found


def caller() -> Caller:
    """Who asks."""
    return cast(Caller, g.caller)


def actor() -> str:
    """Who asks, by name."""
    return caller().name


def visible() -> frozenset[int] | None:
    """The ids of the repositories that whoever asks may see; None: all."""
    return caller().repositories


def number(name: str, default: int | None = None) -> int | None:
    """A whole number of a page's query.

    Raises:
        UsageError: it is something else.
    """
    raw = request.args.get(name)
    if raw is None:
        return default
    if not raw.isascii() or not raw.isdigit() or len(raw) > 18:
        raise UsageError(f"'{name}' must be a whole number that is not negative")
    return int(raw)


def found(identifier: int) -> Repository:
    """A watched repository that whoever asks may see.

    Raises:
        NotFoundError: there is none with that id.
    """
    with reading() as connection:
        one = repositories.get(connection, identifier)
    if not caller().sees(one.id):
        raise whose.nothing("repository")
    return one
