"""Any file, any `config.yml` and anything set beside them are a configuration or an error for people."""

import re
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.config import keys, layers, service, shown
from fullautoci.config.detection import Facts
from fullautoci.config.overrides import Overrides, Setting
from fullautoci.config.schema import RepositoryFile
from fullautoci.config.service import ServiceFile
from fullautoci.errors import ConfigError, UsageError
from tests.support.configurations import REPOSITORY, at, places, rendered, with_value
from tests.unit.fuzz import FUZZ

Told = dict[tuple[str, ...], Any]
# Where anything is said at all, with what a file has there.
PLACES = [place for place, _ in places(REPOSITORY) if all(isinstance(part, str) for part in place)]
_words = st.sampled_from(
    "off on true 1 0 venv nix docker 10m 2G 7d score missing_lines file lower 10% src ../x [] {} [a] [[a]] ~ .nan 1.10 "
    "{venv:} {nix:{shell:ci}} {metric:score} [{metric:score,target:9}] [{metric:score},{metric:score}] {a:b}".split(" ")
)
values = st.one_of(_words.map(lambda text: yaml.safe_load(text.replace(":", ": "))), st.text(max_size=5), st.integers())
_TREE = yaml.safe_load(rendered(REPOSITORY)[0])
# Now and then a wrong one: where there were more, nothing would come to the layers.
_right = st.sampled_from([(place, at(_TREE, place)) for place in PLACES])
_any = st.tuples(st.sampled_from(PLACES), values)
said = st.lists(st.integers(0, 15).flatmap(lambda number: _right if number else _any), max_size=4).map(dict)


def _tree(told: Told) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for place, value in sorted(told.items()):
        try:
            tree = with_value(tree, place, value)
        except (AttributeError, TypeError):  # something above it is no mapping already
            continue
    return tree


def _settings(told: Told, above: str = "") -> tuple[Setting, ...]:
    """What of it can be set, as the service looks at it."""
    found: tuple[Setting, ...] = ()
    for place, value in told.items():
        setting = Setting(above + ".".join(place), value, "somebody", "2026-01-01T00:00:00Z", bool(above))
        try:
            keys.settable(ServiceFile if above else RepositoryFile, setting.key)
            if above:
                layers.settled(ServiceFile(), [*found, setting])
            else:
                layers.checked([*found, setting])
        except (ConfigError, UsageError):
            continue
        found += (setting,)
    return found


@FUZZ
@given(said, said, said, said, said)
def test_any_layers_are_a_configuration_or_an_error_that_says_where(
    file: dict[Any, Any],
    defaults: dict[Any, Any],
    override: dict[Any, Any],
    own: dict[Any, Any],
    of_all: dict[Any, Any],
) -> None:
    told = {"defaults": _tree(defaults), "repositories": {"shop": {"override": _tree(override)}}}
    overrides = Overrides("shop", _settings(of_all, "defaults."), _settings(own))
    raw = yaml.safe_dump(_tree(file), allow_unicode=True).encode("utf-8", "replace")
    try:
        settings = service.parsed(yaml.safe_dump(told, allow_unicode=True).encode("utf-8", "replace"), "config.yml")
        found = layers.effective(raw, Facts("python package", {"A": "b"}), settings, overrides)
    except ConfigError as error:
        where = r"(\.fullautoci|config)\.yml:\d+:\d+: .|[\w.-]+, set 2026-01-01 by somebody: ."
        assert re.match(where, error.message)  # noqa: PT017 - either way is right
        return
    assert found.file == RepositoryFile.model_validate(shown.written(found.file, everything=True))
    layers_named = ("built-in", "config.yml", ".fullautoci.yml", "database")
    assert {origin.source for origin in found.origins.values()} <= set(layers_named)
