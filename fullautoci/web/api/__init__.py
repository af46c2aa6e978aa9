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
    pause,
    ratchets,
    repositories,
    runs,
    service,
    users,
)  # fmt: skip

api = Blueprint("api", __name__, url_prefix="/api/v1")
for noun in (
    repositories, commits, runs, jobs, events, ratchets, flaky, bring, config, pause, service, users, keys, audit,
):  # fmt: skip
    noun.install(api)
