"""Units of systemd, as text."""

from collections.abc import Mapping

Unit = Mapping[str, dict[str, list[str]]]


def read(text: str) -> Unit:
    """A unit's values by section and name; a name may stand there several times."""
    found: dict[str, dict[str, list[str]]] = {}
    for line in filter(None, text.splitlines()):
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif not line.startswith("#"):
            name, _, value = line.partition("=")
            section.setdefault(name, []).append(value)
    return found
