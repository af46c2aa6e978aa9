"""The API's typed client: what the command line speaks to the daemon with, and what other programs may.

    from pathlib import Path
    from fullautoci.client import Client, HttpTransport, SocketTransport

    client = Client(SocketTransport(Path("~/.local/state/fullautoci/daemon.sock").expanduser()))
    with Client(HttpTransport("https://ci.example.org", Path("key").read_text().strip())) as client:
        for run in client.runs(branch="main", limit=10):
            print(run["commit"][:10], run["outcome"])

It uses nothing but the standard library. What is answered is described by the classes in `types`.
"""

from typing import TYPE_CHECKING, Any

from fullautoci.client.answer import TIMEOUT_S, Answer, Transport
from fullautoci.client.audit import AuditCalls
from fullautoci.client.badges import BadgeCalls
from fullautoci.client.configuration import ConfigurationCalls
from fullautoci.client.events import EventCalls
from fullautoci.client.jobs import JobCalls
from fullautoci.client.keys import KeyCalls
from fullautoci.client.looking import LookingCalls
from fullautoci.client.ratchets import RatchetCalls
from fullautoci.client.refusals import (
    USAGE,
    RateLimitError,
    ServerError,
    UnknownCallerError,
    UnreachableError,
)
from fullautoci.client.repositories import RepositoryCalls
from fullautoci.client.runs import RunCalls
from fullautoci.client.service import ServiceCalls
from fullautoci.client.unix import SocketTransport
from fullautoci.client.users import UserCalls

if TYPE_CHECKING:
    from fullautoci.client.https import HttpTransport

__all__ = [
    "TIMEOUT_S", "USAGE", "Answer", "Client", "HttpTransport", "RateLimitError", "ServerError", "SocketTransport",
    "Transport", "UnknownCallerError", "UnreachableError", "View",
]  # fmt: skip

View = dict[str, Any]


class Client(
    ServiceCalls,
    RepositoryCalls,
    RunCalls,
    JobCalls,
    LookingCalls,
    RatchetCalls,
    ConfigurationCalls,
    EventCalls,
    BadgeCalls,
    UserCalls,
    KeyCalls,
    AuditCalls,
):
    """The API, a method a use.

    Every method raises what its transport raises where nothing answers, and with the API's own words and hint:
    UsageError for what makes no sense (400, 422), UnknownCallerError for a key that opens nothing (401),
    ForbiddenError (403), NotFoundError for what does not exist or may not be seen (404), ConflictError (409),
    RateLimitError (429), DaemonDownError for what cannot be done now (503), ServerError for any other fault.
    """


def __getattr__(name: str) -> Any:
    """What is loaded when it is asked for: TLS takes longer to load than all the rest."""
    if name == "HttpTransport":
        from fullautoci.client.https import HttpTransport

        return HttpTransport
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
