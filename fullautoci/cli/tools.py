"""`tools`: which there are, what each measures, and whether it would run here."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from fullautoci.cli.here import Here
from fullautoci.cli.output import console, json_option, note, print_json, safe
from fullautoci.errors import FullAutoCIError, UsageError
from fullautoci.wording import job_name

if TYPE_CHECKING:
    from fullautoci.config.schema import RepositoryFile
    from fullautoci.model import ToolPlan

# What a tool that is built in may report; of any other, what it reported last is all that is known.
MEASURES: Mapping[str, tuple[str, ...]] = {
    "pylint": ("score", "errors", "warnings", "conventions", "refactors", "findings", "suppressions"),
    "coverage": (
        "percent_lines", "missing_lines", "percent_branches", "missing_branches", "tests_failed", "tests_passed",
        "suppressions",
    ),
}  # fmt: skip
OF_COMMANDS = ("exit_code",)
OF_TESTS = ("tests_failed", "tests_passed")


@click.group("tools")
def tools_command() -> None:
    """What checks a commit."""


@tools_command.command("list")
@click.argument("rev", required=False)
@json_option
def list_(rev: str | None, as_json: bool) -> None:
    """The tools there are for REV (default: HEAD): what each measures, whether it runs, and why not.

    The version is the one that the last run here had.
    """
    here = Here()
    found = list(_tools(here, rev))
    if as_json:
        print_json(found)
        return
    from rich.table import Table

    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("tool", "runs", "version", "measures"):
        table.add_column(heading, no_wrap=heading == "tool", overflow="fold")
    for one in found:
        runs = "[green]yes[/]" if one["runs"] else f"[yellow]no[/]: {safe(one['reason'])}"
        table.add_row(safe(job_name(one)), runs, safe(one["version"] or one["wanted"]), ", ".join(one["measures"]))
    console().print(table)
    note("'fullautoci config show --origin' tells what is configured, and where")


def _tools(here: Here, rev: str | None) -> Iterator[dict[str, Any]]:
    from fullautoci.cli import configured
    from fullautoci.cli.here import vcs
    from fullautoci.layout import FILE_LIMIT
    from fullautoci.planning.tools import plan_tools
    from fullautoci.tools import BUILT_IN

    sha = here.resolve(rev or "HEAD") if rev else configured.head_or_copy(here)
    if sha is None:
        raise UsageError("there is no commit here yet", "commit something; its files tell which tools run")
    names = list(islice(vcs().files(here.location().git_dir, sha), FILE_LIMIT))
    file = configured.of_commit(here, sha).file
    seen = _seen(here)
    enabled = plan_tools(file, names, ())
    others = [name for name in _off(file) if name not in {plan.tool for plan, _ in enabled}]
    plans = [*enabled, *((plan, "it is switched off") for plan, _ in plan_tools(file, names, tuple(others)) if others)]
    for plan, why_not in plans:
        last = seen.get((plan.tool, plan.project, plan.variant), {})
        tool = BUILT_IN.get(plan.tool)
        yield {
            "tool": plan.tool, "project": plan.project, "variant": plan.variant, "built_in": tool is not None,
            "runs": not why_not, "reason": why_not, "version": last.get("tool_version", ""),
            "wanted": ", ".join(tool.requirements) if tool else "", "measures": _measures(plan, last),
        }  # fmt: skip


def _off(file: "RepositoryFile") -> list[str]:
    """The tools that are enabled in no project."""
    from fullautoci.planning.projects import projects

    sections = [(name, section) for project in projects(file) for name, section in project.tools.items()]
    on = {name for name, section in sections if section.enabled}
    return list(dict.fromkeys(name for name, _ in sections if name not in on))


def _measures(plan: "ToolPlan", last: Mapping[str, Any]) -> list[str]:
    promised = MEASURES.get(plan.tool, OF_COMMANDS + (OF_TESTS if plan.reports else ()))
    return list(dict.fromkeys([*promised, *last.get("metrics", {})]))


def _seen(here: Here) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    """The last job of each tool here, by tool, project and variant; none where nothing ran yet."""
    try:
        client = here.reading_api()
        runs = client.runs(repository=here.repository(client)["id"], limit=20)
    except FullAutoCIError:
        return {}
    return {
        (job["tool"], job["project"], job["variant"]): job
        for run in reversed(runs)
        for job in run["jobs"]
        if job["tool_version"] or job["metrics"]
    }
