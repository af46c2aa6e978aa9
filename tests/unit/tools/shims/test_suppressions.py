"""Comments that silence a tool are counted as the tool takes them; what only looks like one is not."""

import json
import runpy
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pylint.utils.pragma_parser import OPTION_PO, PragmaParserError, parse_pragma

from fullautoci.tools.base import SHIMS

SHIM = runpy.run_path(str(SHIMS / "suppressions.py"))


def counted(folder: Path, content: str | bytes, count: Any = None) -> int:
    """What is counted in a file of this content."""
    path = folder / "it.py"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return sum(SHIM["by_file"]([str(path)], count or SHIM["pylint"]).values())


def by_pylint(comment: str) -> int:
    """How many messages pylint itself takes a comment to silence."""
    found = OPTION_PO.search(comment)
    try:
        pragmas = list(parse_pragma(found[2])) if found else []
    except PragmaParserError:
        return 0
    of_some = sum(len(one.messages) for one in pragmas if one.action in ("disable", "disable-next", "disable-msg"))
    return of_some + sum(one.action in ("skip-file", "disable-all") for one in pragmas)


COMMENTS = {
    "# pylint: disable=unused-import": 1, "#pylint:disable=unused-import": 1, "#  pylint:  disable = unused-import": 1,
    "# pylint: disable=unused-import,invalid-name , line-too-long": 3, "# pylint: disable=W0611, C0103": 2,
    "# pylint: disable=all": 1, "# pylint: disable-next=unused-import": 1, "# pylint: disable-msg=unused-import": 1,
    "# pylint: skip-file": 1, "# pylint: disable-all": 1, "# pylint: enable=unused-import": 0,
    "# pylint: disable=unused-import; because, of=reasons": 1, "# pylint: disable=a-b # because disable=c-d": 1,
    "# noqa: F401  # pylint: disable=unused-import": 1, "# type: ignore # pylint: disable=a-b,c-d # noqa": 2,
    "# pylint: enable=a-b, disable=c-d": 1, "# pylint: disable=a-b, enable=c-d": 1, "# pylint disable=unused-import": 0,
    "# PYLINT: disable=unused-import": 0, "# pylint : disable=unused-import": 0, "# mypylint: disable=a-b": 0,
    "# see pylint: disable=unused-import": 1, "# noqa": 0, "# pragma: no cover": 0, "#": 0, "# ruff: noqa": 0,
    "# pylint: disable=": 0, "# pylint:": 0,
}  # fmt: skip


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_counts_what_pylint_takes_it_for(comment: str, tmp_path: Path) -> None:
    assert by_pylint(comment) == COMMENTS[comment], "the table itself is wrong"
    assert counted(tmp_path, f"import os  {comment}\n") == COMMENTS[comment]


@pytest.mark.parametrize(
    "code",
    [
        "X = '# pylint: disable=all'\n", 'X = """\n# pylint: disable=all\n"""\n', "X = f'# pylint: disable={1}'\n",
        "def f():\n    '''# pylint: disable=all'''\n", "X = 'a' \\\n    '# pylint: disable=all'\n",
        "X = r'\\# pylint: disable=all'\n",
    ],
)  # fmt: skip
def test_a_string_that_looks_like_a_comment_is_none(code: str, tmp_path: Path) -> None:
    compile(code, "it.py", "exec")
    assert counted(tmp_path, code) == 0
    assert counted(tmp_path, code.replace("disable=all", "pragma: no cover"), SHIM["coverage"](SHIM["MARKS"])) == 0
    assert counted(tmp_path, code + "# pylint: disable=all\n") == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"# pylint: disable=a-b\ndef (:\n", b"# pylint: disable=a-b\nX = '''\n", b"# pylint: disable=a-b\n\xff\xfe\n",
        b"\xef\xbb\xbf# pylint: disable=a-b\n", b"# coding: latin-1\nX = '\xe9'  # pylint: disable=a-b\n",
        b"# coding: none-such\n# pylint: disable=a-b\n", b"\0# pylint: disable=a-b\n", b"# pylint: disable=a-b\r\n",
        b"if 1:\n\tx\n        y  # pylint: disable=a-b\n", b"X = '''\n\n'''  # pylint: disable=a-b\n",
        b"# pylint: disable=a-b", b"(" * 300 + b"\n# pylint: disable=a-b\n",
    ],
)  # fmt: skip
def test_a_file_that_is_no_python_is_searched_still(raw: bytes, tmp_path: Path) -> None:
    assert counted(tmp_path, raw) == 1


def test_a_huge_file_costs_no_more_than_reading_it(tmp_path: Path) -> None:
    began = time.process_time()
    assert counted(tmp_path, b"#" * 2_000_000) == 0
    assert counted(tmp_path, b"# pylint: " + b"disable" * 200_000 + b"=a-b") == 0
    assert counted(tmp_path, b"# pylint: disable=" + b"a-b," * 200_000) == 200_000
    assert counted(tmp_path, b"# pragma:" + b" " * 500_000 + b"no", SHIM["coverage"](SHIM["MARKS"])) == 0
    assert time.process_time() - began < 20


def test_files_are_named_as_they_are_below_the_folder_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside.py"
    (inside / "pkg").mkdir(parents=True)
    for path, count in ((inside / "a.py", 1), (inside / "pkg/b.py", 2), (inside / "none.py", 0), (outside, 1)):
        path.write_text("# pylint: disable=a-b\n" * count)
    (inside / "odd\udcff.py").write_text("# pylint: skip-file\n")
    monkeypatch.chdir(inside)
    paths = [
        "a.py",
        "./a.py",
        str(inside / "a.py"),
        "pkg/b.py",
        "none.py",
        "missing.py",
        "../outside.py",
        "odd\udcff.py",
        "a\0b",
        "pkg",
    ]
    found = SHIM["by_file"](paths, SHIM["pylint"])
    assert found == {"a.py": 1, "pkg/b.py": 2, str(outside): 1, "odd\udcff.py": 1}
    assert json.loads(json.dumps(SHIM["extent"](found))) == {"suppressions": 5, "suppressed": found}


MARKED = {
    "x = 1  # pragma: no cover": 1, "x = 1  #pragma:no cover": 1, "x = 1  # PRAGMA: NO COVER": 1,
    "x = 1  # pragma no cover": 1,
    "if x:  # pragma: no branch": 1, "x = 1  # noqa # pragma: no cover": 1, "x = 1  # pragma: no covering": 1,
    "x = 1  # no cover": 0, "x = 1  # pragma: cover": 0, "x = '# pragma: no cover'": 0, "if TYPE_CHECKING:  # why": 0,
    "def f(): ...  # a stub": 0, "x = 1  # skip it": 0, "x = 1": 0,
}  # fmt: skip
CONFIGURED = "[tool.coverage.report]\n%s\n"
ALSO = CONFIGURED % "exclude_also = ['# skip it', 'raise NotImplementedError']"
INSTEAD = CONFIGURED % "exclude_lines = ['# skip it']\npartial_branches = ['# half']"


def covered(folder: Path, files: Mapping[str, str], rcfile: str = "") -> dict[str, Any]:
    """The extent that the shim of coverage writes of a project's tests."""
    project, reports = folder / "project", folder / "reports"
    reports.mkdir()
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    given = [f"--rcfile={folder / rcfile}"] if rcfile else []
    done = subprocess.run(
        [sys.executable, SHIMS / "coverage_run.py", *given, reports, "pytest"],
        cwd=project, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "COVERAGE_FILE": str(reports / "coverage.data"), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads((reports / "extent.json").read_text()))


LINES = (
    "TYPE_CHECKING = x = 0\n"
    + "\n".join(f"{line}\n    y = 1" if line[-1] == ":" or line[:2] == "if" else line for line in MARKED)
    + "\n"
)
TEST = "import sub.it\ndef test_a():\n    assert sub.it.x\n"


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [("", sum(MARKED.values())), (ALSO, sum(MARKED.values()) + 1), (INSTEAD, 1)],
    ids=["none", "also", "instead"],
)
def test_marks_are_counted_as_coverage_is_configured(configuration: str, expected: int, tmp_path: Path) -> None:
    abstract = "def g():\n    raise NotImplementedError  # for all\n"
    files = {"sub/it.py": LINES + abstract, "sub/other.py": "X = 1  # pragma: no cover\n", "test_it.py": TEST}
    files |= {"pyproject.toml": configuration} if configuration else {}
    assert covered(tmp_path, files) == {"suppressions": expected, "suppressed": {"sub/it.py": expected}}


def test_marks_are_counted_under_the_configuration_that_stands_in_for_the_projects(tmp_path: Path) -> None:
    (tmp_path / "rc").write_text("[report]\nexclude_lines = # skip it\npartial_branches = # half\n")
    files = {"sub/it.py": LINES, "test_it.py": TEST, "pyproject.toml": ALSO}
    assert covered(tmp_path, files, "rc")["suppressions"] == 1
