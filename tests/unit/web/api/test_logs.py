"""Ranges of a job's log (RFC 9110, section 14)."""

import pytest

from fullautoci.web.api import jobs
from tests.unit.web.api.reader import Reader

TEXT = bytes(range(256)) * 4
PATH = "/api/v1/jobs/1/log"


@pytest.fixture
def log(reader: Reader) -> Reader:
    """The first job's log has 1,024 bytes."""
    file = reader.logs / "1" / "1-1.log"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(TEXT)
    return reader


@pytest.mark.parametrize(
    ("said", "begin", "end"),
    [
        ("bytes=0-0", 0, 1), ("bytes=0-99", 0, 100), ("bytes=1000-", 1000, 1024), ("bytes=-24", 1000, 1024),
        ("bytes=1023-1023", 1023, 1024), ("bytes=1000-99999", 1000, 1024), ("bytes=-99999", 0, 1024),
        ("bytes=0-", 0, 1024), ("bytes= 5-9 ", 5, 10),
    ],
)  # fmt: skip
def test_a_range_is_answered_with_that_part(log: Reader, said: str, begin: int, end: int) -> None:
    answer = log.ask(PATH, headers={"Range": said})
    assert (answer.status_code, answer.data) == (206, TEXT[begin:end])
    assert answer.headers["Content-Range"] == f"bytes {begin}-{end - 1}/1024"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Length"] == str(end - begin)
    assert answer.mimetype == "text/plain"


@pytest.mark.parametrize("said", ["bytes=1024-", "bytes=99999-", f"bytes={10**30}-", "bytes=-0"])
def test_a_range_that_is_not_there_is_told(log: Reader, said: str) -> None:
    answer = log.ask(PATH, headers={"Range": said})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */1024")
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "said",
    ["bytes=0-1,5-9", "bytes=5-1", "lines=0-9", "bytes", "bytes=", "bytes=a-b", "bytes=--5", "bytes=1-2-3", "0-5",
     "bytes=" + "0-1," * 2000, "bytes=0x1-", "bytes=1e3-", "é", "bytes=\u0661-"],
)  # fmt: skip
def test_what_is_no_single_range_is_passed_over(log: Reader, said: str) -> None:
    answer = log.ask(PATH, headers={"Range": said.encode().decode("latin-1")})
    assert (answer.status_code, answer.data) == (200, TEXT)
    assert (answer.headers["Accept-Ranges"], answer.headers["X-Next-Offset"]) == ("bytes", "1024")


def test_an_offset_and_a_condition_come_first(log: Reader) -> None:
    both = log.ask(f"{PATH}?offset=1000", headers={"Range": "bytes=0-1"})
    assert (both.status_code, both.data, both.headers["X-Done"]) == (200, TEXT[1000:], "1")
    if_range = log.ask(PATH, headers={"Range": "bytes=0-1", "If-Range": '"x"'})
    assert (if_range.status_code, if_range.data) == (200, TEXT)


def test_long_ranges_come_shortened(log: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    file = log.logs / "1" / "1-1.log"
    with file.open("wb") as made:
        made.truncate(3 * jobs.RANGE_LIMIT)
    answer = log.ask(PATH, headers={"Range": "bytes=10-"})
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes 10-{jobs.RANGE_LIMIT + 9}/{3 * jobs.RANGE_LIMIT}"
    assert len(answer.data) == jobs.RANGE_LIMIT


def test_an_empty_log_has_no_range(log: Reader) -> None:
    (log.logs / "1" / "1-1.log").write_bytes(b"")
    assert log.ask(PATH, headers={"Range": "bytes=0-"}).status_code == 416
    assert log.ask(PATH).status_code == 200


def test_a_log_that_was_pruned_is_told_of_for_a_range_too(log: Reader) -> None:
    answer = log.ask("/api/v1/jobs/5/log", headers={"Range": "bytes=0-1"})
    assert (answer.status_code, "was pruned" in answer.text) == (404, True)


@pytest.mark.parametrize("offset", [1024, 1025, 2**40, 2**53 - 1])
def test_beyond_the_end_of_a_log_there_is_nothing(log: Reader, offset: int) -> None:
    answer = log.ask(f"{PATH}?offset={offset}")
    assert (answer.status_code, answer.data, answer.headers["X-Done"]) == (200, b"", "1")
