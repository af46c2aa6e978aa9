"""The command says of a user's name and a key's label what the service says of them."""

from pathlib import Path

import click
import pytest

from fullautoci.cli import keys as key_commands
from fullautoci.cli import users as user_commands
from fullautoci.errors import UsageError
from fullautoci.store import database, users
from fullautoci.web.schemas.users import NewKey


def test_the_command_and_the_service_take_the_same_names(tmp_path: Path) -> None:
    assert user_commands.NAME == users.NAME
    assert user_commands.ROLES == users.ROLES
    told = []
    for ask in (
        lambda: users.add(database.open_for_writing(tmp_path / "fullautoci.db"), "bad name", users.USER, []),
        lambda: user_commands.add.main(["bad name"], standalone_mode=False),
        lambda: user_commands.update.main(["eve", "--name", "bad name"], standalone_mode=False),
    ):
        with pytest.raises(UsageError) as caught:
            ask()
        told.append((caught.value.message, caught.value.hint))
    assert told == [told[0]] * 3


def test_the_command_and_the_service_take_labels_of_the_same_length() -> None:
    NewKey(label="x" * key_commands.LONGEST_LABEL)
    with pytest.raises(ValueError, match="label"):
        NewKey(label="x" * (key_commands.LONGEST_LABEL + 1))
    with pytest.raises(UsageError, match="that is 101 characters"):
        key_commands.create.main(["--label", "x" * 101], standalone_mode=False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create", "--expires", "99999999999w"], "a duration between 1s and 366d is expected"),
        (["create", "--expires", "367d"], "a duration between 1s and 366d is expected"),
        (["create", "--expires", "0.5s"], "a duration between 1s and 366d is expected"),
        (["create", "--expires", ""], "--expires is empty"),
        (["revoke", "fac_abcdefghjkmn_x"], "a whole key is never said on a command line"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(arguments: list[str], said: str) -> None:
    group = key_commands.key_command
    assert isinstance(group, click.Group)
    with pytest.raises(UsageError, match=said) as caught:
        group.main(arguments, standalone_mode=False)
    assert "_x" not in caught.value.hint
