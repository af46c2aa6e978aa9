"""A commit whose build or tests try to have the worker read, write or remove for them what they cannot themselves."""

from pathlib import Path

import pytest

from tests.support.home import Home
from tests.support.repository import SAMPLE, Repository

SETUP = """\
import os, pathlib
from setuptools import setup

here = pathlib.Path.cwd()
for place in [here, *here.parents[:5]]:
    for name in ("built", "target", "src", "again.lock"):
        try:
            (place / name).mkdir(exist_ok=True)
            os.symlink({secret!r}, place / name / "leak.txt")
        except OSError:
            pass
setup(name="calc", version="1", py_modules=["calc"])
"""
GENERATE = """\
import pathlib
from setuptools import setup

place = pathlib.Path("sub")
if place.is_symlink():
    place.unlink()
place.mkdir(exist_ok=True)
(place / "__init__.py").touch()
(place / "made.py").write_text("X = 1")
setup(name="calc", version="1", packages=["sub"])
"""
SHOW = "tools: {pylint: {enabled: false}, coverage: {enabled: false}, t: {command: [sh, -c, 'cat leak.txt; ls']}}\n"


@pytest.mark.network
def test_what_a_build_leaves_leads_nowhere(own: Home, tmp_path: Path) -> None:
    (own.folder / "config.yml").write_text("secrets: {A: the-secret}\n")
    script = SETUP.format(secret=str(own.folder / "config.yml"))
    repository = Repository(tmp_path / "r")
    repository.commit({**SAMPLE, "setup.py": script, ".fullautoci.yml": SHOW})
    own.cli("init", cwd=repository.path)
    own.finished(1, repository.head(), 300)
    assert "the-secret" not in own.cli("log", "t", cwd=repository.path)


@pytest.mark.network
def test_a_link_that_the_commit_has_takes_nothing_out_of_the_checkout(own: Home, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    repository = Repository(tmp_path / "r")
    repository.write({**SAMPLE, "setup.py": GENERATE, ".fullautoci.yml": SHOW})
    (repository.path / "sub").symlink_to(victim)
    repository.commit()
    own.cli("init", cwd=repository.path)
    own.finished(1, repository.head(), 300)
    assert list(victim.iterdir()) == []


def test_a_brought_file_is_not_taken_out_of_where_a_link_leads(home: Home, tmp_path: Path) -> None:
    config = "environment: host\nbring: [conf/settings.json]\n" + SHOW.replace("'cat leak.txt; ls'", "'%s'")
    repository = Repository(tmp_path / "r")
    script = f"mv conf aside && ln -s {tmp_path}/victim conf"
    repository.commit({**SAMPLE, ".gitignore": "conf\n", ".fullautoci.yml": config % script})
    for place in (repository.path / "conf", tmp_path / "victim"):
        place.mkdir()
        (place / "settings.json").write_text("mine")
    home.cli("init", "--no-start", cwd=repository.path)
    home.start()
    home.finished(1, repository.head())
    home.cli("bring", "allow", "conf/settings.json", cwd=repository.path)
    sha = repository.commit({"n": "1"})
    assert home.finished(1, sha)["outcome"] == "passed"
    assert (tmp_path / "victim/settings.json").read_text() == "mine"
