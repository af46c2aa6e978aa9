"""The `fullautoci` command: its groups, loaded when they are used, and the boundary for errors."""

import importlib
import os
import sys
from collections.abc import Mapping

import click

from fullautoci import __version__
from fullautoci.cli.streams import NO_ROOM, stand_in, swallow
from fullautoci.errors import FullAutoCIError, UsageError

# Every command, with where it is and what it does: --help reads this table and imports none of them.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("init", "Watch this repository: every commit is tested from now on."),
    "deinit": ("init", "Stop watching it, and put its hooks back as they were."),
    "status": ("status", "This repository at a glance, and what is running now."),
    "results": ("results", "A commit's results."),
    "history": ("history", "Runs, newest first."),
    "log": ("results", "What a tool printed."),
    "wait": ("wait", "Wait for a commit's results; the exit code tells the outcome."),
    "watch": ("watch", "Follow runs as they happen."),
    "prompt": ("prompt", "How HEAD stands, in a few characters, for your shell's prompt."),
    "run": ("runs", "Test commits, or the working copy as it is."),
    "cancel": ("runs", "End a run."),
    "rerun": ("runs", "Test a run's commit again."),
    "pause": ("pause", "Start no more jobs for now, or none of the backfill."),
    "resume": ("pause", "Go on with what was paused."),
    "bring": ("bring", "Let commits have untracked files of the working copy."),
    "repo": ("repo", "Add, list and remove repositories."),
    "hooks": ("hooks", "The hooks in this repository."),
    "ratchet": ("ratchet", "What may not get worse: list, show, log, waive, reset, raise."),
    "report": ("report", "What a week, a month, or what lies between two commits brought."),
    "flaky": ("flaky", "Tests and metrics that differed though nothing else did: list, forgive."),
    "config": ("config", "What is configured, and where: show, get, set, unset, path, check, schema."),
    "daemon": ("daemon", "The background service."),
    "dashboard": ("dashboard", "Open the page in a browser."),
    "user": ("users", "Who may use the service: add, list, show, update, remove, logout."),
    "key": ("keys", "API keys: create, list, revoke."),
    "audit": ("audit", "Who changed what, when, and from where."),
    "tools": ("tools", "The tools there are, and whether each runs here."),
    "env": ("env", "Prepared environments: list, prepare, remove."),
    "prune": ("prune", "Remove logs, checkouts and environments that need not be kept."),
    "doctor": ("doctor", "Find out what is wrong, and what to do."),
    "completion": ("completion", "Print the completion script of a shell."),
}
# What is about this machine and one's own service on it, and cannot be done with another.
HERE_ONLY = frozenset("init deinit hooks daemon config env tools doctor".split())


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"fullautoci.cli.{COMMANDS[cmd_name][0]}")
        command = getattr(module, f"{cmd_name}_command")
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A command by its name, or an error that names the nearest one."""
        if args[0] in HERE_ONLY and not {"--help", "-h"} & {*args}:
            _must_be_here(args[0])
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise click.UsageError(f"There is no command '{args[0]}'.{hint}", ctx) from None


def _must_be_here(name: str) -> None:
    """Refuse a command that is about one's own service, where the environment names another."""
    variable = next((one for one in ("FULLAUTOCI_URL", "FULLAUTOCI_SOCKET") if os.environ.get(one)), "")
    if variable:
        raise UsageError(
            f"'fullautoci {name}' is for the service's own machine and user, and {variable} names another",
            f"there it works; here, 'env -u {variable} fullautoci {name} …' is about your own",
        )


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="fullautoci")
def cli() -> None:
    """Full Auto CI: every commit is tested in the background, and its results are there before you ask.

    Start with 'fullautoci init' in a repository.
    """


def main() -> None:
    """Run the command line; an expected error is a line and a hint, anything else is a bug and keeps its trace."""
    stand_in()
    try:
        cli()
    except FullAutoCIError as error:
        click.secho(f"error: {error.message}", err=True, fg="red")
        if error.hint:
            click.echo("\n".join(f"  {line}" for line in error.hint.splitlines()), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        swallow()  # whoever read us has enough
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the boundary
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            swallow()
            click.secho(f"error: there is no room for what is written: {error.strerror}", err=True, fg="red")
            sys.exit(1)
        click.secho(f"this is a bug in fullautoci: {type(error).__name__}: {error}", err=True, fg="red")
        click.echo(f"  its trace is in {_keep_trace()}", err=True)
        sys.exit(3)


def _keep_trace() -> str:
    import tempfile
    import traceback

    descriptor, name = tempfile.mkstemp(prefix="fullautoci-bug-", suffix=".log")
    with open(descriptor, "w") as file:  # noqa: PTH123 - a descriptor
        file.write(f"fullautoci {__version__}, Python {sys.version}\n{' '.join(sys.argv)}\n{traceback.format_exc()}")
    return name
