"""Files of commits, for whoever looks at them: from our own copies of the repositories."""

import zlib
from pathlib import Path

from fullautoci.errors import VcsError
from fullautoci.vcs.base import Vcs
from fullautoci.web.services import SourceFile, Sources

# So much of a file is shown.
LIMIT = 1024 * 1024
# How long whoever looks waits while others write a repository's copy.
PATIENCE_S = 1.0


def sources(vcs: Vcs, folder: Path) -> Sources:
    """What reads them, from mirrors in a folder."""

    def read(repository: int, sha: str, path: str) -> SourceFile | None:
        mirror = vcs.mirror(folder / f"{repository}.git", patience_s=PATIENCE_S)
        try:
            data = mirror.read(sha, path, LIMIT)
        except (KeyError, ValueError, OSError, zlib.error) as error:
            raise VcsError("that file cannot be read from the mirror", "'fullautoci doctor' tells more") from error
        if data is None or len(data) <= LIMIT:
            return None if data is None else SourceFile(data, True)
        # Of one that is far larger the mirror takes nothing into memory, and gives zeros in its place.
        return SourceFile(data[:LIMIT] if data.strip(b"\0") else b"", False)

    return read
