"""What a way to the API brings back, and what such a way is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

# How long an answer may take, in seconds.
TIMEOUT_S = 120.0


@dataclass(frozen=True)
class Answer:
    """An HTTP answer.

    Attributes:
        headers: by name as it was written; `header` finds one whatever its case.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """A header's value, whatever the case of its name; empty where there is none."""
        wanted = name.lower()
        return next((value for said, value in self.headers.items() if said.lower() == wanted), "")


class Transport(Protocol):
    """A way to the API."""

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a request and wait for its answer.

        Args:
            path: from the API's root, as in `/api/v1/status`.
        """

    def close(self) -> None:
        """Let go of what is held open; a later request opens it again."""
