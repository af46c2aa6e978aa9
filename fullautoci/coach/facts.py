"""What a job found, as far as advice needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """A finding; `new` says whether its commit brought it."""

    path: str
    rule: str
    severity: str
    new: bool = False


@dataclass(frozen=True)
class File:
    """A measured file: how many statements, how many of them were reached, which lines were not; branches likewise."""

    path: str
    statements: int
    covered: int
    missing: tuple[int, ...] = ()
    branches: int = 0
    covered_branches: int = 0


@dataclass(frozen=True)
class Facts:
    """What there is of one metric.

    Attributes:
        value: what the metric is.
        metrics: all that the job reported.
        values: by file, where each file is held.
        floors: what these files are held against.
    """

    value: float
    metrics: Mapping[str, float] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    files: Sequence[File] = ()
    values: Mapping[str, float] | None = None
    floors: Mapping[str, float] = field(default_factory=dict)
