"""Users, keys, sessions, and the audit trail."""

from typing import Any, Literal, TypedDict

Role = Literal["admin", "user", "read-only"]


class User(TypedDict):
    """A user; of an admin, `repositories` does not matter: they see all."""

    id: int
    name: str
    role: Role
    owner: bool
    created_at: str
    repositories: list[int]


class Me(User):
    """Whoever asks, and how they showed who they are."""

    via: Literal["socket", "key", "session"]


class Key(TypedDict):
    """A key, without its secret."""

    id: int
    user_id: int
    user: str
    public: str
    label: str
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    revoked_at: str | None


class MadeKey(Key):
    """A key with its text, which is shown this once."""

    key: str


class AuditEntry(TypedDict):
    """One change: who, what, when, and from where; where it is not `done`, it was begun, and no more is known."""

    id: int
    at: str
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
