"""What a shell is offered to complete a key of the configuration."""

from fullautoci.cli.here import Here
from fullautoci.errors import FullAutoCIError


def keys(incomplete: str, *, of_service: bool) -> list[str]:
    """The keys that begin so, without those further down than the next dot but one."""
    from fullautoci.config.keys import all_keys
    from fullautoci.config.schema import RepositoryFile
    from fullautoci.config.service import ServiceFile

    found = all_keys(ServiceFile) if of_service else all_keys(RepositoryFile, _values(Here()))
    depth = incomplete.count(".") + 1
    return [key for key in found if key.startswith(incomplete) and key.count(".") <= depth]


def _values(here: Here) -> dict[str, object]:
    """What counts, as far as that can be told."""
    from fullautoci.cli import configured
    from fullautoci.config import shown

    try:
        return shown.written(configured.of_commit(here, configured.head_or_copy(here)).file)
    except FullAutoCIError:
        return {}
