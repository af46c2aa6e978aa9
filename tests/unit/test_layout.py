"""Where a Python project keeps what, from the paths of its files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.layout import Layout, python_layout
from tests.unit.fuzz import FUZZ


@pytest.mark.parametrize(
    ("files", "root", "packages", "tests"),
    [
        ("calc.py test_calc.py", ".", "calc.py", True),
        ("pkg/__init__.py pkg/a.py pkg/sub/__init__.py tests/test_a.py setup.py", ".", "pkg", True),
        ("src/pkg/__init__.py src/pkg/a.py tests/__init__.py tests/test_a.py", "src", "src/pkg", True),
        ("src/pkg/__init__.py src/mod.py other/__init__.py", "src", "src/mod.py src/pkg", False),
        ("src/mod.py", "src", "src/mod.py", False),
        ("a/__init__.py b/__init__.py docs/conf.py docs/__init__.py scripts/__init__.py", ".", "a b", False),
        ("a/__init__.py conftest.py noxfile.py manage.py setup.py", ".", "a", False),
        ("pkg/__init__.py pkg/tests/test_x.py", ".", "pkg", True),
        ("pkg/__init__.py pkg/test/support.py", ".", "pkg", True),
        ("tests/test_a.py tests/__init__.py", ".", "tests", True),
        ("scripts/one.py tools/two.py", ".", "scripts tools", False),
        ("pkg/__init__.py mod.py tests.py", ".", "mod.py pkg", True),
        ("contest/__init__.py latest/greatest.py", ".", "contest", False),
        ("pkg/__init__.py pkg/a_test.py", ".", "pkg", True),
        ("README.md src/main.c", ".", "", False),
        ("", ".", "", False),
        ("pkg/__init__.pyc pkg/a.pyi", ".", "", False),
    ],
)
def test_layouts(files: str, root: str, packages: str, tests: bool) -> None:
    names = files.split()
    has_python = any(name.endswith(".py") for name in names)
    assert python_layout(names) == Layout(root, tuple(packages.split()), has_python, tests)
    assert python_layout(reversed(names)) == python_layout(iter(names))


@FUZZ
@given(
    st.lists(st.lists(st.sampled_from(["src", "a", "tests", "__init__.py", "m.py", "\udcff.py", "-x.py"]), min_size=1))
)
def test_where_there_is_python_there_is_something_to_look_at(parts: list[list[str]]) -> None:
    files = ["/".join(part) for part in parts]
    found = python_layout(files)
    assert found.has_python == bool(found.packages)
    assert all(any(path == name or path.startswith(name + "/") for path in files) for name in found.packages)
