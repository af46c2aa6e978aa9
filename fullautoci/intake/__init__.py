"""Intake: from events and ref scans to runs."""

from fullautoci.intake.intake import Folders, Intake
from fullautoci.intake.requests import Requests

__all__ = ["Folders", "Intake", "Requests"]
