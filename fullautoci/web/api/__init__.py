"""The REST API: one blueprint, one file a noun."""

from flask import Blueprint

from fullautoci.web.api import (
    audit,
    bring,
    commits,
    config,
    events,
    flaky,
    jobs,
    keys,
    openapi,
    pause,
    ratchets,
    repositories,
    runs,
    service,
    users,
)

api = Blueprint("api", __name__, url_prefix="/api/v1")
for noun in (
    repositories, commits, runs, jobs, events, ratchets, flaky, bring, config, pause, service, users, keys, audit,
    openapi,
):  # fmt: skip
    noun.install(api)
