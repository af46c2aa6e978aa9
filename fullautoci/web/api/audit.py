"""The audit trail."""

from typing import Any

from flask import Blueprint

from fullautoci.store import audit
from fullautoci.store.paging import numbered
from fullautoci.web.api.common import reading
from fullautoci.web.operation import operation
from fullautoci.web.schemas.base import position
from fullautoci.web.schemas.users import AuditEntry, AuditQuery


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/audit")
    @operation("admin", query=AuditQuery, answer=list[AuditEntry])
    def list_audit(query: AuditQuery) -> Any:
        """Who changed what, when and from where, the newest first; of an `actor`, an `action`, or a `repository`."""
        with reading() as connection:
            found = audit.listed(
                connection, before=position(query.cursor) or None, limit=query.limit + 1, actor=query.actor,
                action=query.action, repository_id=query.repository,
            )  # fmt: skip
        return numbered(found, query.limit)
