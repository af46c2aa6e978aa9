"""What a killed git leaves in a mirror."""

from pathlib import Path


def remove_leavings(mirrors: Path) -> None:
    """Remove what a killed git left in mirrors, before anything else uses them: locks, and half of packs."""
    for mirror in mirrors.glob("*.git"):
        remove_locks(mirror)
        for part in [*mirror.glob("objects/pack/tmp_*"), *mirror.glob("objects/[0-9a-f][0-9a-f]/tmp_obj_*")]:
            part.unlink(missing_ok=True)


def remove_locks(mirror: Path) -> None:
    """Remove a mirror's locks, while nobody can hold one."""
    for lock in [*mirror.glob("*.lock"), *mirror.glob("refs/**/*.lock")]:
        lock.unlink(missing_ok=True)
