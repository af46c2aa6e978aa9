"""Reports: what a week, a month, or what lies between two commits brought; as a page, a file, and JSON."""

import re
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, jsonify, make_response, redirect, request, url_for

from fullautoci.errors import NotFoundError, UsageError
from fullautoci.reporting import periods
from fullautoci.store import choices, reporting
from fullautoci.store.database import Connection
from fullautoci.store.repositories import Repository
from fullautoci.text import one_line, timestamp
from fullautoci.web import reported
from fullautoci.web.access import access
from fullautoci.web.api.common import found, reading
from fullautoci.web.dashboard.asked import Word
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.reports import ReportQuery

# So many weeks are listed.
WEEKS = 13


class Wish(ReportQuery):
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
        query: ReportQuery = read_query(ReportQuery, request.args)
        one = found(identifier)
        with live() as (connection, told):
            made = reported.report(connection, one, period, query.zone)
        if (made["period"]["until"] or "") <= timestamp():
            told = {}  # what is over hardly changes any more
        return page("report.html", **told, repository=one, report=made, zone=query.zone)

    @pages.get("/repos/<int:identifier>/reports/<period>.html")
    @access("read", of="repository")
    def report_file(identifier: int, period: str) -> Any:
        """The same as one file that needs nothing else."""
        query: ReportQuery = read_query(ReportQuery, request.args)
        one = found(identifier)
        with reading() as connection:
            made = reported.report(connection, one, period, query.zone)
        response = make_response(reported.file(one, made, query.zone))
        response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(one, period)}.html"'
        return response

    @pages.get("/repos/<int:identifier>/reports/<period>.json")
    @access("read", of="repository")
    def report_json(identifier: int, period: str) -> Any:
        """The same for programs."""
        query: ReportQuery = read_query(ReportQuery, request.args)
        one = found(identifier)
        with reading() as connection:
            return jsonify(reported.report(connection, one, period, query.zone))


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
