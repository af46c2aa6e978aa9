"""A spooled event: what is one comes out as it went in, and all else is a spool error."""

import re

from fullautoci import spool
from fullautoci.errors import SpoolError
from fullautoci.model import Event, RefUpdate
from tests.fuzzing.results import check_error

SHA, LONG = "0123456789abcdef" * 2 + "01234567", "f" * 64
SEEDS = tuple(
    spool.encode(event)
    for event in (
        Event("id-1", "post-commit", "/r/.git", (RefUpdate("refs/heads/main", None, SHA),)),
        Event("id-2", "post-receive", "/r\udcff\n", (RefUpdate("HEAD", LONG, None), RefUpdate("a\udcffb", SHA, SHA))),
        Event("id-3", "scan", "/"),
    )
)
WORDS = (b"fullautoci-event 1\0", SHA.encode(), b"0" * 40, b"- - ", b"\0", b"\r", b"\n", b" ")


def check(raw: bytes) -> None:
    """Read an event."""
    try:
        event = spool.decode(raw)
    except SpoolError as error:
        check_error(error)
        return
    assert spool.decode(spool.encode(event)) == event
    assert re.fullmatch(r"[0-9a-zA-Z-]{1,80}", event.id)
    assert event.path.startswith("/")
    assert "\0" not in event.path
    for update in event.updates:
        assert update.ref
        assert not set(update.ref) & set("\0\n\r")
        assert all(sha is None or (len(sha) in (40, 64) and set(sha) - {"0"}) for sha in (update.old, update.new))
