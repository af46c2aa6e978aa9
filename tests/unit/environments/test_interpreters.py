"""Interpreters by version: real programs, some of which only say that they are one."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from fullautoci.environments import interpreters
from fullautoci.environments.interpreters import Interpreter, find, own
from fullautoci.errors import PreparationError
from tests.support.parts import lacking

# Where this machine has its interpreters, before a test hides them.
HERE = sorted(interpreters.places())


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is installed but what a test installs, and uv looks nowhere else."""
    for name in ("PYENV_ROOT", "UV_PYTHON_INSTALL_DIR", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/nowhere")
    monkeypatch.setenv("FULLAUTOCI_UV", "")


def program(path: Path, version: str) -> Path:
    """A program that says to be an interpreter of that version, and counts how often it is asked."""
    said = {**asdict(replace(own(), version=version, path=str(path))), "described": f"{version} (built by hand)"}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho >> {path}.asked\ncat <<'END'\n{json.dumps(said)}\nEND\n")
    path.chmod(0o755)
    return path


def asked(path: Path) -> int:
    count = Path(f"{path}.asked")
    return len(count.read_text().splitlines()) if count.exists() else 0


def test_the_one_that_this_program_runs_on_is_what_it_says_itself() -> None:
    ask = "import json, sys; print(json.dumps([sys.version, sys.base_prefix, '%d.%d.%d' % sys.version_info[:3]]))"
    said = json.loads(subprocess.run([own().path, "-I", "-c", ask], capture_output=True, check=True).stdout)
    assert [own().described, own().prefixes[0], own().version] == said
    assert find() == own() == find(own().version) == find("{}.{}".format(*sys.version_info))


def test_what_it_is_asked_and_what_is_known_without_are_the_same() -> None:
    assert interpreters._asked(Path(own().path)) == own()


@pytest.mark.parametrize("place", ["home/.pyenv/versions/3.97.4", "pyenv/versions/3.97.4", "uv/cpython-3.97.4-linux-x"])
def test_where_they_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str) -> None:
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "python"))
    (tmp_path / "python").mkdir()
    path = program(tmp_path / place.replace("uv/", "python/") / "bin/python3.97", "3.97.4")
    assert find("3.97").path == find("3.97.4").path == str(path)
    assert asked(path) == 1, "once a process"


def test_a_shim_is_never_started_but_leads_to_what_it_stands_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shim = program(tmp_path / "pyenv/shims/python3.97", "3.97.0")
    path = program(tmp_path / "pyenv/versions/3.97.1/bin/python3.97", "3.97.1")
    monkeypatch.setenv("PATH", str(shim.parent))
    assert find("3.97").path == str(path)
    with pytest.raises(PreparationError):
        find("3.97.0")
    assert asked(shim) == 0


def test_the_newest_of_several_that_works(tmp_path: Path) -> None:
    versions = tmp_path / "home/.pyenv/versions"
    for version in ("3.97.2", "3.97.10", "3.97.9"):
        program(versions / version / "bin/python3.97", version)
    assert find("3.97").version == "3.97.10"
    for broken in ("#!/bin/sh\nexit 1\n", "#!/bin/sh\necho no JSON\n", '#!/bin/sh\necho "{}"\n', "#!/nowhere\n"):
        (versions / "3.97.10/bin/python3.97").write_text(broken)
        assert find("3.97").version == "3.97.9"


def test_by_path_a_name_may_lie(tmp_path: Path) -> None:
    program(tmp_path / "bin/python3.97", "3.96.0")
    with pytest.raises(PreparationError):
        find("3.97")
    program(tmp_path / "bin/python3.97", "3.97.1")  # upgraded in its place
    assert find("3.97").version == "3.97.1"


@pytest.mark.parametrize("version", ["3.9", "3.97.1"])
def test_versions_are_compared_by_their_parts(tmp_path: Path, version: str) -> None:
    program(tmp_path / "home/.pyenv/versions/3.97.10/bin/python3.97", "3.97.10")
    with pytest.raises(PreparationError):
        find(version)


def test_what_is_missing_is_told_with_what_there_is(tmp_path: Path) -> None:
    program(tmp_path / "home/.pyenv/versions/3.97.10/bin/python3.97", "3.97.10")
    program(tmp_path / "bin/python3.96", "3.96.1")
    with pytest.raises(PreparationError) as caught:
        find("3.95")
    assert "3.95" in caught.value.message
    assert all(version in caught.value.hint for version in ("3.96, 3.97.10", own().version, "uv python install 3.95"))


def test_uv_finds_what_is_nowhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = program(tmp_path / "elsewhere/python", "3.97.3")
    uv = tmp_path / "uv"
    uv.write_text(f'#!/bin/sh\necho "$@" > {uv}.said\necho {path}\n')
    uv.chmod(0o755)
    monkeypatch.setenv("FULLAUTOCI_UV", str(uv))
    assert find("3.97").path == str(path)
    assert {"find", "--offline", "--no-python-downloads", "3.97"} <= set(Path(f"{uv}.said").read_text().split())


def test_a_link_in_the_home_does_not_open_it_to_jobs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = _another()
    link = tmp_path / "home/.local/bin" / f"python{'.'.join(real.version.split('.')[:2])}"
    link.parent.mkdir(parents=True)
    link.symlink_to(real.path)
    monkeypatch.setenv("PATH", str(link.parent))
    found = find(real.version)
    assert found == real
    assert not any((tmp_path / "home").is_relative_to(folder) for folder in found.folders())
    assert all(Path(os.path.realpath(found.path)).is_relative_to(folder.resolve()) for folder in found.folders())


def _another() -> Interpreter:
    """A real interpreter of another version than ours."""
    programs = [path for place in HERE for path in sorted(place.glob("*3.1*/bin/python3.1?"))]
    found = [one for path in programs if (one := interpreters._asked(path)) and one.version != own().version]
    if not found:
        lacking("another Python", "neither pyenv nor uv has one")
    return found[0]
