"""The one tree of expected errors."""

import pickle

import pytest

from fullautoci import errors
from fullautoci.errors import FullAutoCIError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, FullAutoCIError)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_the_way_from_a_worker(kind: type[FullAutoCIError]) -> None:
    back = pickle.loads(pickle.dumps(kind("what", "do that")))
    assert (type(back), back.message, back.hint, str(back)) == (kind, "what", "do that", "what")


def test_usage_errors_have_an_exit_code_of_their_own() -> None:
    others = {kind.__name__: kind.exit_code for kind in KINDS if kind.exit_code != 1}
    assert others == {"UsageError": 2, "MalformedError": 2}
