"""Fuzzes each target in turn, and says what came of it; ends with 1 if an input broke a promise."""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzzing.harness import TARGETS, Place, fuzz, load

RUNS = re.compile(r"^(?:#|Done )(\d+)", re.MULTILINE)
WRITTEN = re.compile(r"Test unit written to (\S+)")


def main() -> int:
    """Read the command line, and do what it says."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(TARGETS)}; all, if none is named")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"), help="where inputs are kept")
    parser.add_argument("--seed", type=int, default=0, help="of the first run, to do it again")
    parser.add_argument("--repeat", type=Path, help="only try this file's bytes, without atheris")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if unknown := set(given.targets) - set(TARGETS):
        parser.error(f"there is no target {', '.join(sorted(unknown))}")
    targets = given.targets or list(TARGETS)
    if given.repeat:
        for name in targets:
            load(name).check(given.repeat.read_bytes())
            print(f"{name}: {given.repeat} breaks no promise")
        return 0
    seed = given.seed or random.randrange(1, 2**31)
    if given.inside:
        fuzz(targets[0], Place(given.folder / targets[0]), given.seconds, seed)
    findings = sum(not _fuzzed(name, Place(given.folder / name), given.seconds, seed) for name in targets)
    print(f"{findings} findings")
    return 1 if findings else 0


def _fuzzed(name: str, place: Place, seconds: int, seed: int) -> bool:
    """Fuzz one target in a process of its own; whether all went well."""
    place.folder.mkdir(parents=True, exist_ok=True)
    inside = [sys.executable, "-m", "tests.fuzzing", "--inside", name, f"--folder={place.folder.parent}"]
    began = time.monotonic()
    # libFuzzer ends its process at once, so nothing in it can tidy up.
    with place.log.open("wb") as log, tempfile.TemporaryDirectory(prefix="fac-") as folder:
        ended = subprocess.run(
            [*inside, f"--seconds={seconds}", f"--seed={seed}"],
            stdout=log, stderr=subprocess.STDOUT, check=False, env={**os.environ, "TMPDIR": folder},
        )  # fmt: skip
    said = place.log.read_text("utf-8", "replace")
    runs = max(map(int, RUNS.findall(said)), default=0)
    good = ended.returncode == 0 and runs > 0
    took = time.monotonic() - began
    print(f"{name}: seed {seed}, {runs} runs, {took:.0f} s, {0 if good else 1} findings", flush=True)
    if not good:
        written = WRITTEN.search(said)
        print(f"  {place.log} tells more" + (":" if written else "; it ended before any input was tried"))
        if written:
            print(f"  {sys.executable} -m tests.fuzzing --repeat {written[1]} {name}", flush=True)
    return good


if __name__ == "__main__":
    sys.exit(main())
