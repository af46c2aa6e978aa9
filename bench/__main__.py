"""The benchmarks' command line."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping

from bench import api, dashboard, environments, hook, idle, intake, overhead, ratchet, rebase, restart, sameness
from bench.harness import Report, Unavailable

BENCHES: Mapping[str, tuple[Callable[[int], Report], int]] = {
    "api": (api.measure, api.ROUNDS),
    "dashboard": (dashboard.measure, dashboard.ROUNDS),
    "environments": (environments.measure, environments.ROUNDS),
    "hook": (hook.measure, hook.ROUNDS),
    "rebase": (rebase.measure, rebase.ROUNDS),
    "intake": (intake.measure, intake.ROUNDS),
    "idle": (idle.measure, idle.ROUNDS),
    "overhead": (overhead.measure, overhead.ROUNDS),
    "ratchet": (ratchet.measure, ratchet.ROUNDS),
    "restart": (restart.measure, restart.ROUNDS),
    "sameness": (sameness.measure, sameness.ROUNDS),
}


def main() -> int:
    """Run the benchmarks that were named, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="What Full Auto CI costs, beside doing without."
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"which: {', '.join(BENCHES)}; all without one")
    parser.add_argument("--rounds", type=int, help="how often everything is measured, one after the other in turn")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BENCHES]
    if unknown or (given.rounds is not None and given.rounds < 2):
        parser.error(f"there is no benchmark {unknown[0]}" if unknown else "two rounds at least")
    for name in [name for name in os.environ if name.startswith(("GIT_", "FULLAUTOCI_"))]:
        del os.environ[name]  # a surrounding repository or home is none of the benchmarks' business
    status = 0
    for name in given.names or BENCHES:
        measure, rounds = BENCHES[name]
        try:
            report = measure(given.rounds or rounds)
        except Unavailable as error:
            print(f"{name}: not measured: {error}", file=sys.stderr)
            status = 1
            continue
        report.show()
        print(f"kept in {report.keep()}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
