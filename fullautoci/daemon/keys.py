"""The key that signs browser sessions: random, one an installation, for its owner alone."""

import os
import secrets
from pathlib import Path


def session_key(path: Path) -> bytes:
    """The key; made at first use."""
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = b""
    if len(key) != 32:
        key = secrets.token_bytes(32)
        temporary = path.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(key)
        temporary.replace(path)
    return key
