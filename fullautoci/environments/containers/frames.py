"""The stream in which engines send a program's output: frames of a kind, a length, and so many bytes.

https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
"""

from fullautoci.environments.containers.errors import engine_error
from fullautoci.process import Sink

HEADER = 8
KINDS = (0, 1, 2)


class Frames:
    """Takes the stream as it comes, and hands on what is in the frames: standard output and error in their order."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._header = b""
        self._left = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            EngineError: this is no such stream.
        """
        while data:
            if self._left:
                self._sink.write(data[: self._left])
                data, self._left = data[self._left :], max(0, self._left - len(data))
                continue
            wanted = HEADER - len(self._header)
            self._header, data = self._header + data[:wanted], data[wanted:]
            if len(self._header) == HEADER:
                if self._header[0] not in KINDS or any(self._header[1:4]):
                    raise engine_error("the container engine sent what is no program's output")
                self._left = int.from_bytes(self._header[4:], "big")
                self._header = b""
