"""The audit trail."""

from collections.abc import Iterator

from fullautoci.client.calls import Calls
from fullautoci.client.types.users import AuditEntry


class AuditCalls(Calls):
    """Who changed what, when and from where."""

    def audit(
        self,
        *,
        actor: str | None = None,
        action: str | None = None,
        repository: int | None = None,
        part: int = 500,
    ) -> Iterator[AuditEntry]:
        """Entries, the newest first, asked for as they are gone through.

        Args:
            actor: only what that one did.
            action: only that, as in `user.add`; a noun alone is all of it.
            part: how many are asked for at once, 1 to 500.
        """
        return self._listed("/audit", actor=actor, action=action, repository=repository, limit=part)
