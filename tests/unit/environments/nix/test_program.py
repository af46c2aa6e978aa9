"""What Nix's own words are made into."""

import pytest

from fullautoci.environments.nix import program


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("building '/nix/store/07k4b90arg2d2pwng6083vdp3iskjg0h-bash-5.2.drv'...", "nix: building bash-5.2"),
        (
            "copying path '/nix/store/07k4b90arg2d2pwng6083vdp3iskjg0h-zlib' from 'x'...",
            "nix: copying path zlib from 'x'",
        ),
        ("warning: something", ""),
        ("", ""),
    ],
)
def test_steps(line: str, said: str) -> None:
    assert program.step(line) == said


@pytest.mark.parametrize(
    ("stderr", "message"),
    [
        (b"warning: x\nerror: syntax error, unexpected '}'\n  at flake.nix:3:1\n", "nix: syntax error, unexpected '}'"),
        (b"error: unable to download 'x': Couldn't resolve host name (6)", "nix: the network is not there: unable to"),
        (b"error: writing to file: No space left on device", "the Nix store is full"),
        (b"\xff\xfe nothing that is known", "nix ended with 7"),
    ],
)
def test_failures(stderr: bytes, message: str) -> None:
    found = program.explained(7, stderr)
    assert found.message.startswith(message)
    assert "No space left" not in f"{found.message} {found.hint}"  # by which our own disk would seem full
