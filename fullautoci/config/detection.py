"""Which kind of project a commit is, told from its files; what then holds by default."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from fullautoci.layout import Layout

PACKAGE, DJANGO, SCRIPTS, NOTHING = "python package", "django", "python scripts", "nothing to check"
SETTINGS = "DJANGO_SETTINGS_MODULE"
# Where a project itself says which settings its tests have; there nothing of ours is to get in the way of them
# (https://pytest-django.readthedocs.io/en/latest/configuring_django.html: a variable counts before a file).
_SAID_IN = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg", "conftest.py")
_LITERAL = re.compile(
    rb"""environ(?:\.setdefault\(\s*|\[\s*)["']DJANGO_SETTINGS_MODULE["']\s*(?:,|\]\s*=)\s*["']([A-Za-z_][\w.]{0,199})["']"""
)


@dataclass(frozen=True)
class Facts:
    """What is told from a commit's files.

    Attributes:
        kind: which kind of project it is.
        env: variables that its jobs have by default.
    """

    kind: str = NOTHING
    env: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def facts(layout: Layout, read: Callable[[str], bytes | None]) -> Facts:
    """What is told from a commit's files.

    Args:
        read: a file of the commit by its path; None: there is none. It is asked for no more than a few at the top.
    """
    if not layout.has_python:
        return Facts()
    manage = read("manage.py")
    if manage is not None and b"django" in manage:
        found = _LITERAL.search(manage)
        if found is None or any(SETTINGS.encode() in (read(name) or b"") for name in _SAID_IN):
            return Facts(DJANGO)
        return Facts(DJANGO, MappingProxyType({SETTINGS: found[1].decode("ascii")}))
    package = any(not path.endswith(".py") for path in layout.packages) or layout.source_root != "."
    return Facts(PACKAGE if package else SCRIPTS)
