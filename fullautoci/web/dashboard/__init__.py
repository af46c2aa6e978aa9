"""The dashboard: a file a page, and what pages share."""

from flask import Blueprint

from fullautoci.web.dashboard import (
    branches,
    commit,
    docs,
    grid,
    job_lists,
    journal,
    live,
    logs,
    marks,
    overview,
    ratchets,
    reports,
    repository,
    run,
    search,
    settings,
    source,
    tests,
    trends,
)

pages = Blueprint("pages", __name__)
for _each in (
    marks, overview, repository, grid, branches, trends, tests, search, run, commit, source, job_lists, logs,
    ratchets, journal, reports, settings, live, docs,
):  # fmt: skip
    _each.install(pages)
