"""Which engine there is: Docker or Podman, behind a socket of this machine."""

import importlib
import importlib.util
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fullautoci.environments.containers import sockets
from fullautoci.environments.containers.errors import told
from fullautoci.errors import PreparationError
from fullautoci.text import one_line

TIMEOUT_S = 60.0
# An engine may be upgraded while a worker lives; a restart mostly makes its socket anew.
KNOWN_FOR_S = 3600.0
SDK = "Full Auto CI's part for containers is not installed"
SDK_HINT = "pip install 'fullautoci[docker]', then 'fullautoci daemon restart'"


@dataclass(frozen=True)
class Engine:
    """An engine that answers.

    Attributes:
        socket: the path of its socket.
        kind: `docker` or `podman`.
        api: the version of the API that it is spoken to in.
        cgroups: their version, `1` or `2`.
        labelled: whether SELinux keeps containers from files that are not theirs.
    """

    socket: str
    kind: str
    version: str
    api: str
    rootless: bool
    cgroups: str
    labelled: bool

    @property
    def name(self) -> str:
        """What people call it: `podman 4.3.1, rootless`."""
        return f"{self.kind} {self.version}{', rootless' if self.rootless else ''}"

    def client(self, timeout: float = TIMEOUT_S) -> Any:
        """A client of its own for whoever asks: it is not to be shared by threads."""
        with told():
            return sdk().APIClient(base_url=f"unix://{self.socket}", version=self.api, timeout=timeout)


_known: dict[str, tuple[float, int, Engine]] = {}


def sdk() -> Any:
    """The docker SDK, which has no types; imported when it is needed, since it is large.

    Raises:
        PreparationError: it is not installed.
    """
    try:
        return importlib.import_module("docker")
    except ImportError as error:
        raise PreparationError(SDK, SDK_HINT) from error


def find(choice: str = "auto", environ: Mapping[str, str] = os.environ) -> Engine:
    """The engine to use.

    Args:
        choice: `docker`, `podman`, or `auto`: Docker where it runs, else Podman.

    Raises:
        PreparationError: there is none that can be used, and why.
    """
    sdk()
    troubles: list[PreparationError] = []
    for path in sockets.sockets(choice, environ):
        try:
            sockets.check(path)
            engine = _asked(path)
        except PreparationError as error:
            troubles.append(error)
            continue
        if choice in ("auto", engine.kind):
            return engine
        troubles.append(PreparationError(f"{path} is {engine.kind}'s, and the configuration wants {choice}"))
    raise sockets.telling(troubles)


def client_at(path: str) -> Any:
    """A client for the engine behind a socket.

    Raises:
        PreparationError: none answers there.
    """
    sdk()
    sockets.check(path)
    return _asked(path).client()


def quickly(environ: Mapping[str, str] = os.environ) -> None:
    """Tell within a second whether there is an engine at all.

    Raises:
        PreparationError: there is none that can be used, and why.
    """
    if importlib.util.find_spec("docker") is None:
        raise PreparationError(SDK, SDK_HINT)
    troubles: list[PreparationError] = []
    for path in sockets.sockets("auto", environ):
        try:
            return sockets.check(path)
        except PreparationError as error:
            troubles.append(error)
    raise sockets.telling(troubles)


def _asked(path: str) -> Engine:
    made = Path(path).stat().st_ctime_ns
    since, stamp, engine = _known.get(path, (0.0, 0, None))
    if engine is None or stamp != made or time.monotonic() - since > KNOWN_FOR_S:
        engine = _described(path)
        _known[path] = time.monotonic(), made, engine
    return engine


def _described(path: str) -> Engine:
    with told():
        client = sdk().APIClient(base_url=f"unix://{path}", version="auto", timeout=TIMEOUT_S)
        version, info = client.version(), client.info()
        api = str(client.api_version)
        client.close()
    names = " ".join(str(part.get("Name", "")) for part in version.get("Components") or ())
    security = " ".join(info.get("SecurityOptions") or ())
    return Engine(
        socket=path,
        kind="podman" if "podman" in names.lower() else "docker",
        version=one_line(str(version.get("Version", "")).partition("+")[0], 40),
        api=api,
        rootless="name=rootless" in security or bool(info.get("Rootless")),
        cgroups=str(info.get("CgroupVersion") or "1"),
        labelled="name=selinux" in security,
    )
