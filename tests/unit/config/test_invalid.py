"""Hundreds of invalid configuration files: each an error with its place, soon told, in little memory."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fullautoci.config import layers, service
from fullautoci.config.detection import Facts
from fullautoci.config.overrides import Overrides
from fullautoci.config.service import ServiceFile
from fullautoci.errors import ConfigError
from tests.support import measured_configurations
from tests.support.configurations import REPOSITORY, SERVICE, places, rendered, valid
from tests.support.invalid_configurations import Case, cases

CASES = cases()
SECONDS, MEGABYTES = 0.05, 50
# What the loop of bench/harness.py takes where the goal was set, in seconds: a machine that is slower may take longer.
LOOP_S = 0.016


def test_there_are_enough_of_them_and_most_say_where_the_error_is() -> None:
    assert len({case.raw for case in CASES}) == len(CASES) >= 500
    assert sum(case.line is not None and case.column is not None for case in CASES) >= 1000


@pytest.mark.parametrize("name", [name for name, _ in valid()])
def test_what_they_are_made_of_is_right(name: str) -> None:
    text, _ = rendered(dict(valid())[name])
    layers.effective(text.encode(), Facts(), ServiceFile(), Overrides())


def test_what_the_services_are_made_of_is_right() -> None:
    service.parsed(rendered(SERVICE)[0].encode(), "config.yml")


def test_places_are_told_as_an_editor_has_them() -> None:
    lines, spots = rendered(REPOSITORY)[0].splitlines(), rendered(REPOSITORY)[1]
    assert set(spots) == {place for place, _ in places(REPOSITORY)}
    for place, ((line, column), (value_line, value_column)) in spots.items():
        key, value = lines[line - 1][column - 1 :], lines[value_line - 1][value_column - 1 :]
        assert isinstance(place[-1], int) or key.startswith(f"{place[-1]}:")
        assert value
        assert not value.startswith(" ")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name[:80])
def test_an_invalid_file_is_an_error_that_names_its_place(case: Case) -> None:
    name = "config.yml" if case.service else ".fullautoci.yml"
    with pytest.raises(ConfigError) as caught:
        measured_configurations.read(case)
    message, hint = caught.value.message, caught.value.hint
    found = re.match(rf"{re.escape(name)}:(\d+):(\d+): .", message)
    assert found is not None, message
    line, column = int(found[1]), int(found[2])
    assert (case.line or line, case.column or column) == (line, column), message
    assert case.words in message
    assert case.hint in hint
    assert "\n" not in message
    assert len(message) < 600


@pytest.mark.skipif(sys.platform != "linux", reason="a program's peak is told by Linux alone")
def test_each_is_refused_within_50_milliseconds_and_50_megabytes() -> None:
    program = [sys.executable, "-m", measured_configurations.__name__]
    folder = Path(__file__).parents[3]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    found = {name: told for line in done.stdout.splitlines() for name, *told in [json.loads(line)]}
    assert len(found) == len(CASES)
    seconds = SECONDS * max(1.0, min(loop for _, _, loop in found.values()) / LOOP_S)
    assert {name: told for name, told in found.items() if told[0] > seconds or told[1] > MEGABYTES} == {}
