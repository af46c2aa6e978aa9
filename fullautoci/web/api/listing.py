"""What views of listings share: what is asked for, as the store takes it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from fullautoci.web.api.common import found
from fullautoci.web.instants import instant


def narrowed(query: BaseModel, *names: str) -> dict[str, Any]:
    """What a listing is narrowed to, by name: moments as they are stored, and empty what is not asked for.

    Raises:
        NotFoundError: it is asked for a repository that is not there, or may not be seen.
        UsageError: a moment is none.
    """
    said: Mapping[str, Any] = query.model_dump(include=set(names))
    if said.get("repository") is not None:
        found(said["repository"])
    numbers = ("repository", "run")
    values = {name: value if name in numbers else value or "" for name, value in said.items()}
    return values | {name: instant(values[name], name) for name in ("since", "until") if name in values}
