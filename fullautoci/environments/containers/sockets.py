"""Where engines listen, and whether one does."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from fullautoci.environments.containers import hijack
from fullautoci.errors import PreparationError
from fullautoci.text import one_line

PING_TIMEOUT_S = 0.8


class MissingError(PreparationError):
    """There is no socket."""


def sockets(choice: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Where engines listen, the first to be tried first.

    Raises:
        PreparationError: DOCKER_HOST names what is not on this machine.
    """
    named = environ.get("DOCKER_HOST", "")
    if named:
        if not named.startswith("unix://"):
            raise PreparationError(
                f"DOCKER_HOST is {one_line(named)}: containers can only be used through a socket of this machine",
                "the checkout is shown to the container where it lies; set DOCKER_HOST to unix://… or not at all",
            )
        yield named.removeprefix("unix://")
        return
    runtime = environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    if choice in ("auto", "docker"):
        yield "/var/run/docker.sock"
        yield f"{runtime}/docker.sock"
    if choice in ("auto", "podman"):
        yield f"{runtime}/podman/podman.sock"
        yield "/run/podman/podman.sock"


def check(path: str) -> None:
    """See whether an engine answers at a socket.

    Raises:
        PreparationError: none does, or none that may be asked.
    """
    try:
        if not stat.S_ISSOCK(Path(path).stat().st_mode):
            raise PreparationError(f"{path} is no socket, which DOCKER_HOST should name")
        hijack.ping(path, PING_TIMEOUT_S)
    except PermissionError as error:
        raise PreparationError(
            f"the container engine's socket {path} may not be used: permission denied",
            "add yourself to the group docker and log in anew, or use rootless podman",
        ) from error
    except FileNotFoundError as error:
        raise MissingError(
            f"there is no container engine: {path} is missing",
            "install and start Docker, or Podman with its socket ('systemctl --user enable --now podman.socket')",
        ) from error
    except OSError as error:
        raise PreparationError(
            f"no container engine answers at {path}: {one_line(str(error))}",
            "start it: 'systemctl start docker', or 'systemctl --user start podman.socket'",
        ) from error


def telling(troubles: list[PreparationError]) -> PreparationError:
    """What is there and cannot be used tells more than what is not there."""
    return next((one for one in troubles if not isinstance(one, MissingError)), troubles[0])
