"""What becomes of a damaged database: it is moved aside, never served, and the newest good backup takes its place.

What was accepted since that backup is found again by the scan, since the refs that the backup last saw are older.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from fullautoci.errors import StoreError
from fullautoci.store import backup
from fullautoci.text import timestamp


@dataclass(frozen=True)
class Recovery:
    """Where the damaged files are now, and the backup that was taken; None: there was none that is good."""

    aside: Path
    taken: Path | None


def recover(database: Path, backups: Path, damaged: Path) -> Recovery:
    """Move a damaged database aside and put the newest good backup in its place.

    Raises:
        StoreError: it cannot be moved or written.
    """
    aside = damaged / timestamp().replace(":", "").replace("-", "")
    try:
        while aside.exists():
            aside = aside.with_name(f"{aside.name}x")
        aside.mkdir(mode=0o700, parents=True)
        taken = next((one for one in backup.newest_first(backups) if not backup.damage(one)), None)
        new = database.with_name(f".{database.name}.new")
        if taken is not None:
            shutil.copyfile(taken, new)
            new.chmod(0o600)
            with new.open("rb") as file:
                os.fsync(file.fileno())
        for suffix in ("-wal", "-shm", ""):  # the file itself last: without it there is nothing to serve
            part = database.with_name(database.name + suffix)
            if part.exists():
                part.rename(aside / part.name)
        if taken is not None:
            new.replace(database)
    except OSError as error:
        raise StoreError(
            f"the damaged database {database} cannot be moved aside: {error.strerror}", f"look at {damaged}"
        ) from error
    return Recovery(aside, taken)
