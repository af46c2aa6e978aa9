"""A repository's report on a period: what it says, and the file of it that needs nothing else."""

import functools
import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from markupsafe import Markup

from fullautoci.errors import UsageError
from fullautoci.reporting import periods
from fullautoci.reporting.report import compiled
from fullautoci.store import choices, reporting, series
from fullautoci.store.database import Connection
from fullautoci.store.repositories import Repository
from fullautoci.web.assets import STATIC

STYLES = ("style.css", "parts.css", "reports.css")
_COMMITS = re.compile(r"([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})")


def report(connection: Connection, one: Repository, said: str, zone: str) -> dict[str, Any]:
    """The report of a period, or of what lies between two commits.

    Args:
        said: as `periods.named` has it; or two commits, `0a1b2c3d..4e5f6a7b`.
        zone: the time zone in which days begin; empty: UTC.

    Raises:
        UsageError: that names no period, or the one commit is not before the other.
        NotFoundError: a commit was not tested.
    """
    branch = choices.trunk(connection, one.id)
    if commits := _COMMITS.fullmatch(said):
        begin, end = (series.commit(connection, one.id, sha) for sha in commits.groups())
        span = reporting.between_commits(connection, one.id, begin, end)
        if span is None:
            hint = "the earlier one comes first; only what was tested here counts"
            raise UsageError(f"{begin[:10]} is not among the {reporting.WAY} first parents before {end[:10]}", hint)
        told = {
            "name": said, "title": f"{begin[:10]} to {end[:10]}", "first": None, "last": None, "since": None,
            "until": None, "zone": "UTC", "begin": begin, "end": end,
        }  # fmt: skip
        branch = ""
    else:
        period = periods.named(said, datetime.now(UTC), periods.zone(zone))
        span = reporting.between_moments(connection, one.id, period.since, period.until, branch)
        told = {
            "name": said, "title": period.title, "first": period.first.isoformat(), "last": period.last.isoformat(),
            "since": period.since, "until": period.until, "zone": zone or "UTC", "begin": None, "end": None,
        }  # fmt: skip
    facts = reporting.facts(connection, one.id, span)
    return {
        "repository": {"id": one.id, "name": one.name}, "period": told, "branch": branch,
        **compiled(facts),
    }  # fmt: skip


def file(one: Repository, made: dict[str, Any], zone: str) -> str:
    """A report as one HTML file."""
    at = functools.partial(local, zone=periods.zone(zone))
    return render_template("report_file.html", repository=one, report=made, style=_style(), at=at)


@functools.cache
def _style() -> Markup:
    """What the file looks like: as pages do."""
    return Markup("".join((STATIC / name).read_text() for name in STYLES))  # noqa: S704 - files of our own


def local(said: str, zone: ZoneInfo) -> str:
    """A moment (ISO 8601) in a time zone, to the minute."""
    return datetime.fromisoformat(said).astimezone(zone).strftime("%Y-%m-%d %H:%M")
