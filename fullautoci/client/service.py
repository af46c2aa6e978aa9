"""The service itself."""

from typing import cast

from fullautoci.client.calls import Calls
from fullautoci.client.types.service import LoginLink, Pruned, Status


class ServiceCalls(Calls):
    """What concerns all repositories."""

    def status(self) -> Status:
        """The daemon's facts, what is running, and what waits."""
        return cast(Status, dict(self._get("/status")))

    def pause(self, what: str, seconds: float | None) -> None:
        """Start no more jobs (`everything`), or none of the `backfill`; for so many seconds, or until `resume`."""
        self._call("POST", "/pause", {"what": what, "seconds": seconds})

    def resume(self) -> None:
        """Start jobs again."""
        self._call("POST", "/resume", {})

    def prune(self, *, dry_run: bool) -> Pruned:
        """Remove what is kept in files and needed no more; what went, or would go."""
        return cast(Pruned, self._call("POST", "/prune", {"dry_run": dry_run}))

    def login_link(self) -> LoginLink:
        """A one-time path for a browser, and where the page is; at a Unix socket only."""
        return cast(LoginLink, self._call("POST", "/login-links", {}))
