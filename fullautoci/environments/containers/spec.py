"""What a container is made of, as a value: two containers of equal specs are as good as each other."""

import importlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fullautoci.environments.containers.engine import Engine
from fullautoci.errors import PreparationError

NOBODY = 65534
# Neither a shell nor `cat` reaps what is orphaned in the container, and some shells forget that they ignore a signal
# when they become another program: so Python holds the container, and a shell only where there is no Python. As the
# first process it cannot be killed from inside. It ends when its standard input does, and with it all others.
PYTHON = """\
import os, signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
try:
    while os.waitpid(-1, os.WNOHANG)[0]: pass
except OSError: pass
while os.read(0, 4096): pass
os._exit(0)
"""
HOLD = f"command -v python3 >/dev/null && exec python3 -I -S -c '{PYTHON}'\nwhile :; do cat >/dev/null && exit; done"
TMP = "rw,exec,nosuid,nodev,mode=1777,size={}"


@dataclass(frozen=True)
class Shown:
    """A folder of this machine that the container sees at the same path.

    Attributes:
        identity: device and inode: a folder that was made anew is another one.
    """

    path: Path
    writable: bool
    identity: tuple[int, int]

    @classmethod
    def of(cls, path: Path, *, writable: bool = False) -> "Shown":
        """A folder as it is now."""
        status = path.stat()
        return cls(path, writable, (status.st_dev, status.st_ino))


@dataclass(frozen=True)
class Spec:
    """One kind of container.

    Attributes:
        image: the image's id.
        memory: bytes; `processes`, `cpus` and `temporary` (bytes of /tmp) as in the configuration.
        home: tells the containers of this daemon from those of others.
    """

    engine: Engine
    image: str
    shown: tuple[Shown, ...]
    network: bool
    memory: int
    processes: int
    cpus: float | None
    temporary: int
    user: tuple[int, int]
    home: str

    def of(self, image: str, shown: tuple[Shown, ...] = ()) -> "Spec":
        """The same for another image, and with these folders."""
        return replace(self, image=image, shown=shown)

    @property
    def limited(self) -> bool:
        """Whether the engine can be asked for limits."""
        return not (self.engine.rootless and self.engine.cgroups == "1")

    def arguments(self, api: Any, exchange: Path, labels: dict[str, str]) -> dict[str, Any]:
        """What the SDK is given to make one.

        Args:
            exchange: a folder of this container's alone, which it sees too.
        """
        mount = importlib.import_module("docker.types").Mount
        log = importlib.import_module("docker.types").LogConfig
        limits: dict[str, Any] = {}
        if self.limited:
            limits = {"mem_limit": self.memory, "memswap_limit": self.memory, "pids_limit": self.processes}
            if self.cpus is not None:
                limits |= {"cpu_period": 100_000, "cpu_quota": int(self.cpus * 100_000)}
        folders = [(shown.path, shown.writable) for shown in self.shown] + [(exchange, True)]
        host = api.create_host_config(
            auto_remove=True,
            cap_drop=["ALL"],
            log_config=log(type="none"),
            mounts=[mount(str(path), str(path), type="bind", read_only=not rw) for path, rw in folders],
            network_mode=None if self.network else "none",
            read_only=True,
            security_opt=["no-new-privileges", *(["label=disable"] if self.engine.labelled else [])],
            tmpfs={"/tmp": TMP.format(self.temporary)},  # noqa: S108 - the container's own
            **limits,
        )
        if self.engine.kind == "podman" and self.engine.rootless:
            host["UsernsMode"] = "keep-id"  # the SDK knows of no value but `host`
        return {
            "image": self.image,
            "entrypoint": ["/bin/sh", "-c", HOLD],
            "command": [],
            "host_config": host,
            "user": f"{self.user[0]}:{self.user[1]}",
            "stdin_open": True,
            "stop_signal": "SIGKILL",
            "working_dir": "/",
            "hostname": "ci",
            "healthcheck": {"test": ["NONE"]},
            "labels": labels,
        }


def user(engine: Engine) -> tuple[int, int]:
    """The user and group that a container's programs run as, such that they can write the checkout and little else.

    Raises:
        PreparationError: there is no such user.
    """
    if os.geteuid() == 0:
        if engine.rootless:
            raise PreparationError(
                f"{engine.name} belongs to another user, who cannot be given root's files",
                "run the daemon as that user, or use an engine of root's",
            )
        return NOBODY, NOBODY
    if engine.rootless and engine.kind == "docker":
        return 0, 0  # which is the engine's own user outside
    return os.geteuid(), os.getegid()
