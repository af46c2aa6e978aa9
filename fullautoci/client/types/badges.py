"""Badges."""

from typing import TypedDict


class Badge(TypedDict):
    """A token, which is shown once, and the path of the badge that tells how the newest run went."""

    token: str
    path: str
