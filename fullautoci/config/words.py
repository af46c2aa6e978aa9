"""What is wrong with a value, in words for people."""

from collections.abc import Mapping
from typing import Any

_TEXT = "text is expected; put it in quotes"
_SWITCH = "true or false is expected"
_WHOLE = "a whole number is expected"
_NUMBER = "a number is expected"
# By pydantic's name for what is wrong (https://docs.pydantic.dev/latest/errors/validation_errors/); what is not here is
# told in pydantic's words.
_WORDS = {
    "literal_error": "{expected} is expected",
    "model_type": "a mapping is expected, of keys and values",
    "dict_type": "a mapping is expected, of names and values",
    "tuple_type": "a list is expected, such as [a, b]",
    "string_type": _TEXT,
    "string_pattern_mismatch": "it is not of the form {pattern}",
    "bool_type": _SWITCH,
    "bool_parsing": _SWITCH,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "less_than_equal": "{le:g} is the most there can be",
    "greater_than_equal": "{ge:g} is the least there can be",
    "greater_than": "more than {gt:g} is expected",
    "too_short": "it has {actual_length} elements, and needs at least {min_length}",
    "too_long": "it has more than {max_length} elements",
    "missing": "it is missing",
}


def problem(error: Mapping[str, Any]) -> str:
    """What one of pydantic's errors says; never the value, which may be a secret."""
    if error["type"] in _WORDS:
        return _WORDS[error["type"]].format(**error.get("ctx", {}))
    return str(error["msg"]).removeprefix("Value error, ")


def advice(error: Mapping[str, Any]) -> str:
    """What to do about one of pydantic's errors; never the value."""
    if error["type"] not in ("model_type", "dict_type"):
        return ""
    if error["input"] is None:
        return "nothing is said here: take the key away, or say {}"
    if error.get("ctx", {}).get("class_name") == "ToolSection" and isinstance(error["input"], bool):
        return f"say {{enabled: {str(error['input']).lower()}}}"
    return ""
