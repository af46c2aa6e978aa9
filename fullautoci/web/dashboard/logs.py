"""A job's log."""

from typing import Any

from flask import Blueprint

from fullautoci.text import decode, plain
from fullautoci.web.access import access
from fullautoci.web.api.common import number
from fullautoci.web.api.jobs import read_log
from fullautoci.web.dashboard.shown import page

SHOWN = 2 * 1024 * 1024


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/jobs/<int:identifier>/log")
    @access("read", of="job")
    def log(identifier: int) -> Any:
        """A job's log, a piece at a time where it is long."""
        shown, offset, done = b"", number("offset", 0) or 0, False
        while not done and len(shown) < SHOWN:
            data, offset, done = read_log(identifier, offset)
            if not data:
                break
            shown += data
        text = plain(decode(shown))
        return page("log.html", text=text, job=identifier, done=done, offset=offset)
