"""What can be said of a home without its daemon."""

from typing import Any

from fullautoci import __version__, spool
from fullautoci.paths import Paths


def offline_info(paths: Paths) -> dict[str, Any]:
    """Its version, its folder, and what waits there."""
    return {
        "daemon": "down",
        "version": __version__,
        "home": str(paths.state),
        "spool_waiting": spool.count(paths.spool),
        "spool_rejected": len(list(paths.rejected.iterdir())) if paths.rejected.is_dir() else 0,
    }
