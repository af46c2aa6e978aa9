"""The spool folder and its events, whatever lies there and whatever they hold."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fullautoci import spool
from fullautoci.errors import SpoolError
from fullautoci.model import Event, RefUpdate
from tests.fuzzing import spool as target
from tests.unit.fuzz import FUZZ, damaged

ids = st.text("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-", min_size=1, max_size=80)
sources = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=40)
paths = st.binary(max_size=80).map(lambda raw: "/" + os.fsdecode(raw.replace(b"\0", b"")))
refs = st.binary(min_size=1, max_size=40).map(
    lambda raw: os.fsdecode(raw.translate(None, delete=b"\0\n\r ") or b"HEAD")
)
shas = st.one_of(
    st.none(),
    *(
        st.text("0123456789abcdef", min_size=size, max_size=size).filter(lambda sha: sha.strip("0"))
        for size in (40, 64)
    ),
)
updates = st.lists(st.builds(RefUpdate, refs, shas, shas), max_size=6).map(tuple)
# What a folder's entry may be called, in bytes.
names = st.one_of(
    st.binary(min_size=1, max_size=249), st.text(st.characters(codec="utf-8"), min_size=1, max_size=124).map(str.encode)
).map(lambda raw: raw.translate(None, delete=b"/\0")[:249] or b"x")


@FUZZ
@given(ids, sources, paths, updates)
@example("i", "scan", "/\n\r", (RefUpdate("\udcff\u2028\x85\x0b\x1c", "f" * 64, None),))
def test_every_event_comes_out_as_it_went_in(
    identifier: str, source: str, path: str, moved: tuple[RefUpdate, ...]
) -> None:
    event = Event(identifier, source, path, moved)
    assert spool.decode(spool.encode(event)) == event
    with tempfile.TemporaryDirectory() as folder:
        written = spool.write(Path(folder), event)
        assert spool.waiting(Path(folder)) == [written]
        assert spool.read(written) == event


@FUZZ
@given(damaged(target.SEEDS, target.WORDS))
def test_a_damaged_event_is_an_event_or_a_spool_error(raw: bytes) -> None:
    target.check(raw)


@FUZZ
@given(names, st.one_of(st.binary(max_size=20), st.sampled_from(target.SEEDS)))
@example("😀".encode() * 62, b"")
@example("é".encode() * 124, b"")
@example(b"\xff" * 249, b"")
@example(b"-" * 249, b"")
@example(b"x\n\x1b[31m", b"")
def test_whatever_lies_there_is_read_or_can_be_set_aside(name: bytes, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder, rejected = Path(made, "spool"), Path(made, "rejected")
        folder.mkdir()
        place = folder / (os.fsdecode(name) + spool.SUFFIX)
        place.write_bytes(content)
        assert spool.waiting(folder) == [place]
        try:
            assert spool.read(place).id.encode() == name
        except SpoolError:
            spool.reject(place, rejected)
            assert spool.waiting(folder) == []
            assert [kept.read_bytes() for kept in rejected.iterdir()] == [content]


@pytest.mark.parametrize("seed", target.SEEDS, ids=range(len(target.SEEDS)))
def test_an_event_that_was_cut_anywhere_is_none(seed: bytes) -> None:
    for length in range(len(seed)):
        with pytest.raises(SpoolError):
            spool.decode(seed[:length])
