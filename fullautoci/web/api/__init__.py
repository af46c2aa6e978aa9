"""The REST API: one blueprint, one file a noun."""

from flask import Blueprint

from fullautoci.web.api import bring, commits, config, events, flaky, jobs, pause, ratchets, repositories, runs, service

api = Blueprint("api", __name__, url_prefix="/api/v1")
for noun in (bring, commits, config, events, flaky, jobs, pause, ratchets, repositories, runs, service):
    noun.install(api)
