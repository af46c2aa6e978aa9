"""The pylint shim, run for real: the same messages, score and status as pylint itself, sooner."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fullautoci.errors import ReportError
from fullautoci.model import ToolPlan
from fullautoci.tools.base import SHIMS, Left
from fullautoci.tools.pylint import PylintTool

FILES = {
    "calc.py": "import os\n\ndef add(left, right):\n    return left + undefined_name\n\nclass c: pass\n",
    "pkg/__init__.py": '"""P."""\nfrom pkg import b\n',
    "pkg/b.py": '"""B."""\nfrom pkg import a\n',
    "pkg/a.py": '"""A."""\nimport pkg.b\nX = {1: 2, 1: 3}\nprint(X)\n',
    "same_a.py": '"""S."""\n' + "".join(f"X{n} = {n}\nY{n} = X{n}\n" for n in range(8)),
    "same_b.py": '"""S."""\n' + "".join(f"X{n} = {n}\nY{n} = X{n}\n" for n in range(8)),
    "queue.py": '"""Not the standard library\'s."""\n',
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "a project"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def pylint(project: Path, program: list[str], report: Path, *arguments: str) -> tuple[int, dict[str, object]]:
    done = subprocess.run(
        [sys.executable, *program, f"--output-format=json2:{report},text", *arguments],
        cwd=project, capture_output=True, check=False,
        env={**os.environ, "PYTHONHASHSEED": "0", "PYLINTHOME": str(report.parent)},
    )  # fmt: skip
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.returncode, json.loads(report.read_bytes())


def test_the_same_score_messages_and_status_as_pylint_itself(project: Path, tmp_path: Path) -> None:
    paths = ["--", "calc.py", "pkg", "same_a.py", "same_b.py"]
    ours = pylint(project, [str(SHIMS / "pylint_run.py")], tmp_path / "ours.json", *paths)
    theirs = pylint(project, ["-m", "pylint"], tmp_path / "theirs.json", *paths)
    assert ours == theirs
    assert ours[0] == 30
    assert len(ours[1]["messages"]) > 8  # type: ignore[arg-type]
    assert 0 < ours[1]["statistics"]["score"] < 10  # type: ignore[index]


@pytest.mark.parametrize("arguments", [["--no-such-option", "calc.py"], ["--rcfile=missing", "calc.py"], []])
def test_wrong_use_is_told_by_the_status(project: Path, tmp_path: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, SHIMS / "pylint_run.py", *arguments], cwd=project, capture_output=True, check=False
    )
    assert done.returncode & 32, done


@pytest.mark.parametrize("folder", ["empty", "documents"])
def test_a_folder_without_python_is_no_verdict(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.txt").write_text("a\n")
    done = subprocess.run(
        [sys.executable, SHIMS / "pylint_run.py", f"--output-format=json2:{tmp_path}/pylint.json,text", "--", folder],
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    reports = {path.name: path.read_bytes() for path in tmp_path.glob("*.json")}
    left = Left(done.returncode, reports, b"", str(tmp_path))
    with pytest.raises(ReportError, match=r"no files|no report"):
        PylintTool().parse(ToolPlan("pylint"), left)
