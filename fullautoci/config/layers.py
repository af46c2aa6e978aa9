"""The configuration that counts: what is built in, under the service's defaults, the commit's file, and overrides."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from pydantic import ValidationError

from fullautoci.config import detection, document, merging
from fullautoci.config.detection import Facts
from fullautoci.config.document import PlacedError
from fullautoci.config.held import RatchetSection
from fullautoci.config.load import validated
from fullautoci.config.merging import Part, is_environment, merged
from fullautoci.config.origin import BUILT_IN, Origin
from fullautoci.config.overrides import Overrides, Setting, ordered
from fullautoci.config.places import Wrong, dotted, find, wrong
from fullautoci.config.ratchets import DEFAULTS
from fullautoci.config.schema import BUILT_IN_TOOLS, FILE_NAME, LAYER, RepositoryFile
from fullautoci.config.service import ServiceFile
from fullautoci.config.values import Section
from fullautoci.errors import ConfigError
from fullautoci.layout import python_layout

File = TypeVar("File", bound=Section)

FOR_ALL = "defaults"
# What of a rule is said where it differs from what a section has anyway.
_UNSAID: dict[str, Any] = {"target": None, "slack": 0.0, "per": "", "reach": None}


@dataclass(frozen=True)
class Effective:
    """What counts for a commit.

    Attributes:
        file: as a repository's file would say it.
        origins: where each value was said, by its key; what is not here is said nowhere, and is as it is by default.
        facts: what is told from the commit's files.
    """

    file: RepositoryFile
    origins: Mapping[str, Origin]
    facts: Facts

    def origin(self, key: str) -> Origin:
        """Where the value of a key was said."""
        return origin_of(self.origins, key)


def origin_of(origins: Mapping[str, Origin], key: str) -> Origin:
    """Where the value of a key was said."""
    return origins.get(key, BUILT_IN)


def of_commit(
    names: Iterable[str], read: Callable[[str], bytes | None], service: ServiceFile, overrides: Overrides
) -> Effective:
    """What counts for a commit with these files, as `effective` has it.

    Args:
        read: a file's content, up to `document.SIZE_LIMIT`; None: the commit has none of that name.
    """
    facts = detection.facts(python_layout(names), read)
    return effective(read(FILE_NAME) or b"", facts, service, overrides)


def effective(raw: bytes, facts: Facts, service: ServiceFile, overrides: Overrides, name: str = FILE_NAME) -> Effective:
    """What counts for a commit, layer upon layer: built in for its kind of project; `defaults` of config.yml, and those
    in the database; the commit's file; the override for its repository in config.yml, and that in the database.

    It reads nothing and asks nobody, and takes about a millisecond.

    Args:
        raw: the commit's `.fullautoci.yml`; empty where it has none.
        name: what that is called in errors.

    Raises:
        ConfigError: the file is wrong, or is together with what the other layers say; at its place.
    """
    said = document.read(raw, name)
    validated(RepositoryFile, said, LAYER)
    below = ("repositories", overrides.name, "override")
    lower = [
        built_in(facts),
        _of_service(service, (FOR_ALL,)),
        *(merging.of_setting(one, (FOR_ALL,)) for one in _defaults(overrides.service)),
    ]
    upper = [
        merging.of_document(said),
        _of_service(service, below) if overrides.name else None,
        *(merging.of_setting(one) for one in ordered(overrides.repository)),
    ]
    whole = _without_secrets(laid([_for_tools_of(laid(upper), laid(lower)), *upper]))
    return Effective(_whole(RepositoryFile, whole, None), origins(whole), facts)


def settled(service: ServiceFile, settings: Iterable[Setting]) -> tuple[ServiceFile, Mapping[str, Origin]]:
    """What counts for the service: `config.yml`, under what is set in the database; and where it was said.

    Raises:
        ConfigError: what is set in the database is wrong, alone or together with the file.
    """
    known = ordered(settings)
    file = merging.of_document(service.document) if service.document is not None else None
    if not known:
        return service, origins(file) if file is not None else {}
    whole = laid([file, *(merging.of_setting(one) for one in known)])
    return _whole(ServiceFile, whole, LAYER).read_from(service.document), origins(whole)


def checked(settings: Iterable[Setting]) -> None:
    """Look whether what is set for a repository can be said at all, whatever else is.

    Raises:
        ConfigError: it cannot.
    """
    _whole(RepositoryFile, laid(merging.of_setting(one) for one in ordered(settings)), LAYER)


def built_in(facts: Facts) -> Part:
    """What holds by default, where the schema's own defaults do not say it all."""
    tools = {tool: {"ratchet": [_said(asdict(rule)) for rule in rules]} for tool, rules in DEFAULTS.items()}
    part = merging.of_value({"tools": tools}, BUILT_IN)
    if not facts.env:
        return part
    env = merging.of_value(dict(facts.env), replace(BUILT_IN, detail=facts.kind))
    return replace(part, parts={**(part.parts or {}), "env": env})


def _said(rule: dict[str, Any]) -> dict[str, Any]:
    known = {key: value for key, value in rule.items() if key in RatchetSection.model_fields}
    return {key: value for key, value in known.items() if key not in _UNSAID or value != _UNSAID[key]}


def laid(layers: Iterable[Part | None]) -> Part:
    """All layers as one, the lowest first."""
    whole: Part | None = None
    for layer in layers:
        whole = merged(whole, layer)
    return whole or Part(BUILT_IN, parts={})


def origins(whole: Part) -> dict[str, Origin]:
    """Where each value was said, by its key."""
    found = {}
    for place, part in whole.leaves():
        # Of a kind of environment of which nothing is said, the kind is what was said.
        found[dotted(place[:-1] if part.parts is not None and is_environment(place[:-1]) else place)] = part.origin
    return found


def _defaults(settings: Iterable[Setting]) -> list[Setting]:
    return [one for one in ordered(settings) if one.key == FOR_ALL or one.key.startswith(f"{FOR_ALL}.")]


def _of_service(service: ServiceFile, below: tuple[str, ...]) -> Part | None:
    return merging.of_document(service.document, below) if service.document is not None else None


def _for_tools_of(upper: Part, lower: Part) -> Part:
    """Defaults, but for tools that are nobody's: what would be theirs if the repository had them."""
    parts = lower.parts or {}
    tools, known = (parts["tools"].parts or {}) if "tools" in parts else {}, upper.at(("tools",))[0].parts or {}
    kept = {
        name: tool
        for name, tool in tools.items()
        if name in BUILT_IN_TOOLS or name in known or not tool.parts or "command" in tool.parts
    }
    return replace(lower, parts={**parts, "tools": replace(parts["tools"], parts=kept)}) if tools else lower


def _without_secrets(whole: Part) -> Part:
    """What is told from a commit's files, but for what the configuration calls a secret."""
    parts = whole.parts or {}
    secrets = parts["secrets"].value if "secrets" in parts else ()
    env = parts["env"].parts if "env" in parts else None
    if not env or not isinstance(secrets, list):
        return whole
    kept = {key: one for key, one in env.items() if key not in secrets or one.origin.source != BUILT_IN.source}
    return replace(whole, parts={**parts, "env": replace(parts["env"], parts=kept)})


def _whole(model: type[File], whole: Part, context: Mapping[str, Any] | None) -> File:
    try:
        return model.model_validate(whole.plain(), context=dict(context or {}))
    except ValidationError as error:
        raise _placed(wrong(model, error), whole) from error


def _placed(found: Wrong, whole: Part) -> ConfigError:
    """An error in what the layers say together, at the place of the one that says it."""
    part, rest = whole.at(found.place)
    if part.document is not None and part.node is not None:
        node, key = find(part.node, rest)
        mark = (key if found.of_key and rest else node).start_mark
        return PlacedError(mark, found.problem, found.hint).config_error(part.document.name)
    if part.origin.at:
        words = f"{part.origin.key}, set {part.origin.at.partition('T')[0]} by {part.origin.actor}: {found.problem}"
        return ConfigError(words, "; ".join(filter(None, (found.hint, f"'{part.origin.unset}' takes it away"))))
    return ConfigError(found.problem, found.hint)
