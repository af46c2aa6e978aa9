"""The real server over a database that was made: `python -m bench.serving HOME`, until its standard input ends."""

import contextlib
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.harness import Unavailable
from fullautoci import memory
from fullautoci.config.dashboard import DashboardSection, RequestLimits
from fullautoci.config.service import ServiceFile
from fullautoci.daemon import serving
from fullautoci.daemon.accounts import DaemonAccounts
from fullautoci.paths import Paths
from fullautoci.store import database, users
from fullautoci.store.readers import Readers
from fullautoci.store.writer import Writer
from fullautoci.web.services import Services

# More than can be asked: what limits cost is measured, and not what they refuse.
UNLIMITED = RequestLimits(requests=1_000_000, failures=1_000, connections=100)


@contextlib.contextmanager
def served(home: Path) -> Iterator[tuple[int, str]]:
    """The server over a home's database, in a process of its own: its port, and a key.

    Raises:
        Unavailable: it did not start.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.serving", str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[1],
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        if len(said) != 2:
            raise Unavailable("the server did not start")
        yield int(said[0]), said[1]
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)


def main() -> None:
    """Print the port and a key, and answer requests."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that some wait is what is measured
    paths = Paths(*3 * [Path(sys.argv[1])])
    settings = ServiceFile(dashboard=DashboardSection(limits=UNLIMITED))
    with ExitStack() as stack:
        writer = Writer(lambda: database.open_for_writing(paths.database))
        stack.callback(writer.close)
        readers = Readers(paths.database)
        stack.callback(readers.close)
        accounts = DaemonAccounts(writer)
        key = accounts.add_key(users.OWNER, 1, "bench", None)[1]
        info = {"daemon": "running", "version": "bench"}
        services = Services(readers.reading, paths.logs, lambda: info, None, None, accounts, state=readers.state)
        listeners = serving.listen(paths, settings, stack)
        serving.serve(paths, settings, services, listeners, stack)
        memory.settle()
        print(listeners[0].getsockname()[1], key, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
