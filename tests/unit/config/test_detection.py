"""Which kind of project a commit is."""

import pytest

from fullautoci.config.detection import DJANGO, NOTHING, PACKAGE, SCRIPTS, Facts, facts
from fullautoci.layout import python_layout

MANAGE = (
    '#!/usr/bin/env python\nimport os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")\n'
    "from django.core.management import execute_from_command_line\n"
)


def told(files: dict[str, str]) -> Facts:
    return facts(python_layout(files), lambda name: files[name].encode() if name in files else None)


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({}, NOTHING),
        ({"README": "", "main.c": ""}, NOTHING),
        ({"tool.py": ""}, SCRIPTS),
        ({"a.py": "", "b.py": ""}, SCRIPTS),
        ({"pkg/__init__.py": ""}, PACKAGE),
        ({"src/pkg/__init__.py": "", "setup.py": ""}, PACKAGE),
        ({"src/module.py": "", "pyproject.toml": ""}, PACKAGE),
        ({"manage.py": MANAGE, "site/__init__.py": ""}, DJANGO),
        ({"manage.py": "print('no web')\n", "site/__init__.py": ""}, PACKAGE),
        ({"site/manage.py": MANAGE, "site/__init__.py": ""}, PACKAGE),
    ],
)
def test_the_kind_is_told_from_the_files(files: dict[str, str], kind: str) -> None:
    assert told(files).kind == kind


@pytest.mark.parametrize(
    ("line", "settings"),
    [
        ('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")', "site.settings"),
        ("os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.local')", "config.settings.local"),
        ('os.environ["DJANGO_SETTINGS_MODULE"] = "site.settings"', "site.settings"),
        ('os.environ.setdefault(\n    "DJANGO_SETTINGS_MODULE",\n    "a.b",\n)', "a.b"),
        ('os.environ.setdefault("DJANGO_SETTINGS_MODULE", NAME)', None),
        ('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "a b")', None),
        ('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "' + "a" * 300 + '")', None),
    ],
)
def test_settings_that_manage_py_names_are_a_variable(line: str, settings: str | None) -> None:
    found = told({"manage.py": f"import os, django\n{line}\n", "site/__init__.py": ""})
    assert found.kind == DJANGO
    assert dict(found.env) == ({"DJANGO_SETTINGS_MODULE": settings} if settings else {})


@pytest.mark.parametrize("name", ["pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg", "conftest.py"])
def test_settings_that_the_project_says_for_its_tests_are_left_alone(name: str) -> None:
    found = told({"manage.py": MANAGE, "site/__init__.py": "", name: "DJANGO_SETTINGS_MODULE = tests.settings\n"})
    assert (found.kind, dict(found.env)) == (DJANGO, {})
