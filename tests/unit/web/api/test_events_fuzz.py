"""The events' address, whatever is sent to it: 202, 400, 413 or 415, and a file only for what is accepted."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fullautoci import hook_client, spool
from fullautoci.errors import SpoolError
from fullautoci.web.app import BODY_LIMIT
from tests.fuzzing import endpoint as target
from tests.unit.fuzz import FUZZ, damaged

EVENT = target.SEEDS[0]

types = st.one_of(
    st.none(),
    st.sampled_from(["; charset=x", " ", "x", ""]).map(lambda end: hook_client.CONTENT_TYPE + end),
    st.sampled_from(
        "application/json multipart/form-data;boundary=a application/x-www-form-urlencoded ; ÿ/ÿ".split(" ")
    ),
    st.text(st.characters(codec="latin-1", min_codepoint=32, exclude_characters="\x7f"), max_size=20),
)
lengths = st.one_of(
    st.none(),
    st.integers(-5, 400).map(str),
    st.sampled_from(["", " 3", "+3", "1_0", "0x3", "1e3", "nan", "٣", "²", "9" * 30, "9" * 5000, str(BODY_LIMIT + 1)]),
)
bodies = st.one_of(st.binary(max_size=200), damaged(target.SEEDS, target.WORDS), st.sampled_from(target.SEEDS))


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> target.Endpoint:
    return target.Endpoint(tmp_path_factory.mktemp("endpoint"))


@FUZZ
@given(bodies)
def test_what_is_an_event_is_accepted_and_all_else_is_refused(body: bytes) -> None:
    target.check(body)


@FUZZ
@given(bodies, types, lengths, st.booleans())
@example(EVENT, hook_client.CONTENT_TYPE, str(len(EVENT) - 1), False)
@example(EVENT, hook_client.CONTENT_TYPE, str(len(EVENT) + 1), False)
@example(EVENT, hook_client.CONTENT_TYPE, "nonsense", True)
def test_any_type_and_length_is_answered(
    endpoint: target.Endpoint, body: bytes, content_type: str | None, length: str | None, chunked: bool
) -> None:
    environ = {} if length is None else {"CONTENT_LENGTH": length}
    answer = endpoint.push(
        body, content_type, {**environ, **({"HTTP_TRANSFER_ENCODING": "chunked"} if chunked else {})}
    )
    left = endpoint.spooled()
    assert answer.status_code in (202, 400, 413, 415), answer.data
    ours = (content_type or "").partition(";")[0].strip().lower() == hook_client.CONTENT_TYPE
    if body and length is None and not chunked:  # the server itself puts chunks together, and counts them
        assert (answer.status_code == 415) is not ours
    accepted = (answer.get_json() or {}).get("accepted") if answer.status_code == 202 else None
    assert [*left] == ([accepted + spool.SUFFIX] if accepted else [])
    for content in left.values():
        assert spool.decode(content).id == accepted
        assert spool.decode(body[: int(length)] if length else body) == spool.decode(content)


@pytest.mark.parametrize("size", [spool.SIZE_LIMIT + 1, BODY_LIMIT, BODY_LIMIT + 1])
def test_a_body_of_any_size_is_answered(endpoint: target.Endpoint, size: int) -> None:
    padded = EVENT[:-1] + b"\n" * (size - len(EVENT)) + b"\0"
    with pytest.raises(SpoolError):
        spool.decode(padded)
    answer = endpoint.push(padded, hook_client.CONTENT_TYPE)
    assert answer.status_code == (413 if size > BODY_LIMIT else 400)
    assert endpoint.spooled() == {}
