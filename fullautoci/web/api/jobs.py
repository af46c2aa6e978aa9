"""Jobs and their logs."""

import re
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import Range
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from fullautoci.errors import NotFoundError
from fullautoci.store import job_views
from fullautoci.store.listings import jobs
from fullautoci.web.api.common import reading, services, visible
from fullautoci.web.api.listing import narrowed
from fullautoci.web.operation import operation
from fullautoci.web.schemas.jobs import JobsQuery, LogQuery, PlacedJob

CHUNK = 256 * 1024
# A range that is longer comes shortened: whoever asks sees by Content-Range what is still to come (RFC 9110, 15.3.7).
RANGE_LIMIT = 4 * 1024 * 1024
# Which werkzeug takes for all of them, or for no range.
_NONE_OF_THE_LAST = re.compile(r"bytes=\s*-0+\s*")
_WANTED = (
    "repository", "run", "branch", "commit", "tool", "project", "variant", "state", "outcome", "since", "until",
)  # fmt: skip


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/jobs")
    @operation("known", query=JobsQuery, answer=list[PlacedJob])
    def list_jobs(query: JobsQuery) -> Any:
        """Jobs, newest first, of all repositories that one may see."""
        wanted = jobs.Wanted(**narrowed(query, *_WANTED))
        with reading() as connection:
            return jobs.page(connection, wanted, visible(), cursor=query.cursor, limit=query.limit, sort=query.sort)

    @api.get("/jobs/<int:identifier>")
    @operation("read", of="job", answer=PlacedJob)
    def get_job(identifier: int) -> Any:
        """One job."""
        with reading() as connection:
            return job_views.job(connection, identifier)

    @api.get("/jobs/<int:identifier>/log")
    @operation("read", of="job", query=LogQuery, media=["text/plain"])
    def get_log(identifier: int, query: LogQuery) -> Any:
        """The bytes of a job's log: of one `Range` (RFC 9110), or from `offset` on, at most 256 KiB of them.

        Where `offset` is used, headers say where the next begin, and whether that is the end.
        """
        ranged = _ranged(identifier) if "Range" in request.headers and "offset" not in request.args else None
        if ranged is not None:
            return ranged
        data, following, done = read_log(identifier, query.offset)
        response = Response(data, mimetype="text/plain")
        response.headers["X-Next-Offset"] = str(following)
        response.headers["X-Done"] = "1" if done else "0"
        response.headers["Accept-Ranges"] = "bytes"
        return response


def _ranged(identifier: int) -> Response | None:
    """The bytes that the request's range names; None: it is to be passed over, as RFC 9110 (14.2) has it.

    Several ranges at once and other units are; and a range that only counts if nothing has changed, as a log grows.
    """
    said = request.range
    none_of_the_last = _NONE_OF_THE_LAST.fullmatch(request.headers["Range"]) is not None
    if "If-Range" in request.headers:
        return None
    if not none_of_the_last and (said is None or said.units != "bytes" or len(said.ranges) != 1):
        return None
    path = log_path(identifier)[0]
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if said is None or none_of_the_last:
                raise RequestedRangeNotSatisfiable(size)
            begin, end = _bounds(said, size)
            file.seek(begin)
            data = file.read(end - begin)
    except FileNotFoundError:
        return None
    response = Response(data, status=206, mimetype="text/plain")
    response.headers["Content-Range"] = f"bytes {begin}-{begin + len(data) - 1}/{size}"
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _bounds(said: Range, size: int) -> tuple[int, int]:
    """The first byte of a range and the one behind its last, of so many.

    Raises:
        RequestedRangeNotSatisfiable: it has none of them.
    """
    begin, end = said.ranges[0]
    if begin < 0:  # so many of the last; of no more than there are
        begin = max(0, size + begin)
    end = min(size if end is None else end, size, begin + RANGE_LIMIT)
    if begin >= end:
        raise RequestedRangeNotSatisfiable(size)
    return begin, end


def log_path(identifier: int) -> tuple[Path, bool, str]:
    """Where a job's log is, whether the job is over, and whose log it is in words.

    Raises:
        NotFoundError: there is no such job, or it has not begun.
    """
    with reading() as connection:
        name, over, whose = job_views.job_log(connection, identifier)
    return services().logs / name, over, whose


def read_log(identifier: int, offset: int) -> tuple[bytes, int, bool]:
    """A piece of a log, where the next one begins, and whether that is the end.

    Raises:
        NotFoundError: there is no such job, it has not begun, or its log was pruned.
    """
    path, over, whose = log_path(identifier)
    try:
        with path.open("rb") as file:
            file.seek(min(offset, file.seek(0, 2)))  # what lies beyond its end is nothing
            data = file.read(CHUNK)
    except FileNotFoundError as error:
        if not over:
            return b"", offset, False
        raise pruned(whose) from error
    return data, offset + len(data), over and len(data) < CHUNK


def pruned(whose: str) -> NotFoundError:
    """What is said of a log that is kept no more.

    Args:
        whose: as `log_path` has it.
    """
    return NotFoundError(
        f"{whose} was pruned", "'fullautoci rerun' makes a new one; 'keep' in config.yml says for how long"
    )
