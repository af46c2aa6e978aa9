"""How results are put on the page."""

from typing import Any

import pytest
from flask import Flask, render_template_string

from fullautoci.web import filters

OUTCOME = '{% from "parts.html" import outcome %}{{ outcome(thing) }}'


@pytest.mark.parametrize(
    ("thing", "look", "word"),
    [
        ({"outcome": "timed_out", "state": "done"}, "bad", "timed out"),
        ({"outcome": None, "state": "running", "purpose": "check"}, "busy", "running"),
        (
            {"outcome": "passed", "state": "done", "purpose": "probe", "verdicts": [{"failing": True}]},
            "bad",
            "failed",
        ),
    ],
)
def test_an_outcome_on_the_page(thing: dict[str, Any], look: str, word: str) -> None:
    app = Flask("fullautoci.web.app")
    filters.install(app)
    with app.app_context():
        shown = render_template_string(OUTCOME, thing=thing)
    assert shown.startswith(f'<span class="o {look}"><svg')
    assert shown.endswith(f"</svg>{word}</span>")
    assert ('class="turn"' in shown) == (look == "busy"), "what is under way turns"
