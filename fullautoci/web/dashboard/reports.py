"""Reports: what a week, a month, or what lies between two commits brought; as a page, a file, and JSON."""

import functools
import re
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from pydantic import Field

from fullautoci.errors import NotFoundError, UsageError
from fullautoci.reporting import periods
from fullautoci.reporting.report import compiled
from fullautoci.store import choices, reporting, series
from fullautoci.store.database import Connection
from fullautoci.store.repositories import Repository
from fullautoci.text import one_line, timestamp
from fullautoci.web.access import access
from fullautoci.web.api.common import found, reading
from fullautoci.web.assets import STATIC
from fullautoci.web.dashboard.asked import Word
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked

# So many weeks are listed.
WEEKS = 13
STYLES = ("style.css", "parts.css", "reports.css")
_COMMITS = re.compile(r"([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})")


class Where(Asked):
    """In which time zone days begin; empty: in UTC."""

    zone: Annotated[str, Field(max_length=60)] = ""


class Wish(Where):
    """A period to be made: from one day, commit or branch to another."""

    since: Word = ""
    until: Word = ""


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/repos/<int:identifier>/reports")
    @access("read", of="repository")
    def all_reports(identifier: int) -> Any:
        """Periods on which there is a report."""
        query: Wish = read_query(Wish, request.args)
        one = found(identifier)
        zone = periods.zone(query.zone)
        with live() as (connection, told):
            if query.since or query.until:
                name = f"{_place(connection, one, query.since)}..{_place(connection, one, query.until)}"
                return redirect(_address(one, name, query.zone), 303)
            weeks = periods.weeks(datetime.now(UTC), zone, WEEKS)
            counts = reporting.counts(connection, one.id, [(week.since, week.until) for week in weeks])
            return page(
                "reports.html", **told, repository=one, weeks=[*zip(weeks, counts, strict=True)], zone=query.zone,
                many=reporting.COUNTED, branches=choices.branches(connection, one.id),
            )  # fmt: skip

    @pages.get("/repos/<int:identifier>/reports/<period>")
    @access("read", of="repository")
    def report(identifier: int, period: str) -> Any:
        """What a period brought."""
        query: Where = read_query(Where, request.args)
        one = found(identifier)
        with live() as (connection, told):
            made = _made(connection, one, period, query.zone)
        if (made["period"]["until"] or "") <= timestamp():
            told = {}  # what is over hardly changes any more
        return page("report.html", **told, repository=one, report=made, zone=query.zone)

    @pages.get("/repos/<int:identifier>/reports/<period>.html")
    @access("read", of="repository")
    def report_file(identifier: int, period: str) -> Any:
        """The same as one file that needs nothing else."""
        query: Where = read_query(Where, request.args)
        one = found(identifier)
        with reading() as connection:
            made = _made(connection, one, period, query.zone)
        at = functools.partial(local, zone=periods.zone(query.zone))
        file = render_template("report_file.html", repository=one, report=made, style=_style(), at=at)
        response = make_response(file)
        response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(one, period)}.html"'
        return response

    @pages.get("/repos/<int:identifier>/reports/<period>.json")
    @access("read", of="repository")
    def report_json(identifier: int, period: str) -> Any:
        """The same for programs."""
        query: Where = read_query(Where, request.args)
        one = found(identifier)
        with reading() as connection:
            return jsonify(_made(connection, one, period, query.zone))


@functools.cache
def _style() -> Markup:
    """What the file looks like: as pages do."""
    return Markup("".join((STATIC / name).read_text() for name in STYLES))  # noqa: S704 - files of our own


def local(said: str, zone: ZoneInfo) -> str:
    """A moment (ISO 8601) in a time zone, to the minute."""
    return datetime.fromisoformat(said).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _made(connection: Connection, one: Repository, said: str, zone: str) -> dict[str, Any]:
    """The report of a period, or of what lies between two commits.

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


def _place(connection: Connection, one: Repository, said: str) -> str:
    """A day or a commit's id as it is; of a branch its tip.

    Raises:
        UsageError: nothing is said.
        NotFoundError: it is none of these.
    """
    said = said.strip()
    if not said:
        raise UsageError("both ends of a period are needed", "two days, or two commits or branches")
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9a-f]{4,64}", said):
        return said
    tip = choices.tip(connection, one.id, said)
    if not tip:
        raise NotFoundError(f"'{one_line(said, 60)}' is no day, commit or branch", "a day is written 2026-11-30")
    return tip


def _address(one: Repository, name: str, zone: str) -> str:
    return url_for("pages.report", identifier=one.id, period=name, zone=zone or None)


def _file_name(one: Repository, period: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", f"report-{one.name}-{period}")[:120]
