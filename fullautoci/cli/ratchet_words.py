"""How ratchets are told on the command line: tables, a line that shows how a value went, words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fullautoci import wording
from fullautoci.cli.output import MOODS, safe
from fullautoci.text import counted
from fullautoci.wording import figure

if TYPE_CHECKING:
    from rich.table import Table

View = Mapping[str, Any]

BARS = "▁▂▃▄▅▆▇█"
# How many of the steps to a goal are printed.
STEPS = 8
_KINDS = {"end": "end of waiver"}


def local(moment: str) -> str:
    """A moment in local time, to the minute."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


def plain(headings: Sequence[str]) -> "Table":
    """A table without lines."""
    from rich.table import Table

    found = Table(box=None, header_style="dim", pad_edge=False)
    for heading in headings:
        found.add_column(heading, overflow="fold")
    return found


def shown(value: float | None) -> str:
    """A value, or a dash."""
    return "–" if value is None else figure(value)


def value(one: View) -> str:
    """The value that was judged, and what it is from now on, where the tool or its configuration is another."""
    own = one["own_value"]
    return shown(one["value"]) + ("" if own is None or own == one["value"] else f" (now {figure(own)})")


def verdict(one: View) -> str:
    """A verdict's word, with its colour."""
    if not one["verdict"]:
        return "–"
    return f"[{MOODS[wording.mood(one)]}]{safe(one['verdict'])}[/]"


def distance(one: View) -> str:
    """Where a value lies: `0.12 above the floor, 0.31 to the target`."""
    parts = []
    if one["above"] is not None:
        better, worse = ("above", "below") if one["direction"] == "higher" else ("below", "above")
        far = figure(abs(one["above"]))
        parts.append(f"{far} {better if one['above'] > 0 else worse} the floor" if one["above"] else "at the floor")
    if one["left"] is not None:
        parts.append(f"{figure(one['left'])} to the target" if one["left"] else "target met")
    return ", ".join(parts)


def handed_on(one: View) -> str:
    """From which commit the floor is, at one that has no verdict."""
    there = one["verdict"] is None and one["measured_at"] not in ("", one["commit"])
    return f"handed on from {one['measured_at'][:10]}" if there else ""


def waived(one: View) -> str:
    """By whom and until when a verdict is waived."""
    waiver = one["waived"]
    if not waiver:
        return ""
    end = f" until {local(waiver['until'])}" if waiver["until"] else ""
    return f"waived{end} by {safe(waiver['actor'], 40)}: {safe(waiver['reason'])}"


def listed(found: Sequence[View]) -> "Table":
    """All that is held at a commit."""
    table = plain(("ratchet", "value", "floor", "target", "verdict", "", "flags"))
    for one in found:
        where = (distance(one) or handed_on(one)) if one["held"] else "not held any more"
        flags = [waived(one) if flag == "waived" else safe(flag) for flag in one["flags"]]
        flags.append(safe(one.get("hint", "")))
        table.add_row(
            safe(one["name"]), value(one), shown(one["next_floor"]), shown(one["target"]), verdict(one),
            where, "; ".join(filter(None, flags)),
        )  # fmt: skip
    return table


def rule(one: View) -> str:
    """A rule in words."""
    if not one["held"]:
        return "it is not held any more; its floor is kept for when it is"
    subject = "in no file may it be" if one["per"] else "it may be"
    parts = [f"{one['direction']} is better", f"{subject} {_allowed(one)} than the floor"]
    if one["target"] is not None:
        parts.append(f"good enough at {figure(one['target'])}")
    else:
        parts.append("no target: the floor follows every improvement")
    return "; ".join(parts)


def _allowed(one: View) -> str:
    parts = [f"{figure(one['tolerance'])}" if one["tolerance"] else ""]
    if one["slack"] and one["target"] is not None:
        parts.append(f"{figure(one['slack'] * 100)}% of what is left to the target")
    told = " and ".join(filter(None, parts))
    if one["per"]:
        return f"more than {told} worse" if told else "worse"
    return f"up to {told} worse" if told else "no worse"


def floor(one: View) -> str:
    """The floor, and since when it stands."""
    if one["next_floor"] is None:
        return "there is no floor yet"
    since = f"since {one['since'][:10]}" + ("" if one["since_is_known"] else " or before")
    return f"floor {figure(one['next_floor'])}, {since}"


def sparkline(values: Sequence[float | None]) -> str:
    """Values as a line of bars, the lowest the shortest; a gap where there is none."""
    there = [value for value in values if value is not None]
    if not there:
        return ""
    low, high = min(there), max(there)
    top = len(BARS) - 1
    return "".join(
        " " if value is None else BARS[top if high == low else round((value - low) / (high - low) * top)]
        for value in values
    )


def history(went: Sequence[View]) -> "Table":
    """How it went, the newest first."""
    table = plain(("commit", "value", "floor", "verdict", "flags", "why"))
    for one in went:
        done = [_done(act) for act in _counting(one)]
        table.add_row(
            f"{one['commit'][:10]} {safe(one['subject'], 40)}", shown(one["value"]), shown(one["floor"]),
            verdict(one), safe(", ".join(one["flags"])), "; ".join(filter(None, [safe(one["reason"]), *done])),
        )  # fmt: skip
    return table


def _counting(one: View) -> list[View]:
    """What people did at a commit, but for what something later took the place of, or its reason tells already."""
    last = {"waive" if act["kind"] == "end" else act["kind"]: act for act in one["acts"]}
    return [act for act in last.values() if not (act["kind"] == "waive" and "; waived" in one["reason"])]


def _done(act: View) -> str:
    return f"{_KINDS.get(act['kind'], act['kind'])} by {safe(act['actor'], 40)}: {safe(act['reason'])}"


def coach(told: View) -> list[str]:
    """Advice, in lines."""
    goal, steps = told["goal"], told["steps"]
    if steps and goal["name"]:
        end = "" if told["reaches"] else " (which these do not reach)"
        lines = [f"to the {goal['name']}, {figure(goal['value'])}{end}:"]
    else:
        lines = ["what would bring most:"] if steps else []
    for step in steps[:STEPS]:
        brings = "" if step["gain"] is None else f": {_signed(step['gain'])}, then {figure(step['value'])}"
        lines.append(f"  {safe(step['text'])}{brings}")
    if len(steps) > STEPS:
        then = "" if steps[-1]["value"] is None else f", then {figure(steps[-1]['value'])}"
        lines.append(f"  and {counted(len(steps) - STEPS, 'more step')}{then}")
    if told["costs"] and (not steps or len(steps) > 1):
        lines += ["what costs most:", *(f"  {safe(cost)}" for cost in told["costs"])]
    return [*lines, f"({safe(told['why'])})"] if told["why"] else lines


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{figure(abs(value))}"


def journal(entries: Sequence[View]) -> "Table":
    """What moved ratchets."""
    table = plain(("when", "commit", "ratchet", "what", "floor", "by", "why"))
    for one in entries:
        end = f" until {local(one['until'])}" if one["until"] else ""
        what = _KINDS.get(one["kind"], one["kind"]) if one["source"] != "verdict" else ", ".join(one["flags"])
        moved = one["before"] != one["after"]
        floors = f"{shown(one['before'])} → {shown(one['after'])}" if moved else shown(one["after"])
        table.add_row(
            local(one["at"]) if one["at"] else "", one["commit"][:10], safe(one["name"]), safe(what) + end, floors,
            safe(one["actor"], 40), safe(one["reason"]),
        )  # fmt: skip
    return table


def _excused(act: View, one: View, end: str) -> str:
    """What a waiver, or the end of one, comes to."""
    if act["kind"] == "end":
        return "not waived any more"
    counts = one["waived"]
    if not counts or counts["until"] == act["until"]:
        return f"waived{end}"
    until = f"until {local(counts['until'])}" if counts["until"] else "without an end"
    return f"waived {until} by an earlier commit's waiver, which ends later (--end ends both)"


def _why_not(act: View, one: View) -> str:
    """Why a floor is not the one that was asked for."""
    asked, found = act.get("value"), one["next_floor"]
    if asked is None or found is None or one["per"] or not one["verdict"] or figure(asked) == figure(found):
        return ""
    if found == one["own_value"]:
        return f" (not {figure(asked)}: the commit itself has {figure(found)}, which counts at once)"
    return f" (not {figure(asked)}: {figure(found)} is good enough)" if found == one["target"] else ""


def changes(done: View) -> list[str]:
    """What an act changed, a line for each ratchet that it concerns."""
    act, lines = done["act"], []
    earlier = {one["name"]: one for one in done["before"]}
    end = f" until {local(act['until'])}" if act["until"] else ""
    for one in done["verdicts"]:
        was = earlier.get(one["name"], one)
        if act["kind"] in ("waive", "end"):
            told = f"{_excused(act, one, end)}; the floor stays {shown(one['next_floor'])}"
        else:
            to = "is" if was["next_floor"] == one["next_floor"] else f"{shown(was['next_floor'])} →"
            told = f"floor {to} {shown(one['next_floor'])} from {act['commit'][:10]} on{end}{_why_not(act, one)}"
        now = one["verdict"] or "being measured anew"
        then = f"; it was {was['verdict']}, and is {now}" if was["verdict"] != one["verdict"] else ""
        lines.append(f"{one['name']}: {told}{then}")
    return lines
