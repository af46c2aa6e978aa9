"""What a request changed, for the audit trail: told by its view, written once the change is done."""

from typing import Any

from flask import current_app, g

from fullautoci.store.audit import Entry
from fullautoci.web.callers import Caller
from fullautoci.web.services import Services


def tell(target: object = "", *, repository: int | None = None, **detail: Any) -> None:
    """Say what this request changes.

    Args:
        target: its name or number.
        detail: what else is to be known of it; no secrets.
    """
    g.audited = (str(target), repository, detail)


def by(caller: Caller, action: str) -> Entry:
    """An entry of this request's."""
    target, repository, detail = g.get("audited", ("", None, {}))
    return Entry(caller.name, caller.user_id, caller.via, caller.origin, action, target, repository, detail)


def record(action: str) -> None:
    """Write the entry of this request.

    Raises:
        StoreError: it cannot be written; what was changed is.
    """
    services: Services = current_app.extensions["services"]
    if services.accounts is not None:
        services.accounts.audit(by(g.caller, action))
