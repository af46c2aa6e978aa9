"""Users, and whoever asks."""

from typing import Any

from flask import Blueprint, current_app

from fullautoci.errors import ForbiddenError
from fullautoci.store import users
from fullautoci.store.paging import numbered
from fullautoci.web.api.common import accounts, caller, reading
from fullautoci.web.audited import tell
from fullautoci.web.operation import operation
from fullautoci.web.schemas.base import position
from fullautoci.web.schemas.users import ChangedUser, Closed, Listing, Me, NewUser, User


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/me")
    @operation("known", answer=Me)
    def get_me() -> Any:
        """Whoever asks: the user, and how they showed who they are."""
        asking = caller()
        with reading() as connection:
            return {**users.get(connection, asking.user_id), "via": asking.via}

    @api.delete("/me/sessions")
    @operation("known", answer=Closed, audit="session.close_all")
    def close_my_sessions() -> Any:
        """End all browser sessions of whoever asks."""
        count = _closed(caller().user_id)
        tell(caller().name, sessions=count)
        return {"closed": count}

    @api.get("/users")
    @operation("admin", query=Listing, answer=list[User])
    def list_users(query: Listing) -> Any:
        """All users, in the order in which they came."""
        with reading() as connection:
            found = users.listed(connection, after=position(query.cursor), limit=query.limit + 1)
        return numbered(found, query.limit)

    @api.post("/users")
    @operation("admin", body=NewUser, answer=User, status=201, audit="user.add")
    def add_user(body: NewUser) -> Any:
        """Make a user: a `name`, a `role`, and the `repositories` that are assigned to them."""
        identifier = accounts().add_user(caller().user_id, body.name, body.role, body.repositories)
        tell(body.name, user=identifier, role=body.role, repositories=list(body.repositories))
        return _shown(identifier)

    @api.get("/users/<int:identifier>")
    @operation("known", answer=User)
    def get_user(identifier: int) -> Any:
        """One user: for admins, and for that user."""
        if identifier != caller().user_id:
            caller().must_be(users.ADMIN)
        return _shown(identifier)

    @api.put("/users/<int:identifier>")
    @operation("admin", body=ChangedUser, answer=User, audit="user.update")
    def update_user(identifier: int, body: ChangedUser) -> Any:
        """Have a user another name, role or repositories; what is left out stays. A new role ends their sessions."""
        if body.role in (None, users.ADMIN):  # of any other role it is said that the owner stays an admin
            _must_be_own_of_owner(identifier)
        accounts().update_user(
            caller().user_id, identifier, name=body.name, role=body.role, repositories=body.repositories
        )
        shown = _shown(identifier)
        tell(shown["name"], user=identifier, **body.model_dump(mode="json", exclude_none=True))
        return shown

    @api.delete("/users/<int:identifier>")
    @operation("admin", audit="user.remove")
    def remove_user(identifier: int) -> Any:
        """Remove a user; their keys and sessions open nothing any more."""
        name = _shown(identifier)["name"]
        accounts().remove_user(caller().user_id, identifier)
        tell(name, user=identifier)

    @api.delete("/users/<int:identifier>/sessions")
    @operation("admin", answer=Closed, audit="session.close_all")
    def close_sessions(identifier: int) -> Any:
        """End all browser sessions of a user."""
        _must_be_own_of_owner(identifier)
        name = _shown(identifier)["name"]
        count = _closed(identifier)
        tell(name, user=identifier, sessions=count)
        return {"closed": count}


def _closed(identifier: int) -> int:
    """End a user's sessions, and the links that would open others; how many there were."""
    current_app.extensions["links"].drop(identifier)
    return accounts().close_sessions(identifier)


def _must_be_own_of_owner(identifier: int) -> None:
    """What is the owner's is for the owner alone: other admins may go, and nothing of theirs stays."""
    if identifier == users.OWNER and caller().user_id != users.OWNER:
        raise ForbiddenError("that is for whoever runs the daemon")


def _shown(identifier: int) -> dict[str, Any]:
    with reading() as connection:
        return users.get(connection, identifier)
