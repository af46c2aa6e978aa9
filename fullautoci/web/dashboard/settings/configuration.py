"""Configuration: what counts, where each value was said, and what is set beside the files."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from flask import Blueprint, redirect, request, url_for
from pydantic import Field, ValidationError
from werkzeug.wrappers import Response

from fullautoci.config import document, keys
from fullautoci.config.places import kind_at
from fullautoci.config.schema import RepositoryFile
from fullautoci.config.service import ServiceFile
from fullautoci.config.shown import scalar
from fullautoci.errors import ConfigError, FullAutoCIError, UsageError
from fullautoci.store import choices, repositories
from fullautoci.web.access import access
from fullautoci.web.api.common import caller, found, reading, services
from fullautoci.web.dashboard.settings.shared import do, section
from fullautoci.web.operation import read_query, take_no_query, wrong
from fullautoci.web.schemas.base import Asked, Number, Text
from fullautoci.web.schemas.service import NewSetting, OfRepository

BUILT_IN = "built-in"


class Unset(OfRepository):
    """Which key is to say nothing any more, and whose."""

    key: Annotated[str, Field(min_length=1, max_length=500)]


class Set(Unset):
    """What it is to say, as YAML."""

    value: Text


class Of(Asked):
    """Whose: a repository's, or the service's."""

    repository: Number | None = None


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/settings/configuration")
    @access("known")
    def settings_configuration() -> Any:
        """What counts for the service, or at the tip of a repository's own branch."""
        query: Of = read_query(Of, request.args)
        with reading() as connection:
            watched = [one for one in repositories.watched(connection) if caller().sees(one.id)]
        one = query.repository
        if one is None and not caller().is_at_least("admin") and watched:
            one = watched[0].id
        view, problem = _shown(one)
        lines = [*rows(view["values"], view["origins"])] if view else []
        return section(
            "Configuration", "configuration.html", watched=watched, one=one, view=view, problem=problem, lines=lines,
            scalar=scalar,
        )  # fmt: skip

    @pages.post("/settings/configuration")
    @access("admin")
    def set_configuration() -> Response:
        """Have a key say a value."""
        said: Set = _form(Set)
        model = RepositoryFile if said.repository is not None else ServiceFile
        place = keys.settable(model, said.key)
        try:
            value = document.value(said.value.encode(), "the value")
        except ConfigError as error:  # of no file, but of what was typed
            raise UsageError(error.message, error.hint) from error
        body = NewSetting(value=keys.as_text(kind_at(model, place), value), repository=said.repository)
        do("set_config", key=said.key, body=body)
        return _back(said.repository)

    @pages.post("/settings/configuration/unset")
    @access("admin")
    def unset_configuration() -> Response:
        """Have a key say what the files say, again."""
        said: Unset = _form(Unset)
        do("unset_config", key=said.key, query=OfRepository(repository=said.repository))
        return _back(said.repository)


def rows(values: Mapping[str, Any], origins: Mapping[str, str], above: str = "") -> Iterator[tuple[str, str, str]]:
    """Each value by its key, as YAML on one line, and where it was said."""
    for name, value in values.items():
        key = f"{above}{name}"
        if isinstance(value, dict) and value:
            yield from rows(value, origins, f"{key}.")
        else:
            yield key, scalar(value), origin(key, origins)


def origin(key: str, origins: Mapping[str, str]) -> str:
    """Where a key's value was said, or that of one above it, or of one within it."""
    said = key
    while said:
        if said in origins:
            return origins[said]
        said = said.rpartition(".")[0]
    return next((where for name, where in origins.items() if name.startswith(f"{key}.")), BUILT_IN)


def _shown(repository: int | None) -> tuple[Mapping[str, Any] | None, str]:
    """What counts, and what is wrong; None: it is not to be told."""
    told = services().configuration
    if told is None:
        return None, "No daemon runs that could tell."
    if repository is None:
        return (told.service(), "") if caller().is_at_least("admin") else (None, "No repository is assigned to you.")
    one = found(repository)
    with reading() as connection:
        tip = choices.tip(connection, one.id, choices.trunk(connection, one.id))
    try:
        return told.repository(one.id, tip or None), ""
    except FullAutoCIError as error:  # its file is wrong, or its mirror is gone: what is said elsewhere still counts
        return told.repository(one.id, None), f"{error.message} {error.hint}".strip()


def _form(model: type[Asked]) -> Any:
    take_no_query()
    try:
        return model.model_validate({name: value for name, value in request.form.items() if value.strip()})
    except ValidationError as error:
        raise wrong(error) from error


def _back(repository: int | None) -> Response:
    return redirect(url_for("pages.settings_configuration", repository=repository), 303)
