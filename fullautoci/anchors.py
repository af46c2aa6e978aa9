"""What a finding is known again by when its line has moved: a digest of that line's text."""

import hashlib
from dataclasses import replace
from pathlib import Path

from fullautoci import evidence
from fullautoci.model import Finding, Result

DIGITS = 16
FILE_LIMIT = 4 * 1024 * 1024
# Of all files together: beyond it a finding has no anchor, which only makes it harder to know again.
TOTAL_LIMIT = 256 * 1024 * 1024


def anchored(result: Result, top: Path) -> Result:
    """The result with an anchor for each finding that names a line which can be read.

    Args:
        top: the checkout as the tool has left it; what leads out of it is not read.
    """
    texts = _Texts(top)
    # By path, so that one file at a time is in memory.
    order = sorted(range(len(result.findings)), key=lambda index: result.findings[index].path)
    found = {index: texts.anchor(result.findings[index]) for index in order}
    findings = (replace(one, anchor=found[index]) for index, one in enumerate(result.findings))
    return replace(result, findings=tuple(findings))


class _Texts:
    """The lines of one file after another."""

    def __init__(self, top: Path) -> None:
        self._top = top.resolve()
        self._left = TOTAL_LIMIT
        self._path = ""
        self._lines: list[bytes] = []

    def anchor(self, finding: Finding) -> str:
        """A finding's; empty where it names no line, or one that is not there."""
        if finding.line < 1:
            return ""
        if finding.path != self._path:
            self._path, self._lines = finding.path, self._read(finding.path)
        if finding.line > len(self._lines):
            return ""
        return hashlib.sha256(self._lines[finding.line - 1].strip()).hexdigest()[:DIGITS]

    def _read(self, path: str) -> list[bytes]:
        try:
            found = (self._top / path).resolve(strict=True)
            if not found.is_relative_to(self._top):
                return []
            if found.stat().st_size > min(FILE_LIMIT, self._left):
                return []
            text = evidence.read(found, FILE_LIMIT)
        except (OSError, RuntimeError, ValueError):  # RuntimeError: a loop of links; ValueError: a NUL in the name
            return []
        self._left -= len(text)
        return text.splitlines()
