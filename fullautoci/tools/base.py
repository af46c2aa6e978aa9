"""What a tool is: a small module that says where it applies, what to run, and how to read what that left."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fullautoci.layout import Layout
from fullautoci.model import Result, ToolPlan
from fullautoci.tools.configuration import Configuration

SHIMS = Path(__file__).parent / "shims"
REPORT_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True)
class Context:
    """What a tool's command line is made from.

    Attributes:
        python: the environment's interpreter.
        checkout: the commit's files, the working directory of the command.
        reports: an empty folder of this job's alone, outside the checkout.
        configured: the file that takes the place of the tool's own configuration in the checkout; None: that counts.
    """

    plan: ToolPlan
    layout: Layout
    python: str
    checkout: Path
    reports: Path
    configured: Path | None = None


@dataclass(frozen=True)
class Left:
    """What a tool's command left.

    Attributes:
        returncode: its exit status; negative for the number of the signal that ended it.
        reports: what it wrote, by name below the folder of reports.
        log_end: the last of what it printed.
        checkout: where it ran, so that absolute paths can be made relative.
        configured: the folder of the configuration that took the place of the checkout's own; empty: none did.
    """

    returncode: int
    reports: Mapping[str, bytes]
    log_end: bytes
    checkout: str
    configured: str = ""


class Tool(Protocol):
    """One tool.

    Attributes:
        name: as configuration, results and the command line name it.
        requirements: what the environment needs for it, each with the range this module was made for.
        distribution: the package whose version is the tool's version, or an empty string.
        needs_project: whether the project's own metadata and built modules must be importable.
    """

    @property
    def name(self) -> str:
        """The tool's name."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """What the environment needs for it."""

    @property
    def distribution(self) -> str:
        """The package whose version is the tool's."""

    @property
    def needs_project(self) -> bool:
        """Whether the project itself must be importable."""

    def configuration_files(self, plan: ToolPlan) -> tuple[str, ...]:
        """The files that its own configuration may be in, relative to the repository's top."""

    def configuration(self, plan: ToolPlan, there: Mapping[str, bytes], version: str) -> Configuration:
        """What the tool would go by where these of its files are, each with its content; pure.

        Args:
            version: the tool's; an empty text where it is not known.
        """

    def why_not(self, layout: Layout) -> str:
        """Why the tool does not apply to a project; empty where it does."""

    def default_paths(self, layout: Layout) -> tuple[str, ...]:
        """What it looks at where the configuration does not say."""

    def command(self, context: Context) -> list[str]:
        """The command line."""

    def parse(self, plan: ToolPlan, left: Left) -> Result:
        """What the command yielded; pure.

        Raises:
            ReportError: the reports are missing or not what they should be.
        """


def relative(path: str, checkout: str) -> str:
    """A path below the checkout, relative to it; any other as it is."""
    return path.removeprefix(checkout.rstrip("/") + "/")
