"""How listings are narrowed and sorted."""

from typing import Annotated, Literal

from pydantic import Field

from fullautoci.web.schemas.base import Paged, Text

When = Annotated[str, Field(max_length=40, description="a date or moment, as in 2026-12-31T18:00:00Z")]


class Sorted(Paged):
    """A part of a listing by time or number."""

    sort: Literal["newest", "oldest"] = "newest"


class Between(Sorted):
    """What was `since` a moment or later, and before `until`."""

    since: When = ""
    until: When = ""


Part = Annotated[str, Field(max_length=4096)]
Words = Annotated[Text, Field(description="words, each of three letters or more as a beginning")]
