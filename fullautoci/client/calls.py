"""One call of the API, and a listing part by part."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from fullautoci.client.answer import Answer, Transport
from fullautoci.client.refusals import ServerError, content, refusal
from fullautoci.errors import UsageError

ROOT = "/api/v1"
# Between two looks at a service that counts no requests of ours.
PACE_S = 0.1
# A link to the next part of a listing (RFC 8288).
_NEXT = re.compile(r"<([^<>]{1,4000})>\s*;[^,<]{0,200}?\brel=\"?next\"?(?![\w-])", re.IGNORECASE)
# How many answers are kept with their tags, to be asked for again without being sent again.
KEPT = 32
# How many parts a listing may have.
MOST_PARTS = 100_000


class Calls:
    """What all of the client's methods go by.

    Args:
        transport: the way to the API.
        offline: the transport reaches no daemon, only what it recorded.
        pace_s: how long whoever waits for something is to wait between two looks, in seconds.

    Attributes:
        server_version: the version of what answered last.
    """

    def __init__(self, transport: Transport, *, offline: bool = False, pace_s: float = PACE_S) -> None:
        self._transport = transport
        self.offline = offline
        self.pace_s = pace_s
        self.server_version = ""
        self._tagged: dict[str, tuple[str, Any]] = {}

    def close(self) -> None:
        """Let go of the connection, if one is held open; also at the end of a `with` block."""
        self._transport.close()

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the connection."""
        self.close()

    def _answer(
        self, method: str, path: str, payload: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer to a call, a good one or 304."""
        body = b"" if payload is None else _body(payload)
        told = {**({"Content-Type": "application/json"} if body else {}), **(headers or {})}
        answer = self._transport.send(method, f"{ROOT}{path}", body, told)
        self.server_version = answer.header("X-Fullautoci-Version")
        if answer.status >= 400:
            raise refusal(answer)
        if answer.status >= 300 and answer.status != 304:
            raise ServerError(f"the server answered {answer.status}", "look at the address")
        return answer

    def _call(self, method: str, path: str, payload: object = None, *, once: str | None = None) -> Any:
        """What is answered to a call.

        Args:
            once: a name of the caller's own for this request: sent again under it, it is not done again.
        """
        return content(self._answer(method, path, payload, {"Idempotency-Key": once} if once else None))

    def _get(self, path: str, **query: object) -> Any:
        """What is at a path; what was sent before and is the same is not sent again."""
        asked = path + query_string(query)
        known = self._tagged.get(asked)
        answer = self._answer("GET", asked, headers={"If-None-Match": known[0]} if known else None)
        if answer.status == 304 and known:
            return known[1]
        value = content(answer)
        if tag := answer.header("ETag"):
            self._tagged.pop(asked, None)
            self._tagged[asked] = (tag, value)
            while len(self._tagged) > KEPT:
                del self._tagged[next(iter(self._tagged))]
        return value

    def _listed(self, path: str, **query: object) -> Iterator[Any]:
        """All of a listing, asked for part by part as it is gone through.

        Of the link to the next part only the cursor is taken: wherever it leads, this goes to the same server.
        """
        cursor = ""
        for _ in range(MOST_PARTS):
            answer = self._answer("GET", path + query_string({**query, "cursor": cursor or None}))
            found = content(answer)
            if not isinstance(found, list):
                raise ServerError("what was answered is no listing", "client and server may be of different versions")
            yield from found
            following = _cursor(answer.header("Link"))
            if not following or following == cursor:
                return
            cursor = following


def _body(payload: object) -> bytes:
    try:
        return json.dumps(payload, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        said = error.object[:200].encode("utf-8", "backslashreplace").decode()
        raise UsageError(
            f"what is sent is not UTF-8: {said}", "rename the file or folder: such paths cannot be used"
        ) from None


def query_string(query: Mapping[str, object]) -> str:
    """The query of a path, with its question mark, without what is None; empty where nothing is left."""
    said = urlencode({name: _text(value) for name, value in query.items() if value is not None}, doseq=True)
    return f"?{said}" if said else ""


def _text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and "\0" in value:
        raise UsageError("a text must have no NUL in it")
    return value


def _cursor(link: str) -> str:
    found = _NEXT.search(link)
    if found is None:
        return ""
    try:
        return parse_qs(urlsplit(found[1]).query).get("cursor", [""])[0]
    except ValueError:
        return ""
