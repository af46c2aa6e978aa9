"""The REST API: one blueprint, one file a noun."""

from flask import Blueprint

from fullautoci.web.api import (
    audit,
    badges,
    bring,
    commits,
    config,
    events,
    events_list,
    feed,
    findings,
    flaky,
    jobs,
    keys,
    metrics,
    openapi,
    pause,
    prometheus,
    ratchets,
    reports,
    repositories,
    runs,
    search,
    service,
    tests,
    users,
)

api = Blueprint("api", __name__, url_prefix="/api/v1")
for noun in (
    repositories, commits, runs, jobs, findings, tests, metrics, search, feed, badges, events_list, events, ratchets,
    flaky, reports, bring, config, pause, service, users, keys, audit, prometheus, openapi,
):  # fmt: skip
    noun.install(api)
