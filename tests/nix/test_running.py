"""The services' commands are run: as a user's service, and with what the system's service is not let do."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from tests.nix.conftest import ENABLED, SETTINGS, User, unit_of
from tests.support.parts import lacking
from tests.support.patience import until

# Which paths systemd covers for a service (systemd.exec(5)), as far as another mount of the same matters.
COVERED = {
    "ProtectSystem=full": ("/usr", "/etc"),
    "ProtectSystem=strict": ("/",),
    "ProtectControlGroups=true": ("/sys/fs/cgroup",),
    "ProtectHostname=true": ("/proc/sys/kernel/hostname",),
    "ProtectKernelLogs=true": ("/proc/kmsg",),
    "ProtectKernelTunables=true": ("/proc/sys",),
    "ProtectKernelModules=true": (),
}
# What would keep bubblewrap from its work, and is not tried here.
FORBIDDEN = {"RestrictNamespaces", "PrivateUsers", "ProtectProc", "ProcSubset", "MemoryDenyWriteExecute"}


def test_a_users_service_starts_the_daemon(home_manager: User, short_tmp: Path) -> None:
    unit = unit_of(home_manager(ENABLED))[1]["Service"]
    variables = dict(shlex.split(one)[0].split("=", 1) for one in unit["Environment"])
    daemon = subprocess.Popen(
        shlex.split(unit["ExecStart"][0]), env={**variables, "HOME": str(short_tmp)},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until((short_tmp / ".local/state/fullautoci/daemon.sock").exists, 30, "the daemon's socket")
        assert daemon.poll() is None
    finally:
        daemon.terminate()
        code = daemon.wait(30)
    assert code == 0


def test_what_is_taken_from_the_service_leaves_bubblewrap_working(nixos: User, tmp_path: Path) -> None:
    service = unit_of(nixos(ENABLED))[1]["Service"]
    assert not FORBIDDEN & service.keys()
    assert "@mount" not in service["SystemCallFilter"][0]
    if os.geteuid() != 0 or shutil.which("bwrap") is None or shutil.which("setpriv") is None:
        lacking("bubblewrap", "this needs root, bwrap and setpriv")
    lines = {f"{name}={value}" for name, values in service.items() for value in values}
    known = {line for line in lines if line.startswith("Protect")} - {"ProtectClock=true"}
    assert known <= COVERED.keys(), "say which paths this covers"
    paths = [path for line in sorted(known) for path in COVERED[line]]
    assert "NoNewPrivileges=true" in lines
    assert "CapabilityBoundingSet=" in lines
    script = "mount --make-rprivate /\n"
    script += "".join(f"mount --bind {path} {path}; mount -o remount,bind,ro {path}\n" for path in paths)
    script += "mount -t tmpfs tmpfs /tmp\n" if "PrivateTmp=true" in lines else ""
    script += "exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs --reuid 65534 --regid 65534"
    script += " --clear-groups bwrap --unshare-all --die-with-parent --ro-bind / / --proc /proc --dev /dev true"
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-euc", script], cwd="/", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_finds_the_service_of_the_system_little_exposed(nixos: User, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        lacking("systemd", "systemd-analyze is not installed")
    path, _ = unit_of(nixos(f"{ENABLED} {SETTINGS}"))
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=50", str(path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
