"""A job's log: whatever the chunks, head and tail are kept and the mark counts what is missing."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.logfile import LogFile
from fullautoci.masking import Masker
from tests.unit.fuzz import FUZZ

MARK = re.compile(rb"\n\[fullautoci\] \xe2\x80\xa6 (\d+) bytes were cut here \xe2\x80\xa6\n")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs") / "1" / "2-1.log"


def written(path: Path, chunks: list[bytes], head: int, tail: int) -> bytes:
    with LogFile(path, head, tail) as log:
        for chunk in chunks:
            log.write(chunk)
        assert log.size == sum(map(len, chunks))
    return path.read_bytes()


@FUZZ
@given(st.lists(st.binary(max_size=12), max_size=20), st.integers(0, 20), st.integers(1, 20))
def test_head_and_tail_are_kept_and_the_cut_is_counted(place: Path, chunks: list[bytes], head: int, tail: int) -> None:
    whole, kept = b"".join(chunks), written(place, chunks, head, tail)
    cut = len(whole) - head - tail
    if cut <= 0:
        assert kept == whole
    else:
        mark = f"\n[fullautoci] … {cut} bytes were cut here …\n"
        assert kept == whole[:head] + mark.encode() + whole[-tail:]


@FUZZ
@given(st.lists(st.binary(max_size=12), max_size=20), st.integers(0, 20))
def test_the_end_is_there_before_the_log_is_closed(place: Path, chunks: list[bytes], head: int) -> None:
    whole = b"".join(chunks)
    with LogFile(place, head, 1000) as log:
        for chunk in chunks:
            log.write(chunk)
        assert log.end() == whole[-65536:]


def test_the_end_of_a_long_log_is_its_last_64_kib(tmp_path: Path) -> None:
    with LogFile(tmp_path / "log") as log:
        log.write(b"a" * 70_000 + b"b" * 10)
        assert log.end() == b"a" * 65526 + b"b" * 10


def test_what_is_masked_is_in_neither_the_file_nor_its_end(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with LogFile(path, 20, 20, Masker(["s3cret"])) as log:
        for piece in (b"a s3", b"cret b\n", b"s3cre"):
            log.write(piece)
        assert path.read_bytes() == b"a *** b\n"
        assert log.end() == b"a *** b\ns3cre"  # which began none
        log.write(b"x" * 30 + b"s3c")
        log.write(b"ret")
        log.note("told of s3cret")
    assert b"s3cret" not in path.read_bytes()
    assert path.read_bytes().endswith(b"told of ***\n")


def test_memory_and_disk_stay_bounded(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with LogFile(path, 1000, 1000) as log:
        for _ in range(20):
            log.write(b"x" * 1_000_000)
        assert path.stat().st_size == 1000
        assert len(log.end()) <= 65536
    assert path.stat().st_size < 2100
    found = MARK.search(path.read_bytes())
    assert found is not None
    assert int(found[1]) == 20_000_000 - 2000


def test_bytes_are_in_the_file_as_soon_as_they_are_written(tmp_path: Path) -> None:
    with LogFile(tmp_path / "log") as log:
        log.write(b"\x00\xff\x1b[0m")
        assert (tmp_path / "log").read_bytes() == b"\x00\xff\x1b[0m"


def test_notes_of_our_own_are_marked_and_closing_twice_adds_nothing(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "deep" / "er" / "log", 5, 5)
    log.note("building ü")
    log.close()
    first = log.path.read_bytes()
    log.close()
    assert log.path.read_bytes() == first
    assert first.startswith(b"[full")
    assert (tmp_path / "deep" / "er").stat().st_mode & 0o777 == 0o700
