"""Where a job's files are while it runs."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """A job's folders: `own` is its programs', with its home and reports; `private` is never theirs."""

    own: Path
    private: Path

    @classmethod
    def made(cls, folder: Path) -> "Places":
        """Made below a folder."""
        places = cls(folder / "own", folder / "private")
        for path in (places.own / "home", places.own / "reports", places.private):
            path.mkdir(parents=True)
        return places
