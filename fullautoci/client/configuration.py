"""What is configured beside the files."""

from typing import Any, cast
from urllib.parse import quote

from fullautoci.client.calls import Calls, query_string
from fullautoci.client.types.service import Configuration, WasSet, WasUnset


class ConfigurationCalls(Calls):
    """Values by key, of a repository or of the service."""

    def config(self, repository: int | None = None, commit: str | None = None) -> Configuration:
        """What is configured: of a repository, where its file says nothing or at a commit; else of the service."""
        return cast(Configuration, self._get("/config", repository=repository, commit=commit))

    def configure(self, key: str, value: Any, repository: int | None = None, commit: str | None = None) -> WasSet:
        """Have a key say a value, for a repository or the service; whether the daemon is to be restarted for it."""
        asked = {"value": value, "repository": repository, "commit": commit}
        return cast(WasSet, self._call("PUT", f"/config/{quote(key, safe='')}", asked))

    def unconfigure(self, key: str, repository: int | None = None) -> WasUnset:
        """Have a key say nothing any more."""
        path = f"/config/{quote(key, safe='')}{query_string({'repository': repository})}"
        return cast(WasUnset, self._call("DELETE", path))
