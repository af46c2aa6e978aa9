"""Jobs' logs."""

from fullautoci.web.schemas.base import Asked, Number


class LogQuery(Asked):
    """From which byte on."""

    offset: Number = 0
