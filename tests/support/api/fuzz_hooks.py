"""Loaded by schemathesis: valid cases often name what is really there, and none removes what the rest is about."""

import json
import os
import random
from typing import Any

import schemathesis
from schemathesis import GenerationMode

REAL: dict[str, list[Any]] = json.loads(os.environ["FUZZ_REAL"])
KEPT: list[list[Any]] = json.loads(os.environ["FUZZ_KEPT"])


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Put the names of real things into three of four valid cases."""
    parameters = case.path_parameters
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE or not parameters:
        return
    chance = random.Random(repr(sorted(parameters.items())))  # the same case is the same call, also when shrunk
    for name in parameters:
        noun = case.operation.path.split("/")[3]
        real = REAL.get(f"{noun}.{name}") or REAL.get(name)
        if real and chance.random() < 0.75:
            parameters[name] = chance.choice(real)


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Leave out what would end the key that is used, or what the other cases are about."""
    return not _ends(case)


def _ends(case: Any) -> bool:
    return any(
        case.method == method
        and case.operation.path == path
        and str((case.path_parameters or {}).get("identifier")) == str(number)
        for method, path, number in KEPT
    )
