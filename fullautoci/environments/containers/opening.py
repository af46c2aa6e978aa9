"""The beginning of a program's output, which may say that there is no such program."""

from fullautoci.process import Sink


class Opening:
    """Hands on a program's output, but for a word at its very beginning: that says that there is no such program.

    Attributes:
        missing: whether the word was said.
    """

    def __init__(self, sink: Sink, word: bytes) -> None:
        self.missing = False
        self._sink = sink
        self._word = word
        self._begun = b""
        self._over = False

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._over:
            self._sink.write(data)
            return
        self._begun += data
        if self._begun == self._word:
            self.missing = self._over = True
        elif not self._word.startswith(self._begun):
            self._over = True
            self._sink.write(self._begun)

    def close(self) -> None:
        """Hand on what is left."""
        if not self._over and self._begun:
            self._sink.write(self._begun)
