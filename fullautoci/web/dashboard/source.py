"""The files of a run's commit, and what its tools say of their lines."""

from typing import Annotated, Any, Literal

from flask import Blueprint, request
from pydantic import Field

from fullautoci.errors import BusyError, NotFoundError, VcsError
from fullautoci.store import views
from fullautoci.store.pages import files
from fullautoci.web.access import access
from fullautoci.web.api.common import reading, services
from fullautoci.web.dashboard import source_lines
from fullautoci.web.dashboard.shown import page
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked as Nothing
from fullautoci.web.schemas.base import Cursor, Number


class FilesQuery(Nothing):
    """Which files."""

    text: Annotated[str, Field(max_length=1000)] = ""
    only: Literal["", "findings", "missed"] = ""
    cursor: Cursor = ""


class SourceQuery(Nothing):
    """Which part of a long file: that with a line."""

    line: Number = 1


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/runs/<int:identifier>/files")
    @access("read", of="run")
    def files_of_run(identifier: int) -> Any:
        """What is known of its files."""
        query = read_query(FilesQuery, request.args)
        with reading() as connection:
            run = views.run(connection, identifier)
            found = files.page(connection, run["jobs"], files.Wanted(query.text, query.only), cursor=query.cursor)
        return page("files.html", run=run, files=found.items, following=found.following, query=query)

    @pages.get("/runs/<int:identifier>/source/<path:path>")
    @access("read", of="run")
    def source(identifier: int, path: str) -> Any:
        """One file of its commit, with findings and what no test reached at their lines."""
        query = read_query(SourceQuery, request.args)
        with reading() as connection:
            run = views.run(connection, identifier)
            known = files.one(connection, run["jobs"], path)
        text, is_whole, problem = _read(run, path)
        if text is None and not problem and not known["findings"] and not known["measured"]:
            raise NotFoundError("there is no such file in this commit, or it is a folder, a link or a submodule")
        shown = source_lines.shown(path, text, known, query.line)
        return page("source.html", run=run, path=path, known=known, shown=shown, whole=is_whole, problem=problem)


def _read(run: dict[str, Any], path: str) -> tuple[bytes | None, bool, str]:
    """A file's bytes, whether these are all, and why there are none, where that is to be told."""
    source = services().source
    if source is None:
        return None, True, "The source is shown while the daemon runs: 'fullautoci daemon start' starts it."
    try:
        found = source(run["repository_id"], run["commit"], path)
    except BusyError:
        return None, True, "Commits of this repository are being fetched. Try again in a moment."
    except (VcsError, NotFoundError) as error:
        return None, True, f"The source cannot be read: {error.message}."
    if found is None:
        return None, True, ""
    return found.data, found.is_whole, "" if found.data or found.is_whole else "This file is too large to be shown."
