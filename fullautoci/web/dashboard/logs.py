"""A job's log: live, in colours, whatever its size."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, BinaryIO

from flask import Blueprint, Response, request, send_file
from pydantic import Field

from fullautoci.store import job_views
from fullautoci.web.access import access
from fullautoci.web.api.jobs import log_path, pruned
from fullautoci.web.dashboard import log_parts
from fullautoci.web.dashboard.log_parts import Part
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked, Number


class LogQuery(Asked):
    """Which part: from a byte on, up to one, or that with a line; without any of them, beginning and end."""

    offset: Number | None = None
    before: Number | None = None
    line: Number | None = None


class MoreQuery(Asked):
    """What there is from a byte on, with the number of its line, and how its text looks."""

    offset: Number
    number: Annotated[Number, Field(ge=1)]
    style: Annotated[str, Field(pattern=r"^[0-9;]{0,60}$")] = ""


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/jobs/<int:identifier>/log")
    @access("read", of="job")
    def log(identifier: int) -> Any:
        """A job's log, its beginning and its end where it is long."""
        query = read_query(LogQuery, request.args)
        with live() as (connection, told):
            job = job_views.job(connection, identifier)
        if job["state"] != "done" and not job["attempt"]:
            return page("log.html", **told, job=job, parts=[], size=0, follows=False, begun=False)
        with _opened(identifier) as (file, over):
            parts = _wanted(file, query, over)
            size = log_parts.size(file)
        follows = not over and query == LogQuery()
        return page("log.html", job=job, parts=parts, size=size, follows=follows, begun=True)

    @pages.get("/jobs/<int:identifier>/log/more")
    @access("read", of="job")
    def more_of_log(identifier: int) -> Any:
        """What was written since, for a page that follows."""
        query = read_query(MoreQuery, request.args)
        with _opened(identifier) as (file, over):
            begin = query.offset
            # Of another attempt there is another log.
            is_another = log_parts.beginning(file, begin) != begin
            part = log_parts.forward(
                file, 0 if is_another else begin, number=1 if is_another else query.number,
                style="" if is_another else query.style, over=over,
            )  # fmt: skip
            done = over and part.end >= log_parts.size(file)
        response = Response(page("log_part.html", part=part, done=done, anew=is_another))
        response.headers["Cache-Control"] = "no-store"
        return response

    @pages.get("/jobs/<int:identifier>/log.txt")
    @access("read", of="job")
    def log_as_text(identifier: int) -> Any:
        """All of it, as it was written."""
        read_query(Asked, request.args)
        path, _, whose = log_path(identifier)
        try:
            response = send_file(
                path, mimetype="text/plain", as_attachment=True, download_name=f"job-{identifier}.log", max_age=0
            )
        except FileNotFoundError as error:
            raise pruned(whose) from error
        response.headers["Cache-Control"] = "no-store"  # nor is it compressed as a whole
        return response


@contextmanager
def _opened(identifier: int) -> Iterator[tuple[BinaryIO, bool]]:
    """A job's log, and whether nothing is written to it any more.

    Raises:
        NotFoundError: there is none, or it is kept no more.
    """
    path, over, whose = log_path(identifier)
    file: BinaryIO
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        if over:
            raise pruned(whose) from error
        file = io.BytesIO()  # nothing was written yet
    with file:
        yield file, over


def _wanted(file: BinaryIO, query: LogQuery, over: bool) -> list[Part]:
    if query.line is not None:
        # A few lines before it, so that one sees where it stands.
        return [log_parts.forward(file, log_parts.of_line(file, max(1, query.line - 100)), over=over)]
    if query.offset is not None:
        return [log_parts.forward(file, log_parts.beginning(file, query.offset), over=over)]
    if query.before is not None:
        end = log_parts.beginning(file, query.before)
        start = log_parts.back(file, end)
        return [log_parts.forward(file, start, until=end, over=over)]
    return log_parts.overview(file, over)
