"""What is configured: `config.yml` as it was read last, under what the database says at the moment."""

import json
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from fullautoci.config import document, keys, layers, shown
from fullautoci.config import service as service_file
from fullautoci.config.detection import Facts
from fullautoci.config.layers import Effective
from fullautoci.config.origin import Origin
from fullautoci.config.overrides import Overrides, Setting, covers
from fullautoci.config.schema import RepositoryFile
from fullautoci.config.service import ServiceFile
from fullautoci.errors import ConfigError, FullAutoCIError, NotFoundError, StoreError, UsageError
from fullautoci.layout import FILE_LIMIT
from fullautoci.planning import tools as planning
from fullautoci.store import overrides, repositories
from fullautoci.store.database import Connection
from fullautoci.store.repositories import Repository
from fullautoci.vcs.base import Mirror, Vcs

log = logging.getLogger(__name__)
Reading = Callable[[], AbstractContextManager[Connection]]


def read_again(folder: Path, known: ServiceFile) -> ServiceFile:
    """`config.yml` as it is now; as it is known, where it is wrong or cannot be read."""
    try:
        found = service_file.read(folder)
    except (ConfigError, OSError) as error:
        log.warning("the secrets stay as they were, like all of %s: %s", service_file.FILE_NAME, error)
        return known
    log.info("secrets, and what else of %s counts at once, were read again", service_file.FILE_NAME)
    warn_of_exposure(found, folder)
    return found


def mirrors(vcs: Vcs, folder: Path) -> Callable[[int], Mirror]:
    """A repository's mirror, by the repository's id."""
    return lambda number: vcs.mirror(folder / f"{number}.git")


def warn_of_exposure(found: ServiceFile, folder: Path) -> None:
    """Say where others may read what is secret."""
    if found.has_secrets() and service_file.exposed(folder):
        path = folder / service_file.FILE_NAME
        log.warning("%s has secrets and others may read it: 'chmod 600 %s'", path, path)


def in_force(file: ServiceFile, read: Reading) -> tuple[ServiceFile, Mapping[str, Origin]]:
    """What counts for the service, and where it was said.

    What is wrong in the database counts for nothing, with a warning: it can be put right only while a daemon runs.
    """
    try:
        with read() as connection:
            return layers.settled(file, overrides.settings(connection))
    except ConfigError as error:
        log.warning("what is set in the database counts for nothing: %s: %s", error.message, error.hint)
    except StoreError as error:
        log.debug("nothing is set in the database: %s", error.message)
    return layers.settled(file, ())


class Configuration:
    """Answers what counts, and looks at what is to be set before it is.

    Args:
        file: `config.yml`, as it is now.
        read: opens a read-only connection.
        mirror_of: a repository's mirror, by the repository's id.
    """

    def __init__(self, file: Callable[[], ServiceFile], read: Reading, mirror_of: Callable[[int], Mirror]) -> None:
        self._file = file
        self._reading = read
        self._mirror_of = mirror_of

    def service(self) -> dict[str, Any]:
        """What counts for the service: values as a file has them, without secrets; origins by key; what is set."""
        found, origins = in_force(self._file(), self._reading)
        with self._reading() as connection:
            told = overrides.settings(connection)
        return _view(shown.written(found), origins, told)

    def repository(self, identifier: int, commit: str | None) -> dict[str, Any]:
        """What counts for a commit of a repository or, without one, where its file says nothing; as `service`.

        Raises:
            NotFoundError: there is no such repository or commit.
            ConfigError: the commit's file is wrong.
        """
        with self._reading() as connection:
            repository = repositories.get(connection, identifier)
            told = overrides.of(connection, identifier)
        found = self._effective(repository.id, commit, told)
        view = _view(shown.written(found.file), found.origins, told.repository)
        return {"repository": identifier, "commit": commit, "project_type": found.facts.kind, **view}

    def effective(self, identifier: int, raw: bytes, facts: Facts) -> Effective:
        """What counts for a commit of a repository.

        Args:
            raw: the commit's `.fullautoci.yml`; empty where it has none.

        Raises:
            ConfigError: it is wrong.
        """
        with self._reading() as connection:
            told = overrides.of(connection, identifier)
        return layers.effective(raw, facts, self._file(), told)

    def _effective(self, identifier: int, commit: str | None, told: Overrides) -> Effective:
        if commit is None:
            return layers.effective(b"", Facts(), self._file(), told)
        mirror = self._mirror_of(identifier)
        if not mirror.contains(commit):
            raise NotFoundError("there is no such commit", "'fullautoci run' brings it")

        def read(path: str) -> bytes | None:
            return mirror.read(commit, path, document.SIZE_LIMIT)

        return layers.of_commit(mirror.files(commit), read, self._file(), told)

    def must_do(self, identifier: int, commit: str, tools: tuple[str, ...]) -> None:
        """Look whether tools that a person asks for have something to do at a commit.

        One whose file is wrong is not looked at: what is wrong is told by its run.

        Raises:
            UsageError: one is not configured there, or would be skipped.
        """
        with self._reading() as connection:
            told = overrides.of(connection, identifier)
        try:
            file = self._effective(identifier, commit, told).file
            planning.must_do(file, list(islice(self._mirror_of(identifier).files(commit), FILE_LIMIT)), tools)
        except ConfigError as error:
            log.debug("%s: %s", commit[:12], error.message)

    def check(self, repository: Repository | None, setting: Setting, commit: str | None) -> None:
        """Look whether a setting can be: by itself, and with all that counts beside it.

        Args:
            repository: whose; None: the service's.
            commit: with whose file it is to make sense, if that does so without it.

        Raises:
            UsageError: there is no such key.
            ConfigError: the value is wrong.
        """
        keys.settable(ServiceFile if repository is None else RepositoryFile, setting.key)
        within_bounds(setting.value)
        setting = replace(setting, actor="", set_at="")  # what is wrong was not set yet
        with self._reading() as connection:
            told = overrides.of(connection, repository.id if repository else overrides.SERVICE)
        if repository is None:
            layers.settled(self._file(), with_setting(told.service, setting))
            return
        new = Overrides(told.name, told.service, with_setting(told.repository, setting))
        layers.checked(new.repository)
        if commit is not None and self._makes_sense(repository.id, commit, told):
            self._effective(repository.id, commit, new)

    def _makes_sense(self, identifier: int, commit: str, told: Overrides) -> bool:
        try:
            self._effective(identifier, commit, told)
        except FullAutoCIError:
            return False
        return True


def with_setting(known: tuple[Setting, ...], setting: Setting) -> tuple[Setting, ...]:
    """What is set once a setting is, too."""
    return (*(one for one in known if not covers(setting.key, one.key)), setting)


def within_bounds(value: Any) -> None:
    """Look whether a value is no larger, and no deeper, than a file could have it.

    Raises:
        UsageError: it is.
    """
    try:
        document.value(json.dumps(value, ensure_ascii=False).encode(), "the value")
    except (RecursionError, UnicodeEncodeError, ValueError, TypeError) as error:
        raise UsageError("the value can stand in no file") from error


def _view(values: dict[str, Any], origins: Mapping[str, Origin], told: tuple[Setting, ...]) -> dict[str, Any]:
    return {
        "values": values,
        "origins": {key: str(origin) for key, origin in origins.items()},
        "set": [{"key": one.key, "value": one.value, "actor": one.actor, "at": one.set_at} for one in told],
    }
