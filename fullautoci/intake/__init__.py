"""Intake: from events and ref scans to runs."""

from fullautoci.intake.intake import Folders, Intake

__all__ = ["Folders", "Intake"]
