"""What is told of files that are kept."""

import json
from pathlib import Path

from fullautoci.daemon.storage import DaemonStorage
from fullautoci.environments import manifest
from fullautoci.paths import Paths


def test_environments_and_places_are_told_with_what_they_take(tmp_path: Path) -> None:
    paths = Paths.from_environment({"FULLAUTOCI_HOME": str(tmp_path)}).create()
    storage = DaemonStorage(paths)
    assert storage.environments() == []
    for key, complete in (("whole", True), ("part", False)):
        folder = paths.environments / "venv" / key
        folder.mkdir(parents=True)
        (folder / "data").write_bytes(b"x" * 100_000)
        if complete:
            (folder / manifest.NAME).write_text(json.dumps({"interpreter": "python3.13", "name": "it"}))
    found = {one["key"]: one for one in storage.environments()}
    assert found["whole"]["interpreter"] == "python3.13"
    assert found["whole"]["detail"] == {"name": "it"}
    assert [found["whole"]["complete"], found["part"]["complete"]] == [True, False]
    assert found["whole"]["used_at"].endswith("Z")
    assert storage.size("venv", "part") >= 100_000
    assert storage.size("venv", "gone") == 0
    (paths.database.parent / f"{paths.database.name}-wal").write_bytes(b"x" * 7)
    paths.database.write_bytes(b"x" * 10)
    sizes = {name: taken for name, _, taken in storage.places()}
    assert sizes["Results"] == 17
    assert sizes["Environments"] >= 200_000
    assert sizes["Backups"] == 0
