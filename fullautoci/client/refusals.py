"""What the API refused, as an error with its words (problem details, RFC 9457) and a hint of what to do."""

import json
from typing import Any

from fullautoci.client.answer import Answer
from fullautoci.errors import (
    ConflictError,
    DaemonDownError,
    ForbiddenError,
    FullAutoCIError,
    NotFoundError,
    UsageError,
)  # fmt: skip
from fullautoci.text import one_line, plain

# The type of a problem that lies with the request itself.
USAGE = "urn:fullautoci:usage"
# As many seconds as a server may have us wait before we take its word for nonsense.
LONGEST_WAIT_S = 86400


class UnknownCallerError(FullAutoCIError):
    """The key opens nothing: it is wrong, revoked, expired, or of a user who was removed."""


class RateLimitError(FullAutoCIError):
    """Too many requests, or wrong keys.

    Attributes:
        retry_after_s: in how many seconds to try again; 0: that was not said.
    """

    retry_after_s = 0


class ServerError(FullAutoCIError):
    """The other end has a fault of its own, or is no Full Auto CI."""


class UnreachableError(FullAutoCIError):
    """Nothing answers at an address, or its certificate is not to be trusted."""


_KINDS: dict[int, type[FullAutoCIError]] = {
    401: UnknownCallerError, 403: ForbiddenError, 404: NotFoundError, 409: ConflictError, 422: UsageError,
    503: DaemonDownError,
}  # fmt: skip
_HINTS = {
    401: "it may be revoked or expired, or its user removed: an admin makes another, 'fullautoci key create --user'",
    403: "an admin can change your role: 'fullautoci user update'",
}

_NO_PATH = "look at the address: it has no path, except where a proxy has the service below one"


def refusal(answer: Answer) -> FullAutoCIError:
    """The error that an answer of status 400 or more tells of."""
    problem = _problem(answer.body)
    title = one_line(str(problem.get("title") or ""), 500)
    hint = plain(str(problem.get("hint") or ""))[:4000]
    status = answer.status
    if status == 429:
        return _limited(answer, title)
    if not title and status >= 500:
        return ServerError(f"the server answered {status}", "the daemon behind it may be down or busy")
    if not title and status == 404:  # the API has words for what it lacks
        return NotFoundError("the server answered 404: no Full Auto CI is there", _NO_PATH)
    kind = UsageError if problem.get("type") == USAGE else _KINDS.get(status, FullAutoCIError)
    return kind(title or f"the server answered {status}", hint or _HINTS.get(status, ""))


def _limited(answer: Answer, title: str) -> RateLimitError:
    said = answer.header("Retry-After")
    wait = int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 0
    error = RateLimitError(
        title or "too many requests", f"try again in {wait} s" if wait and f"{wait} s" not in title else ""
    )
    error.retry_after_s = min(wait, LONGEST_WAIT_S)
    return error


def _problem(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body) if body else None
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def content(answer: Answer) -> Any:
    """The JSON of a good answer; None where it has none.

    Raises:
        ServerError: that is none.
    """
    try:
        return json.loads(answer.body) if answer.body else None
    except (ValueError, RecursionError) as error:
        raise ServerError("what answered is no Full Auto CI", "look at the address") from error
