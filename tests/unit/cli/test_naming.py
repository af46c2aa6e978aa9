"""What names of repositories mean, and what a clone's origin is called."""

from typing import Any

import pytest

from fullautoci.cli.naming import one_of
from fullautoci.errors import NotFoundError, UsageError
from fullautoci.vcs.git.remotes import last_part

VIEWS: list[Any] = [
    {"id": 1, "name": "sample"}, {"id": 2, "name": "1"}, {"id": 3, "name": "twin"}, {"id": 4, "name": "twin"},
]  # fmt: skip


@pytest.mark.parametrize(("said", "number"), [("sample", 1), ("1", 2), ("2", 2), ("3", 3)])
def test_a_name_comes_before_a_number(said: str, number: int) -> None:
    assert one_of(VIEWS, said)["id"] == number


def test_what_is_not_there_or_there_twice_is_told() -> None:
    for said in ("", "Sample", "9", "sample ", "-1", "\x1b[31m"):
        with pytest.raises(NotFoundError) as caught:
            one_of(VIEWS, said)
        assert caught.value.message.isprintable()
    with pytest.raises(UsageError) as twice:
        one_of(VIEWS, "twin")
    assert "3, 4" in twice.value.hint


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("git@host:team/sample.git", "sample"), ("git@host:sample", "sample"), ("sample", "sample"),
        ("https://host/team/sample.git/", "sample"), ("ssh://git@host:22/a/sample.git", "sample"),
        ("/srv/sample", "sample"), ("/srv/sample/.git", "sample"), ("/srv/sample/.git/", "sample"),
        ("file:///x/a.b", "a.b"), ("..", ".."), ("", ""), ("/", ""), (".git", ""),
    ],
)  # fmt: skip
def test_the_last_part_of_an_address(url: str, name: str) -> None:
    assert last_part(url) == name
