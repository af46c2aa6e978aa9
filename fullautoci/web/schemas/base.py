"""What all models of the API share."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from fullautoci.errors import UsageError

# The largest whole number that every JSON reader keeps as it is (RFC 8259, section 6).
LARGEST = 2**53 - 1


class Asked(BaseModel):
    """What is asked: nothing but what is named here."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)


class Shown(BaseModel):
    """What is answered; keys may be added."""

    model_config = ConfigDict(defer_build=True)


def _whole(said: Any) -> Any:
    """JSON knows numbers only: 3.0 is a whole one (JSON Schema, 6.1.1)."""
    return int(said) if isinstance(said, float) and said.is_integer() else said


def _digits(said: Any) -> Any:
    if isinstance(said, str) and not (said.isascii() and said.isdigit() and len(said) <= 16):
        raise ValueError("must be a whole number that is not negative")
    return _whole(said)


def _switch(said: Any) -> Any:
    if isinstance(said, str) and said not in ("true", "false"):
        raise ValueError("must be true or false")
    return said


# Of a query or a body; of an answer's, plain `int` and `bool` will do.
Number = Annotated[int, Field(ge=0, le=LARGEST), BeforeValidator(_digits)]
Id = Annotated[int, Field(ge=1, le=LARGEST), BeforeValidator(_whole)]
Switch = Annotated[bool, BeforeValidator(_switch)]
Limit = Annotated[int, Field(ge=1, le=500, description="how many at most"), BeforeValidator(_digits)]
Cursor = Annotated[
    str, Field(max_length=2000, description="where the listing goes on, from the `Link` of the part before")
]
Sha = Annotated[
    str, Field(pattern=r"^[0-9a-f]{4,64}$", description="a commit's id, or at least four digits of its beginning")
]
Text = Annotated[str, Field(max_length=4096)]
Name = Annotated[str, Field(min_length=1, max_length=4096)]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class Paged(Asked):
    """A part of a listing."""

    limit: Limit = 50
    cursor: Cursor = ""


def position(cursor: str) -> int:
    """The number of the last of a listing by numbers that was shown; 0 for its beginning.

    Raises:
        UsageError: that is no cursor of such a listing.
    """
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 16):
        raise UsageError("that is no cursor", "take it from the 'Link' of the part before")
    return int(cursor or 0)
