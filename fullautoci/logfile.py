"""A job's log: streamed to a file, with a cap. Head and tail are kept, and the cut is marked."""

from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self

from fullautoci.masking import Masker

HEAD_LIMIT = 8 * 1024 * 1024
TAIL_LIMIT = 1024 * 1024


class LogFile:
    """Writes bytes as they come; past the head's limit it keeps only the last ones, in memory, until it is closed.

    Args:
        path: made with its folder, for this user alone.
        head: bytes written as they come.
        tail: bytes kept of what follows.
        masker: what must not be in it.
    """

    def __init__(
        self, path: Path, head: int = HEAD_LIMIT, tail: int = TAIL_LIMIT, masker: Masker | None = None
    ) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("wb", buffering=0)
        self._room = head
        self._tail_limit = tail
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self._masker = masker or Masker(())
        self.size = 0

    def write(self, data: bytes) -> None:
        """Take the next bytes, any bytes."""
        self._keep(self._masker.feed(data))

    def _keep(self, data: bytes) -> None:
        self.size += len(data)
        if self._room > 0:
            self._file.write(data[: self._room])
            data, self._room = data[self._room :], self._room - len(data[: self._room])
        if data:
            self._tail.append(data)
            self._tail_size += len(data)
            while self._tail_size - len(self._tail[0]) >= self._tail_limit:
                self._tail_size -= len(self._tail.popleft())

    def note(self, line: str) -> None:
        """A line of our own."""
        self._keep(self._masker.flush())
        self.write(f"[fullautoci] {line}\n".encode())

    def end(self) -> bytes:
        """The last bytes so far (up to 64 KiB), for a reason's hint; whatever program wrote them has ended."""
        self._keep(self._masker.flush())
        kept = b"".join(self._tail)[-65536:]
        with self.path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - (65536 - len(kept))))
            return file.read(65536 - len(kept)) + kept if len(kept) < 65536 else kept

    def close(self) -> None:
        """Write the mark and the tail, if there was more than the head."""
        if self._file.closed:
            return
        self._keep(self._masker.flush())
        kept = b"".join(self._tail)[-self._tail_limit :]
        cut = self.size - self._file.tell() - len(kept)
        if cut:
            self._file.write(f"\n[fullautoci] … {cut} bytes were cut here …\n".encode())
        self._file.write(kept)
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
