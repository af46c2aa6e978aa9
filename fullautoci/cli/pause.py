"""`pause` and `resume`."""

import click

from fullautoci.cli.here import Here
from fullautoci.cli.output import note
from fullautoci.errors import UsageError


@click.command("pause")
@click.option("--backfill", is_flag=True, help="Only what arrived in a batch; new commits are tested as ever.")
@click.option("--for", "duration", metavar="DURATION", help="Go on by itself after this long: 30m, 2h.")
def pause_command(backfill: bool, duration: str | None) -> None:
    """Start no more jobs for now; what runs goes on, and commits are still taken in."""
    seconds = _seconds(duration) if duration else None
    Here().api().pause("backfill" if backfill else "everything", seconds)
    what = "the backfill is" if backfill else "testing is"
    note(f"{what} paused{f' for {duration}' if duration else ''}; 'fullautoci resume' goes on")


@click.command("resume")
def resume_command() -> None:
    """Go on with what was paused."""
    Here().api().resume()
    note("testing goes on")


def _seconds(duration: str) -> float:
    from fullautoci.config.values import seconds

    try:
        return seconds(duration)
    except ValueError as error:
        raise UsageError(f"--for: {error}") from error
