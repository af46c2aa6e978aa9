"""`completion`: the shell's own script, from click."""

import click
from click.shell_completion import get_completion_class

from fullautoci.errors import UsageError

PLACES = {"bash": "~/.bashrc", "zsh": "~/.zshrc", "fish": "~/.config/fish/completions/fullautoci.fish"}


@click.command("completion")
@click.argument("shell", type=click.Choice(list(PLACES)))
def completion_command(shell: str) -> None:
    """Print the completion script of SHELL; 'eval "$(fullautoci completion bash)"' in its start-up file uses it."""
    from fullautoci.cli.main import cli

    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"there is no completion for {shell}")
    click.echo(kind(cli, {}, "fullautoci", "_FULLAUTOCI_COMPLETE").source())
