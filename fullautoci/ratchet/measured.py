"""What ratchets are judged by: values, under what they were measured, and measurements that are still to be made."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

# By file; the metric as a whole under an empty name.
Values = Mapping[str, float]
WHOLE = ""


@dataclass(frozen=True)
class Epoch:
    """Under what something was measured: values are compared only where all of it is the same.

    Attributes:
        configuration: the digest of the tool's own configuration.
        version: the tool's.
        environment: the kind of environment.
    """

    configuration: str
    version: str
    environment: str


@dataclass(frozen=True)
class Measured:
    """What was measured of a commit's tree.

    Attributes:
        values: empty: the metric was not reported. By file, one that has nothing amiss need not be named.
        faults: how much is amiss, where the metric is a share of it; None: it is not, or that is not known.
    """

    commit: str
    epoch: Epoch
    values: Values
    faults: float | None = None

    @property
    def reported(self) -> bool:
        """Whether there are values, and each is a number that can be compared."""
        return bool(self.values) and all(isfinite(value) for value in self.values.values())


@dataclass(frozen=True)
class Missing:
    """Why something could not be measured."""

    reason: str


@dataclass(frozen=True)
class Probe:
    """A measurement that is needed: of a commit's tree, under an epoch.

    Attributes:
        settings: the commit whose configuration of the tool that is.
        environment: the commit whose environment that is.
    """

    commit: str
    epoch: Epoch
    settings: str
    environment: str
