"""Known faults of Nix by its version."""

import re

# CVE-2026-39860: the daemon could be made to write as root. The first fixed version of each branch that is known.
ROOT_WRITE = "CVE-2026-39860"
FIXED = {(2, 28): 6, (2, 34): 5}


def version(said: str) -> tuple[int, int, int] | None:
    """The version in what `nix --version` says, such as `nix (Nix) 2.18.1`; None where there is none."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def advice(found: tuple[int, int, int]) -> str:
    """What is known to be wrong with a version; empty where nothing is."""
    branch, patch = found[:2], found[2]
    if branch in FIXED:
        is_fixed = patch >= FIXED[branch]
    elif branch < min(FIXED) or branch > max(FIXED):
        is_fixed = branch > max(FIXED)
    else:
        return f"its daemon may have {ROOT_WRITE} (writing as root): see whether your branch is fixed"
    return "" if is_fixed else f"its daemon has {ROOT_WRITE} (writing as root): update to 2.28.6, 2.34.5 or newer"
