"""Who asks: whoever is at the other end of the Unix socket, whose key was sent, or whose session a cookie opens."""

import os
import pwd
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import abort, g, request, session

from fullautoci.errors import ForbiddenError
from fullautoci.store import keys, sessions, users
from fullautoci.store.database import Connection
from fullautoci.text import iso
from fullautoci.web.services import Services

PEER_UID = "fullautoci.peer_uid"
# The key of the cookie's content under which it names its session.
SESSION = "s"
RANKS = {users.READ_ONLY: 0, users.USER: 1, users.ADMIN: 2}


@dataclass(frozen=True)
class Caller:
    """Whoever has shown who they are.

    Attributes:
        user_id: their user.
        name: by which the audit trail knows them.
        role: `admin`, `user` or `read-only`.
        repositories: the ids of those they may see; None: all.
        via: `socket`, `key` or `session`.
        identity: what their requests are counted by: `socket:3`, `key:ab12cd34ef56`, `session:3`.
        origin: the address they come from, or the user id at the other end of the socket.
        owner: whether they are whoever runs the daemon.
        until: when the key ends that they showed, ISO 8601 in UTC; None: never.
    """

    user_id: int
    name: str
    role: str
    repositories: frozenset[int] | None
    via: str
    identity: str
    origin: str
    owner: bool = False
    until: str | None = None

    def sees(self, repository_id: int) -> bool:
        """Whether they may see a repository."""
        return self.repositories is None or repository_id in self.repositories

    def is_at_least(self, role: str) -> bool:
        """Whether their role is that one, or one that may do more."""
        return RANKS[self.role] >= RANKS[role]

    def must_be(self, role: str) -> None:
        """Go on only where their role is that one, or one that may do more.

        Raises:
            ForbiddenError: it is not.
        """
        if not self.is_at_least(role):
            raise ForbiddenError(f"that takes the role '{role}'; {self.name} is '{self.role}'")

    def must_be_at_the_socket(self) -> None:
        """Go on only where they are on this machine.

        Raises:
            ForbiddenError: they are not.
        """
        if self.via != "socket":
            raise ForbiddenError("that is for this machine alone, at the daemon's socket")


def identify(services: Services) -> Caller | None:
    """Who asks; None: they have not shown it.

    A key that opens nothing is an error of its own, whatever cookie came with it: whoever sends one means it.
    """
    uid = request.environ.get(PEER_UID)
    if uid is not None:
        return _at_the_socket(services, int(uid))
    said = request.headers.get("Authorization")
    if said is not None:
        return _with_key(services, said)
    return _with_cookie(services)


def _at_the_socket(services: Services, uid: int) -> Caller:
    name, origin = login_name(uid), f"uid {uid}"
    if uid in (os.getuid(), 0):
        return Caller(users.OWNER, name, users.ADMIN, None, "socket", f"socket:{users.OWNER}", origin, owner=True)
    meant = services.peers().get(name)
    if meant is not None:
        with services.reading() as connection:
            known = users.by_name(connection, meant)
            if known is not None and not known["owner"]:
                seen = _visible(connection, known["role"], known["id"])
                return Caller(
                    known["id"], known["name"], known["role"], seen, "socket", f"socket:{known['id']}", origin
                )
    return abort(403, f"the user {name} of this machine is no user here")


def _with_key(services: Services, said: str) -> Caller | None:
    scheme, _, text = said.partition(" ")
    g.credential = True
    if scheme.lower() != "bearer":
        return None
    with services.reading() as connection:
        found = keys.check(connection, text.strip(), iso(datetime.now(UTC)))
        if found is None:
            return None
        seen = _visible(connection, found["role"], found["user_id"])
    if services.accounts is not None:
        services.accounts.key_was_used(found["id"], found["last_used_at"])
    return _caller(found, seen, "key", f"key:{found['public']}")


def _with_cookie(services: Services) -> Caller | None:
    said = session.get(SESSION)
    if not isinstance(said, str):
        return None
    with services.reading() as connection:
        found = sessions.check(connection, said, iso(datetime.now(UTC)))
        if found is None:
            return None
        seen = _visible(connection, found["role"], found["user_id"])
    return _caller(found, seen, "session", f"session:{found['user_id']}")


def _caller(found: dict[str, Any], seen: frozenset[int] | None, via: str, identity: str) -> Caller:
    origin = request.remote_addr or ""
    owner = bool(found["owner"])
    return Caller(
        found["user_id"], found["name"], found["role"], seen, via, identity, origin, owner, found["key_until"]
    )


def _visible(connection: Connection, role: str, user_id: int) -> frozenset[int] | None:
    return None if role == users.ADMIN else users.visible(connection, user_id)


def login_name(uid: int) -> str:
    """The name of a user of this machine."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
