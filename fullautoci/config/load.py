"""Reading `.fullautoci.yml` as hostile input: every error names line and column, and the nearest valid key."""

from typing import Any, TypeVar

from pydantic import ValidationError

from fullautoci.config import document
from fullautoci.config.document import DEPTH_LIMIT, NODE_LIMIT, SIZE_LIMIT, Document
from fullautoci.config.places import Place, find, wrong
from fullautoci.config.schema import FILE_NAME, RepositoryFile
from fullautoci.config.values import Section

__all__ = ["DEPTH_LIMIT", "NODE_LIMIT", "SIZE_LIMIT", "parse", "parse_as", "validated"]

File = TypeVar("File", bound=Section)


def parse(raw: bytes) -> RepositoryFile:
    """What a repository's file says, were there nothing else.

    Raises:
        ConfigError: as `parse_as`.
    """
    return parse_as(RepositoryFile, raw, FILE_NAME)


def parse_as(model: type[File], raw: bytes, name: str, context: dict[str, Any] | None = None) -> File:
    """What a file says that has this model's keys.

    Args:
        context: of the validation: `schema.LAYER` for what is not the whole.

    Raises:
        ConfigError: it is too large, too deep, no YAML, or says what it must not; with line and column.
    """
    return validated(model, document.read(raw, name), context)


def validated(model: type[File], read: Document, context: dict[str, Any] | None = None) -> File:
    """What a document says that has this model's keys.

    Raises:
        ConfigError: it says what it must not; with line and column.
    """
    try:
        return model.model_validate(read.value, context=context)
    except ValidationError as error:
        raise placed(model, read, error).config_error(read.name) from error


def placed(model: type[Section], read: Document, error: ValidationError) -> "document.PlacedError":
    """The first of what is wrong with a document, at its place."""
    found = wrong(model, error)
    if read.root is None:
        return document.PlacedError(None, found.problem, found.hint)
    place: Place = found.place
    node, key = find(read.root, place)
    return document.PlacedError((key if found.of_key else node).start_mark, found.problem, found.hint)
