"""Lock files as their tools write them, and as nobody should: they are hostile input."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from fullautoci.environments import pdmlock, pins, poetrylock, poetryversions, pylock, uvlock
from fullautoci.environments.choice import Choice
from fullautoci.environments.interpreters import Interpreter, own
from fullautoci.environments.locked import Locked
from fullautoci.environments.lockfiles import READERS
from fullautoci.errors import PreparationError

HASH = "sha256:" + hashlib.sha256(b"a file").hexdigest()
NOW = {"python_version": "3.11", "python_full_version": "3.11.7", "sys_platform": "linux", "platform_system": "Linux"}
PYTHON = replace(own(), version="3.11.7", markers={**own().markers, **NOW})
OLD = replace(
    PYTHON, version="3.9.1", markers={**PYTHON.markers, "python_version": "3.9", "python_full_version": "3.9.1"}
)

UV_PROJECT = """
[project]
name = "demo"
version = "1"
dependencies = ["click>=8", "itsdangerous; python_version < '3.12'", "helper"]
[dependency-groups]
test = ["pytest"]
"""
UV = f"""
version = 1
revision = 3
requires-python = ">=3.9"
resolution-markers = ["python_full_version >= '3.10'", "python_full_version < '3.10'"]
[manifest]
members = ["demo", "helper"]
[[package]]
name = "click"
version = "8.1.8"
source = {{ registry = "https://pypi.org/simple" }}
dependencies = [{{ name = "colorama", marker = "sys_platform == 'win32'" }}]
sdist = {{ url = "https://x/click-8.1.8.tar.gz", hash = "{HASH}", size = 1 }}
[[package]]
name = "click"
version = "8.2.0"
source = {{ registry = "https://pypi.org/simple" }}
wheels = [{{ url = "https://x/click-8.2.0-py3-none-any.whl", hash = "{HASH}", size = 1 }}]
[[package]]
name = "colorama"
version = "0.4.6"
source = {{ registry = "https://pypi.org/simple" }}
[[package]]
name = "demo"
version = "1"
source = {{ virtual = "." }}
dependencies = [
    {{ name = "click", version = "8.1.8", source = {{ registry = "x" }}, marker = "python_full_version < '3.10'" }},
    {{ name = "click", version = "8.2.0", source = {{ registry = "x" }}, marker = "python_full_version >= '3.10'" }},
    {{ name = "itsdangerous", marker = "python_full_version < '3.12'" }},
    {{ name = "helper" }},
]
[package.optional-dependencies]
fast-x = [{{ name = "requests", extra = ["socks"] }}]
[package.dev-dependencies]
docs = [{{ name = "from-git" }}]
test = [{{ name = "pytest" }}]
[package.metadata]
requires-dist = [
    {{ name = "click", specifier = ">=8" }},
    {{ name = "itsdangerous", marker = "python_full_version < '3.12'" }},
    {{ name = "helper", editable = "packages/helper" }},
]
provides-extras = ["fast-x", "none"]
[package.metadata.requires-dev]
test = [{{ name = "pytest" }}]
[[package]]
name = "from-git"
version = "2"
source = {{ git = "https://example.org/r.git?subdirectory=p&rev=main#0123456789abcdef0123456789abcdef01234567" }}
[[package]]
name = "helper"
version = "0.1"
source = {{ editable = "packages/helper" }}
dependencies = [{{ name = "from-url" }}]
[[package]]
name = "from-url"
version = "1"
source = {{ url = "https://example.org/from_url-1-py3-none-any.whl" }}
wheels = [{{ url = "https://example.org/from_url-1-py3-none-any.whl", hash = "{HASH}" }}]
[[package]]
name = "itsdangerous"
version = "2.2.0"
source = {{ registry = "https://pypi.org/simple" }}
[[package]]
name = "pysocks"
version = "1.7.1"
source = {{ registry = "https://pypi.org/simple" }}
[[package]]
name = "pytest"
version = "8.0.0"
source = {{ registry = "https://pypi.org/simple" }}
[[package]]
name = "requests"
version = "2.32.0"
source = {{ registry = "https://pypi.org/simple" }}
[package.optional-dependencies]
socks = [{{ name = "pysocks" }}]
"""
POETRY_PROJECT = """
[tool.poetry]
name = "demo"
[tool.poetry.dependencies]
python = "^3.9"
click = "^8.0"
six = { version = "*", optional = true }
tomli = { version = ">=1", python = "<3.11" }
itsdangerous = [{ version = "<2.2", python = "<3.10" }, { version = ">=2.2", python = ">=3.10" }]
[tool.poetry.extras]
fast = ["six"]
[tool.poetry.group.test.dependencies]
pytest = "^8.0"
requests = { version = "^2", extras = ["socks"] }
[tool.poetry.group.docs.dependencies]
from-git = { git = "https://example.org/r.git" }
"""
# As Poetry 1.8 writes it; what 2.0 adds comes in `two`.
POETRY = f"""
[[package]]
name = "click"
version = "8.1.8"
description = "Composable"
optional = false
python-versions = ">=3.7"
files = [{{file = "click-8.1.8-py3-none-any.whl", hash = "{HASH}"}}]
#main
[package.dependencies]
colorama = {{version = "*", markers = "platform_system == \\"Windows\\""}}
[[package]]
name = "colorama"
version = "0.4.6"
optional = false
python-versions = "!=3.0.*,!=3.1.*,>=2.7"
files = []
#main-windows
[[package]]
name = "itsdangerous"
version = "2.1.2"
optional = false
python-versions = ">=3.7"
files = []
#main-old
[[package]]
name = "itsdangerous"
version = "2.2.0"
optional = false
python-versions = ">=3.8"
files = []
#main-new
[[package]]
name = "from-git"
version = "1"
optional = false
python-versions = "*"
files = []
#docs
[package.source]
type = "git"
url = "https://example.org/r.git"
reference = "HEAD"
resolved_reference = "0123456789abcdef0123456789abcdef01234567"
[[package]]
name = "pytest"
version = "8.4.2"
optional = false
python-versions = ">=3.9"
files = []
#test
[package.dependencies]
tomli = {{version = ">=1", markers = "python_version < \\"3.11\\""}}
[[package]]
name = "requests"
version = "2.32.0"
optional = false
python-versions = ">=3.8"
files = []
#test
[package.dependencies]
PySocks = {{version = ">=1.5.6,<1.5.7 || >1.5.7", optional = true, markers = "extra == \\"socks\\""}}
[package.extras]
socks = ["PySocks (>=1.5.6,!=1.5.7)"]
[[package]]
name = "PySocks"
version = "1.7.1"
optional = false
python-versions = "*"
files = []
#test
[[package]]
name = "six"
version = "1.17.0"
optional = true
python-versions = ">=2.7, !=3.0.*, !=3.1.*, !=3.2.*"
files = []
#main-fast
[[package]]
name = "tomli"
version = "2.5.0"
optional = false
python-versions = ">=3.8"
files = []
#main-tomli
[package.source]
type = "legacy"
url = "https://pypi.org/simple"
reference = "idx"
[extras]
fast = ["six"]
[metadata]
lock-version = "2.0"
python-versions = "^3.9"
content-hash = "CONTENT"
"""
GROUPED = {
    "#main-windows": 'groups = ["main", "test"]\nmarkers = {main = "platform_system == \\"Windows\\"", '
    'test = "sys_platform == \\"win32\\""}',
    "#main-old": 'groups = ["main"]\nmarkers = "python_version == \\"3.9\\""',
    "#main-new": 'groups = ["main"]\nmarkers = "python_version >= \\"3.10\\""',
    "#main-fast": 'groups = ["main"]\nmarkers = "extra == \\"fast\\""',
    "#main-tomli": 'groups = ["main", "test"]\nmarkers = "python_version < \\"3.11\\""',
    "#main\n": 'groups = ["main"]\n',
    "#docs": 'groups = ["docs"]',
    "#test": 'groups = ["test"]',
}


def two(text: str) -> str:
    """The same as Poetry 2 writes it."""
    for mark, said in GROUPED.items():
        text = text.replace(mark, said)
    return text.replace('lock-version = "2.0"', 'lock-version = "2.1"')


def one_one(text: str) -> str:
    """The same as Poetry 1.2 writes it, which has the files' hashes at the end."""
    lines = [line for line in text.splitlines() if not line.startswith("files = ")]
    said = f'\n[metadata.files]\nclick = [{{file = "click-8.1.8-py3-none-any.whl", hash = "{HASH}"}}]\nsix = []\n'
    return "\n".join(lines).replace("\noptional =", '\ncategory = "main"\noptional =') + said


PDM = f"""
[metadata]
groups = ["default", "fast", "test", "docs"]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
content_hash = "sha256:0"
[[metadata.targets]]
requires_python = ">=3.9"
[[package]]
name = "click"
version = "8.1.8"
requires_python = ">=3.7"
groups = ["default"]
dependencies = ["colorama; platform_system == \\"Windows\\""]
files = [{{file = "click-8.1.8-py3-none-any.whl", hash = "{HASH}"}}]
[[package]]
name = "colorama"
version = "0.4.6"
groups = ["default", "test"]
marker = "platform_system == \\"Windows\\" or sys_platform == \\"win32\\""
[[package]]
name = "from-git"
version = "1"
groups = ["docs"]
git = "https://example.org/r.git"
ref = "main"
revision = "0123456789abcdef0123456789abcdef01234567"
[[package]]
name = "helper"
version = "1"
groups = ["default"]
path = "./helper"
[[package]]
name = "pytest"
version = "8.4.2"
groups = ["test"]
[[package]]
name = "requests"
version = "2.32.0"
groups = ["test"]
[[package]]
name = "requests"
version = "2.32.0"
extras = ["socks"]
groups = ["test"]
dependencies = ["requests==2.32.0"]
[[package]]
name = "six"
version = "1.17.0"
groups = ["fast"]
"""
PDM_PROJECT = '[project]\nname = "demo"\n[project.optional-dependencies]\nfast = ["six"]\n'
PYLOCK = f"""
lock-version = "1.0"
created-by = "hand"
requires-python = ">=3.9"
environments = ["sys_platform == 'linux'", "sys_platform == 'darwin'"]
extras = ["fast"]
dependency-groups = ["default", "test", "docs"]
default-groups = ["default"]
[[packages]]
name = "click"
version = "8.1.8"
marker = "'default' in dependency_groups"
[[packages.wheels]]
name = "click-8.1.8-py3-none-any.whl"
url = "https://x/click-8.1.8-py3-none-any.whl"
hashes = {{sha256 = "{HASH[7:]}"}}
[[packages]]
name = "colorama"
version = "0.4.6"
marker = "sys_platform == 'win32'"
sdist = {{name = "colorama-0.4.6.tar.gz", url = "https://x/colorama-0.4.6.tar.gz", hashes = {{sha256 = "0"}}}}
[[packages]]
name = "demo"
directory = {{path = "."}}
[[packages]]
name = "from-git"
marker = "'docs' in dependency_groups"
vcs = {{type = "git", url = "https://example.org/r.git", commit-id = "0123456789abcdef0123456789abcdef01234567"}}
[[packages]]
name = "from-url"
archive = {{url = "https://example.org/a.zip", hashes = {{sha256 = "{HASH[7:]}"}}}}
[[packages]]
name = "pytest"
version = "8.4.2"
marker = "'test' in dependency_groups"
sdist = {{name = "pytest-8.4.2.tar.gz", url = "https://x/pytest-8.4.2.tar.gz", hashes = {{sha256 = "0"}}}}
[[packages]]
name = "six"
version = "1.17.0"
marker = "'fast' in extras"
sdist = {{name = "six-1.17.0.tar.gz", url = "https://x/six-1.17.0.tar.gz", hashes = {{sha256 = "0"}}}}
"""
CLICK = f"click==8.1.8 --hash={HASH}"
GIT = "from-git @ git+https://example.org/r.git@0123456789abcdef0123456789abcdef01234567"
URL = f"from-url @ https://example.org/from_url-1-py3-none-any.whl --hash={HASH}"
UV_MAIN = {f"click==8.2.0 --hash={HASH}", "itsdangerous==2.2.0", URL}
POETRY_MAIN = {CLICK, "itsdangerous==2.2.0"}
POETRY_TEST = {"pytest==8.4.2", "requests==2.32.0", "pysocks==1.7.1"}


ALL = Choice()


def read(file: str, lock: str, project: str = "", choice: Choice = ALL, python: Interpreter = PYTHON) -> Locked | None:
    return READERS[file](tomllib.loads(lock), tomllib.loads(project), choice, python)


def lines(file: str, lock: str, project: str, choice: Choice = ALL, python: Interpreter = PYTHON) -> set[str]:
    found = read(file, lock, project, choice, python)
    assert found is not None
    assert list(found.lines) == sorted(set(found.lines))
    return set(found.lines)


NONE = Choice(extras=(), groups=())


@pytest.mark.parametrize(
    ("choice", "python", "expected"),
    [
        (Choice(), PYTHON, UV_MAIN | {"pytest==8.0.0"}),
        (NONE, PYTHON, UV_MAIN),
        (NONE, OLD, (UV_MAIN - {f"click==8.2.0 --hash={HASH}"}) | {CLICK}),
        (Choice(extras=("Fast_X",), groups=()), PYTHON, UV_MAIN | {"requests==2.32.0", "pysocks==1.7.1"}),
        (Choice(extras=("none",), groups=()), PYTHON, UV_MAIN),
        (Choice(groups=("docs",)), PYTHON, UV_MAIN | {f"{GIT}#subdirectory=p"}),
        (NONE, replace(PYTHON, markers={**PYTHON.markers, "python_full_version": "3.13.0"}),
         UV_MAIN - {"itsdangerous==2.2.0"}),
    ],
)  # fmt: skip
def test_uv(choice: Choice, python: Interpreter, expected: set[str]) -> None:
    assert lines("uv.lock", UV, UV_PROJECT, choice, python) == expected


def test_uv_without_a_project_at_its_top() -> None:
    lock = UV.replace('"demo", ', "").replace(
        "[[package]]", '[manifest.dependency-groups]\ntest = [{ name = "pytest" }]\n[[package]]', 1
    )
    assert lines("uv.lock", lock, "") == {URL, "pytest==8.0.0"}


@pytest.mark.parametrize(
    ("change", "stale"), [("", False), ("click>=8.1", True), ("attrs", True), ("click >= 8", False)]
)
def test_uv_says_when_it_is_out_of_date(change: str, stale: int) -> None:
    project = UV_PROJECT.replace("click>=8", change) if change else UV_PROJECT
    found = read("uv.lock", UV, project)
    assert found is not None
    assert len(found.notes) == stale
    assert not stale or (change in found.notes[0] and "out of date" in found.notes[0])


@pytest.mark.parametrize("form", [one_one, str, two])
@pytest.mark.parametrize(
    ("choice", "python", "expected"),
    [
        (Choice(), PYTHON, POETRY_MAIN | POETRY_TEST),
        (NONE, PYTHON, POETRY_MAIN),
        (NONE, OLD, {CLICK, "itsdangerous==2.1.2", "tomli==2.5.0"}),
        (Choice(extras=("fast",), groups=()), PYTHON, POETRY_MAIN | {"six==1.17.0"}),
        (Choice(groups=("docs", "test")), PYTHON, POETRY_MAIN | POETRY_TEST | {GIT}),
        (NONE, replace(PYTHON, markers={**PYTHON.markers, "platform_system": "Windows"}),
         POETRY_MAIN | {"colorama==0.4.6"}),
    ],
)  # fmt: skip
def test_poetry(form: Any, choice: Choice, python: Interpreter, expected: set[str]) -> None:
    assert lines("poetry.lock", form(POETRY), POETRY_PROJECT, choice, python) == expected


def test_poetry_with_the_development_dependencies_of_its_first_version() -> None:
    project = POETRY_PROJECT.partition("[tool.poetry.group")[0] + '[tool.poetry.dev-dependencies]\npytest = "^8"\n'
    assert lines("poetry.lock", one_one(POETRY), project) == POETRY_MAIN | {"pytest==8.4.2"}


def test_poetry_follows_the_standards_table_too() -> None:
    project = '[project]\ndependencies = ["click", "tomli; python_version < \'3.11\'"]\n'
    project += '[project.optional-dependencies]\nfast = ["six"]\n'
    assert lines("poetry.lock", POETRY, project, Choice(extras=("fast",))) == {CLICK, "six==1.17.0"}


@pytest.mark.parametrize(
    ("project", "digest"),
    [
        # Each is what that release of Poetry wrote for the file.
        ('[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\npython = "^3.9"\n',
         "c595a0588c25d58f3e3834ad7169126836d262b925fe6ca9b5d540dcf301d254"),
        ('[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["six"]\n'
         '[dependency-groups]\ntest = ["attrs"]\n'
         '[[tool.poetry.source]]\nname = "idx"\nurl = "https://pypi.org/simple/"\n',
         "14284f8358e08c836a7c2211201faa01d58b081949f778970ebe6d15905912af"),
    ],
)  # fmt: skip
def test_poetry_says_when_it_is_out_of_date(project: str, digest: str) -> None:
    found = read("poetry.lock", POETRY.replace("CONTENT", digest), project)
    assert found is not None
    assert found.notes == ()
    found = read("poetry.lock", POETRY.replace("CONTENT", digest), project.replace("3.9", "3.10"))
    assert found is not None
    assert "out of date" in found.notes[0]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), {CLICK, "pytest==8.4.2", "requests==2.32.0"}),
        (NONE, {CLICK}),
        (Choice(extras=("fast",), groups=("docs",)), {CLICK, "six==1.17.0", GIT}),
    ],
)
def test_pdm(choice: Choice, expected: set[str]) -> None:
    assert lines("pdm.lock", PDM, PDM_PROJECT, choice) == expected


def test_pdm_without_groups_is_not_used() -> None:
    assert read("pdm.lock", PDM.replace("inherit_metadata", "cross_platform"), PDM_PROJECT) is None


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), {"pytest==8.4.2"}),
        (NONE, set()),
        (Choice(extras=("fast",), groups=("docs",)), {"six==1.17.0", GIT}),
    ],
)
def test_pylock(choice: Choice, expected: set[str]) -> None:
    common = {CLICK, f"from-url @ https://example.org/a.zip --hash={HASH}"}
    assert lines("pylock.toml", PYLOCK, "", choice) == common | expected


SAMPLES: Mapping[str, tuple[str, str]] = {
    "uv.lock": (UV, UV_PROJECT),
    "poetry.lock": (two(POETRY), POETRY_PROJECT),
    "pdm.lock": (PDM, PDM_PROJECT),
    "pylock.toml": (PYLOCK, ""),
}


@pytest.mark.parametrize("file", SAMPLES)
@pytest.mark.parametrize("choice", [Choice(extras=("nope",)), Choice(groups=("nope",))])
def test_what_does_not_exist_is_told_with_what_does(file: str, choice: Choice) -> None:
    with pytest.raises(PreparationError) as caught:
        read(file, *SAMPLES[file], choice)
    assert "'nope'" in caught.value.message
    assert file in caught.value.message
    assert ("fast" if choice.extras else "docs") in caught.value.hint


@pytest.mark.parametrize("file", ["uv.lock", "poetry.lock", "pylock.toml"])
def test_a_lock_for_other_versions_of_python(file: str) -> None:
    with pytest.raises(PreparationError, match=r"for Python .*3\.9.*, not for 3\.8\.18"):
        read(file, *SAMPLES[file], python=replace(PYTHON, version="3.8.18"))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("uv.lock", "version = 1\n", "version = 2\n"),
        ("uv.lock", 'editable = "packages/helper" }\ndep', 'editable = "../helper" }\ndep'),
        ("uv.lock", 'editable = "packages/helper" }\ndep', 'directory = "/etc" }\ndep'),
        (
            "uv.lock",
            'name = "pytest"\nversion = "8.0.0"',
            'name = "pytest\\n--index-url=https://evil"\nversion = "8.0.0"',
        ),
        ("uv.lock", 'version = "8.0.0"', 'version = "8.0.0 --index-url=https://evil"'),
        ("uv.lock", 'version = "8.0.0"', "version = 8"),
        ("uv.lock", 'url = "https://example.org/from_url', 'url = "https://evil/${HOME}/'),
        ("uv.lock", 'url = "https://example.org/from_url', 'url = "file:///etc/'),
        ("uv.lock", "rev=main#0123456789abcdef", "rev=main#$(evil)"),
        ("uv.lock", 'dependencies = [{ name = "from-url" }]', "dependencies = 5"),
        ("uv.lock", 'dependencies = [{ name = "from-url" }]', "dependencies = [5]"),
        ("uv.lock", 'dependencies = [{ name = "from-url" }]', 'dependencies = [{ name = "missing" }]'),
        ("uv.lock", 'dependencies = [{ name = "from-url" }]', 'dependencies = [{ name = "click" }]'),
        ("uv.lock", "marker = \"python_full_version < '3.12'\" },", 'marker = "no marker" },'),
        ("uv.lock", 'members = ["demo", "helper"]', "members = 5"),
        ("uv.lock", "[manifest]", "[[manifest]]"),
        ("uv.lock", 'requires-python = ">=3.9"', "requires-python = 3"),
        ("poetry.lock", 'version = "8.4.2"', 'version = "^8"'),
        ("poetry.lock", 'name = "pytest"', 'name = "-e."'),
        ("poetry.lock", "https://example.org/r.git", "ext::sh -c evil"),
        ("poetry.lock", 'groups = ["test"]', "groups = 5"),
        ("poetry.lock", 'groups = ["test"]', 'groups = ["test"]\nmarkers = 5'),
        ("poetry.lock", 'markers = "python_version == \\"3.9\\""', ""),
        ("poetry.lock", "[metadata]", "[package.x]\n[[metadata]]"),
        ("poetry.lock", 'type = "git"\nurl = "https://example.org/r.git"', 'type = "directory"\nurl = "../x"'),
        ("pdm.lock", 'path = "./helper"', 'path = "../helper"'),
        ("pdm.lock", 'git = "https', 'git = "--upload-pack=evil'),
        ("pdm.lock", 'version = "8.4.2"', "version = [8]"),
        ("pdm.lock", 'extras = ["socks"]', 'extras = ["socks"]\nversion_ = ""'),
        ("pdm.lock", 'groups = ["test"]', 'groups = "test"'),
        ("pylock.toml", 'lock-version = "1.0"', 'lock-version = "2.0"'),
        ("pylock.toml", 'lock-version = "1.0"', ""),
        ("pylock.toml", 'created-by = "hand"', "created-by = 5"),
        ("pylock.toml", "'linux'", "'win32'"),
        ("pylock.toml", 'path = "."', 'path = "../.."'),
        ("pylock.toml", "https://example.org/a.zip", "file:///etc/passwd"),
        ("pylock.toml", 'type = "git"', 'type = "hg"'),
        ("pylock.toml", 'version = "8.4.2"\n', ""),
    ],
)
def test_what_no_tool_writes_is_refused_by_name(file: str, old: str, new: str) -> None:
    lock, project = SAMPLES[file]
    assert old in lock
    lock = lock.replace(old, new)
    if file == "pdm.lock" and "version_" in new:
        lock = lock.replace(f'version = "2.32.0"\n{new}', f'version = "2.31.0"\n{new}')
    groups = ("docs", "test")
    with pytest.raises(PreparationError) as caught:
        read(file, lock, project, Choice(groups=groups), replace(PYTHON, markers={**PYTHON.markers, **NOW}))
    assert file in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("file", SAMPLES)
@pytest.mark.parametrize("depth", [3000])
def test_absurd_markers_and_structures_end(file: str, depth: int) -> None:
    deep = "(" * depth + "python_version > '3'" + ")" * depth
    key = "marker" if file != "poetry.lock" else "markers"
    table = "packages" if file == "pylock.toml" else "package"
    said = f'[[{table}]]\nname = "deep"\nversion = "1"\ngroups = ["main", "default", "test"]\n{key} = "{deep}"\n'
    said += 'sdist = {name = "deep-1.tar.gz", url = "https://x/deep-1.tar.gz", hashes = {sha256 = "0"}}\n'
    lock, project = SAMPLES[file]
    lock = lock.replace("[extras]", f"{said}[extras]", 1) if "[extras]" in lock else lock + said
    if file == "uv.lock":
        lock = lock.replace('{ name = "from-url" }', f'{{ name = "from-url", marker = "{deep}" }}')
    try:
        read(file, lock, project)
    except PreparationError as error:
        assert file in error.message  # noqa: PT017 - either way is right


@pytest.mark.parametrize(
    ("constraint", "inside", "outside"),
    [
        ("^1.2.3", "1.9", "2.0"),
        ("^0.2.3", "0.2.9", "0.3"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("^0.0", "0.0.9", "0.1"),
        ("^0", "0.9", "1"),
        ("~1.2.3", "1.2.9", "1.3"),
        ("~1", "1.9", "2"),
        ("1.2.*", "1.2.9", "1.3"),
        ("1.2", "1.2", "1.2.1"),
        (">= 1.2, < 2", "1.9", "2"),
        (">=1.2 <2", "1.9", "2"),
        ("<1.5 || >=2,!=2.1", "2.2", "2.1"),
        ("*", "9", None),
        ("", "9", None),
        ("nonsense!", "9", None),
        ("^" * 600, "9", None),
    ],
)
def test_constraints_of_poetry(constraint: str, inside: str, outside: str | None) -> None:
    assert poetryversions.allows(constraint, inside)
    assert outside is None or not poetryversions.allows(constraint, outside)


def test_lines_that_hold_for_another_interpreter_are_not_asked_for() -> None:
    said = (
        "a; python_version<'3.10'",
        "b; python_version>='3.10' --hash=sha256:0",
        "c; extra=='x'",
        "git+https://x",
        "!",
    )
    assert pins.applying(said, PYTHON.markers) == (said[1], said[3], said[4])


def test_every_format_is_read() -> None:
    assert list(READERS) == [pylock.FILE, uvlock.FILE, poetrylock.FILE, pdmlock.FILE]
