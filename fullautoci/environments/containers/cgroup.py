"""What the kernel says of a container's limits: the only word that counts.

Engines accept limits that they cannot set, without a word about it (rootless Podman on cgroups v1), and do not tell of
every program that was killed for its use of memory. The kernel's own files say both, and anybody may read them.

https://docs.kernel.org/admin-guide/cgroup-v1/memory.html and https://docs.kernel.org/admin-guide/cgroup-v2.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
MOUNT = Path("/sys/fs/cgroup")
# Page counters end a page below what was asked for, or above.
PAGES = 65536


@dataclass(frozen=True)
class Cgroup:
    """The control groups of a container's first process; of version 2 there is one, of version 1 one a controller."""

    folders: dict[str, Path]
    version: int
    mount: Path

    @classmethod
    def of(cls, pid: int, proc: Path = PROC, mount: Path = MOUNT) -> "Cgroup | None":
        """Those of a process; None where they cannot be looked at, as with an engine in a virtual machine."""
        try:
            lines = (proc / str(pid) / "cgroup").read_text().splitlines() if pid > 0 else []
        except OSError:
            return None
        folders: dict[str, Path] = {}
        for line in lines:
            _, controllers, path = line.split(":", 2)
            for controller in controllers.split(","):
                top = mount / (controllers or ".")
                folders[controller] = Path(f"{top}{path}" if top.is_dir() else f"{mount / controller}{path}")
        version = 1 if "memory" in folders else 2
        return cls(folders, version, mount) if folders else None

    def memory(self) -> int | None:
        """The most bytes of memory; None: any number."""
        return self._least("memory", "memory.limit_in_bytes", "memory.max")

    def processes(self) -> int | None:
        """The most processes; None: any number."""
        return self._least("pids", "pids.max", "pids.max")

    def cpus(self) -> float | None:
        """The most cores; None: any number."""
        found = []
        for folder in self._upwards("cpu"):
            if self.version == 1:
                words = [_read(folder / "cpu.cfs_quota_us"), _read(folder / "cpu.cfs_period_us")]
            else:
                words = _read(folder / "cpu.max").split()
            if len(words) == 2 and words[0].isdigit() and words[1].isdigit():
                found.append(int(words[0]) / int(words[1]))
        return min(found, default=None)

    def killed(self) -> int:
        """How many of its processes were killed because there was no memory left for them."""
        name = "memory.oom_control" if self.version == 1 else "memory.events"
        folder = self.folders.get("memory" if self.version == 1 else "")
        words = _read(folder / name).split() if folder else []
        return next((int(words[at + 1]) for at, word in enumerate(words) if word == "oom_kill"), 0)

    def _least(self, controller: str, old: str, new: str) -> int | None:
        name = old if self.version == 1 else new
        values = [_read(folder / name) for folder in self._upwards(controller)]
        return min((int(value) for value in values if value.isdigit() and int(value) < 2**62), default=None)

    def _upwards(self, controller: str) -> Iterator[Path]:
        """Its folder and those above: the tightest of all limits counts."""
        folder = self.folders.get(controller if self.version == 1 else "")
        while folder is not None and folder != self.mount and folder.is_relative_to(self.mount):
            yield folder
            folder = folder.parent


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
