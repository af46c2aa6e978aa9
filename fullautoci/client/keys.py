"""API keys."""

from collections.abc import Iterator
from typing import cast

from fullautoci.client.calls import Calls
from fullautoci.client.types.users import Key, MadeKey


class KeyCalls(Calls):
    """What programs show to say who they are."""

    def keys(self, user: int | None = None) -> Iterator[Key]:
        """Keys without their secrets: of a user; without one, for an admin those of all, else one's own."""
        return self._listed("/keys", user=user, limit=500)

    def key(self, identifier: int) -> Key:
        """One key, without its secret."""
        return cast(Key, self._get(f"/keys/{identifier}"))

    def add_key(
        self, user: int | None = None, label: str = "", expires_at: str | None = None, *, once: str | None = None
    ) -> MadeKey:
        """Make a key of a user, or of whoever asks; its text is in the answer, this once.

        Args:
            expires_at: a date or a moment in ISO 8601; None: it never does.
        """
        asked = {"user": user, "label": label, "expires_at": expires_at}
        return cast(MadeKey, self._call("POST", "/keys", asked, once=once))

    def revoke_key(self, identifier: int) -> None:
        """Have a key open nothing any more, nor the sessions that it opened."""
        self._call("DELETE", f"/keys/{identifier}")
