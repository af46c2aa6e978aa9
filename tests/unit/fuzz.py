"""How hypothesis is used here: no deadline on a busy machine, nothing kept on disk; and inputs that many tests draw."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.fuzzing import words

FUZZ = settings(max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

Place = tuple[str | int, ...]

# JSON as text: Python's own writer makes no number that is too large, no key twice, and nothing nested too deep.
_deep = st.integers(1, 1200).map(lambda depth: b"[" * depth + b"]" * depth)
_leaf = st.one_of(
    st.sampled_from([*words.JSON, b"9" * 5000, b"[" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000]),
    _deep,
    st.one_of(st.integers(), st.floats(), st.text(max_size=4)).map(lambda value: json.dumps(value).encode()),
)
values = st.one_of(
    _leaf,
    st.lists(_leaf, max_size=3).map(lambda parts: b"[" + b",".join(parts) + b"]"),
    st.lists(_leaf, max_size=3).map(lambda parts: b"{" + b",".join(b'"a":' + part for part in parts) + b"}"),
)


@st.composite
def damaged(draw: st.DrawFn, seeds: Sequence[bytes], parts: Sequence[bytes]) -> bytes:
    """One of these inputs with bytes changed, pieces lost, said twice, or put in."""
    raw = bytearray(draw(st.sampled_from(list(seeds))))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(raw)))
        stop = min(len(raw), start + draw(st.integers(0, 40)))
        how = draw(st.sampled_from(["change", "lose", "twice", "put", "cut"]))
        if how == "change":
            raw[start : start + 1] = bytes([draw(st.integers(0, 255))])
        elif how == "lose":
            del raw[start:stop]
        elif how == "twice":
            raw[stop:stop] = raw[start:stop]
        elif how == "put":
            raw[start:start] = draw(st.one_of(st.sampled_from(list(parts)), st.binary(max_size=8)))
        else:
            del raw[max(start, len(raw) - 3) :]
    return bytes(raw)


def _places(value: Any, here: Place = ()) -> Iterator[Place]:
    yield here
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from _places(child, (*here, key))


@st.composite
def transplanted(draw: st.DrawFn, raw: bytes) -> bytes:
    """A JSON document in which other values stand in some places, now and then beside the right ones."""
    document = json.loads(raw)
    marks: dict[str, bytes] = {}
    for number in range(draw(st.integers(1, 3))):
        *above, last = draw(st.sampled_from([place for place in _places(document) if place]))
        inside = document
        for part in above:
            inside = inside[part]
        mark, new = f"@{number}@", draw(values)
        if isinstance(inside, dict) and draw(st.booleans()):
            new += f", {json.dumps(last)}: {json.dumps(inside[last])}".encode()
        marks[mark] = new
        inside[last] = mark
    text = json.dumps(document).encode()
    for mark, new in reversed(marks.items()):
        text = text.replace(f'"{mark}"'.encode(), new)
    return text
