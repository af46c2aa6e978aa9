"""Run inside a job: tries to reach what a job should not, and says what it reached. Standard library only.

canaries.py JSON      the JSON has the places: paths, a port, process ids
"""

import ctypes
import json
import os
import signal
import socket
import sys
from pathlib import Path

PLACES = {}


def reads(name):
    """A file's content, or a folder's names."""
    path = Path(PLACES[name])
    return any(path.iterdir()) if path.is_dir() else bool(path.read_bytes())


def writes(name):
    """A file in a folder, or the end of a file that is there."""
    path = Path(PLACES[name])
    with (path / "canary" if path.is_dir() else path).open("ab" if path.is_dir() else "r+b") as file:
        file.seek(0, 2)
        file.write(b"\n")
    return True


def connects(address, family=socket.AF_UNIX):
    """A listener answers."""
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.settimeout(5)
        one.connect(address)
        return True


def anywhere(kind, wanted):
    """The processes of which something that /proc tells holds these bytes."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                said = (folder / kind).read_bytes()
                if wanted in said and b"canaries.py" not in said:  # what starts us was told our own command line
                    found.append(int(folder.name))
            except OSError:
                continue
    return found


def processes():
    """Another process is seen by its command line."""
    return bool(anywhere("cmdline", PLACES["marker"].encode()))


def signals():
    """Another process can be signalled; 0 only asks."""
    os.kill(PLACES["pid"], 0)
    return PLACES["pid"] in anywhere("cmdline", PLACES["marker"].encode())


def variables():
    """The service's own variables, by any of its processes."""
    return bool(anywhere("environ", b"DAEMON_CANARY="))


def unmounts():
    """What hides the service's own files can be taken away: as root could, without a namespace of users."""
    folder = str(Path(PLACES["database"]).parents[1])
    while ctypes.CDLL(None, use_errno=True).umount2(folder.encode(), 2) == 0:
        if reads("database"):
            return True
    return False


def interfaces():
    """A network interface beside the loopback's."""
    return any(name != "lo" for _, name in socket.if_nameindex())


CANARIES = {
    "the database, read": lambda: reads("database"),
    "the database, written": lambda: writes("database"),
    "the service's socket": lambda: connects(PLACES["socket"]),
    "the key of sessions": lambda: reads("session_key"),
    "the service's configuration and secrets": lambda: reads("config"),
    "the configuration, written": lambda: writes("config"),
    "the spool, written": lambda: writes("spool"),
    "logs of other jobs": lambda: reads("logs"),
    "the git configuration of the service, written": lambda: writes("git_config"),
    "the mirror of another repository": lambda: reads("other_mirror"),
    "its own mirror, written": lambda: writes("mirror"),
    "another checkout": lambda: reads("other_checkout"),
    "another checkout, written": lambda: writes("other_checkout"),
    "the folder of another job": lambda: reads("other_job"),
    "what lies behind what is hidden": unmounts,
    "other processes": processes,
    "a signal to another process": signals,
    "the service's variables": variables,
    "the service's port": lambda: connects(("127.0.0.1", PLACES["port"]), socket.AF_INET),
    "an interface of the network": interfaces,
    "an abstract socket": lambda: connects("\0" + PLACES["abstract"]),
    "~/.ssh": lambda: reads("ssh"),
    "~/.netrc": lambda: reads("netrc"),
    "the home folder, written": lambda: writes("home"),
    "the working copy, read": lambda: reads("working_copy"),
    "the working copy, written": lambda: writes("working_copy"),
    "temporary files of others": lambda: reads("temporary"),
    "temporary files of others, written": lambda: writes("temporary"),
    "shared memory of others": lambda: reads("shared_memory"),
    "our own programs, written": lambda: writes("shims"),
    "the shared environment, written": lambda: writes("environment"),
}


def main():
    """Try each, and print what was reached."""
    PLACES.update(json.loads(sys.argv[1]))
    signal.alarm(60)
    reached = {}
    for name, canary in CANARIES.items():
        try:
            reached[name] = bool(canary())
        except OSError:
            reached[name] = False
    print("CANARIES " + json.dumps(reached), flush=True)


if __name__ == "__main__":
    main()
