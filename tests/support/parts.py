"""Parts that a test needs and a machine may lack."""

import os
from typing import NoReturn

import pytest


def required() -> set[str]:
    """Parts whose lack is a failure here, by FULLAUTOCI_REQUIRE (comma-separated)."""
    return set(os.environ.get("FULLAUTOCI_REQUIRE", "").split(",")) - {""}


def lacking(part: str, why: str) -> NoReturn:
    """Skip the test, saying which part is missing; fail it where the part is required."""
    if part in required():
        pytest.fail(f"{part} is required here and missing: {why}")
    pytest.skip(f"{part} is missing: {why}")
