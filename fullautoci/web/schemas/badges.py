"""Badges."""

from fullautoci.web.schemas.base import Shown


class Badge(Shown):
    """A token, which is shown once, and the path of the badge that tells how the newest run went."""

    token: str
    path: str


class BadgesRevoked(Shown):
    """How many tokens show nothing any more."""

    revoked: int
