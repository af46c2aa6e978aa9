"""What the service keeps in files, as the page shows it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fullautoci.environments import catalogue
from fullautoci.paths import Paths
from fullautoci.pruning import size
from fullautoci.text import iso


class DaemonStorage:
    """One home's files."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def environments(self) -> Sequence[dict[str, Any]]:
        """The environments that are kept, those used last first."""
        found = sorted(catalogue.kept(self._paths.environments), key=lambda one: -one.used_at)
        return [
            {
                "kind": one.kind, "key": one.key, "interpreter": one.interpreter, "complete": one.complete,
                "in_use": one.in_use, "used_at": iso(datetime.fromtimestamp(one.used_at, UTC)), "detail": one.detail,
            }
            for one in found
        ]  # fmt: skip

    def places(self) -> Sequence[tuple[str, str, int]]:
        """What each kind of thing takes: its name, its folder, and bytes."""
        paths = self._paths
        database = sum(
            one.stat().st_size for one in paths.database.parent.glob(f"{paths.database.name}*") if one.is_file()
        )
        folders = (
            ("Environments", paths.environments), ("Mirrors of repositories", paths.mirrors), ("Logs", paths.logs),
            ("Checkouts", paths.slots), ("Overlays", paths.overlays), ("Backups", paths.backups),
        )  # fmt: skip
        return [
            ("Results", str(paths.database), database), *((name, str(folder), size(folder)) for name, folder in folders)
        ]  # fmt: skip

    def size(self, kind: str, key: str) -> int:
        """What an environment takes, in bytes."""
        return size(self._paths.environments / kind / key)
