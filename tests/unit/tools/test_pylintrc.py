"""Which file pylint goes by, and what of it counts: as pylint itself finds and reads it."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pylint.config.config_file_parser import _RawConfParser
from pylint.config.find_default_config_files import find_default_config_files

from fullautoci.model import ToolPlan
from fullautoci.tools import pylintrc
from fullautoci.tools.configuration import Configuration, digest

PLAN = ToolPlan("pylint")
INI = "[MAIN]\njobs = 2\n[FORMAT]\nmax-line-length = 100\n"
OWN_TOML = "[tool.pylint.format]\nmax-line-length = 90\n"
CFG = (
    "[metadata]\nname = a\n[pylint]\njobs = 3\n[pylint.format]\nmax-line-length = 80\n[flake8]\nmax-line-length = 70\n"
)
PYPROJECT = "[project]\nname = 'a'\n[tool.pylint.format]\nmax-line-length = 60\n[tool.ruff]\nline-length = 50\n"
WHOLE: Mapping[str, str] = {
    "pylintrc": INI.replace("100", "101"),
    "pylintrc.toml": OWN_TOML,
    ".pylintrc": INI.replace("100", "102"),
    ".pylintrc.toml": OWN_TOML.replace("90", "91"),
    "pyproject.toml": PYPROJECT,
    "setup.cfg": CFG,
    "tox.ini": CFG.replace("80", "81"),
}


def ours(files: Mapping[str, str | bytes], plan: ToolPlan = PLAN) -> Configuration:
    """What is found of these files, as the worker asks for it."""
    raw = {name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()}
    return pylintrc.configuration(plan, {name: raw[name] for name in pylintrc.files(plan) if name in raw})


def key(files: Mapping[str, str | bytes], plan: ToolPlan = PLAN) -> str:
    return digest(plan, ours(files, plan))


def theirs(files: Mapping[str, str], folder: Path, project: str = ".") -> tuple[str, Any]:
    """The file that pylint itself finds, and the options that it reads there."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / ".git").mkdir(exist_ok=True)
    (folder / project).mkdir(parents=True, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder / project)
        found = next(iter(find_default_config_files()), None)
    if found is None:
        return "", {}
    return str(found.relative_to(folder.resolve())), _RawConfParser.parse_config_file(found, verbose=False)[0]


@pytest.mark.parametrize("count", [1, 2, 7])
def test_of_several_files_the_one_counts_that_pylint_takes(count: int, tmp_path: Path) -> None:
    for number, names in enumerate(itertools.combinations(WHOLE, count)):
        files = {name: WHOLE[name] for name in names}
        path, _ = theirs(files, tmp_path / str(number))
        found = ours(files)
        assert (found.name, found.content.decode()) == (path, files[path])


@pytest.mark.parametrize("project", ["a", "a/b"])
@pytest.mark.parametrize("packages", [(), ("a",), ("a", "a/b"), ("a/b",)])
def test_above_a_project_it_is_looked_for_as_pylint_does(
    project: str, packages: tuple[str, ...], tmp_path: Path
) -> None:
    plan = ToolPlan("pylint", project=project)
    inits = {f"{package}/__init__.py": "" for package in packages}
    places = [
        f"{folder}{name}" for folder in ("", "a/", "a/b/") for name in ("pylintrc", "pyproject.toml", "setup.cfg")
    ]
    for number, chosen in enumerate([(one,) for one in places] + list(itertools.combinations(places, 2))):
        files = {path: f"{WHOLE[Path(path).name]}\n# {path}\n" for path in chosen} | inits
        path, _ = theirs(files, tmp_path / str(number), project)
        found = ours(files, plan)
        assert found.content.decode() == files.get(path, ""), chosen


SAID = [
    # file, its text, another text, whether pylint is told the same
    (".pylintrc", INI, f"# a comment\n\n{INI}; another\n", True),
    (".pylintrc", INI, INI.replace(" = ", "="), True),
    (".pylintrc", INI, INI.replace("100", "100  # long"), True),
    (".pylintrc", INI, INI.replace("\n", "\r\n"), True),
    (".pylintrc", INI, INI.replace("jobs", "JOBS"), True),
    (".pylintrc", INI, INI.replace("100", "101"), False),
    (".pylintrc", INI, INI + "[MESSAGES CONTROL]\ndisable = all\n", False),
    (".pylintrc", INI, INI + "disable =\n    unused-import,\n    invalid-name\n", False),
    ("setup.cfg", CFG, CFG.replace("name = a", "name = b").replace("= 70", "= 71") + "# end\n", True),
    ("setup.cfg", CFG, CFG + "[mypy]\nstrict = true\n", True),
    ("setup.cfg", CFG, CFG.replace("= 80", "= 81"), False),
    ("setup.cfg", CFG, CFG + "[pylint.messages control]\ndisable = all\n", False),
    ("setup.cfg", CFG, "[DEFAULT]\nfail-under = 5\n" + CFG, False),
    ("setup.cfg", CFG, CFG + "[pylint-other]\ndisable = all\n", False),
    ("tox.ini", CFG, CFG + "[testenv]\ncommands = pytest\n", True),
    ("tox.ini", CFG, CFG.replace("jobs = 3", "jobs = 4"), False),
    ("pyproject.toml", PYPROJECT, "# hello\n" + PYPROJECT.replace("50", "51").replace("'a'", '"b"'), True),
    ("pyproject.toml", PYPROJECT, PYPROJECT + "[tool.coverage.run]\nbranch = true\n", True),
    ("pyproject.toml", PYPROJECT, PYPROJECT.replace("max-line-length = 60", "max-line-length=0x3c"), True),
    ("pyproject.toml", PYPROJECT, PYPROJECT.replace("60", "61"), False),
    ("pyproject.toml", PYPROJECT, PYPROJECT + "[tool.pylint.main]\ndisable = ['all']\n", False),
    ("pylintrc.toml", OWN_TOML, OWN_TOML + "[tool.other]\na = 1\n", True),
    ("pylintrc.toml", OWN_TOML, OWN_TOML + "[tool.pylint.main]\njobs = 2\n", False),
]


@pytest.mark.parametrize(("name", "one", "other", "same"), SAID)
def test_what_pylint_is_told_counts_and_nothing_else(
    name: str, one: str, other: str, same: bool, tmp_path: Path
) -> None:
    told = [theirs({name: text}, tmp_path / str(number)) for number, text in enumerate([one, other])]
    assert (told[0] == told[1]) == same, "the table itself is wrong"
    assert (key({name: one}) == key({name: other})) == same


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.cfg", "[metadata]\nname = a\n[pylint-other]\ndisable = all\n"),
        ("setup.cfg", "[MASTER]\njobs = 2\n"),
        ("setup.cfg", "no section\n"),
        ("setup.cfg", "[pylint]\na = 1\n[pylint]\na = 2\n"),
        ("tox.ini", "[flake8]\na = 1\n"),
        ("pyproject.toml", "[project]\nname = 'a'\n"),
        ("pyproject.toml", "[tool.pylint\n"),
        ("pyproject.toml", ""),
        (".pylintrc.toml", "[main]\njobs = 2\n"),
        ("pylintrc.txt", INI),
        ("sub/pylintrc", INI),
        ("PYLINTRC", INI),
    ],
)
def test_a_file_that_pylint_passes_over_changes_nothing(name: str, text: str, tmp_path: Path) -> None:
    assert theirs({name: text}, tmp_path) == ("", {})
    assert key({name: text}) == key({})
    assert key({name: text, "tox.ini": CFG}) == key({"tox.ini": CFG}), "it is looked further"


NAMED = [
    (("--rcfile=conf/rc",), "conf/rc"),
    (("--rcfile", "conf/rc"), "conf/rc"),
    (("--rcfile=./conf/../conf/rc",), "conf/rc"),
    (("--rcfile=a", "--rcfile=conf/rc"), "conf/rc"),
    (("--rcfile=../outside",), None),
    (("--rcfile=/etc/pylintrc",), None),
    (("--rcfile=",), None),
    (("--rcfile",), ".pylintrc"),
    (("--rcfiles=conf/rc",), ".pylintrc"),
    (("conf/rc",), ".pylintrc"),
]


@pytest.mark.parametrize(("args", "path"), NAMED)
def test_the_file_that_the_command_line_names_takes_the_place_of_all_others(
    args: tuple[str, ...], path: str | None
) -> None:
    files = {"conf/rc": INI, ".pylintrc": INI.replace("100", "99"), "setup.cfg": CFG, "a": INI, "outside": INI}
    found = ours(files, ToolPlan("pylint", args=args))
    assert found.content.decode() == (files[path] if path else "")


def test_a_named_file_is_read_whole_and_relative_to_the_project() -> None:
    plan = ToolPlan("pylint", args=("--rcfile=../setup.cfg",), project="sub")
    assert ours({"setup.cfg": "[flake8]\na = 1\n"}, plan).name == "setup.cfg", "whether it says anything or not"
    assert key({"setup.cfg": CFG}, plan) != key({"setup.cfg": CFG.replace("80", "81")}, plan)
    assert key({"setup.cfg": "broken"}, plan) != key({"setup.cfg": "broken too"}, plan)


def test_the_variable_names_the_last_file_that_is_tried() -> None:
    plan = ToolPlan("pylint", env={"PYLINTRC": "conf/rc"})
    assert ours({"conf/rc": INI}, plan).name == "rc"
    assert ours({"conf/rc": INI, "tox.ini": CFG}, plan).name == "tox.ini"
    assert ours({"conf/rc": INI}).name == ""
    assert ours({"rc": INI}, ToolPlan("pylint", env={"PYLINTRC": "../rc"})).name == ""


HOSTILE: Mapping[str, bytes] = {
    "a longer number": b"[tool.pylint]\na = 0x" + b"f" * 10_000,
    "not UTF-8": b"[MAIN]\njobs = \xff\xfe\n",
    "nothing": b"",
    "a NUL": b"[MAIN]\na = \0\n",
    "no section": b"jobs = 2\n",
    "a section twice": b"[MAIN]\na = 1\n[MAIN]\na = 2\n",
    "huge": b"[MAIN]\n" + b"a" * 1_000_000 + b" = 1\n",
    "many sections": b"".join(b"[S%d]\na = 1\n" % number for number in range(20_000)),
    "deep": b"[tool.pylint]\na = " + b"[" * 3000 + b"]" * 3000,
    "dots": b"[tool.pylint]\n" + b".".join([b"a"] * 5000) + b" = 1",
    "a large number": b"[tool.pylint]\na = " + b"9" * 10_000,
    "a mark": b"\xef\xbb\xbf[MAIN]\njobs = 2\n",
    "interpolation": b"[MAIN]\njobs = %(jobs)s %(no)s %\n",
    "tool is none": b"tool = 1\n",
    "pylint is none": b"tool.pylint = 1\n",
    "times": b"[tool.pylint]\na = 2020-01-01T00:00:00Z\nb = inf\nc = nan\n",
}


@pytest.mark.parametrize("name", [".pylintrc", "setup.cfg", "pyproject.toml", "pylintrc.toml"])
@pytest.mark.parametrize("what", HOSTILE)
def test_whatever_a_file_holds_it_is_read_or_passed_over(name: str, what: str) -> None:
    raw = HOSTILE[what]
    found = ours({name: raw})
    assert found.content in (raw, b"")
    assert len(key({name: raw})) == 64
    assert key({name: raw}) == key({name: raw})


def test_what_cannot_be_read_counts_byte_for_byte() -> None:
    assert key({".pylintrc": b"\xff"}) != key({".pylintrc": b"\xfe"})
    assert key({".pylintrc": b"\xff"}) != key({})


def test_pylint_takes_what_takes_the_place_of_a_file_for_the_same(tmp_path: Path) -> None:
    for number, (name, one, other, _) in enumerate(SAID):
        for text in (one, other):
            _, told = theirs({name: text}, tmp_path / str(number))
            found = ours({name: text})
            place = tmp_path / f"place{number}" / found.name
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(found.content)
            assert _RawConfParser.parse_config_file(place, verbose=False)[0] == told
