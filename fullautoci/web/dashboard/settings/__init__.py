"""Settings: a file a section."""

from flask import Blueprint

from fullautoci.web.dashboard.settings import (
    account,
    audit,
    configuration,
    repositories,
    service,
    storage,
    tools,
    users,
)


def install(pages: Blueprint) -> None:
    """Add the routes."""
    for section in (account, repositories, configuration, tools, users, storage, service, audit):
        section.install(pages)
