"""`doctor`: what it looks at, and that it finds what is wrong."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.home import Home
from tests.support.repository import Repository


def rows(home: Home, where: Path) -> dict[str, dict[str, Any]]:
    """What it found, by what it looked at; its exit code tells whether there is a problem."""
    import json

    done = home.run("doctor", "--json", cwd=where)
    found = {row["what"]: row for row in json.loads(done.stdout)}
    assert done.returncode == any(row["state"] == "problem" for row in found.values())
    return found


def test_all_is_well(home: Home, repository: Repository) -> None:
    home.cli("init", "--wait", cwd=repository.path)
    found = rows(home, repository.path)
    name = f"hooks: {repository.path.name}"
    wanted = {
        "git",
        "sqlite",
        "uv",
        "sandbox",
        "nix",
        "containers",
        "disk",
        "daemon",
        "socket",
        "notices",
        "spool",
        "jobs",
        name,
    }
    assert wanted <= set(found)
    assert {row["state"] for what, row in found.items() if what not in ("uv", "sandbox", "nix")} == {"ok"}
    assert "arrived after" in found[name]["found"]
    home.stop()
    found = rows(home, repository.path)
    assert found["daemon"]["state"] == "problem"
    assert "daemon start" in found["daemon"]["hint"]
    assert "not tried" in found[name]["found"]


def lose_a_hook(home: Home, repository: Repository) -> None:
    (repository.path / ".git/hooks/post-merge").unlink()


def lose_the_interpreter(home: Home, repository: Repository) -> None:
    hook = repository.path / ".git/hooks/post-commit"
    content = [
        b"fac_python=/nowhere/python" if line.startswith(b"fac_python=") else line
        for line in hook.read_bytes().split(b"\n")
    ]
    hook.write_bytes(b"\n".join(content))


def lose_the_repository(home: Home, repository: Repository) -> None:
    shutil.rmtree(repository.path)


def open_the_socket(home: Home, repository: Repository) -> None:
    home.paths.socket.chmod(0o666)


def break_the_spool(home: Home, repository: Repository) -> None:
    (home.paths.spool / "half.event").write_bytes(b"half")


HARM = {
    "a hook is lost": (lose_a_hook, "hooks: ", "warning", "post-merge is not there"),
    "the interpreter is lost": (lose_the_interpreter, "hooks: ", "warning", "a Python that is gone"),
    "the repository is lost": (lose_the_repository, "hooks: ", "problem", "no folder"),
    "the socket is open": (open_the_socket, "socket", "problem", "has the mode 666"),
    "no event is in the spool": (break_the_spool, "spool", "warning", "1 files were no events"),
}


@pytest.mark.parametrize("harm", HARM)
def test_what_is_wrong_is_found(home: Home, repository: Repository, harm: str) -> None:
    home.cli("init", "--wait", cwd=repository.path)
    do, what, state, words = HARM[harm]
    do(home, repository)
    home.run("status")  # whatever is to be noticed is noticed now
    for one in home.api().repositories():
        home.api().scan(one["id"])
    if what == "spool":
        home.api().event("nothing")
        home.run("wait", "--timeout", "1s", cwd=repository.path)
    found = rows(home, home.folder)
    row = next(row for name, row in found.items() if name.startswith(what))
    assert (row["state"], words in row["found"]) == (state, True), row
    assert row["hint"]


def test_repair_puts_back_what_was_lost(home: Home, repository: Repository) -> None:
    home.cli("init", "--wait", cwd=repository.path)
    lose_a_hook(home, repository)
    lose_the_interpreter(home, repository)
    listed: Callable[[], set[str]] = lambda: {  # noqa: E731
        hook["state"] for hook in home.json("hooks", "status", cwd=repository.path)["hooks"]
    }
    assert listed() == {"missing", "broken", "installed"}
    home.cli("hooks", "status", "--repair", cwd=repository.path)
    assert listed() == {"installed"}
