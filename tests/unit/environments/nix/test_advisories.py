"""Known faults of Nix by its version."""

import pytest

from fullautoci.environments.nix.advisories import advice, version


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("nix (Nix) 2.8.0", (2, 8, 0)),
        ("nix (Nix) 2.34.5pre20260101_abc", (2, 34, 5)),
        ("nix (Lix, like Nix) 2.91", (2, 91, 0)),
        ("", None),
        ("nonsense", None),
    ],
)
def test_versions(said: str, found: tuple[int, int, int] | None) -> None:
    assert version(said) == found


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ((2, 8, 0), "update"),
        ((2, 28, 5), "update"),
        ((2, 28, 6), ""),
        ((2, 30, 1), "see whether your branch"),
        ((2, 34, 4), "update"),
        ((2, 34, 5), ""),
        ((2, 35, 0), ""),
    ],
)
def test_advice(found: tuple[int, int, int], words: str) -> None:
    said = advice(found)
    assert (words in said) if words else said == ""
