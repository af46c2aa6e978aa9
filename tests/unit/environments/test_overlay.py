"""A project's metadata without a build: whether that may be, and whether Python can read it."""

import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from fullautoci.environments.overlay import is_static, write_metadata
from fullautoci.errors import FullAutoCIError

PROJECT = '[project]\nname = "p"\nversion = "1"\n'


def backend(name: str) -> str:
    return PROJECT + f'[build-system]\nrequires = []\nbuild-backend = "{name}"\n'


@pytest.mark.parametrize(
    "text",
    [
        PROJECT,
        *map(backend, ["hatchling.build", "flit_core.buildapi", "poetry.core.masonry.api", "setuptools.build_meta"]),
        *map(backend, ["uv_build", "pdm.backend"]),
        PROJECT + 'dynamic = ["readme"]\n',
    ],
)
def test_a_project_that_only_copies_sources_needs_no_build(tmp_path: Path, text: str) -> None:
    assert is_static(tomllib.loads(text), tmp_path) is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[project]\nname = "p"\n',
        '[project]\nname = "p"\ndynamic = ["version"]\n',
        PROJECT + 'dynamic = ["scripts"]\n',
        PROJECT + 'dynamic = ["entry-points"]\n',
        *map(backend, ["maturin", "scikit_build_core.build", "mesonpy", "my_backend"]),
        backend("hatchling.build") + "[tool.hatch.build.hooks.custom]\n",
        backend("hatchling.build") + "[tool.hatch.build.targets.wheel.hooks.custom]\n",
        backend("setuptools.build_meta") + '[[tool.setuptools.ext-modules]]\nname = "p.c"\n',
        backend("setuptools.build_meta") + '[[tool.setuptools-rust.ext-modules]]\ntarget = "p.c"\n',
        backend("poetry.core.masonry.api") + '[tool.poetry.build]\nscript = "build.py"\n',
    ],
)
def test_a_project_that_its_backend_has_to_look_at_is_built(tmp_path: Path, text: str) -> None:
    assert is_static(tomllib.loads(text), tmp_path) is False


@pytest.mark.parametrize("name", ["setup.py"])
def test_a_project_with_a_build_script_is_built(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert is_static(tomllib.loads(PROJECT), tmp_path) is False


@pytest.mark.parametrize(
    "text", ["project = 5", "build-system = 5", "tool = 5", "[tool]\nhatch = 5", "[project]\ndynamic = 5"]
)
def test_wrong_types_are_built_or_refused_by_name(tmp_path: Path, text: str) -> None:
    try:
        assert is_static(tomllib.loads(text), tmp_path) is False
    except FullAutoCIError as error:
        assert "pyproject.toml" in error.message  # noqa: PT017 - either way is right


FULL = """
[project]
name = "My-Project.X"
version = "1.2.dev3"
dependencies = ["attrs>=1", 'tomli; python_version < "3.11"']
[project.scripts]
run-it = "app:main"
deep = "app:Group.sub.main"
[project.gui-scripts]
window = "app:main"
[project.entry-points."some.group"]
Plug = "app:Group [extra]"
"%odd" = "app"
"""
APP = "class Group:\n    class sub:\n        @staticmethod\n        def main(): print('deep'); return 4\n\n\n" + (
    "def main():\n    import sys\n    print(sys.argv[1:])\n    return 3\n"
)


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    folder = tmp_path / "overlay"
    (folder / "bin").mkdir(parents=True)
    (tmp_path / "app.py").write_text(APP)
    write_metadata(tomllib.loads(FULL)["project"], folder, sys.executable)
    return folder


def test_python_reads_the_metadata(overlay: Path) -> None:
    for name in ("My-Project.X", "my_project_x"):
        (found,) = importlib.metadata.distributions(name=name, path=[str(overlay)])
        assert (found.metadata["Name"], found.version) == ("My-Project.X", "1.2.dev3")
    assert found.requires == ["attrs>=1", 'tomli; python_version < "3.11"']


def test_python_reads_the_entry_points(overlay: Path) -> None:
    (found,) = importlib.metadata.distributions(path=[str(overlay)])
    points = {(point.group, point.name, point.value) for point in found.entry_points}
    assert points == {
        ("console_scripts", "run-it", "app:main"), ("console_scripts", "deep", "app:Group.sub.main"),
        ("gui_scripts", "window", "app:main"),
        ("some.group", "Plug", "app:Group [extra]"), ("some.group", "%odd", "app"),
    }  # fmt: skip


@pytest.mark.parametrize(("name", "said", "status"), [("run-it", "['a', 'b c']\n", 3), ("deep", "deep\n", 4)])
def test_its_programs_run(overlay: Path, name: str, said: str, status: int) -> None:
    done = subprocess.run(
        [overlay / "bin" / name, "a", "b c"], capture_output=True, check=False, text=True,
        env={"PYTHONPATH": str(overlay.parent), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert (done.stdout, done.returncode) == (said, status), done.stderr


@pytest.mark.parametrize("place", ["with space", f"{'l' * 200}/{'m' * 100}"])
def test_programs_run_from_an_interpreter_with_spaces_or_a_long_path(tmp_path: Path, place: str) -> None:
    (tmp_path / place / "bin").mkdir(parents=True)
    python = tmp_path / place / "python"
    python.symlink_to(sys.executable)
    (tmp_path / "app.py").write_text(APP)
    write_metadata(tomllib.loads(FULL)["project"], tmp_path / place, str(python))
    done = subprocess.run(
        [tmp_path / place / "bin" / "run-it", "x"], capture_output=True, check=False,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, b"['x']\n"), done.stderr.decode()


@pytest.mark.parametrize(
    "text",
    [
        '[project]\nname = "../../evil"\nversion = "1"\n',
        '[project]\nname = "p"\nversion = "1"\n[project.scripts]\n"../../evil" = "a:b"\n',
        '[project]\nname = "p"\nversion = "1"\n[project.scripts]\n"{outside}" = "a:b"\n',
    ],
)
def test_names_do_not_lead_out_of_the_overlay(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "a" / "overlay"
    (folder / "bin").mkdir(parents=True)
    project = tomllib.loads(text.format(outside=tmp_path / "evil"))["project"]
    try:
        write_metadata(project, folder, sys.executable)
    except FullAutoCIError as error:
        assert "pyproject.toml" in error.message  # noqa: PT017 - refusing is right
    outside = [path for path in tmp_path.rglob("*") if not path.is_relative_to(tmp_path / "a")]
    assert outside == []
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["overlay"]
