"""The nix program: whether it is here, how it is called, and what its words mean."""

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from fullautoci import room, sandbox
from fullautoci.environments import installer
from fullautoci.environments.base import Request, Runner
from fullautoci.errors import PreparationError
from fullautoci.text import decode, one_line, tail

INSTALL = "install Nix (nixos.org, or your distribution's nix-bin), or use 'environment: venv'"
# What every call needs whatever the machine's nix.conf says: and a network that does not answer is told of in seconds.
OPTIONS = (
    "--extra-experimental-features", "nix-command flakes", "--option", "warn-dirty", "false", "--option",
    "connect-timeout", "4", "--option", "download-attempts", "1", "--option", "stalled-download-timeout", "20",
)  # fmt: skip
UNREACHABLE = re.compile(
    r"unable to download|Could(?:n't| not) resolve host|Failed to connect|Connection (?:timed out|refused)"
    r"|unable to access 'http|Network is unreachable|Timeout was reached|Temporary failure in name resolution"
)
_ERROR = re.compile(r"error:\s*(.+)", re.DOTALL)
_PATH = re.compile(r"'(?:/[^']*/)?[a-z0-9]{32}-([^']+?)(?:\.drv)?'")
_STEPS = ("building ", "copying path ", "downloading ", "fetching ", "unpacking ", "querying ")


def find() -> str | None:
    """Where nix is."""
    return shutil.which("nix")


def variables(request: Request) -> dict[str, str]:
    """The variables that nix itself is given: the daemon's own, and git's configuration in place of the user's."""
    return {**installer.variables(), "GIT_CONFIG_GLOBAL": str(request.git_config), "GIT_TERMINAL_PROMPT": "0"}


def call(
    request: Request, runner: Runner, arguments: Sequence[str], timeout: float, output: Path | None = None
) -> None:
    """Run nix to its good end; once more with what it has already where a network that it asked for is not there.

    Args:
        output: the file that takes what it prints; else that is logged.

    Raises:
        PreparationError: it failed, in nix's own words.
    """
    try:
        _run(request, runner, arguments, timeout, output)
    except PreparationError as error:
        if not UNREACHABLE.search(error.hint):
            raise _explained(error) from error
        runner.activity("the network is not there: trying with what nix has already")
        try:
            _run(request, runner, ["--offline", *arguments], timeout, output)
        except PreparationError:
            raise _explained(error) from error


def _run(request: Request, runner: Runner, arguments: Sequence[str], timeout: float, output: Path | None) -> None:
    argv = boxed(request, arguments)
    if output is not None:
        argv = ["/bin/sh", "-c", 'exec "$@" >"$0"', str(output), *argv]
    where = request.folders["environments"]
    runner.run(
        argv, cwd=where, env=variables(request), timeout=timeout, name="nix", trusted=True, telling=step
    )  # fmt: skip


def boxed(request: Request, arguments: Sequence[str]) -> list[str]:
    """A whole command line that sees no more of this machine than nix is to see for a commit.

    Raises:
        PreparationError: there is no nix.
    """
    argv = command(arguments)
    return argv if request.evaluation is None else sandbox.wrap(argv, request.private, request.evaluation)


def command(arguments: Sequence[str]) -> list[str]:
    """A whole command line.

    Raises:
        PreparationError: there is no nix.
    """
    found = find()
    if found is None:
        raise PreparationError("nix is not installed", INSTALL)
    return [found, *OPTIONS, *arguments]


def places() -> tuple[Path, Path]:
    """Where the store is, and what Nix knows of it; by the variables that it goes by, too."""
    store, state = os.environ.get("NIX_STORE_DIR", "/nix/store"), os.environ.get("NIX_STATE_DIR", "/nix/var/nix")
    return Path(store), Path(state)


def step(line: str) -> str:
    """What a line of nix's says it is doing; empty where it says nothing of the kind."""
    if not line.startswith(_STEPS):
        return ""
    return "nix: " + one_line(_PATH.sub(r"\1", line).rstrip(". "), 120)


def _explained(error: PreparationError) -> PreparationError:
    """A failure with the first of nix's own words, and what would help."""
    said = error.hint
    if room.said(said) or room.short(places()):  # of a full disk, its database says other things
        # Without the system's words: a full store is not our own disk's, on which the job would be put off.
        return PreparationError(
            "the Nix store is full", "'nix-collect-garbage -d' and 'fullautoci env prune' make room"
        )
    found = _ERROR.search(said)
    words = one_line(found[1], 200) if found else ""
    message = f"nix: {words}" if words else error.message
    if UNREACHABLE.search(said):
        return PreparationError(f"nix: the network is not there: {words or error.message}", said)
    return PreparationError(message, said)


def explained(returncode: int, stderr: bytes) -> PreparationError:
    """The same for a call whose words were kept apart."""
    return _explained(PreparationError(f"nix ended with {returncode}", tail(stderr)))


def setting(name: str, given: Mapping[str, str]) -> str:
    """A setting of this nix, as `nix show-config` has it; empty where it cannot be told."""
    from fullautoci import process

    try:
        done = process.run(command(["show-config"]), env=given, timeout=10)
    except (OSError, TimeoutError, PreparationError):
        return ""
    for line in decode(done.stdout).splitlines():
        key, _, value = line.partition(" = ")
        if key == name:
            return value
    return ""
