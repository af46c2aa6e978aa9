"""The venv environment, really built: layouts, entry points, compiled modules, and what cannot be built."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.home import Home
from tests.support.parts import lacking
from tests.support.patience import until
from tests.support.repository import Repository

pytestmark = pytest.mark.network

HATCH = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
SETUPTOOLS = '[build-system]\nrequires = ["setuptools>=68"]\nbuild-backend = "setuptools.build_meta"\n'


def project_jobs(home: Home, folder: Path, files: Mapping[str, str]) -> dict[str, Any]:
    """The jobs of a project's one commit, by tool."""
    repository = Repository(folder)
    repository.commit(files)
    home.cli("init", cwd=folder)
    run = home.finished(home.api().repositories()[-1]["id"], repository.head(), timeout=300)
    jobs = {job["tool"]: job for job in run["jobs"]}
    for job in jobs.values():
        if job["outcome"] == "errored" and ("resolve host" in job["hint"] or "network" in job["hint"].lower()):
            lacking("network", "the package index does not answer")
    return jobs


def test_src_layout_with_dependency_metadata_and_entry_point(home: Home, tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "my-tool"\nversion = "3.2.1"\ndependencies = ["six"]\n'
        '[project.scripts]\nmy-tool = "mytool.cli:main"\n' + HATCH,
        "src/mytool/__init__.py": '"""Tool."""\n',
        "src/mytool/cli.py": '"""Run."""\n\nimport six\n\n\ndef main():\n    """Say."""\n    print("ran", six.PY3)\n',
        "tests/test_tool.py": "import importlib.metadata\nimport subprocess\n\n\ndef test_version():\n"
        "    assert importlib.metadata.version('my-tool') == '3.2.1'\n\n\ndef test_script():\n"
        "    assert subprocess.check_output(['my-tool'], text=True) == 'ran True\\n'\n",
    }
    jobs = project_jobs(home, tmp_path / "tool", files)
    assert jobs["coverage"]["outcome"] == "passed", jobs["coverage"]
    assert jobs["coverage"]["counts"]["tests"] == 2
    assert jobs["pylint"]["outcome"] == "passed", jobs["pylint"]  # it could import six
    assert jobs["pylint"]["environment"]["kind"] == "venv"
    assert jobs["pylint"]["environment"]["fingerprint"]
    assert jobs["pylint"]["tool_version"][0].isdigit()
    assert jobs["pylint"]["identity"] != jobs["coverage"]["identity"]


def test_a_compiled_module_is_built_for_each_tree(home: Home, tmp_path: Path) -> None:
    c_source = (
        "#include <Python.h>\nstatic PyObject *answer(PyObject *s, PyObject *a) {{ return PyLong_FromLong({}); }}\n"
        'static PyMethodDef m[] = {{{{"answer", answer, METH_NOARGS, 0}}, {{0}}}};\n'
        'static struct PyModuleDef d = {{PyModuleDef_HEAD_INIT, "fast._c", 0, -1, m}};\n'
        "PyMODINIT_FUNC PyInit__c(void) {{ return PyModule_Create(&d); }}\n"
    )
    setup = (
        "from setuptools import Extension, setup\n\n"
        "setup(name='fast', version='1', packages=['fast'], ext_modules=[Extension('fast._c', ['fast/_c.c'])])\n"
    )
    check = "from fast._c import answer\n\n\ndef test_answer():\n    assert answer() == {}\n"
    files = {
        "pyproject.toml": SETUPTOOLS, "setup.py": setup, "fast/__init__.py": "",
        "fast/_c.c": c_source.format(41), "tests/test_fast.py": check.format(41),
    }  # fmt: skip
    jobs = project_jobs(home, tmp_path / "fast", files)
    assert jobs["coverage"]["outcome"] == "passed", jobs["coverage"]
    repository = Repository(tmp_path / "fast")
    sha = repository.commit({"fast/_c.c": c_source.format(42), "tests/test_fast.py": check.format(42)})
    again = {job["tool"]: job for job in home.finished(1, sha)["jobs"]}
    assert again["coverage"]["outcome"] == "passed", again["coverage"]


def test_requirements_of_a_setup_py_alone(home: Home, tmp_path: Path) -> None:
    files = {
        "setup.py": "from setuptools import setup\n\nsetup(name='old', version='0.1', py_modules=['old'],"
        " install_requires=['six'], entry_points={'console_scripts': ['old=old:main']})\n",
        "old.py": '"""Old."""\n\nimport six\n\n\ndef main():\n    """Run."""\n    return six.PY3\n',
        "test_old.py": "import importlib.metadata\nimport unittest\n\nimport old\n\nclass OldTest(unittest.TestCase):\n"
        "    def test_it(self):\n        self.assertTrue(old.main())\n"
        "        self.assertEqual(importlib.metadata.version('old'), '0.1')\n",
    }
    jobs = project_jobs(home, tmp_path / "old", files)
    assert jobs["coverage"]["outcome"] == "passed", jobs["coverage"]
    assert jobs["coverage"]["tests"][0]["name"] == "test_old.OldTest::test_it"
    assert jobs["pylint"]["outcome"] == "passed", jobs["pylint"]


def test_without_uv_pip_builds_the_same(home: Home, tmp_path: Path) -> None:
    home.env["FULLAUTOCI_UV"] = ""
    home.paths.environments.unlink()
    files = {
        "setup.py": "from setuptools import setup\n\nsetup(name='old', version='0.1', py_modules=['old'],"
        " install_requires=['six'])\n",
        "pyproject.toml": SETUPTOOLS,
        "old.py": '"""Old."""\n\nimport six\n\nVALUE = six.PY3\n',
        "test_old.py": "import pytest\nimport old\n\n\ndef test_it():\n    assert old.VALUE\n",
    }
    jobs = project_jobs(home, tmp_path / "old", files)
    assert jobs["coverage"]["outcome"] == "passed", jobs["coverage"]
    built = home.paths.environments / "venv" / jobs["coverage"]["environment"]["detail"]["key"]
    assert list(built.rglob("six.py"))
    assert list(built.rglob("pip-*.dist-info"))  # which uv would have left out
    assert not list(built.rglob("old-0.1.dist-info"))


def test_an_environment_that_cannot_be_built_is_errored_and_not_kept(home: Home, tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["six==0.0.0.1"]\n' + HATCH,
        "x.py": '"""X."""\n',
    }
    jobs = project_jobs(home, tmp_path / "x", files)
    assert jobs["pylint"]["outcome"] == "errored"
    assert "six==0.0.0.1" in jobs["pylint"]["hint"]
    assert jobs["pylint"]["metrics"] == {}
    assert home.run("wait", cwd=tmp_path / "x").returncode == 2


def test_status_says_what_is_being_prepared_and_for_how_long(home: Home, tmp_path: Path) -> None:
    home.paths.environments.unlink()
    repository = Repository(tmp_path / "fresh")
    repository.commit({"fresh.py": '"""Fresh."""\n'})
    home.cli("init", cwd=repository.path)
    preparing = until(
        lambda: [job for job in home.api().status()["running"] if "virtual environment" in job["activity"]]
    )
    assert preparing[0]["state"] == "preparing"
    assert preparing[0]["seconds"] >= 0
    assert "virtual environment" in home.cli("status", cwd=repository.path) or home.finished(1, repository.head())


def test_an_environment_that_a_job_changed_is_not_taken_from_under_another(home: Home, tmp_path: Path) -> None:
    """While one job uses it, it is built anew beside it; when nobody does, in its place."""
    go, begun = tmp_path / "go", tmp_path / "begun"
    wait = f"touch {begun}; while ! [ -e {go} ]; do sleep 0.05; done; python -c 'import six'"
    change = f"while ! [ -e {begun} ]; do sleep 0.05; done\n"
    change += 'touch "$(python -c "import sysconfig; print(sysconfig.get_path(\'purelib\'))")/x"'
    tools = {"waits": wait, "changes": change, "checks": "python -c 'import six'"}
    config = "".join(f"  {name}: {{command: [sh, {name}.sh]}}\n" for name in tools)
    files = {f"{name}.sh": script for name, script in tools.items()}
    repository = Repository(tmp_path / "r")
    repository.commit({
        "requirements.txt": "six>=1.1\n",  # an environment of its own
        ".fullautoci.yml": "environment: venv\ntools:\n  pylint: {enabled: false}\n  coverage: {enabled: false}\n"
        + config,
        **files,
    })  # fmt: skip
    home.cli("init", cwd=repository.path)

    def over() -> dict[str, str]:
        found = {job["tool"]: job for job in home.api().runs(repository=1, limit=1)[0]["jobs"]}
        return {name: job["outcome"] for name, job in found.items() if job["state"] == "done"}

    until(lambda: over() == {"changes": "passed", "checks": "passed"}, 300, "all but the first")
    number = home.api().runs(repository=1, limit=1)[0]["id"]
    jobs = {job["tool"]: job for job in home.api().results(number)["jobs"]}
    folder = home.paths.environments / "venv" / jobs["checks"]["environment"]["detail"]["key"]
    folders = sorted(path.name for path in folder.parent.glob(f"{folder.name}*") if path.is_dir())
    assert folders == [folder.name, f"{folder.name}.1"], "beside the one that is in use"
    go.touch()
    run = home.finished(1, repository.head())
    assert {job["tool"]: job["outcome"] for job in run["jobs"]} == dict.fromkeys(tools, "passed")
    assert home.finished(1, repository.commit({"a": ""}))["outcome"] == "passed"
    again = sorted(path.name for path in folder.parent.glob(f"{folder.name}*") if path.is_dir())
    assert again == folders, "in its place"
