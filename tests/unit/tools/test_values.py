"""Values of a report: what they must be, or a short ValueError, whatever they are."""

import time
import tracemalloc

import pytest

from fullautoci.tools.values import LARGEST, finite, text, whole


def test_what_is_right_comes_back() -> None:
    assert [whole(0), whole(LARGEST), finite(-2.5), finite(3), text("")] == [0, LARGEST, -2.5, 3.0, ""]


@pytest.mark.parametrize("value", [None, True, "1", 1.0, -1, LARGEST + 1, 10**400, [], {}])
def test_what_is_no_count_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="is no count"):
        whole(value)


@pytest.mark.parametrize("value", [None, False, "1", float("nan"), float("inf"), 1e300, 10**400, []])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="is no number"):
        finite(value)


def _nested(depth: int) -> object:
    value: object = 0
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("value", [_nested(5000), [0] * 5_000_000, 10**4000], ids=["deep", "long", "huge"])
def test_a_refusal_is_short_and_costs_nothing(value: object) -> None:
    began = time.process_time()
    tracemalloc.start()
    try:
        for function in (whole, text):
            with pytest.raises(ValueError, match=r"is no \w+$") as caught:
                function(value)
            assert len(str(caught.value)) < 60
        assert tracemalloc.get_traced_memory()[1] < 1024 * 1024
    finally:
        tracemalloc.stop()
    assert time.process_time() - began < 1
