"""A test event through the real hook, followed to its row."""

import time

from fullautoci import spool
from fullautoci.cli.here import Here
from fullautoci.errors import DaemonDownError, FullAutoCIError
from fullautoci.vcs.base import Location

PROBE_S = 5.0


def probe(here: Here, location: Location, name: str) -> str:
    """Send an event as git would, and say where it ended.

    Raises:
        FullAutoCIError: the hook could not be run, or the event did not arrive.
    """
    from fullautoci.vcs.git import hooks

    event = spool.new_id()
    began = time.monotonic()
    hooks.try_out(location, name, event)
    try:
        client = here.api()
    except DaemonDownError:
        written = (here.paths.spool / f"{event}{spool.SUFFIX}").exists()
        return f"the event {'waits in the spool' if written else 'was not written'}: the daemon is not running"
    while time.monotonic() < began + PROBE_S:
        found = client.event(event)
        if found is not None:
            took = f"{1000 * (time.monotonic() - began):.0f} ms"
            return f"arrived after {took} ({found['outcome']}{': ' + found['reason'] if found['reason'] else ''})"
        time.sleep(0.02)
    raise FullAutoCIError(f"the test event {event} did not arrive in {PROBE_S:g} s", f"look in {here.paths.spool}")
