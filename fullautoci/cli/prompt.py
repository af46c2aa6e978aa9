"""`prompt`: how HEAD stands, and the snippet that puts it into a shell's prompt."""

from pathlib import Path

import click

from fullautoci.cli import segment
from fullautoci.cli.output import json_option, note, print_json
from fullautoci.cli.shells import SHELLS
from fullautoci.errors import FullAutoCIError
from fullautoci.paths import Paths


@click.command("prompt")
@click.option("--shell", type=click.Choice(list(SHELLS)), help="Print the snippet for this shell's start-up file.")
@click.option("--format", "form", type=click.Choice(list(segment.WRAPPED)), help="How colours are written.")
@click.option("--verbose", is_flag=True, help="Say in words, and why nothing is shown.")
@json_option
def prompt_command(shell: str | None, form: str | None, verbose: bool, as_json: bool) -> None:
    """How HEAD stands, in a few characters, for your shell's prompt; nothing where no repository is watched.

    'eval "$(fullautoci prompt --shell bash)"' in ~/.bashrc shows it (also zsh; fish: '… --shell fish | source').
    """
    if shell:
        click.echo(SHELLS[shell].strip())
        return
    if not (verbose or as_json):
        click.echo(segment.show(form or ""), nl=False, color=True)
        return
    try:
        found, down = segment.look(Paths.from_environment(), Path.cwd())
    except (OSError, ValueError) as error:
        raise FullAutoCIError(f"HEAD cannot be read: {error}") from error
    if as_json:
        print_json({**(vars(found) if found else {}), "watched": found is not None, "daemon_down": down})
    elif found is None:
        note("this repository is not watched; 'fullautoci init' changes that")
    else:
        text, _ = segment.segment(found, down)
        note(f"{text}: {found.outcome or found.state or 'not tested yet'}{', and no daemon runs' if down else ''}")
