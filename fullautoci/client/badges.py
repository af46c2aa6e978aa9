"""Badges: pictures for whoever has a repository's token."""

from typing import cast

from fullautoci.client.calls import Calls
from fullautoci.client.types.badges import Badge


class BadgeCalls(Calls):
    """A token each repository."""

    def add_badge(self, repository: int) -> Badge:
        """Make the token by which a repository's badges are shown, this once; the one before it shows none any more."""
        return cast(Badge, self._call("POST", f"/repos/{repository}/badge", {}))

    def revoke_badge(self, repository: int) -> int:
        """Have a repository's badges shown to nobody any more; how many tokens there were."""
        return int(self._call("DELETE", f"/repos/{repository}/badge")["revoked"])
