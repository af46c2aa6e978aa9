"""The dashboard: a file a page, and what pages share."""

from flask import Blueprint

from fullautoci.web.dashboard import (
    branches,
    commit,
    docs,
    grid,
    live,
    logs,
    overview,
    repository,
    run,
    search,
    source,
    tests,
    trends,
)

pages = Blueprint("pages", __name__)
for _each in (
    overview, repository, grid, branches, trends, tests, search, run, commit, source, logs, live, docs,
):  # fmt: skip
    _each.install(pages)
