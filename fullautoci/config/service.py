"""What the service's `config.yml` may say."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from fullautoci.config.load import parse_as
from fullautoci.config.schema import Duration, Section

FILE_NAME = "config.yml"
DEFAULT_PORT = 8765


class DashboardSection(Section):
    """The page: its port on the loopback interface; without one, 8765 or any that is free."""

    port: Annotated[int, Field(ge=1, le=65535)] | None = None


class NotifySection(Section):
    """Who is told of changes: `desktop` shows a notice when a branch's outcome changes."""

    desktop: bool = False


class ServiceFile(Section):
    """The whole file; everything in it is optional.

    Attributes:
        workers: how many jobs run at once; without it, one a core.
        scan_interval: seconds between two looks at every repository's refs.
        grace: seconds that running jobs have when the daemon stops.
    """

    workers: Annotated[int, Field(ge=1, le=256)] | None = None
    scan_interval: Duration = 60.0
    grace: Duration = 5.0
    dashboard: DashboardSection = DashboardSection()
    notify: NotifySection = NotifySection()


def read(folder: Path) -> ServiceFile:
    """The service's configuration; the defaults where there is no file.

    Raises:
        ConfigError: the file is wrong.
    """
    path = folder / FILE_NAME
    return parse_as(ServiceFile, path.read_bytes(), str(path)) if path.is_file() else ServiceFile()
