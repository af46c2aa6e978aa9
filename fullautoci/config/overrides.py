"""What is configured in the database: a value for a key, of the service or of one repository."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fullautoci.config.origin import Origin


@dataclass(frozen=True)
class Setting:
    """One value that was set.

    Attributes:
        key: a path such as `tools.pylint.args`.
        value: as YAML or JSON has it.
        actor: who set it.
        set_at: when, ISO 8601.
        service: whether it is the service's; else it is a repository's.
    """

    key: str
    value: Any
    actor: str
    set_at: str
    service: bool = False

    @property
    def origin(self) -> Origin:
        """Where it was said."""
        return Origin("database", key=self.key, actor=self.actor, at=self.set_at, service=self.service)


@dataclass(frozen=True)
class Overrides:
    """What the database says for one repository.

    Attributes:
        name: the repository's, by which `config.yml` knows it; empty: none.
        service: what is set for the service.
        repository: what is set for the repository.
    """

    name: str = ""
    service: tuple[Setting, ...] = ()
    repository: tuple[Setting, ...] = ()


def ordered(settings: Iterable[Setting]) -> list[Setting]:
    """The settings in the order in which they count: what is said of a part comes after what is said of the whole."""
    return sorted(settings, key=lambda one: (one.key.count("."), one.key))


def covers(above: str, key: str) -> bool:
    """Whether a key is another one, or is a part of what that names."""
    return key == above or key.startswith(f"{above}.")
