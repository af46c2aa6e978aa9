"""Users, their browser sessions, and whoever asks."""

from collections.abc import Iterator, Sequence
from typing import cast

from fullautoci.client.calls import Calls
from fullautoci.client.types.users import Me, User


class UserCalls(Calls):
    """People, in roles: `admin`, `user` and `read-only`."""

    def me(self) -> Me:
        """Whoever asks: the user, and how they showed who they are."""
        return cast(Me, self._get("/me"))

    def users(self) -> Iterator[User]:
        """All users, in the order in which they came."""
        return self._listed("/users", limit=500)

    def user(self, identifier: int) -> User:
        """One user."""
        return cast(User, self._get(f"/users/{identifier}"))

    def add_user(
        self, name: str, role: str = "user", repositories: Sequence[int] = (), *, once: str | None = None
    ) -> User:
        """Make a user.

        Args:
            repositories: ids of those that are assigned to them.

        Raises:
            ConflictError: the name is taken.
        """
        asked = {"name": name, "role": role, "repositories": list(repositories)}
        return cast(User, self._call("POST", "/users", asked, once=once))

    def update_user(
        self,
        identifier: int,
        *,
        name: str | None = None,
        role: str | None = None,
        repositories: Sequence[int] | None = None,
    ) -> User:
        """Have a user another name, role or repositories; None leaves what it is.

        Raises:
            ConflictError: the name is taken, or it is the owner's role.
        """
        told = {"name": name, "role": role, "repositories": None if repositories is None else list(repositories)}
        asked = {key: value for key, value in told.items() if value is not None}
        return cast(User, self._call("PUT", f"/users/{identifier}", asked))

    def remove_user(self, identifier: int) -> None:
        """Remove a user: keys and sessions of theirs open nothing any more.

        Raises:
            ConflictError: it is the owner.
        """
        self._call("DELETE", f"/users/{identifier}")

    def close_sessions(self, user: int | None = None) -> int:
        """End all browser sessions of a user, or of whoever asks; how many there were."""
        whose = "/me" if user is None else f"/users/{user}"
        return int(self._call("DELETE", f"{whose}/sessions")["closed"])
