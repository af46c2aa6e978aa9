"""What the API's views share: reading, acting, and taking arguments apart."""

import os
import pwd
from contextlib import AbstractContextManager
from typing import Any, cast

from flask import current_app, request

from fullautoci.errors import DaemonDownError, UsageError
from fullautoci.store import repositories
from fullautoci.store.database import Connection
from fullautoci.store.repositories import Repository
from fullautoci.web.access import PEER_UID
from fullautoci.web.services import Actions, Services

LIMIT = 500


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


def actor() -> str:
    """Who asks, by name: the user at the other end of the Unix socket; of a browser's session, the daemon's owner."""
    uid = request.environ.get(PEER_UID, os.getuid())
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def body() -> dict[str, Any]:
    """The request's JSON object; empty where there is no body.

    Raises:
        UsageError: it is something else.
    """
    if not request.content_length:
        return {}
    value = request.get_json(silent=True)
    if not isinstance(value, dict):
        raise UsageError("the body must be a JSON object")
    return value


def texts(value: object, name: str) -> tuple[str, ...]:
    """A list of texts.

    Raises:
        UsageError: it is something else.
    """
    if not isinstance(value, list) or not all(isinstance(item, str) and len(item) < 4096 for item in value):
        raise UsageError(f"'{name}' must be a list of texts")
    return tuple(value)


def number(name: str, default: int | None = None) -> int | None:
    """A whole number of the query.

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
    """A watched repository.

    Raises:
        NotFoundError: there is none with that id.
    """
    with reading() as connection:
        return repositories.get(connection, identifier)


def query_filters() -> dict[str, Any]:
    """The filters that a listing's query names."""
    return {
        "repository_id": number("repository"),
        "branch": request.args.get("branch"),
        "sha": request.args.get("commit"),
        "before": number("before"),
        "limit": number("limit", 50) or 50,
    }
