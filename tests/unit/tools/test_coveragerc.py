"""Which file coverage.py goes by, and what of it counts: as coverage itself finds and reads it."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from coverage.config import read_coverage_config

from fullautoci.model import ToolPlan
from fullautoci.tools import coveragerc
from fullautoci.tools.configuration import Configuration, digest

PLAN = ToolPlan("coverage")
VERSION = "7.13.1"
RC = "[run]\nomit =\n    a.py\n    b.py\n[report]\nexclude_also = never\n"
RC_TOML = "[run]\nomit = ['c.py']\n"
CFG = "[metadata]\nname = a\n[coverage:run]\nomit = d.py\n[coverage:report]\nfail_under = 80\n[flake8]\nomit = e.py\n"
PYPROJECT = (
    "[project]\nname = 'a'\n[tool.coverage.run]\nomit = ['f.py']\n[tool.coverage.paths]\nall = ['a', 'b']\n"
    "[tool.ruff]\nline-length = 50\n"
)
WHOLE: Mapping[str, str] = {
    ".coveragerc": RC,
    ".coveragerc.toml": RC_TOML,
    "setup.cfg": CFG,
    "tox.ini": CFG.replace("d.py", "t.py"),
    "pyproject.toml": PYPROJECT,
}


def ours(files: Mapping[str, str | bytes], plan: ToolPlan = PLAN, version: str = VERSION) -> Configuration:
    """What is found of these files, as the worker asks for it."""
    raw = {name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()}
    there = {name: raw[name] for name in coveragerc.files(plan) if name in raw}
    return coveragerc.configuration(plan, there, version)


def key(files: Mapping[str, str | bytes], plan: ToolPlan = PLAN, version: str = VERSION) -> str:
    return digest(plan, ours(files, plan, version))


def read(folder: Path, config_file: bool | str = True, rcfile: str = "") -> dict[str, Any]:
    """What coverage itself goes by in a folder; where it found that stands under `config_file`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        if rcfile:
            patch.setenv("COVERAGE_RCFILE", rcfile)
        said = dict(vars(read_coverage_config(config_file, lambda _: None)))
    for name in ("config_files_attempted", "config_files_read", "_config_contents"):
        said.pop(name)
    return said


def theirs(files: Mapping[str, str], folder: Path) -> dict[str, Any]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return read(folder)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_of_several_files_the_one_counts_that_coverage_takes(count: int, tmp_path: Path) -> None:
    for number, names in enumerate(itertools.combinations(WHOLE, count)):
        said = theirs({name: WHOLE[name] for name in names}, tmp_path / str(number))
        assert ours({name: WHOLE[name] for name in names}).name == Path(str(said["config_file"])).name


def test_a_toml_file_of_its_own_is_known_to_newer_versions_only() -> None:
    files = {".coveragerc.toml": RC_TOML, "tox.ini": CFG}
    for version, name in (("7.12.0", "tox.ini"), ("7.13.0", ".coveragerc.toml"), ("8.0", ".coveragerc.toml")):
        assert ours(files, PLAN, version).name == name
    for unknown in ("", "no version"):
        assert ours(files, PLAN, unknown).name == ".coveragerc.toml"


SAID = [
    # file, its text, another text, whether coverage is told the same
    (".coveragerc", RC, f"# a comment\n\n{RC}", True),
    (".coveragerc", RC, RC.replace(" =\n", "=\n"), True),
    (".coveragerc", RC, RC.replace("\n", "\r\n"), True),
    (".coveragerc", RC, RC.replace("b.py", "c.py"), False),
    (".coveragerc", RC, RC + "skip_empty = true\n", False),
    (".coveragerc", RC, RC + "[html]\ntitle = x\n", False),
    ("setup.cfg", CFG, CFG.replace("name = a", "name = b").replace("e.py", "g.py") + "# end\n", True),
    ("setup.cfg", CFG, CFG + "[pylint]\njobs = 2\n[run]\nomit = h.py\n", True),
    ("setup.cfg", "[coverage:html]\ntitle = a\n", "[coverage:html]\ntitle = a\n[run]\nomit = h.py\n", True),
    ("setup.cfg", CFG, CFG.replace("d.py", "x.py"), False),
    ("setup.cfg", CFG, CFG + "[coverage:paths]\nall = a\n", False),
    ("setup.cfg", CFG, "[DEFAULT]\nbranch = true\n" + CFG, False),
    ("tox.ini", CFG, CFG + "[testenv]\ncommands = pytest\n", True),
    ("tox.ini", CFG, CFG.replace("80", "81"), False),
    ("pyproject.toml", PYPROJECT, "# hello\n" + PYPROJECT.replace("50", "51").replace("'a'\n", '"b"\n'), True),
    ("pyproject.toml", PYPROJECT, PYPROJECT + "[tool.pylint.main]\njobs = 2\n[run]\nomit = ['x.py']\n", True),
    ("pyproject.toml", PYPROJECT, PYPROJECT.replace("['f.py']", '[\n  "f.py", # one\n]'), True),
    ("pyproject.toml", PYPROJECT, PYPROJECT.replace("f.py", "x.py"), False),
    ("pyproject.toml", PYPROJECT, PYPROJECT + "[tool.coverage.report]\nexclude_also = ['never']\n", False),
    (".coveragerc.toml", RC_TOML, RC_TOML + "# end\n", True),
    (".coveragerc.toml", RC_TOML, RC_TOML + "[report]\nfail_under = 3\n", False),
]


@pytest.mark.parametrize(("name", "one", "other", "same"), SAID)
def test_what_coverage_is_told_counts_and_nothing_else(
    name: str, one: str, other: str, same: bool, tmp_path: Path
) -> None:
    told = [theirs({name: text}, tmp_path / str(number)) for number, text in enumerate([one, other])]
    for one_said in told:
        one_said.pop("config_file")
    assert (told[0] == told[1]) == same, "the table itself is wrong"
    assert (key({name: one}) == key({name: other})) == same


PASSED_OVER = [
    ("setup.cfg", "[run]\nomit = a.py\n"),
    ("setup.cfg", "[coverage:run]\n"),
    ("setup.cfg", "[coverage]\nomit = a.py\n"),
    ("tox.ini", "[flake8]\na = 1\n"),
    ("pyproject.toml", "[project]\nname = 'a'\n"),
    ("pyproject.toml", "[run]\nomit = ['a']\n"),
    ("pyproject.toml", "[tool.coverage]\n"),
    ("pyproject.toml", "[tool.coverage.run]\n"),
    ("coveragerc", RC),
    ("a/.coveragerc", RC),
]


@pytest.mark.parametrize(("name", "text"), PASSED_OVER)
def test_a_file_that_coverage_passes_over_changes_nothing(name: str, text: str, tmp_path: Path) -> None:
    assert theirs({name: text}, tmp_path)["config_file"] is None
    assert key({name: text}) == key({})
    if name != "pyproject.toml":
        assert ours({name: text, "pyproject.toml": PYPROJECT}).name == "pyproject.toml", "it is looked further"


VARIABLE = [
    ("conf/rc", ".", "conf/rc"),
    ("./conf/rc", ".", "conf/rc"),
    ("../conf/rc", "sub", "conf/rc"),
    ("rc", "sub", "sub/rc"),
    ("../../conf/rc", "sub", None),
    ("/etc/rc", ".", None),
    ("conf/\nrc", ".", None),
]


@pytest.mark.parametrize(("value", "project", "path"), VARIABLE)
def test_the_variable_names_the_file_that_counts_in_place_of_all_others(
    value: str, project: str, path: str | None, tmp_path: Path
) -> None:
    plan = ToolPlan("coverage", env={"COVERAGE_RCFILE": value}, project=project)
    assert coveragerc.files(plan) == ((path,) if path else ())
    files = {"conf/rc": RC, "sub/rc": RC.replace("a.py", "s.py"), ".coveragerc": "[run]\nomit = no\n", "setup.cfg": CFG}
    assert ours(files, plan).content.decode() == (files[path] if path else "")
    if path:
        theirs({**files, "sub/x": ""}, tmp_path)
        assert Path(str(read(tmp_path / project, True, value)["config_file"])).name == "rc"


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, *texts, _ in SAID for text in texts])
def test_coverage_takes_what_stands_in_for_a_file_for_the_same(name: str, text: str, tmp_path: Path) -> None:
    told = theirs({name: text}, tmp_path / "there")
    found = ours({name: text})
    place = tmp_path / "place" / found.name
    place.parent.mkdir()
    place.write_bytes(found.content)
    again = read(place.parent, str(place))
    for said in (told, again):
        said.pop("config_file")
    assert again == told


ODD = "".join(f"[tool.coverage.run.{name}]\nvalue = {value}\n" for name, value in (
    ("'a b'", "'quoted \"twice\"'"), ('"c\\"d"', "\"\\u007f \\t \\\\ é\""), ("e", "[1, 2.5, true, inf, -nan, 0x10]"),
    ("f", "2020-01-01T10:00:00+01:00"), ("g", "{h = {i = ['j']}, 'k l' = 10:00:00}"), ("''", "''"), ("m", "[[], {}]"),
))  # fmt: skip


def test_every_value_of_a_section_is_written_as_it_was(tmp_path: Path) -> None:
    import tomllib

    found = ours({"pyproject.toml": ODD})
    expected, written = tomllib.loads(ODD), tomllib.loads(found.content.decode())
    assert repr(written) == repr(expected), "by their text: what is no number equals nothing"


HOSTILE: Mapping[str, bytes] = {
    "not UTF-8": b"[run]\nomit = \xff\xfe\n",
    "nothing": b"",
    "a NUL": b"[run]\nomit = \0\n",
    "no section": b"omit = 2\n",
    "a section twice": b"[run]\na = 1\n[run]\na = 2\n",
    "huge": b"[run]\n" + b"a" * 1_000_000 + b" = 1\n",
    "many sections": b"".join(b"[coverage:S%d]\na = 1\n" % number for number in range(20_000)),
    "deep": b"[tool.coverage.run]\na = " + b"[" * 3000 + b"]" * 3000,
    "less deep": b"[tool.coverage.run]\na = " + b"[" * 300 + b"]" * 300,
    "deep tables": b"[tool.coverage.run]\na = " + b"{a = " * 200 + b"1" + b"}" * 200,
    "dots": b"[tool.coverage.run]\n" + b".".join([b"a"] * 5000) + b" = 1",
    "a large number": b"[tool.coverage]\nrun = " + b"9" * 10_000,
    "a long number": b"[tool.coverage.run]\na = " + b"9" * 4000,
    "a longer number": b"[tool.coverage.run]\na = 0x" + b"f" * 10_000,
    "a mark": b"\xef\xbb\xbf[run]\nomit = a\n",
    "interpolation": b"[coverage:run]\nomit = %(omit)s %(no)s %\n",
    "tool is none": b"tool = 1\n",
    "coverage is none": b"tool.coverage = 1\n",
    "run is none": b"tool.coverage.run = 1\n",
}


@pytest.mark.parametrize("name", [".coveragerc", "setup.cfg", "pyproject.toml", ".coveragerc.toml"])
@pytest.mark.parametrize("what", HOSTILE)
def test_whatever_a_file_holds_it_is_read_or_passed_over(name: str, what: str) -> None:
    raw = HOSTILE[what]
    assert len(key({name: raw})) == 64
    assert key({name: raw}) == key({name: raw})
    assert len(ours({name: raw}).content) <= 2 * len(raw) + 100


@pytest.mark.parametrize("name", [".coveragerc", "setup.cfg", "pyproject.toml"])
def test_what_cannot_be_read_counts_byte_for_byte(name: str) -> None:
    assert len({key({name: raw}) for raw in (b"\xff", b"\xfe", b"[run\n", b"")}) == 4
