"""What a request changes, for the audit trail: told by its view."""

import contextlib
from collections.abc import Iterator
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


@contextlib.contextmanager
def recorded(action: str) -> Iterator[None]:
    """Put what is done meanwhile on the trail: begun before, concluded after, withdrawn where it is refused.

    Raises:
        StoreError: it cannot be written: before anything is changed or, where the disk was full meanwhile, after.
    """
    services: Services = current_app.extensions["services"]
    accounts = services.accounts
    if accounts is None or not action:
        yield
        return
    number = accounts.audit_begun(by(g.caller, action))
    try:
        yield
    except Exception:
        accounts.audit_withdrawn(number)
        raise
    accounts.audit_done(number, by(g.caller, action))
