"""What of a project's extras, dependency groups and requirement files is installed: as configured, or as named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.utils import canonicalize_name

from fullautoci.errors import PreparationError
from fullautoci.text import one_line

# What extras, groups and files of test requirements are called; of several the first counts.
TEST_NAMES = ("test", "tests", "testing", "dev", "development")


@dataclass(frozen=True)
class Choice:
    """What the configuration says; None leaves it to the names (`VenvSection` in `config/environment.py`)."""

    extras: tuple[str, ...] | None = None
    groups: tuple[str, ...] | None = None
    requirements: tuple[str, ...] | None = None
    lock: bool = True

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Choice":
        """The choice that an environment's options make."""
        named = {key: options.get(key) for key in ("extras", "groups", "requirements")}
        values = {key: None if value is None else tuple(value) for key, value in named.items()}
        return cls(**values, lock=options.get("lock", "auto") != "off")


def picked(asked: tuple[str, ...] | None, there: Iterable[str], what: str, where: str) -> tuple[str, ...]:
    """The extras or groups that are wanted of those that there are, as they are written there.

    Args:
        what: what they are, for an error: `extra`.
        where: the file that lists them, for an error.

    Raises:
        PreparationError: one is not there.
    """
    known = {canonicalize_name(name): name for name in there}
    if asked is None:
        return tuple(known[canonicalize_name(name)] for name in TEST_NAMES if name in known)[:1]
    for name in asked:
        if canonicalize_name(name) not in known:
            listed = f"there are: {one_line(', '.join(sorted(known.values())))}" if known else f"it has no {what}s"
            raise PreparationError(f"there is no {what} '{one_line(name)}' in {where}", listed)
    return tuple(dict.fromkeys(known[canonicalize_name(name)] for name in asked))
