"""How results are told in a line, on the page and on the command line alike: what is new, verdicts, where from."""

from collections.abc import Mapping
from typing import Any

from fullautoci.text import variant_name

View = Mapping[str, Any]

BAD, GOOD, WAIVED, QUIET = "bad", "good", "waived", "quiet"
_MOODS = {
    "unjudged": BAD, "regressed": BAD, "inherited": BAD, "met": GOOD, "improved": GOOD,
}  # fmt: skip


def figure(value: float) -> str:
    """A measured value with at most four digits behind the point, and no needless zeros."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def job_name(job: View) -> str:
    """How a job is called: `coverage@3.13`; that of a project which is not the whole, `services/api:coverage`."""
    name = variant_name(job["tool"], job.get("variant", ""))
    project = job.get("project", ".")
    return name if project in ("", ".") else f"{project}:{name}"


def delta(job: View) -> str:
    """`2 new, 1 fixed, 14 unresolved findings against 1a2b3c4d5e`; empty where there is nothing to tell."""
    found, fixed = job["findings"], job["fixed"]
    if not job["against"] or not (found or fixed):
        return ""
    new = sum(one["status"] == "new" for one in found)
    against = job["against"]["commit"][:10]
    return f"{new} new, {len(fixed)} fixed, {len(found) - new} unresolved findings against {against}"


def news(job: View) -> str:
    """What a job's findings have of new and fixed: `2 new, 1 fixed`; empty where there is neither."""
    counts = job["counts"]
    return ", ".join(f"{counts[word]} {word}" for word in ("new", "fixed") if counts[word])


def verdict(one: View) -> str:
    """A verdict: `score 8.95: regressed (floor 9.2, tolerance 0.05): worse than its parent by 0.25`."""
    measured = [metric(one), *([] if one["value"] is None else [figure(one["value"])])]
    points = [f"{name} {figure(one[name])}" for name in ("floor", "target") if one[name] is not None]
    points += [f"tolerance {figure(one['tolerance'])}"] if one.get("tolerance") and points else []
    against = f" ({', '.join(points)})" if points else ""
    reason = f": {one['reason']}" if one["reason"] else ""
    blame = one["blame"][:10] if one["verdict"] != "regressed" else ""  # which blames its own commit
    since = f", since {blame}" if blame and blame not in one["reason"] else ""
    flags = f" · {', '.join(one['flags'])}" if one["flags"] else ""
    hint = f" ({one['hint']})" if one.get("hint") else ""
    return f"{' '.join(measured)}: {one['verdict']}{against}{reason}{since}{flags}{hint}"


def metric(one: View) -> str:
    """What a verdict is on: `score`, or `findings by file` where each file is held."""
    return f"{one['metric']} by {one['per']}" if one.get("per") else str(one["metric"])


def act(kind: str) -> str:
    """What somebody did about a ratchet, in words."""
    return "waiver ended" if kind == "end" else kind


def mood(one: View) -> str:
    """Whether a verdict is bad, bad but waived, good, or nothing to look at."""
    found = _MOODS.get(one["verdict"], QUIET)
    return WAIVED if found == BAD and "waived" in one["flags"] else found


def outcome(thing: View) -> str:
    """A run's or job's outcome, or its state while it has none.

    A probe that is shown stands for a tool that the commit switched off: that its programs passed says nothing of the
    commit. It `failed` where one of its verdicts did, else it is `probed`.
    """
    if thing.get("purpose") != "probe" or thing["outcome"] not in ("passed", "failed"):
        return str(thing["outcome"] or thing["state"])
    return "failed" if any(one["failing"] for one in thing.get("verdicts", ())) else "probed"


def own_reason(job: View) -> str:
    """A job's reason, unless it repeats a verdict, which is told by itself."""
    repeats = any(job["reason"].startswith(f"{one['metric']} {one['verdict']}") for one in job["verdicts"])
    return "" if repeats else str(job["reason"])


def provenance(job: View) -> str:
    """From where a result is: of one not measured, `same as 1a2b3c4d5e (run 12): nothing was run`; or why it is."""
    said = []
    if job.get("purpose") == "probe":
        said.append("switched off by this commit; run once more as its parent has it, so that nothing falls unseen")
    if job.get("reused_from"):
        said.append(f"same as {job['reused_commit'][:10]} (run {job['reused_run']}): nothing was run")
    return "; ".join(said)
