"""How the audit trail is told on the command line."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.support.home import PROGRAM
from tests.support.odd_server import OddServer, answer

ENTRY: dict[str, Any] = {
    "id": 1, "at": "2026-01-31T10:00:00.000Z", "actor": "bob", "user_id": 2, "via": "key", "origin": "127.0.0.1",
    "action": "user.add", "target": "eve", "repository_id": None, "repository": None, "detail": {"role": "user"},
}  # fmt: skip


def test_what_was_only_begun_is_told_as_that(tmp_path: Path) -> None:
    entries = [{**ENTRY, "done": False}, {**ENTRY, "done": True}, ENTRY]  # as a service of an older version has it
    with OddServer([answer(200, b"{}"), answer(200, json.dumps(entries).encode())]) as server:
        env = {**os.environ, "HOME": str(tmp_path), "FULLAUTOCI_URL": server.url, "FULLAUTOCI_KEY": "some-key"}
        done = subprocess.run([PROGRAM, "audit"], env=env, capture_output=True, text=True, timeout=60, check=True)
    told = [line.partition("eve")[2].strip() for line in done.stdout.splitlines()[1:]]
    assert told == ["begun, and no more is known, role user", "role user", "role user"]
