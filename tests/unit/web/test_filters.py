"""How results are put on the page."""

from typing import Any

import pytest
from flask import Flask, render_template_string

from fullautoci.web import filters

OUTCOME = '{% from "parts.html" import outcome %}{{ outcome(thing) }}'


@pytest.mark.parametrize(
    ("thing", "shown"),
    [
        ({"outcome": "timed_out", "state": "done"}, '<span class="o timed_out">timed out</span>'),
        ({"outcome": None, "state": "running", "purpose": "check"}, '<span class="o running">running</span>'),
        (
            {"outcome": "passed", "state": "done", "purpose": "probe", "verdicts": [{"failing": True}]},
            '<span class="o failed">failed</span>',
        ),
    ],
)
def test_an_outcome_on_the_page(thing: dict[str, Any], shown: str) -> None:
    app = Flask("fullautoci.web.app")
    filters.install(app)
    with app.app_context():
        assert render_template_string(OUTCOME, thing=thing) == shown
