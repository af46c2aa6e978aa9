"""What of a commit nix is asked for; names and paths are hostile input."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from fullautoci.environments.base import Request
from fullautoci.environments.nix.known import Known, own_name
from fullautoci.environments.nix.reference import nix_text, reference
from fullautoci.environments.nix.shell import Shell
from fullautoci.errors import PreparationError
from fullautoci.layout import python_layout

FILES = {"flake.nix": "1", "flake.lock": "2", "a.py": "3"}


def request(folder: Path, blobs: dict[str, str], tree: str = "t", **options: object) -> Request:
    return Request(
        folder / "tree", "c" * 40, tree, folder, folder, folder, blobs, python_layout([]), (), (), False, {},
        ExitStack(), options, private=folder,
    )  # fmt: skip


def test_a_flake_is_asked_at_the_commit_and_in_no_working_tree(tmp_path: Path) -> None:
    asked = reference(request(tmp_path, FILES, shell="ci"))
    assert asked.arguments(restricted=False)[-1] == f"git+file://{tmp_path}/source/tree?rev={'c' * 40}#ci"
    assert "--no-write-lock-file" in asked.arguments(restricted=False)


def test_a_shallow_mirror_is_told_of_and_odd_paths_are_quoted(tmp_path: Path) -> None:
    folder = tmp_path / "a b#c?d%e"
    folder.mkdir()
    (folder / "shallow").touch()
    last = reference(request(folder, FILES)).arguments(restricted=False)[-1]
    assert last.endswith("/a%20b%23c%3Fd%25e/source/tree?rev=" + "c" * 40 + "&shallow=1")


def test_the_guess_goes_by_the_files_that_usually_decide(tmp_path: Path) -> None:
    first = reference(request(tmp_path, FILES))
    same = reference(request(tmp_path, {**FILES, "a.py": "4"}, "other"))
    assert (first.guess == same.guess, first.exact == same.exact) == (True, False)
    for changed in ({**FILES, "flake.lock": "5"}, {**FILES, "nix/x.nix": "6"}, {**FILES, "requirements-dev.txt": "7"}):
        assert reference(request(tmp_path, changed)).guess != first.guess
    assert reference(request(tmp_path, FILES, shell="ci")).guess != first.guess
    assert reference(request(tmp_path, FILES, tools="fullautoci")).guess != first.guess


def test_no_file_of_nix_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PreparationError, match=r"no flake\.nix and no shell\.nix"):
        reference(request(tmp_path, {"a.py": "1"}))


def test_text_is_no_code(tmp_path: Path) -> None:
    assert nix_text('a"b\\c${x}') == '"a\\"b\\\\c\\${x}"'
    with pytest.raises(PreparationError):
        nix_text("a\nb")


def test_a_classic_expression_can_be_kept_to_the_commit(tmp_path: Path) -> None:
    asked = reference(request(tmp_path, {"shell.nix": "1"}))
    assert "restrict-eval" not in asked.arguments(restricted=False)
    assert "restrict-eval" in asked.arguments(restricted=True)


def test_what_is_known_of_trees_has_a_bound(tmp_path: Path) -> None:
    known, asked = Known(tmp_path), reference(request(tmp_path, FILES))
    (tmp_path / asked.guess).mkdir()
    assert (known.sure(asked), known.guessed(asked)) == ("", asked.guess)
    for number in range(6000):
        known.confirm(replace(asked, exact=f"{number:024}"), asked.guess)
    assert known.sure(replace(asked, exact=f"{5999:024}")) == asked.guess
    assert (tmp_path / asked.guess / "trees").stat().st_size < 128 * 1024
    known.refuse(asked)
    assert known.guessed(asked) == ""
    (tmp_path / own_name(asked)).mkdir()
    assert known.sure(asked) == own_name(asked)


def test_the_folders_of_a_job_are_put_in() -> None:
    shell = Shell("/s", {"A": "@fullautoci-checkout@/x:@fullautoci-own@/y"}, False, "bash", "", "", {}, (), {}, "f")
    assert shell.applied(Path("/c"), Path("/o")) == {"A": "/c/x:/o/y"}
