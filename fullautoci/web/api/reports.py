"""Reports on a period, for programs and as a file."""

from typing import Any

from flask import Blueprint, Response

from fullautoci.web import reported
from fullautoci.web.api.common import found, reading
from fullautoci.web.operation import operation
from fullautoci.web.schemas.reports import Report, ReportQuery

MEDIA = "text/html"


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/repos/<int:identifier>/reports/<period>")
    @operation("read", of="repository", query=ReportQuery, answer=Report)
    def get_report(identifier: int, period: str, query: ReportQuery) -> Any:
        """What a period brought: `this-week`, `last-week`, `2026-W48`, `2026-11`, `2026-11-01..2026-11-15`.

        Or what came after one commit up to another, along first parents: `0a1b2c3d..4e5f6a7b`.
        """
        repository = found(identifier)
        with reading() as connection:
            return reported.report(connection, repository, period, query.zone)

    @api.get("/repos/<int:identifier>/reports/<period>.html")
    @operation("read", of="repository", query=ReportQuery, media=[MEDIA])
    def get_report_file(identifier: int, period: str, query: ReportQuery) -> Any:
        """The same as one file that needs nothing else."""
        repository = found(identifier)
        with reading() as connection:
            made = reported.report(connection, repository, period, query.zone)
        return Response(reported.file(repository, made, query.zone), mimetype=MEDIA)
