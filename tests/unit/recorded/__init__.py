"""Reports that the real tools left, for tests of what reads them."""

from pathlib import Path


def recorded(name: str) -> bytes:
    """One of them."""
    return (Path(__file__).parent / name).read_bytes()
