"""The tools: one small module each, found by name."""

from collections.abc import Mapping

from fullautoci.tools.base import Tool
from fullautoci.tools.command import CommandTool
from fullautoci.tools.coverage import CoverageTool
from fullautoci.tools.pylint import PylintTool

BUILT_IN: Mapping[str, Tool] = {tool.name: tool for tool in (PylintTool(), CoverageTool())}


def named(name: str, command: tuple[str, ...]) -> Tool:
    """The built-in tool of that name; any other name is a command of the configuration's."""
    return CommandTool(name) if command else BUILT_IN[name]
