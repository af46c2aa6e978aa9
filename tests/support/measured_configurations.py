"""What it costs to refuse invalid configuration files: a line each, in JSON: seconds, megabytes, a loop beside it."""

import json
import resource
import sys
import time
from pathlib import Path

from bench.harness import calibrate
from fullautoci.config import layers, service
from fullautoci.config.detection import Facts
from fullautoci.config.overrides import Overrides
from fullautoci.errors import ConfigError
from tests.support.invalid_configurations import Case, cases

# Beyond what any may take by far: what breaks out ends here, and not the machine.
MOST = 4 << 30
SOON = 0.025
SLOW = 1.0


def read(case: Case) -> None:
    """Read it as the service does."""
    if case.service:
        service.parsed(case.raw, "config.yml")
    else:
        layers.effective(case.raw, Facts(), service.ServiceFile(), Overrides())


def refused(case: Case) -> float:
    """The processor's time that it takes, in seconds."""
    began = time.thread_time()
    try:
        read(case)
    except ConfigError:
        return time.thread_time() - began
    raise AssertionError(f"{case.name}: it was taken")


def peak(case: Case) -> float:
    """How much memory it takes at most beside what is taken already, in MB, by the kernel's account."""
    Path("/proc/self/clear_refs").write_text("5")  # from here on the peak is counted anew
    before = _memory("VmRSS")
    refused(case)
    return (_memory("VmHWM") - before) / 1024


def _memory(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(f"{field}:")))


def main() -> None:
    """All of them."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
    for case in cases():
        took = peak(case)
        seconds = refused(case)
        for _ in range(9):  # whatever else the machine does, one of them is not disturbed
            seconds = min(seconds, refused(case)) if seconds > SOON else seconds
        sys.stdout.write(f"{json.dumps([case.name, seconds, took, calibrate() if seconds > SOON else SLOW])}\n")


if __name__ == "__main__":
    main()
