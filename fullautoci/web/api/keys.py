"""API keys."""

from typing import Any

from flask import Blueprint

from fullautoci.errors import ForbiddenError, NotFoundError
from fullautoci.store import keys, users
from fullautoci.store.paging import numbered
from fullautoci.web.api.common import accounts, caller, reading
from fullautoci.web.audited import tell
from fullautoci.web.moments import end
from fullautoci.web.operation import operation
from fullautoci.web.schemas.base import position
from fullautoci.web.schemas.users import Key, KeysQuery, MadeKey, NewKey


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/keys")
    @operation("known", query=KeysQuery, answer=list[Key])
    def list_keys(query: KeysQuery) -> Any:
        """Keys, without their secrets: one's own; for an admin those of a `user`, or all."""
        asking, user = caller(), query.user
        if user is None and not asking.is_at_least(users.ADMIN):
            user = asking.user_id
        if user is not None and user != asking.user_id:
            asking.must_be(users.ADMIN)
        with reading() as connection:
            found = keys.listed(connection, user, after=position(query.cursor), limit=query.limit + 1)
        return numbered(found, query.limit)

    @api.post("/keys")
    @operation("known", body=NewKey, answer=MadeKey, status=201, audit="key.add", secret=True)
    def add_key(body: NewKey) -> Any:
        """Make a key, of one's own or for an admin of another `user`; `key` in the answer is shown this once.

        One that is made with a key is good for no longer than that.
        """
        asking = caller()
        user = asking.user_id if body.user is None else body.user
        if user != asking.user_id:
            asking.must_be(users.ADMIN)
        if user == users.OWNER != asking.user_id:
            raise ForbiddenError("keys of whoever runs the daemon are for them to make")
        ends = [one for one in (end(body.expires_at), asking.until) if one is not None]
        identifier, text = accounts().add_key(asking.user_id, user, body.label, min(ends, default=None))
        with reading() as connection:
            shown = keys.get(connection, identifier)
        tell(shown["public"], user=shown["user"], label=body.label, expires_at=shown["expires_at"])
        return {**shown, "key": text}

    @api.get("/keys/<int:identifier>")
    @operation("known", answer=Key)
    def get_key(identifier: int) -> Any:
        """One key that is not revoked, without its secret."""
        return _own(identifier)

    @api.delete("/keys/<int:identifier>")
    @operation("known", audit="key.revoke")
    def revoke_key(identifier: int) -> Any:
        """Have a key open nothing any more, nor the sessions that it opened: one's own, or for an admin anybody's."""
        key = _own(identifier)
        accounts().revoke_key(identifier)
        tell(key["public"], user=key["user"])


def _own(identifier: int) -> dict[str, Any]:
    """A key that is the caller's, or any for an admin; another's is not there, nor is one that is revoked."""
    with reading() as connection:
        found = keys.get(connection, identifier)
    others = found["user_id"] != caller().user_id and not caller().is_at_least(users.ADMIN)
    if others or found["revoked_at"] is not None:
        raise NotFoundError("there is no such key", "'fullautoci key list' shows those there are")
    return found
