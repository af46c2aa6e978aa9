"""Users, keys, sessions, and the audit trail."""

from typing import Annotated, Any, Literal

from pydantic import Field

from fullautoci.web.schemas.base import Asked, Cursor, Id, Limit, Moment, Number, Shown

Role = Literal["admin", "user", "read-only"]
UserName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$")]
Repositories = Annotated[tuple[Id, ...], Field(max_length=10_000)]
Label = Annotated[str, Field(max_length=100)]


class User(Shown):
    """A user; of an admin, `repositories` does not matter: they see all."""

    id: int
    name: str
    role: Role
    owner: bool
    created_at: Moment
    repositories: list[int]


class Me(User):
    """Whoever asks, and how they showed who they are."""

    via: Literal["socket", "key", "session"]


class NewUser(Asked):
    """A user to be made."""

    name: UserName
    role: Role = "user"
    repositories: Repositories = ()


class ChangedUser(Asked):
    """What is to be different; what is left out stays."""

    name: UserName | None = None
    role: Role | None = None
    repositories: Repositories | None = None


class Listing(Asked):
    """Which part of a listing."""

    limit: Limit = 500
    cursor: Cursor = ""


class KeysQuery(Listing):
    """Whose keys: of a `user`, by id; of all, for an admin who names none."""

    user: Number | None = None


class NewKey(Asked):
    """A key to be made: of whoever asks, or for an admin of another `user`."""

    user: Id | None = None
    label: Label = ""
    expires_at: (
        Annotated[
            str,
            Field(min_length=1, max_length=40, description="a date or a moment in ISO 8601; without it, it never does"),
        ]
        | None
    ) = None


class Key(Shown):
    """A key, without its secret."""

    id: int
    user_id: int
    user: str
    public: str
    label: str
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None
    revoked_at: Moment | None


class MadeKey(Key):
    """A key with its text, which is shown this once."""

    key: str


class Closed(Shown):
    """How many sessions were ended."""

    closed: int


class AuditQuery(Asked):
    """Which entries of the audit trail."""

    limit: Limit = 50
    cursor: Cursor = ""
    actor: Annotated[str, Field(max_length=200)] | None = None
    action: Annotated[str, Field(max_length=100, description="as in `user.add`; a noun alone is all of it")] | None = (
        None
    )
    repository: Number | None = None


class AuditEntry(Shown):
    """One change: who, what, when, and from where; where it is not `done`, it was begun, and no more is known."""

    id: int
    at: Moment
    actor: str
    user_id: int | None
    via: str
    origin: str
    action: str
    target: str
    repository_id: int | None
    repository: str | None
    detail: dict[str, Any]
    done: bool
