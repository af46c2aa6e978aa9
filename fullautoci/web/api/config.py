"""Configuration: what counts, and what is set beside the files."""

from typing import Any

from flask import Blueprint

from fullautoci.config.service import AT_START
from fullautoci.errors import ConfigError, DaemonDownError, UsageError
from fullautoci.store.repositories import Repository
from fullautoci.text import one_line
from fullautoci.web.api.common import actions, actor, caller, found, services
from fullautoci.web.audited import tell
from fullautoci.web.operation import operation
from fullautoci.web.schemas.service import ConfigQuery, Configuration, NewSetting, OfRepository, WasSet, WasUnset


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/config")
    @operation("known", query=ConfigQuery, answer=Configuration)
    def get_config(query: ConfigQuery) -> Any:
        """What counts: for a `commit` of a `repository`, for one whose file says nothing, or for the service.

        That of the service is for admins.
        """
        shown = services().configuration
        if shown is None:
            raise DaemonDownError()
        if query.repository is None:
            caller().must_be("admin")
            return shown.service()
        return shown.repository(found(query.repository).id, query.commit)

    @api.put("/config/<key>")
    @operation("admin", body=NewSetting, answer=WasSet, audit="config.set")
    def set_config(key: str, body: NewSetting) -> Any:
        """Have a key say a `value`, for a `repository` or, without one, for the service.

        A `commit` may be named with whose file that is to make sense.
        """
        repository = _repository(body.repository)
        try:
            actions().configure(repository, key, body.value, actor(), body.commit or None)
        except ConfigError as error:  # of no file, but of what was asked
            raise UsageError(error.message, error.hint) from error
        _tell(key, repository)
        return {"key": key, "restart": repository is None and key.partition(".")[0] in AT_START}

    @api.delete("/config/<key>")
    @operation("admin", query=OfRepository, answer=WasUnset, audit="config.unset")
    def unset_config(key: str, query: OfRepository) -> Any:
        """Have a key say nothing any more, beside the files."""
        repository = _repository(query.repository)
        count = actions().unconfigure(repository, key, actor())
        _tell(key, repository)
        return {"unset": count, "restart": repository is None and key.partition(".")[0] in AT_START}


def _repository(identifier: int | None) -> Repository | None:
    return None if identifier is None else found(identifier)


def _tell(key: str, repository: Repository | None) -> None:
    """Which key; not its value, which may be what should not be in the trail."""
    tell(one_line(key), repository=repository.id if repository else None)
