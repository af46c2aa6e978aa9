"""Starting the daemon at login: a systemd user unit, or a launchd agent."""

import os
import plistlib
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fullautoci import process
from fullautoci.errors import FullAutoCIError
from fullautoci.paths import Paths

HINT = "put 'fullautoci daemon start' into what your session runs at login"
TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Unit:
    """What tells a service manager to start the daemon.

    Attributes:
        kind: `systemd` or `launchd`.
        name: as the manager knows it.
        path: the file it is read from.
        enable, disable: the manager's commands.
    """

    kind: str
    name: str
    path: Path
    content: bytes
    enable: Sequence[Sequence[str]]
    disable: Sequence[Sequence[str]]


def unit(paths: Paths, environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Unit:
    """The unit of a home, on a platform.

    Raises:
        FullAutoCIError: the platform has no service manager that we know, or a path that it cannot be told.
    """
    home = Path(environ.get("HOME") or Path.home())
    suffix = f"-{paths.identity}" if environ.get("FULLAUTOCI_HOME") else ""
    variables = {"PATH": environ.get("PATH", os.defpath)}
    if suffix:
        variables["FULLAUTOCI_HOME"] = str(paths.config)
    argv = [sys.executable, "-P", "-m", "fullautoci", "daemon", "run"]
    for text in (*argv, *variables.values()):
        if any(not character.isprintable() for character in text):
            raise FullAutoCIError("a path with a line end or the like cannot be told to a service manager", HINT)
    if platform == "darwin":
        name = f"org.fullautoci.daemon{suffix}"
        path = home / "Library/LaunchAgents" / f"{name}.plist"
        domain = f"gui/{os.getuid()}"
        return Unit(
            "launchd", name, path, launchd(name, argv, variables, paths.daemon_log),
            [["launchctl", "bootstrap", domain, str(path)]], [["launchctl", "bootout", f"{domain}/{name}"]],
        )  # fmt: skip
    if platform.startswith("linux"):
        name = f"fullautoci{suffix}.service"
        folder = Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "systemd/user"
        user = ["systemctl", "--user"]
        return Unit(
            "systemd", name, folder / name, systemd(argv, variables),
            [[*user, "daemon-reload"], [*user, "enable", name]], [[*user, "disable", name]],
        )  # fmt: skip
    raise FullAutoCIError(f"there is no autostart on {platform}", HINT)


def systemd(argv: Sequence[str], variables: Mapping[str, str]) -> bytes:
    """A user unit (systemd.service(5), systemd.exec(5), quoting by systemd.syntax(7))."""
    command = " ".join(_quoted(word).replace("$", "$$") for word in argv)
    environment = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in variables.items())
    return (
        "[Unit]\nDescription=Full Auto CI: tests every commit in the background\n\n"
        f"[Service]\nType=exec\nExecStart={command}\n{environment}"
        # What ends with 1 or 2 says why (another daemon runs, the configuration is wrong): to try again is no help.
        "Restart=on-failure\nRestartSec=5\nRestartPreventExitStatus=1 2\nKillMode=mixed\nTimeoutStopSec=30\n\n"
        "[Install]\nWantedBy=default.target\n"
    ).encode()


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def launchd(name: str, argv: Sequence[str], variables: Mapping[str, str], log: Path) -> bytes:
    """An agent (launchd.plist(5))."""
    described = {
        "Label": name,
        "ProgramArguments": list(argv),
        "EnvironmentVariables": dict(variables),
        "RunAtLoad": True,
        "KeepAlive": {"Crashed": True},
        "ProcessType": "Background",
        "StandardOutPath": str(log),
        "StandardErrorPath": str(log),
    }
    return plistlib.dumps(described)


def why_not(environ: Mapping[str, str] = os.environ) -> str:
    """Why the service manager of this machine cannot be used; empty where it can."""
    if sys.platform == "darwin":
        return "" if shutil.which("launchctl", path=environ.get("PATH")) else "there is no launchctl"
    if shutil.which("systemctl", path=environ.get("PATH")) is None:
        return "there is no systemd here"
    try:
        answer = process.run(["systemctl", "--user", "show-environment"], env=environ, timeout=TIMEOUT_S)
    except (OSError, TimeoutError) as error:
        return f"systemctl does not answer: {error}"
    return "" if answer.returncode == 0 else "no systemd of yours is running (systemctl --user)"


def is_installed(paths: Paths) -> bool:
    """Whether the daemon of this home is started at login."""
    try:
        return unit(paths).path.is_file()
    except FullAutoCIError:
        return False


def install(paths: Paths) -> Unit:
    """Have the daemon started at login from now on.

    Raises:
        FullAutoCIError: there is no service manager that would, or it refuses.
    """
    made = unit(paths)
    reason = why_not()
    if reason:
        raise FullAutoCIError(f"the daemon cannot be started at login: {reason}", HINT)
    made.path.parent.mkdir(parents=True, exist_ok=True)
    temporary = made.path.with_name(f".{made.path.name}.{os.getpid()}")
    temporary.write_bytes(made.content)
    temporary.replace(made.path)
    try:
        _tell(made.enable)
    except FullAutoCIError:
        made.path.unlink()
        raise
    return made


def uninstall(paths: Paths) -> bool:
    """Have it started by hand alone.

    Returns:
        Whether it was started at login before.

    Raises:
        FullAutoCIError: the service manager refuses.
    """
    made = unit(paths)
    if not made.path.is_file():
        return False
    if not why_not():
        _tell(made.disable)
    made.path.unlink()
    if made.kind == "systemd" and not why_not():
        _tell([["systemctl", "--user", "daemon-reload"]])
    return True


def _tell(commands: Sequence[Sequence[str]]) -> None:
    for command in commands:
        try:
            done = process.run(command, timeout=TIMEOUT_S)
        except (OSError, TimeoutError) as error:
            raise FullAutoCIError(f"{command[0]}: {error}", HINT) from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise FullAutoCIError(f"{' '.join(command)}: {said[0] if said else done.returncode}", HINT)
