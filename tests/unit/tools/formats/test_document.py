"""JSON documents: read, or a ValueError, and neither much memory nor much time for what is refused."""

import json
import time
import tracemalloc

import pytest

from fullautoci.tools.formats import document


def test_what_json_says_is_read() -> None:
    assert document.parse(b'{"a": [1, 2.5, "x", null]}') == {"a": [1, 2.5, "x", None]}
    assert document.parse(json.dumps(list(range(50_000))).encode()) == list(range(50_000))


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b"9" * 5000])
def test_what_is_no_json_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        document.parse(raw)


MANY = 6 * 1024 * 1024


@pytest.mark.parametrize(
    "raw",
    [b"[" + b"[]," * MANY + b"[]]", b"[" + b'"",' * MANY + b"0]", b"[" + b"1," * MANY + b"0]", b"[{}" + b" [" * MANY],
    ids=["arrays", "texts", "numbers", "unclosed"],
)
def test_more_values_than_any_report_has_cost_nothing(raw: bytes) -> None:
    began = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="more values"):
            document.parse(raw)
        assert tracemalloc.get_traced_memory()[1] < 1024 * 1024
    finally:
        tracemalloc.stop()
    assert time.process_time() - began < 2


def test_objects_and_arrays_are_told_from_what_is_none() -> None:
    assert document.table({"a": 1}) == {"a": 1}
    assert document.array([1]) == [1]
    for value in (None, 1, "x", "", [], True):
        with pytest.raises(ValueError, match="is no object"):
            document.table(value)
    for value in (None, 1, "x", "", {}, True):
        with pytest.raises(ValueError, match="is no array"):
            document.array(value)
