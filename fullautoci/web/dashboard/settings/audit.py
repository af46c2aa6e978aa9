"""The audit trail, for admins."""

from typing import Annotated, Any

from flask import Blueprint, request
from pydantic import Field

from fullautoci.store import audit, repositories
from fullautoci.store.paging import numbered
from fullautoci.web.access import access
from fullautoci.web.api.common import reading
from fullautoci.web.dashboard.asked import Part
from fullautoci.web.dashboard.settings.shared import section
from fullautoci.web.operation import OPERATIONS, read_query
from fullautoci.web.schemas.base import position

SHOWN = 50


class Trail(Part):
    """Which entries; empty: all."""

    actor: Annotated[str, Field(max_length=200)] = ""
    action: Annotated[str, Field(max_length=100)] = ""
    repository: Annotated[str, Field(pattern=r"^[0-9]{0,16}$")] = ""


def install(pages: Blueprint) -> None:
    """Add the route."""

    @pages.get("/settings/audit")
    @access("admin")
    def settings_audit() -> Any:
        """Who changed what, when and from where, newest first."""
        query: Trail = read_query(Trail, request.args)
        with reading() as connection:
            there = audit.listed(
                connection, before=position(query.cursor) or None, limit=SHOWN + 1, actor=query.actor or None,
                action=query.action or None, repository_id=int(query.repository) if query.repository else None,
            )  # fmt: skip
            watched = repositories.watched(connection)
        actions = sorted({operation.audit for operation, _ in OPERATIONS.values() if operation.audit})
        narrowed = bool(query.actor or query.action or query.repository)
        return section(
            "Audit trail", "audit.html", part=numbered(there, SHOWN), query=query, watched=watched, actions=actions,
            is_narrowed=narrowed,
        )  # fmt: skip
