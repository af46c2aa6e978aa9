"""How metrics are held, as a file says it and as it is by default."""

import pytest

from fullautoci.config.load import parse
from fullautoci.config.ratchets import DEFAULTS, rules
from fullautoci.errors import ConfigError
from fullautoci.ratchet.rule import HIGHER, LOWER, Rule

SCORE, SUPPRESSIONS = DEFAULTS["pylint"]


def held(ratchet: str, tool: str = "pylint") -> tuple[Rule, ...]:
    command = ", command: [x]" if tool == "docs" else ""
    file = parse(f"tools: {{{tool}: {{ratchet: {ratchet}{command}}}}}\n".encode())
    return rules(tool, file.tools[tool])


@pytest.mark.parametrize(
    ("ratchet", "expected"),
    [
        ("[]", (SCORE, SUPPRESSIONS)),
        ("off", ()),
        ("'off'", ()),
        ("no", ()),
        ("{metric: score, enabled: false}", (SUPPRESSIONS,)),
        ("[{metric: score, enabled: off}, {metric: suppressions, enabled: off}]", ()),
        ("{metric: score}", (SCORE, SUPPRESSIONS)),
        ("{metric: score, target: 9.5}", (Rule("score", HIGHER, 9.5, 0.05), SUPPRESSIONS)),
        ("{metric: score, tolerance: 0}", (Rule("score", HIGHER), SUPPRESSIONS)),
        ("{metric: score, slack: 10%}", (Rule("score", HIGHER, tolerance=0.05, slack=0.1), SUPPRESSIONS)),
        ("{metric: score, slack: 0.25}", (Rule("score", HIGHER, tolerance=0.05, slack=0.25), SUPPRESSIONS)),
        ("{metric: score, slack: 2.5 %}", (Rule("score", HIGHER, tolerance=0.05, slack=0.025), SUPPRESSIONS)),
        ("{metric: errors}", (SCORE, SUPPRESSIONS, Rule("errors", LOWER))),
        ("{metric: errors, direction: lower}", (SCORE, SUPPRESSIONS, Rule("errors", LOWER))),
        ("{metric: depth, direction: higher}", (SCORE, SUPPRESSIONS, Rule("depth", HIGHER))),
        ("{metric: findings, per: file}", (SCORE, SUPPRESSIONS, Rule("findings", LOWER, per="file"))),
    ],
)
def test_what_is_said_counts_over_what_is_built_in(ratchet: str, expected: tuple[Rule, ...]) -> None:
    assert held(ratchet) == expected


def test_of_a_command_nothing_is_held_unless_it_is_said() -> None:
    assert held("[]", "docs") == ()
    assert held("[{metric: tests_passed}, {metric: warnings}]", "docs") == (
        Rule("tests_passed", HIGHER),
        Rule("warnings", LOWER),
    )


@pytest.mark.parametrize(
    ("metric", "direction", "known"),
    [("score", "lower", "higher"), ("percent_lines", "lower", "higher"), ("findings", "higher", "lower"),
     ("suppressions", "higher", "lower"), ("tests_failed", "higher", "lower")],
)  # fmt: skip
def test_a_known_metric_cannot_be_turned_round(metric: str, direction: str, known: str) -> None:
    with pytest.raises(ConfigError, match=f":1:[0-9]+: .*'{metric}' is better the {known} it is"):
        held(f"{{metric: {metric}, direction: {direction}}}")
