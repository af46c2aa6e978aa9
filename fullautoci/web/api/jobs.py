"""Jobs' logs."""

from typing import Any

from flask import Blueprint, Response

from fullautoci.errors import NotFoundError
from fullautoci.store import views
from fullautoci.web.api.common import reading, services
from fullautoci.web.operation import operation
from fullautoci.web.schemas.jobs import LogQuery

CHUNK = 256 * 1024


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/jobs/<int:identifier>/log")
    @operation("read", of="job", query=LogQuery, media=["text/plain"])
    def get_log(identifier: int, query: LogQuery) -> Any:
        """The bytes of a job's log from `offset` on, at most 256 KiB; headers say where the next begin."""
        data, following, done = read_log(identifier, query.offset)
        response = Response(data, mimetype="text/plain")
        response.headers["X-Next-Offset"] = str(following)
        response.headers["X-Done"] = "1" if done else "0"
        return response


def read_log(identifier: int, offset: int) -> tuple[bytes, int, bool]:
    """A piece of a log, where the next one begins, and whether that is the end.

    Raises:
        NotFoundError: there is no such job, it has not begun, or its log was pruned.
    """
    with reading() as connection:
        name, over, whose = views.job_log(connection, identifier)
    try:
        with (services().logs / name).open("rb") as file:
            file.seek(offset)
            data = file.read(CHUNK)
    except FileNotFoundError as error:
        if not over:
            return b"", offset, False
        raise NotFoundError(
            f"{whose} was pruned", "'fullautoci rerun' makes a new one; 'keep' in config.yml says for how long"
        ) from error
    return data, offset + len(data), over and len(data) < CHUNK
