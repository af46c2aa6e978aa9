"""Poetry's version constraints, as specifiers: https://python-poetry.org/docs/dependency-specification/"""

import re

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

_CARET = re.compile(r"([\^~])\s*(\d+(?:\.\d+){0,5})([0-9A-Za-z.+-]*)")
_BARE = re.compile(r"\d[0-9A-Za-z.!+*-]*")
LENGTH_LIMIT = 500


def allows(constraint: str, version: str) -> bool:
    """Whether a constraint allows a version; one that cannot be read allows any."""
    if len(constraint) > LENGTH_LIMIT:
        return True
    try:
        return any(_meant(part).contains(Version(version), prereleases=True) for part in constraint.split("||"))
    except (InvalidSpecifier, InvalidVersion, ValueError):
        return True


def _meant(constraint: str) -> SpecifierSet:
    """`^1.2,!=1.3` and the like as PEP 440 has them; parts are divided by commas, or by spaces alone."""
    joined = re.sub(r"([\^~<>=!]+)\s+", r"\1", constraint.strip())
    return SpecifierSet(",".join(_part(part) for part in re.split(r"[,\s]+", joined) if part not in ("", "*")))


def _part(part: str) -> str:
    match = _CARET.fullmatch(part)
    if match is None:
        return f"=={part}" if _BARE.fullmatch(part) else part
    kind, numbers = match[1], [int(number) for number in match[2].split(".")]
    if kind == "~":
        fixed = min(len(numbers), 2) - 1
    else:  # the first that is not zero may not change; of nothing but zeros, the last that is written
        fixed = next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)
    above = [*numbers[:fixed], numbers[fixed] + 1]
    return f">={match[2]}{match[3]},<{'.'.join(map(str, above))}"
