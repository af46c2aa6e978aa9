"""Where things are kept: everything under `FULLAUTOCI_HOME`, else in the XDG folders."""

import hashlib
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fullautoci.errors import FullAutoCIError

# sockaddr_un.sun_path holds 108 bytes on Linux and 104 on macOS, the closing NUL included (unix(7)).
SOCKET_PATH_LIMIT = 103
# Not the temporary folder that TMPDIR names: every process of a user has to find the same socket.
SHARED = Path("/tmp")  # noqa: S108 - what is made there is checked to be our own


@dataclass(frozen=True)
class Paths:
    """The folders of one installation; nothing is made before `create`."""

    config: Path
    state: Path
    cache: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Paths":
        """The folders that this process's environment names."""
        home = environ.get("FULLAUTOCI_HOME")
        if home:
            root = Path(home).expanduser().absolute()
            return cls(root, root / "state", root / "cache")
        from platformdirs import PlatformDirs

        folders = PlatformDirs("fullautoci")
        return cls(folders.user_config_path, folders.user_state_path, folders.user_cache_path)

    def create(self) -> "Paths":
        """Make the folders that the daemon and the hooks need, for this user alone."""
        for folder in (self.config, self.state, self.cache, self.spool, self.logs, self.mirrors, self.rejected):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.socket.parent != self.state:
            _own_folder(self.socket.parent)
        return self

    @property
    def ours(self) -> tuple[Path, ...]:
        """All folders that hold what is nobody's but the service's."""
        return (self.config, self.state, self.cache, self.socket.parent)

    @property
    def socket(self) -> Path:
        """The daemon's Unix socket; a short hashed path where the plain one is too long for the kernel."""
        plain = self.state / "daemon.sock"
        if len(os.fsencode(plain)) <= SOCKET_PATH_LIMIT:
            return plain
        digest = hashlib.sha256(os.fsencode(plain)).hexdigest()[:16]
        return SHARED / f"fullautoci-{os.getuid()}-{digest}" / "daemon.sock"

    @property
    def identity(self) -> str:
        """A short name of this home, the same for every process that uses it."""
        return hashlib.sha256(os.fsencode(self.state)).hexdigest()[:12]

    @property
    def lock(self) -> Path:
        """Held by the daemon for as long as it lives; holds its process id."""
        return self.state / "daemon.lock"

    @property
    def starting(self) -> Path:
        """Held while a daemon is being started in the background."""
        return self.state / "starting.lock"

    @property
    def daemon_log(self) -> Path:
        """What a daemon in the background prints."""
        return self.state / "daemon.log"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.state / "fullautoci.db"

    @property
    def backups(self) -> Path:
        """Copies of the database."""
        return self.state / "backups"

    @property
    def damaged(self) -> Path:
        """Databases that were moved aside because they were damaged, a folder each."""
        return self.state / "damaged"

    @property
    def running(self) -> Path:
        """There for as long as a daemon runs, and when one did not end in order."""
        return self.state / "running"

    @property
    def spool(self) -> Path:
        """Events that the hooks wrote and the daemon has not accepted yet."""
        return self.state / "spool"

    @property
    def rejected(self) -> Path:
        """What lay in the spool and was no event."""
        return self.state / "rejected"

    @property
    def logs(self) -> Path:
        """Logs of jobs, a folder a run."""
        return self.state / "logs"

    @property
    def mirrors(self) -> Path:
        """Our own bare copy of each watched repository."""
        return self.state / "mirrors"

    @property
    def git_config(self) -> Path:
        """The global configuration that our own git calls see in place of the user's."""
        return self.state / "gitconfig"

    @property
    def session_key(self) -> Path:
        """The key that signs browser sessions."""
        return self.state / "session.key"

    @property
    def slots(self) -> Path:
        """Checkouts, one a worker and repository."""
        return self.cache / "slots"

    @property
    def environments(self) -> Path:
        """Prepared environments, one a request."""
        return self.cache / "environments"

    @property
    def overlays(self) -> Path:
        """Generated metadata of projects, one a tree."""
        return self.cache / "overlays"


def scratch_of(home: str) -> Path:
    """The folder of a home's jobs for what lasts no longer than they do; made, for this user alone.

    It lies in the system's temporary folder, where paths are short: sockets are made in it.

    Args:
        home: what the tags of its jobs begin with.

    Raises:
        FullAutoCIError: someone else prepared something there.
    """
    folder = Path(tempfile.gettempdir()) / f"fullautoci-{os.getuid()}-{home}"
    _own_folder(folder, 0o711)  # a container's engine may be another user's, and has to reach what it is to mount
    return folder


def _own_folder(folder: Path, mode: int = 0o700) -> None:
    """Make a folder for this user alone in a place that others can write to.

    Raises:
        FullAutoCIError: someone else prepared something there.
    """
    folder.mkdir(mode=mode, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise FullAutoCIError(f"{folder} is not ours", "remove it, or choose a shorter FULLAUTOCI_HOME")
    if stat.S_IMODE(status.st_mode) != mode:
        folder.chmod(mode)
