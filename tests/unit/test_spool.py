"""The spool: what hooks write comes out as it went in, and nothing else comes out as an event."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci import spool
from fullautoci.errors import SpoolError
from fullautoci.model import Event, RefUpdate
from tests.support.parts import lacking
from tests.unit.fuzz import FUZZ

SHA = "0123456789abcdef" * 2 + "01234567"
OTHER = "f" * 40
EVENT = Event("id-1", "post-commit", "/r/.git", (RefUpdate("refs/heads/main", None, SHA),))

# Bytes of a path or ref that git allows: anything but NUL, and in refs no control characters or spaces.
paths = st.binary(max_size=60).map(lambda raw: "/" + os.fsdecode(raw.replace(b"\0", b"")))
refs = st.binary(min_size=1, max_size=30).map(
    lambda raw: "refs/heads/" + os.fsdecode(bytes(byte for byte in raw if byte > 32 and byte != 127))
)
shas = st.one_of(st.none(), st.text("0123456789abcdef", min_size=40, max_size=40).filter(lambda sha: sha.strip("0")))


@FUZZ
@given(paths, st.lists(st.builds(RefUpdate, refs, shas, shas), max_size=5))
def test_an_event_comes_out_as_it_went_in(path: str, updates: list[RefUpdate]) -> None:
    event = Event(spool.new_id(), "post-receive", path, tuple(updates))
    assert spool.decode(spool.encode(event)) == event


@FUZZ
@given(st.binary(max_size=300))
def test_any_bytes_are_an_event_or_a_spool_error(raw: bytes) -> None:
    try:
        event = spool.decode(raw)
    except SpoolError as error:
        assert error.message  # noqa: PT017 - either way is right, anything else is not
    else:
        assert spool.decode(spool.encode(event)) == event


@FUZZ
@given(st.data())
def test_a_damaged_event_is_an_event_or_a_spool_error(data: st.DataObject) -> None:
    raw = bytearray(spool.encode(EVENT))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    try:
        assert spool.decode(cut).path.startswith("/")
    except SpoolError as error:
        assert error.message  # noqa: PT017


@pytest.mark.parametrize("length", range(len(spool.encode(EVENT))))
def test_no_half_of_an_event_is_one(length: int) -> None:
    with pytest.raises(SpoolError):
        spool.decode(spool.encode(EVENT)[:length])


@pytest.mark.parametrize(
    "fields",
    [
        ("fullautoci-event 2", "id", "scan", "/r", ""),
        ("fullautoci-event 1", "", "scan", "/r", ""),
        ("fullautoci-event 1", "../id", "scan", "/r", ""),
        ("fullautoci-event 1", "i" * 81, "scan", "/r", ""),
        ("fullautoci-event 1", "id", "Scan!", "/r", ""),
        ("fullautoci-event 1", "id", "", "/r", ""),
        ("fullautoci-event 1", "id", "scan", "r", ""),
        ("fullautoci-event 1", "id", "scan", "", ""),
        ("fullautoci-event 1", "id", "scan", "/" + "r" * 4096, ""),
        ("fullautoci-event 1", "id", "scan", "/r", "- deadbeef refs/heads/main\n"),
        ("fullautoci-event 1", "id", "scan", "/r", f"- {SHA}\n"),
        ("fullautoci-event 1", "id", "scan", "/r", f"- {SHA.upper()} refs/heads/main\n"),
        ("fullautoci-event 1", "id", "scan", "/r", "", "more"),
    ],
)
def test_malformed_fields_are_refused(fields: tuple[str, ...]) -> None:
    with pytest.raises(SpoolError):
        spool.decode(b"".join(os.fsencode(field) + b"\0" for field in fields))


def test_more_than_the_limit_is_refused() -> None:
    updates = tuple(RefUpdate(f"refs/heads/{n}", OTHER, SHA) for n in range(spool.SIZE_LIMIT // 90))
    with pytest.raises(SpoolError, match="limit"):
        spool.decode(spool.encode(Event("id", "scan", "/r", updates)))


def test_a_deleted_ref_has_no_new_commit() -> None:
    raw = f"fullautoci-event 1\0id\0post-receive\0/r\0{SHA} {'0' * 40} refs/heads/gone\n\0".encode()
    assert spool.decode(raw).updates == (RefUpdate("refs/heads/gone", SHA, None),)


def test_a_written_event_is_read_back_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    path = spool.write(tmp_path, EVENT)
    assert [entry.name for entry in tmp_path.iterdir()] == ["id-1.event"]
    assert spool.waiting(tmp_path) == [path]
    assert spool.read(path) == EVENT


def test_what_cannot_be_written_is_an_os_error_and_leaves_no_event(tmp_path: Path) -> None:
    (tmp_path / "id-1.event").mkdir()
    (tmp_path / "id-1.event" / "inhabited").touch()
    with pytest.raises(OSError, match="directory"):
        spool.write(tmp_path, EVENT)
    with pytest.raises(FileNotFoundError):
        spool.write(tmp_path / "missing", EVENT)


def test_events_wait_oldest_first_and_other_files_do_not_count(tmp_path: Path) -> None:
    for age, name in ((30, "b"), (10, "c"), (20, "a")):
        path = spool.write(tmp_path, Event(name, "scan", "/r"))
        os.utime(path, (time.time() - age, time.time() - age))
    (tmp_path / ".d.tmp").touch()
    assert [path.stem for path in spool.waiting(tmp_path)] == ["b", "a", "c"]
    assert spool.waiting(tmp_path / "missing") == []


def _garbage(place: Path) -> None:
    place.write_bytes(b"\xff\0garbage")


def _half(place: Path) -> None:
    place.write_bytes(spool.encode(EVENT)[:-1])


def _link(place: Path) -> None:
    real = place.with_suffix(".real")
    real.write_bytes(spool.encode(EVENT))
    place.symlink_to(real)


def _other_name(place: Path) -> None:
    place.write_bytes(spool.encode(Event("id-2", "scan", "/r")))


def _oversized(place: Path) -> None:
    with place.open("wb") as file:
        file.truncate(spool.SIZE_LIMIT + 1)


def _another_users(place: Path) -> None:
    place.write_bytes(spool.encode(EVENT))
    if os.getuid() != 0:
        lacking("root", "only root can give a file to another user")
    os.chown(place, 12345, -1)


@pytest.mark.parametrize(
    "make", [_garbage, _half, Path.mkdir, _link, os.mkfifo, _other_name, _oversized, _another_users, Path.touch]
)
def test_what_is_no_event_is_refused_at_once_and_can_be_put_aside(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    place = tmp_path / "spool" / "id-1.event"
    place.parent.mkdir()
    make(place)
    assert spool.waiting(place.parent) == [place]
    with pytest.raises(SpoolError):
        spool.read(place)
    spool.reject(place, tmp_path / "rejected")
    assert spool.waiting(place.parent) == []
    assert [kept.name.endswith("id-1.event") for kept in (tmp_path / "rejected").iterdir()] == [True]


def test_rejecting_twice_the_same_name_keeps_both(tmp_path: Path) -> None:
    for content in (b"one", b"two"):
        (tmp_path / "x.event").write_bytes(content)
        spool.reject(tmp_path / "x.event", tmp_path / "rejected")
    assert {kept.read_bytes() for kept in (tmp_path / "rejected").iterdir()} == {b"one", b"two"}


def test_a_file_with_the_longest_name_there_can_be_is_rejected_too(tmp_path: Path) -> None:
    place = tmp_path / ("x" * 249 + ".event")
    place.touch()
    spool.reject(place, tmp_path / "rejected")
    assert not place.exists()


def test_an_event_that_is_gone_is_told_from_one_that_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        spool.read(tmp_path / "id.event")


def test_sweeping_removes_only_old_temporary_files(tmp_path: Path) -> None:
    for name in (".old.tmp", ".new.tmp", "old.event"):
        (tmp_path / name).touch()
    past = time.time() - spool.STALE_S - 10
    os.utime(tmp_path / ".old.tmp", (past, past))
    os.utime(tmp_path / "old.event", (past, past))
    spool.sweep(tmp_path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [".new.tmp", "old.event"]


def test_the_same_event_from_many_at_once_is_whole_whenever_one_is_told_that_it_is_kept(tmp_path: Path) -> None:
    for number in range(60):
        event = Event(f"id-{number}", "rerun", "/r/.git", EVENT.updates)
        begin = threading.Barrier(8)

        def keep(event: Event = event, begin: threading.Barrier = begin) -> Event:
            begin.wait(20)
            return spool.read(spool.write(tmp_path, event))

        with ThreadPoolExecutor(8) as pool:
            told = [pool.submit(keep) for _ in range(8)]
        assert {one.result() for one in told} == {event}
    assert len(list(tmp_path.iterdir())) == 60


def test_what_waits_is_counted_without_being_read(tmp_path: Path) -> None:
    assert spool.count(tmp_path / "missing") == 0
    for name in ("a.event", "b.event", ".c.tmp", "d.txt", ".poke"):
        (tmp_path / name).touch()
    assert spool.count(tmp_path) == len(spool.waiting(tmp_path)) == 2
