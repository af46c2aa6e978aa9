"""Where a value was said."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """Where a value was said: in a file, in the database, or nowhere, so that it is as it is by default.

    Attributes:
        source: `built-in`, `database`, or a file's name.
        detail: of what is built in, for which kind of project.
        line: in the file, from 1.
        key: under which it is kept in the database.
        actor: who put it into the database.
        at: when that was, ISO 8601.
        service: whether it holds for every repository, in the database.
    """

    source: str
    detail: str = ""
    line: int = 0
    key: str = ""
    actor: str = ""
    at: str = ""
    service: bool = False

    def __str__(self) -> str:
        if self.line:
            return f"{self.source}:{self.line}"
        told = ", ".join(part for part in (self.detail, self.actor, self.at.partition(".")[0]) if part)
        return f"{self.source} ({told})" if told else self.source

    @property
    def unset(self) -> str:
        """The command that takes it out of the database."""
        return f"fullautoci config unset {self.key}{' --service' if self.service else ''}"


BUILT_IN = Origin("built-in")
