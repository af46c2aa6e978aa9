"""Commands that make no sense are refused before anything is asked or done."""

import click
import pytest

from fullautoci.cli.runs import run_command
from fullautoci.cli.wait import wait_command
from fullautoci.errors import UsageError


@pytest.mark.parametrize(
    ("command", "arguments", "said"),
    [
        (wait_command, ["--timeout", "-1"], "--timeout takes seconds, 0 or more"),
        (wait_command, ["--timeout", "nan"], "--timeout takes seconds, 0 or more"),
        (wait_command, ["--timeout", "-inf"], "--timeout takes seconds, 0 or more"),
        (run_command, ["--dirty", "HEAD~1"], "--dirty tests the working copy as it is, not HEAD~1"),
        (run_command, ["HEAD", "--dirty"], "--dirty tests the working copy as it is, not HEAD"),
    ],
)
def test_what_makes_no_sense_is_refused(command: click.Command, arguments: list[str], said: str) -> None:
    with pytest.raises(UsageError) as error:
        command.main(arguments, standalone_mode=False)
    assert error.value.message == said
