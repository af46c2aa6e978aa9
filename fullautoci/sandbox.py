"""A job's own view of the machine, by bubblewrap: what it sees of files, processes and the network.

Two strengths: `auto` leaves the machine as it is and hides our own folders; `on` starts from nothing and shows the
system's programs and what the job needs. Options: https://manpages.debian.org/bookworm/bubblewrap/bwrap.1.en.html
"""

import functools
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from fullautoci import pidspace
from fullautoci.model import Box

# What programs need of /etc to find libraries, names, certificates and the time; nothing that is anybody's secret.
SYSTEM = (
    "/etc/alternatives", "/etc/ca-certificates", "/etc/debian_version", "/etc/fonts", "/etc/group", "/etc/host.conf",
    "/etc/hosts", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/magic",
    "/etc/mime.types", "/etc/nsswitch.conf", "/etc/os-release", "/etc/passwd", "/etc/pki", "/etc/protocols",
    "/etc/resolv.conf", "/etc/services", "/etc/ssl", "/etc/static", "/etc/terminfo", "/etc/timezone", "/opt",
    "/run/current-system", "/run/systemd/resolve",
)  # fmt: skip
TOPS = ("/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin")
ALONE = (
    "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try",
    "--die-with-parent", "--new-session", "--cap-drop", "ALL",
)  # fmt: skip
# By which root could take away what hides something, or look around it.
RIGHTS = ("CAP_SYS_ADMIN", "CAP_SYS_PTRACE", "CAP_SYS_RAWIO", "CAP_SYS_MODULE", "CAP_MKNOD")
NO_MORE_NAMESPACES = "--disable-userns"
OWN = ("--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp", "--tmpfs", "/var/tmp")  # noqa: S108


def works() -> bool:
    """Whether a strict sandbox can be made here."""
    found = shutil.which("bwrap")
    return found is not None and _strict_options(found) is not None


@functools.cache
def _strict_options(found: str) -> tuple[str, ...] | None:
    """What makes a job alone, as far as this bubblewrap knows it; None where it does not work at all."""
    for options in ((*ALONE, NO_MORE_NAMESPACES), ALONE):  # it came with 0.8
        tried = [found, *options, "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"]
        try:
            if subprocess.run(tried, capture_output=True, timeout=pidspace.TIMEOUT_S, check=False).returncode == 0:
                return options
        except (OSError, subprocess.TimeoutExpired):
            return None
    return None


def wrap(argv: Sequence[str], cwd: Path, box: Box) -> list[str]:
    """The command that runs `argv` in a box.

    Raises:
        OSError: there can be no strict one here.
    """
    found = shutil.which("bwrap")
    if box.strict:
        options = _strict_options(found) if found else None
        if found is None or options is None:
            raise OSError(0, "bubblewrap does not work here, and 'sandbox: on' asks for it")
        head = [found, *options, *_system(), *OWN]
    elif found is None:
        return list(argv)
    else:
        head = [found, *pidspace.SPACE]
        if not box.privileged:
            head += [word for right in RIGHTS for word in ("--cap-drop", right)]
    if not box.network:
        head.append("--unshare-net")
    return [*head, *_shown(box), "--chdir", str(cwd), "--", *argv]


def _system() -> Iterator[str]:
    """The system's programs and libraries, and what of /etc they need."""
    yield from ("--ro-bind", "/usr", "/usr")
    for top in TOPS:
        if Path(top).is_symlink():
            yield from ("--symlink", str(Path(top).readlink()), top)
        elif Path(top).is_dir():
            yield from ("--ro-bind", top, top)
    for path in SYSTEM:
        if Path(path).exists():
            yield from ("--ro-bind", path, path)


def _shown(box: Box) -> Iterator[str]:
    """What is shown, but what is hidden of it, but what is shown below that; outer folders first."""
    shown = dict.fromkeys(box.reads, "--ro-bind") | dict.fromkeys(box.writes, "--bind")
    there = sorted((path for path in shown if path.exists()), key=lambda one: len(one.parts))
    hidden = outermost(one for path in box.hidden for one in (path, path.resolve()))
    below = [path for path in there if any(path.is_relative_to(folder) for folder in hidden)]
    if box.strict:
        for path in there:
            if path not in below:
                yield from (shown[path], str(path.resolve()), str(path))
    for folder in hidden:
        if folder.is_dir():
            yield from ("--tmpfs", str(folder))
    for path in below:
        yield from (shown[path], str(path.resolve()), str(_reached(path, hidden)))


def _reached(path: Path, hidden: Sequence[Path]) -> Path:
    """A path below a folder that is hidden, which itself may be reached by a link: none can be made on the way."""
    folder = next(folder for folder in hidden if path.is_relative_to(folder))
    return folder.resolve() / path.relative_to(folder)


def outermost(folders: Iterable[Path]) -> list[Path]:
    """Folders, without those that lie in another of them."""
    chosen: list[Path] = []
    for folder in sorted(set(folders), key=lambda one: len(one.parts)):
        if not any(folder.is_relative_to(outer) for outer in chosen):
            chosen.append(folder)
    return chosen
