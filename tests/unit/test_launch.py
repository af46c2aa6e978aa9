"""A program's limits hold from its first instruction, for all that it starts; what cannot be started is an error."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fullautoci import launch
from fullautoci.model import Limits

BOUND = Limits(memory=900 << 20, file_size=1 << 20, contained=False)
SHOW = 'sh -c \'ulimit -v; ulimit -f; printf "%s" "$1"\' sh "$1"'  # in a child


def run(limits: Limits, *argv: str) -> "subprocess.CompletedProcess[str]":
    command = launch.command(argv, Path("/"), os.environ["PATH"], limits)
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("contained", [True, False])
def test_limits_hold_for_what_the_program_starts_and_words_stay_words(contained: bool) -> None:
    limits = Limits(memory=BOUND.memory, file_size=BOUND.file_size, contained=contained)
    done = run(limits, "sh", "-c", SHOW, "sh", "two words; $(true) '\"")
    assert done.stdout.split("\n", 2) == [str(900 << 10), str(2 << 10), "two words; $(true) '\""], done.stderr


def test_a_limit_that_we_have_ourselves_is_not_raised() -> None:
    wanted = f"Limits(memory={2 << 30}, contained=False)"
    code = (
        "import resource, subprocess; from pathlib import Path; from fullautoci import launch; "
        f"from fullautoci.model import Limits; resource.setrlimit(resource.RLIMIT_AS, ({1 << 30}, {1 << 30})); "
        f"subprocess.run(launch.command(['sh', '-c', 'ulimit -v'], Path('/'), '/bin:/usr/bin', {wanted}), check=True)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == f"{1 << 20}\n", done.stderr


def test_without_limits_nothing_stands_between() -> None:
    assert launch.command(["true"], Path("/"), "", Limits(contained=False)) == ["true"]


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ("no-such-program", FileNotFoundError),
        ("./missing", FileNotFoundError),
        ("./plain", PermissionError),
        ("/", PermissionError),
    ],
)
def test_what_cannot_be_started_is_an_error_of_the_system(tmp_path: Path, program: str, error: type[OSError]) -> None:
    (tmp_path / "plain").write_text("not executable")
    with pytest.raises(error):
        launch.command([program], tmp_path, os.environ["PATH"], BOUND)
