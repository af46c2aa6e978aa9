"""Ratchets, and what is flaky."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote

from fullautoci.client.calls import Calls
from fullautoci.client.types.ratchets import Acted, Held, JournalEntry, Ratchet


class RatchetCalls(Calls):
    """What may not get worse."""

    def ratchets(self, repository: int, commit: str | None = None) -> list[Held]:
        """What is held at a commit, or at the one that was tested last."""
        return list(self._get(f"/repos/{repository}/ratchets", commit=commit))

    def ratchet(self, repository: int, name: str, **filters: object) -> Ratchet:
        """How one went, with advice; filters are `commit`, `project`, `variant`, `before` and `limit`."""
        return cast(Ratchet, self._get(f"/repos/{repository}/ratchets/{quote(name, safe='')}", **filters))

    def ratchet_journal(self, repository: int, before: str | None = None, limit: int = 50) -> list[JournalEntry]:
        """What moved ratchets, the newest first; `before` an entry's cursor."""
        return list(self._get(f"/repos/{repository}/ratchets/journal", limit=limit, before=before or None))

    def act(self, repository: int, wanted: Mapping[str, object], *, once: str | None = None) -> Acted:
        """Waive, reset or raise; the act, and the verdicts before and after."""
        return cast(Acted, self._call("POST", f"/repos/{repository}/ratchets/acts", wanted, once=once))

    def flaky(self, repository: int) -> list[dict[str, Any]]:
        """Its tests and metrics that differed though nothing else did, what was seen last first."""
        return list(self._get(f"/repos/{repository}/flaky"))

    def forgive(self, repository: int, name: str, tool: str = "") -> int:
        """End the quarantine of one of them; how many ended."""
        return int(self._call("DELETE", f"/repos/{repository}/flaky", {"name": name, "tool": tool})["forgiven"])
