"""`wait`: block until a commit's results are there; the exit code tells the outcome."""

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from fullautoci.cli.here import Here
from fullautoci.cli.naming import repo_option
from fullautoci.cli.output import job_name, json_option, note, print_json
from fullautoci.client import RateLimitError
from fullautoci.errors import DaemonDownError, ForbiddenError, FullAutoCIError, UsageError

if TYPE_CHECKING:
    from fullautoci.client import Client
    from fullautoci.client.types.runs import Run

T = TypeVar("T")

# How long a commit may take from its hook to its run, before there is said to be none.
NOTICE_S = 10.0
# How often a service that counts requests may say that there were too many.
REFUSALS = 20
EXIT_CODES: dict[str | None, int] = {"passed": 0, "failed": 1, "timed_out": 1}
NO_EVIDENCE = 2


class WaitTimeoutError(FullAutoCIError):
    """The time that was given ran out."""

    exit_code = 4


class NoEvidenceError(FullAutoCIError):
    """The commit has no run and gets none."""

    exit_code = 2


@click.command("wait")
@click.argument("rev", default="HEAD")
@click.option("--timeout", type=float, default=None, metavar="SECONDS", help="Give up after this long (exit code 4).")
@repo_option
@json_option
def wait_command(rev: str, timeout: float | None, as_json: bool) -> None:
    """Wait for the results of REV.

    Exit code: 0 passed, 1 failed or timed out, 2 errored, skipped or no evidence, 4 the time ran out.
    """
    if timeout is not None and not timeout >= 0:  # nor is "nan" a time
        raise UsageError("--timeout takes seconds, 0 or more")
    here = Here()
    client = here.reading_api()
    sha = here.resolve(rev)
    deadline = time.monotonic() + timeout if timeout is not None else None
    run = find(client, here.repository(client)["id"], sha, deadline)
    finished = client.results(follow(client, run["id"], deadline))
    if as_json:
        print_json(finished)
    else:
        from fullautoci.cli.results import show

        show(client, finished["id"])
    sys.exit(EXIT_CODES.get(finished["outcome"], NO_EVIDENCE))


def find(client: "Client", repository: int, sha: str, deadline: float | None) -> "Run":
    """The run of a commit that was perhaps made just now.

    Raises:
        NoEvidenceError: it has none, and the scan finds no reason for one.
        WaitTimeoutError: the time ran out.
    """
    give_up = time.monotonic() + NOTICE_S
    asked = False
    while True:
        found = patiently(lambda: client.runs(repository=repository, commit=sha, limit=1), deadline)
        if found and found[0]["outcome"] != "superseded":  # which a branch may reach again by now
            return found[0]
        if not asked:
            _scan(client, repository)
            asked = True
        if deadline is not None and time.monotonic() > deadline:
            raise WaitTimeoutError(f"the time ran out before {sha[:10]} had a run")
        if time.monotonic() > give_up and found:
            return found[0]
        if time.monotonic() > give_up:
            raise NoEvidenceError(f"{sha[:10]} has no run", f"'fullautoci run {sha[:10]}' makes one")
        time.sleep(client.pace_s)


def follow(client: "Client", run_id: int, deadline: float | None) -> int:
    """Wait until a run is over, saying what is done meanwhile on a terminal.

    Returns:
        Its id.

    Raises:
        WaitTimeoutError: the time ran out.
    """
    said = ""
    while (run := patiently(lambda: client.run(run_id), deadline))["state"] != "done":
        if client.offline:
            raise DaemonDownError(f"run {run_id} is not over, and the daemon is not running")
        now = "; ".join(
            f"{job_name(job)}: {job['activity'] or job['state']}" for job in run["jobs"] if job["state"] != "done"
        )
        if sys.stderr.isatty() and now and now != said:
            note(now)
            said = now
        if deadline is not None and time.monotonic() > deadline:
            raise WaitTimeoutError(f"the time ran out; run {run_id} goes on", f"it is {run['state']}")
        time.sleep(client.pace_s)
    return run_id


def patiently(look: Callable[[], T], deadline: float | None) -> T:
    """What is seen; where a service counts our requests and has had too many, it is waited for as long as it says.

    Args:
        deadline: the moment until which there is time, by `time.monotonic`; None: there is no end.

    Raises:
        RateLimitError: it says so again and again, or there is no time for it.
    """
    for _ in range(REFUSALS):
        try:
            return look()
        except RateLimitError as error:
            until = time.monotonic() + max(1, error.retry_after_s)
            if deadline is not None and until > deadline:
                raise
            time.sleep(until - time.monotonic())
    return look()


def _scan(client: "Client", repository: int) -> None:
    """Have the refs looked at; whoever may only read waits for the scan that comes anyway."""
    try:
        client.scan(repository)
    except ForbiddenError as error:
        note(f"{error.message}: not looked for; it is found by itself")
