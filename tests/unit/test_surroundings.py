"""What a job's programs are given: one thing over another, in this order, and nothing of the daemon's own."""

import os
from pathlib import Path
from typing import Any

import pytest

from fullautoci import proctree
from fullautoci.environments.base import Prepared
from fullautoci.layout import python_layout
from fullautoci.model import Box, EnvironmentIdentity, Job, Limits, ToolPlan
from fullautoci.surroundings import Place, variables_of
from fullautoci.tools.base import Context

ENVIRONMENT = {"PATH": "/env/bin", "HOME": "/env/home", "FROM": "environment"}
PREPARED = Prepared("python", ENVIRONMENT, EnvironmentIdentity("venv", "f", "3.11"))


def given(folder: Path, box: Box | None = None, values: dict[str, str] | None = None, **plan: Any) -> dict[str, str]:
    """What a job with this plan is given."""
    made = ToolPlan("x", **plan)
    known = {"TOKEN": "s", "OTHER": "o", **(values or {})}
    job = Job(1, 1, 1, 1, "c", "t", made, folder, folder, folder, {}, "the-tag", secrets=known)
    context = Context(made, python_layout([]), "python", folder, folder / "reports")
    place: Any = Place(PREPARED, box, Limits(box=box), None, None)  # type: ignore[arg-type] - neither is used for this
    return variables_of(job, place, context, folder / "own", folder)


def test_the_environment_goes_over_what_every_job_has_and_the_configuration_over_both(tmp_path: Path) -> None:
    found = given(tmp_path)
    assert (found["PATH"], found["HOME"], found["FROM"]) == ("/env/bin", "/env/home", "environment")
    assert found["COVERAGE_FILE"] == str(tmp_path / "reports" / "coverage.data")
    found = given(tmp_path, env={"FROM": "configuration", "PATH": "/mine", "LANG": "de_DE.UTF-8"})
    assert (found["FROM"], found["PATH"], found["LANG"]) == ("configuration", "/mine", "de_DE.UTF-8")


def test_only_secrets_that_are_asked_for_are_given_and_over_everything(tmp_path: Path) -> None:
    assert not {"TOKEN", "OTHER"} & set(given(tmp_path))
    found = given(
        tmp_path, values={"FROM": "secret"}, env={"TOKEN": "not this", "FROM": "nor this"}, secrets=("TOKEN", "FROM")
    )
    assert (found["TOKEN"], found["FROM"]) == ("s", "secret")
    assert "OTHER" not in found


@pytest.mark.parametrize("strict", [False, True])
def test_in_a_box_that_hides_the_home_the_jobs_own_is_given(tmp_path: Path, strict: bool) -> None:
    found = given(tmp_path, Box(strict))
    assert found["HOME"] == (str(tmp_path / "own" / "home") if strict else "/env/home")


def test_the_mark_by_which_its_processes_are_found_cannot_be_taken_off(tmp_path: Path) -> None:
    assert given(tmp_path, env={proctree.TAG: "another"})[proctree.TAG] == "the-tag"


def test_nothing_of_the_daemons_own_variables_is_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN_OF_THE_DAEMON", "x")
    monkeypatch.setenv("TZ", "Europe/Vienna")
    found = given(tmp_path)
    assert found["TZ"] == "Europe/Vienna"
    assert set(found) - {"TZ"} <= {
        "LANG", "LC_ALL", "LC_CTYPE", "USER", "LOGNAME", "SHELL", "SSL_CERT_FILE", "SSL_CERT_DIR", "PATH", "HOME",
        "TMPDIR", "CI", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYLINTHOME", "FROM",
        "COVERAGE_FILE",
        proctree.TAG,
    }  # fmt: skip


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_git_takes_a_checkout_that_was_given_away_for_the_jobs_own(tmp_path: Path) -> None:
    assert "GIT_CONFIG_COUNT" not in given(tmp_path)
    os.chown(tmp_path, 12345, 12345)
    found = given(tmp_path)
    assert (found["GIT_CONFIG_KEY_0"], found["GIT_CONFIG_VALUE_0"]) == ("safe.directory", str(tmp_path))
