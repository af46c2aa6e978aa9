"""The API under requests that its own document describes, and many that it does not."""

from pathlib import Path

import pytest

from tests.support.api.fuzz import fuzz
from tests.support.api.populated import populate
from tests.support.faults import seeded, sized

LEAST = sized(1_000, 20_000)


def test_no_request_is_answered_otherwise_than_the_document_says(
    short_tmp: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = populate(short_tmp)
    try:
        with seeded(capsys, "schemathesis") as chance:
            found = fuzz(there, sized(8, 400), chance.randrange(2**32), sized(900, 7200))
        assert found.passed, found.text[-20_000:]
        assert found.cases >= LEAST, found.text[-3_000:]
        assert found.operations > 40
        assert "Traceback" not in there.home.log()
        with capsys.disabled():
            print(f"{found.cases} cases, {found.operations} operations")
    finally:
        there.home.close()
