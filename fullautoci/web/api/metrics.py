"""Metrics over time, as JSON or as a table."""

import csv
import io
from typing import Any

from flask import Blueprint, Response

from fullautoci.store import paging
from fullautoci.store.listings import metrics
from fullautoci.web.api.common import found, reading, visible
from fullautoci.web.api.listing import narrowed
from fullautoci.web.operation import operation, with_cursor
from fullautoci.web.schemas.metrics import Measured, MetricsQuery

# RFC 4180, and its media type's parameters (RFC 7111).
CSV = "text/csv"
_COLUMNS = ("at", "commit", "committed_at", "branch", "run", "job", "tool", "project", "variant")
_WANTED = ("tool", "metric", "project", "variant", "branch", "since", "until")
# What spreadsheets take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/repos/<int:identifier>/metrics")
    @operation("read", of="repository", query=MetricsQuery, answer=list[Measured])
    def list_metrics(identifier: int, query: MetricsQuery) -> Any:
        """What jobs that passed or failed measured, newest first."""
        return _part(identifier, query)

    @api.get("/repos/<int:identifier>/metrics.csv")
    @operation("read", of="repository", query=MetricsQuery, media=[CSV])
    def table_metrics(identifier: int, query: MetricsQuery) -> Any:
        """The same as a table, a row for each metric of a job; `limit` counts jobs."""
        part = _part(identifier, query)
        answer = Response(_table(part), content_type=f"{CSV}; charset=utf-8; header=present")
        if part.following:
            answer.headers["Link"] = f'<{with_cursor(part.following)}>; rel="next"'
        return answer


def _part(identifier: int, query: MetricsQuery) -> paging.Page:
    wanted = metrics.Wanted(**narrowed(query, *_WANTED))
    repository = found(identifier).id
    with reading() as connection:
        return metrics.page(
            connection, repository, wanted, visible(), cursor=query.cursor, limit=query.limit, sort=query.sort
        )


def _table(part: paging.Page) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([*_COLUMNS, "metric", "value"])
    for item in part.items:
        told = [_cell(item[name]) for name in _COLUMNS]
        writer.writerows([*told, _cell(name), value] for name, value in item["metrics"].items())
    return file.getvalue()


def _cell(value: Any) -> Any:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
