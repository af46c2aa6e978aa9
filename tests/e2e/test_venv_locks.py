"""Lock files that the real uv wrote, and several interpreters, in the real daemon."""

import hashlib
import os
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fullautoci.environments import interpreters, pyproject, uvlock
from fullautoci.environments.base import Request
from fullautoci.environments.choice import Choice
from fullautoci.environments.installer import uv_program
from fullautoci.errors import PreparationError
from fullautoci.layout import python_layout
from tests.e2e.test_venv import project_jobs
from tests.support.home import Home
from tests.support.parts import lacking

pytestmark = pytest.mark.network

MEMBER = '[project]\nname = "member"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["packaging<26"]\n'
WORKSPACE = {
    "pyproject.toml": '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\n'
    'dependencies = ["click>=8", "itsdangerous; python_version < \'3.12\'", "member"]\n'
    '[project.optional-dependencies]\nFast_X = ["six", "tomli; python_version < \'3.11\'"]\nempty = []\n'
    '[dependency-groups]\ntest = ["attrs", {include-group = "base"}]\nbase = ["pluggy"]\ndocs = ["markupsafe"]\n'
    '[tool.uv.workspace]\nmembers = ["packages/*"]\n[tool.uv.sources]\nmember = { workspace = true }\n',
    "packages/member/pyproject.toml": MEMBER + '[dependency-groups]\ntest = ["iniconfig"]\n',
}


def lock(folder: Path, files: Mapping[str, str]) -> str:
    """The `uv.lock` of a project."""
    uv = uv_program()
    if uv is None:
        lacking("uv", "it is not installed")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    done = subprocess.run([uv, "lock", "--quiet"], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        lacking("network", done.stderr)
    return (folder / "uv.lock").read_text()


class Started:
    """Runs what it is given."""

    def activity(self, what: str) -> None:
        raise AssertionError(what)

    def run(self, argv: Any, *, cwd: Path, env: Any, timeout: float, name: str = "", trusted: bool = False) -> bytes:
        done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, timeout=timeout, check=False)
        if done.returncode:
            raise PreparationError(f"{name} ended with {done.returncode}", done.stderr.decode())
        return done.stdout

    def pause(self, seconds: float) -> None:
        raise AssertionError(seconds)


CHOICES = [
    Choice(),
    Choice(extras=(), groups=()),
    Choice(extras=("fast-x",), groups=("docs", "base")),
    Choice(extras=("empty",), groups=()),
]


def test_it_is_read_as_uv_exports_it(tmp_path: Path) -> None:
    lock(tmp_path / "p", WORKSPACE)
    checkout, own = tmp_path / "p", tmp_path / "own"
    own.mkdir()
    found, project = pyproject.read(checkout, "uv.lock"), pyproject.read(checkout)
    mine = interpreters.own()
    for choice in CHOICES:
        for version in ("3.9.18", "3.11.7", "3.13.0"):
            said = {"python_full_version": version, "python_version": version.rpartition(".")[0]}
            python = replace(mine, version=version, markers={**mine.markers, **said})
            with ExitStack() as held:
                request = Request(
                    checkout, "", "", tmp_path, tmp_path, own, {}, python_layout([]), (), (), False, {}, held
                )
                known = uvlock.read(found, project, choice, python)
                assert known is not None
                exported = uvlock.exported(request, known, python, Started())
            assert exported == known
            assert known.notes == ()
            assert any(line.startswith("packaging==25") for line in known.lines), "what a member needs"
    assert list(own.iterdir()) == []


def test_locked_versions_are_what_is_installed(home: Home, tmp_path: Path) -> None:
    pins = '[tool.uv]\nconstraint-dependencies = ["six<1.17", "pylint<4"]\n'
    files = {
        "pyproject.toml": '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.10"\n'
        'dependencies = ["six>=1.10"]\n[dependency-groups]\ntest = ["pytest<9"]\ndev = ["pylint", "attrs"]\n' + pins,
        ".fullautoci.yml": "environment: {venv: {groups: [test, dev]}}\n",
        "demo.py": '"""Demo."""\n\nimport six\n\nVALUE = six.PY3\n',
        "tests/test_demo.py": "import importlib.metadata\n\n\ndef test_it():\n"
        "    version = importlib.metadata.version\n    assert version('six') == '1.16.0'\n"
        "    assert version('pytest').startswith('8.')\n    assert version('attrs')\n",
    }
    text = lock(tmp_path / "l", files)
    jobs = project_jobs(home, tmp_path / "demo", {**files, "uv.lock": text})
    assert jobs["coverage"]["outcome"] == "passed", jobs["coverage"]
    assert jobs["pylint"]["tool_version"].startswith("3."), jobs["pylint"]
    assert jobs["pylint"]["environment"]["detail"]["from"] == "uv.lock"


def test_without_uv_a_lock_is_installed_with_its_hashes(home: Home, tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.10"\n'
        'dependencies = ["six>=1.10"]\n[tool.uv]\nconstraint-dependencies = ["six<1.17"]\n',
        ".fullautoci.yml": "tools: {pylint: {enabled: false}}\n",
        "test_demo.py": "import importlib.metadata\n\n\ndef test_it():\n"
        "    assert importlib.metadata.version('six') == '1.16.0'\n",
    }
    text = lock(tmp_path / "l", files)
    home.env["FULLAUTOCI_UV"] = ""
    jobs = project_jobs(home, tmp_path / "demo", {**files, "uv.lock": text})
    assert jobs["coverage"]["outcome"] == "passed", jobs["coverage"]
    assert jobs["coverage"]["environment"]["detail"]["from"] == "uv.lock"
    wrong = hashlib.sha256(b"").hexdigest()
    hashes = [part.partition('"')[0] for part in text.split("sha256:")[1:]]
    for one in hashes:
        text = text.replace(one, wrong)
    jobs = project_jobs(home, tmp_path / "wrong", {**files, "uv.lock": text})
    assert jobs["coverage"]["outcome"] == "errored"
    assert "uv.lock" in jobs["coverage"]["reason"]
    assert wrong in jobs["coverage"]["hint"]


def test_tools_that_do_not_go_with_locked_versions(home: Home, tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.10"\n'
        'dependencies = ["platformdirs<2.1"]\n',
        "demo.py": '"""Demo."""\n',
    }
    jobs = project_jobs(home, tmp_path / "demo", {**files, "uv.lock": lock(tmp_path / "l", files)})
    assert jobs["pylint"]["outcome"] == "errored"
    assert "not to be had beside the versions that uv.lock has" in jobs["pylint"]["reason"]
    assert "pylint" in jobs["pylint"]["reason"]
    assert "platformdirs" in jobs["pylint"]["hint"]


def test_a_lock_that_is_out_of_date_says_so_in_the_log(home: Home, tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.10"\n'
        'dependencies = ["six"]\n',
        ".fullautoci.yml": "tools: {pylint: {enabled: false}}\n",
        "test_demo.py": "def test_it():\n    pass\n",
    }
    text = lock(tmp_path / "l", files)
    changed = files["pyproject.toml"].replace('"six"', '"six", "attrs>=20"')
    jobs = project_jobs(home, tmp_path / "demo", {**files, "pyproject.toml": changed, "uv.lock": text})
    assert jobs["coverage"]["outcome"] == "passed", jobs["coverage"]
    said = home.api().log(jobs["coverage"]["id"])[0].decode()
    assert "uv.lock is out of date: it was not made for 'attrs>=20'" in said


def test_each_version_is_a_job_with_an_interpreter_of_its_own(home: Home, tmp_path: Path) -> None:
    here = [full for full, _ in interpreters._installed()] + [interpreters.own().version]
    versions = [minor for minor in ("3.11", "3.13") if any(full.startswith(f"{minor}.") for full in here)]
    if len(versions) < 2:
        lacking("two Pythons", f"there are {here}")
    home.env.pop("PYTHONPATH", None)
    files = {
        ".fullautoci.yml": "environment: {venv: {python: ['3.11', '3.13']}}\ntools: {pylint: {enabled: false}}\n",
        "requirements.txt": "six\ntomli; python_version < '3.12'\n",
        "test_it.py": "import sys\n\nimport six\n\n\ndef test_it():\n    print('this is', sys.version)\n"
        "    assert six.PY3\n"
        "    if sys.version_info < (3, 12):\n        import tomli\n",
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-s"\n',
    }
    project_jobs(home, tmp_path / "two", files)
    sha = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=tmp_path / "two", text=True, env=os.environ).strip()
    jobs = {job["variant"]: job for job in home.finished(1, sha)["jobs"]}
    assert set(jobs) == {"3.11", "3.13"}
    for version, job in jobs.items():
        assert job["outcome"] == "passed", job
        name = f"CPython {version}."
        assert job["environment"]["interpreter"].startswith(name)
        said = home.api().log(job["id"])[0].decode()
        assert f"this is {job['environment']['interpreter'].split()[1]}" in said
    assert len({job["environment"]["detail"]["key"] for job in jobs.values()}) == 2
    assert len({job["identity"] for job in jobs.values()}) == 2
