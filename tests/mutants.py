"""Deletes and turns round each guard in turn (mutmut), and wants a test to notice: `make mutants`, about half an hour.

What outlives the tests is told, but for changes of letters in words and SQL, and for what `survivors.toml` explains;
where anything else is left, this ends with 1. What was tried is kept in `mutants/`, and not tried again.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXPLAINED = Path(__file__).parent / "unit" / "web" / "guards" / "survivors.toml"
LONGEST_S = 3 * 3600


def main() -> int:
    """Try them all; whether any is unexplained."""
    program = Path(sys.executable).parent / "mutmut"
    ran = subprocess.run([program, "run"], cwd=ROOT, timeout=LONGEST_S, stdout=subprocess.DEVNULL, check=False)
    if ran.returncode:
        print(f"mutmut ended with {ran.returncode}", file=sys.stderr)
        return ran.returncode
    explained = tomllib.loads(EXPLAINED.read_text("utf-8"))["survivor"]
    counts = {"killed": 0, "words": 0, "explained": 0}
    used: set[int] = set()
    left = []
    for name, status, removed, added in _mutants():
        if status == "killed":
            counts["killed"] += 1
        elif _words(removed) == _words(added):
            counts["words"] += 1
        elif found := [n for n, one in enumerate(explained) if _is_meant(one, name, removed, added)]:
            counts["explained"] += 1
            used |= set(found)
        else:
            left.append(f"{name}: {status}\n  - {removed}\n  + {added}")
    print("\n".join(left))
    print(", ".join(f"{count} {what}" for what, count in counts.items()), f"and {len(left)} unexplained")
    for number in sorted(set(range(len(explained))) - used):
        print(f"not needed any more: {explained[number]}")
    return 1 if left else 0


def _mutants() -> Iterator[tuple[str, str, str, str]]:
    """Each mutant: its name, what came of it, and the lines that it has not and has."""
    from mutmut.__main__ import SourceFileMutationData, get_diff_for_mutant, status_by_exit_code, walk_mutatable_files

    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            status = status_by_exit_code[code]
            removed = added = ""
            if status != "killed":
                lines = get_diff_for_mutant(name, path=path).splitlines()
                removed, added = (
                    " ".join(line[1:].strip() for line in lines if re.match(rf"\{sign}(?!\{sign})", line))
                    for sign in "-+"
                )
            yield name, status, removed, added


def _of_sign(lines: list[str], sign: str) -> str:
    """The lines of a diff that are taken away (`-`), or put in their place (`+`)."""
    return " ".join(line[1:].strip() for line in lines if line.startswith(sign) and not line.startswith(sign * 3))


def _words(text: str) -> str:
    """A line without what is only letters' case, or a mark that a text was changed."""
    return text.replace("XX", "").lower()


def _is_meant(one: dict[str, str], name: str, removed: str, added: str) -> bool:
    return (
        re.fullmatch(one["where"], re.sub(r"__mutmut_\d+$", "", name)) is not None
        and one.get("without", "") in removed
        and one.get("with", "") in added
    )


if __name__ == "__main__":
    sys.exit(main())
