"""What the shims counted of comments that keep a tool from saying something."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fullautoci.text import storable
from fullautoci.tools.base import relative
from fullautoci.tools.formats import document
from fullautoci.tools.values import whole

METRIC = "suppressions"
_FILES = "suppressed"


@dataclass(frozen=True)
class Suppressions:
    """As a result has them: all in all, and in which files."""

    metrics: Mapping[str, float] = field(default_factory=dict)
    by_file: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def read(said: Mapping[str, object], checkout: str) -> Suppressions:
    """What a shim wrote of them; nothing where it does not say.

    Raises:
        ValueError: it is not what it should be.
    """
    if METRIC not in said:
        return Suppressions()
    files = document.table(said.get(_FILES, {}))
    found = {storable(relative(path, checkout)): float(whole(count)) for path, count in files.items()}
    return Suppressions({METRIC: float(whole(said[METRIC]))}, {METRIC: found})
