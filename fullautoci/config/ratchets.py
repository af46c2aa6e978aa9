"""From what a tool's section says to the rules by which its metrics are held."""

from fullautoci.config.held import HIGHER_IS_BETTER, RatchetSection
from fullautoci.config.schema import ToolSection
from fullautoci.ratchet.rule import HIGHER, LOWER, Rule

# What is held without any file; a tool that does not report a metric has none to hold.
DEFAULTS = {
    "pylint": (Rule("score", HIGHER, tolerance=0.05), Rule("suppressions", LOWER)),
    "coverage": (Rule("percent_lines", HIGHER, tolerance=0.1), Rule("suppressions", LOWER)),
}


def rules(tool: str, section: ToolSection) -> tuple[Rule, ...]:
    """How the metrics of a tool are held: by default, but for those of which the section says something."""
    if section.ratchet == "off":
        return ()
    held = {(rule.metric, rule.per): rule for rule in DEFAULTS.get(tool, ())}
    for one in section.ratchet:
        key = (one.metric, one.per or "")
        if not one.enabled:
            held.pop(key, None)
        else:
            held[key] = _rule(one, held.get(key))
    return tuple(held.values())


def _rule(said: RatchetSection, known: Rule | None) -> Rule:
    usual = known or Rule(said.metric, HIGHER if said.metric in HIGHER_IS_BETTER else LOWER, per=said.per or "")
    return Rule(
        metric=said.metric,
        direction=said.direction or usual.direction,
        target=said.target,
        tolerance=usual.tolerance if said.tolerance is None else said.tolerance,
        slack=usual.slack if said.slack is None else said.slack,
        per=said.per or "",
    )
