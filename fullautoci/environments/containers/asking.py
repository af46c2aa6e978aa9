"""Short questions of ours to an image, asked in a container of it."""

from collections.abc import Sequence
from pathlib import Path

from fullautoci.environments.containers.container import Container
from fullautoci.environments.containers.errors import engine_error
from fullautoci.environments.containers.stream import ContainerStream


def said(container: Container, argv: Sequence[str], timeout: float, limit: int) -> tuple[int, bytes]:
    """Run a short program of ours in a container: its exit status, and the first of what it said.

    Raises:
        PreparationError: it did not end in time, or could not be run.
    """
    kept = _Kept(limit)
    try:
        ended = ContainerStream(container)(argv, cwd=Path("/"), env={}, sink=kept, timeout=timeout)
    except OSError:
        return 127, b""
    if ended.why != "exit":
        raise engine_error(f"the image could not be asked what it has: {ended.why}")
    return ended.returncode, bytes(kept.data)


class _Kept:
    def __init__(self, limit: int) -> None:
        self.data = bytearray()
        self._limit = limit

    def write(self, data: bytes) -> None:
        self.data += data[: self._limit - len(self.data)]
