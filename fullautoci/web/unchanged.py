"""Answers that are as they were are told from the database's state, before they are made again.

Every good answer has the digest of its body as its ETag. For those that depend on nothing but the database and on who
asks, it is remembered what that was in which state; while that lasts, `If-None-Match` is answered without a look.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

from flask import Flask, g, request
from werkzeug.wrappers import Response

from fullautoci.web.callers import Caller

# Views whose answers depend on nothing else: on no clock, no file, and not on the daemon.
STEADY = frozenset(
    f"api.{name}"
    for name in (
        "list_repositories", "get_repository", "list_commits", "get_commit", "list_runs", "get_run", "list_jobs",
        "get_job", "list_job_findings", "list_repository_findings", "list_metrics", "table_metrics", "list_events",
        "get_event", "look", "get_feed",
    )
)  # fmt: skip
# So many answers are remembered, the last that were asked for.
KEPT = 1_000


class _Tags:
    """The ETag of an answer, by what it depends on."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._known: OrderedDict[bytes, str] = OrderedDict()

    def get(self, key: bytes) -> str | None:
        with self._door:
            found = self._known.get(key)
            if found is not None:
                self._known.move_to_end(key)
            return found

    def keep(self, key: bytes, tag: str) -> None:
        with self._door:
            self._known[key] = tag
            self._known.move_to_end(key)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)


def install(app: Flask, state: Callable[[], str]) -> None:
    """Put this behind the checks of `access`, and before the answer is given.

    Args:
        state: a text that is another one after each change of the database.
    """
    tags = _Tags()

    @app.before_request
    def answer_at_once() -> Response | None:
        caller: Caller | None = g.get("caller")
        if request.method != "GET" or request.endpoint not in STEADY or caller is None:
            return None
        # Taken before anything is read: what is written meanwhile makes another state, never an older answer.
        g.answer_key = _key(state(), caller)
        tag = tags.get(g.answer_key) if request.if_none_match else None
        if tag is None or not request.if_none_match.contains_weak(tag):
            return None
        response = app.response_class(status=304)
        response.set_etag(tag)
        return response

    @app.after_request
    def remember(response: Response) -> Response:
        key = g.get("answer_key")
        if key is not None and response.status_code == 200 and not response.is_streamed:
            response.add_etag()
            tag = response.get_etag()[0]
            if tag is not None:
                tags.keep(key, tag)
        return response


def _key(state: str, caller: Caller) -> bytes:
    seen = "all" if caller.repositories is None else sorted(caller.repositories)
    told = repr((state, caller.user_id, caller.role, seen, request.host_url, request.full_path))
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).digest()
