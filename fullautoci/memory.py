"""Giving memory back to the system, where the C library can (malloc_trim(3), glibc)."""

import ctypes
import gc

M_ARENA_MAX = -8  # mallopt(3)


def share() -> None:
    """Have all threads allocate from one place: each place of its own keeps what it once needed."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)


def give_back() -> None:
    """Return what is free: imports and reports leave megabytes that an idle service has no use for."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def settle() -> None:
    """Have what is there now, which stays as long as the process, be looked through by no later collection.

    A full one goes through all that was ever imported, and no thread gets on meanwhile.
    """
    give_back()
    gc.freeze()
