"""A team, whose pages are looked at."""

from tests.unit.web.guards.conftest import shared_team, team

__all__ = ["shared_team", "team"]
