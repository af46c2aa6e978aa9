"""The events' address: an event is spooled and answered with 202; all else is refused, and leaves nothing."""

import atexit
import functools
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fullautoci import hook_client, spool
from fullautoci.daemon.actions import DaemonActions
from fullautoci.errors import SpoolError
from fullautoci.store.database import open_for_writing, reading
from fullautoci.web.access import PEER_UID
from fullautoci.web.app import create_app
from fullautoci.web.services import Services
from tests.fuzzing.spool import SEEDS, WORDS

__all__ = ["SEEDS", "WORDS", "Endpoint", "check"]


class _Unread:
    """The rooms behind the spool: they are told, and do nothing."""

    def poke(self) -> None:
        """There is something in the spool."""


class Endpoint:
    """The real application over a spool and a database of its own.

    Args:
        folder: an empty one.
    """

    def __init__(self, folder: Path) -> None:
        self.spool = folder / "spool"
        self.spool.mkdir()
        database = folder / "test.db"
        open_for_writing(database).close()
        unread: Any = _Unread()
        read = functools.partial(reading, database)
        actions = DaemonActions(self.spool, unread, read, *[unread] * 8)
        app = create_app(Services(read, folder, dict, actions), b"k" * 32, lambda: {"localhost"})
        self._client: FlaskClient = app.test_client()

    def push(self, body: bytes, content_type: str | None, environ: Mapping[str, Any] | None = None) -> TestResponse:
        """POST a body as the owner does over the socket."""
        head = {} if content_type is None else {"Content-Type": content_type}
        return self._client.post(
            hook_client.PATH, data=body, headers=head, environ_overrides={PEER_UID: os.getuid(), **(environ or {})}
        )

    def spooled(self) -> dict[str, bytes]:
        """What lies in the spool by now, which is emptied."""
        found = {path.name: path.read_bytes() for path in self.spool.iterdir()}
        for name in found:
            (self.spool / name).unlink()
        return found


@functools.cache
def _endpoint() -> Endpoint:
    folder = tempfile.mkdtemp(prefix="fac-fuzz-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Endpoint(Path(folder))


def check(raw: bytes) -> None:
    """Push a body."""
    endpoint = _endpoint()
    answer = endpoint.push(raw, hook_client.CONTENT_TYPE)
    left = endpoint.spooled()
    try:
        event = spool.decode(raw)
    except SpoolError as error:
        assert answer.status_code == (202 if not raw else 400), answer.status
        assert not raw or json.loads(answer.data)["detail"] == error.message
        assert left == {}
    else:
        assert (answer.status_code, json.loads(answer.data)) == (202, {"accepted": event.id})
        assert {name: spool.decode(content) for name, content in left.items()} == {event.id + spool.SUFFIX: event}
