"""The dashboard: a file a page, and what pages share."""

from flask import Blueprint

from fullautoci.web.dashboard import commit, docs, live, logs, overview, repository, run

pages = Blueprint("pages", __name__)
for _each in (overview, repository, run, commit, logs, live, docs):
    _each.install(pages)
