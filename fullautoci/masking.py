"""Keeping secrets out of logs and results: their values, and the forms in which programs print them, become `***`.

A form that no list foresees (reversed, split into lines, encrypted) is not found: masking is for mishaps, not for
programs that mean to tell.
"""

import base64
import html
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import quote, quote_plus

from fullautoci.model import Result

STARS = b"***"
SHORTEST = 4  # a shorter form is found everywhere by chance
LINE = 8  # lines of a value of several lines are secrets too, if they are at least this long


class Masker:
    """Masks bytes that come in pieces, and texts.

    A byte is masked if it belongs to any form of any value; stretches that overlap become one `***`. What a stream
    yields does not depend on where it was cut.

    Args:
        values: what is to be masked.
    """

    def __init__(self, values: Iterable[str]) -> None:
        self._forms = sorted({form for value in values for form in forms(value)})
        self._beginnings = {form[:SHORTEST] for form in self._forms}
        self._longest = max(map(len, self._forms), default=0)
        self._held = b""
        self._covered = 0  # bytes at the beginning of what is held whose stars were given out already

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes of a stream, and return what is certain by now: what may begin a form is held back."""
        if not self._forms:
            return data
        data = self._held + data
        return self._advance(data, self._undecided(data))

    def flush(self) -> bytes:
        """The rest of the stream: nothing follows."""
        return self._advance(self._held, len(self._held))

    def mask(self, data: bytes) -> bytes:
        """Bytes that are whole."""
        return _write(data, _merged(self._found(data)), len(data))

    def text(self, value: str) -> str:
        """A text; also one that was cut, and marked as such by its last character, in the middle of a form."""
        if not self._forms or not value:
            return value
        data = value.encode("utf-8", "surrogatepass")
        mark = "…".encode()
        if data.endswith(mark):
            body = data.removesuffix(mark)
            start = self._undecided(body)
            stars = STARS if len(body) - start >= SHORTEST else body[start:]
            data = self.mask(body[:start]) + stars + mark
        else:
            data = self.mask(data)
        return data.decode("utf-8", "surrogatepass")

    def result(self, result: Result) -> Result:
        """A result, in all of whose texts nothing secret is left."""
        text = self.text
        findings = (
            replace(one, path=text(one.path), rule=text(one.rule), message=text(one.message)) for one in result.findings
        )
        return replace(
            result,
            reason=text(result.reason),
            hint=text(result.hint),
            findings=tuple(findings),
            tests=tuple(replace(one, name=text(one.name), message=text(one.message)) for one in result.tests),
            files=tuple(replace(one, path=text(one.path)) for one in result.files),
            by_file={
                metric: {text(path): value for path, value in values.items()}
                for metric, values in result.by_file.items()
            },
        )

    def _advance(self, data: bytes, end: int) -> bytes:
        """Give out the masked bytes before `end`, and hold the others."""
        if end == 0:
            self._held = data
            return b""
        spans = _merged([(0, self._covered), *self._found(data)] if self._covered else self._found(data))
        given = _write(data, spans, end, told=bool(self._covered))
        self._covered = next((stop - end for start, stop in spans if start < end < stop), 0)
        self._held = data[end:]
        return given

    def _found(self, data: bytes) -> list[tuple[int, int]]:
        spans = []
        for form in self._forms:
            at = data.find(form)
            while at >= 0:
                spans.append((at, at + len(form)))
                at = data.find(form, at + 1)
        return sorted(spans)

    def _undecided(self, data: bytes) -> int:
        """Where the first form may begin that the end of the data cuts; the data's end, if none does."""
        for start in range(max(0, len(data) - self._longest + 1), len(data)):
            if len(data) - start >= SHORTEST and data[start : start + SHORTEST] not in self._beginnings:
                continue
            rest = data[start:]
            # Forms that begin with the rest stand right behind it in order.
            after = bisect_right(self._forms, rest)
            if after < len(self._forms) and self._forms[after].startswith(rest):
                return start
        return len(data)


def forms(value: str) -> set[bytes]:
    """A value as programs may print it: as it is, in base64, in a URL, in JSON, in XML, as Python's literal."""
    raw = value.encode()
    texts = {
        value, repr(value)[1:-1], html.escape(value, quote=False), html.escape(value),
        json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1],
        quote(value, safe=""), quote(value), quote_plus(value),
    }  # fmt: skip
    texts |= {line for line in value.splitlines() if len(line) >= LINE}
    found = {text.encode() for text in texts} | set(_base64(raw))
    return {form for form in found if len(form) >= SHORTEST}


def _base64(raw: bytes) -> Iterator[bytes]:
    """What is the same in the base64 of every text that holds the value, for each of the three places it may be at."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(raw)
        for before, blurred in ((0, 0), (1, 2), (2, 3)):
            certain = (before + len(raw)) * 8 // 6
            yield encode(bytes(before) + raw)[blurred:certain]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _write(data: bytes, spans: list[tuple[int, int]], end: int, *, told: bool = False) -> bytes:
    """The bytes before `end`, with stars for each span that begins there; the first one's are left out if `told`."""
    parts = []
    at = 0
    for number, (start, stop) in enumerate(spans):
        if start >= end:
            break
        parts.append(data[at:start])
        if number or not told:
            parts.append(STARS)
        at = stop
    parts.append(data[at:end])
    return b"".join(parts)
