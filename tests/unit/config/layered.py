"""What layers of configuration say together."""

from typing import Any

import yaml

from fullautoci.config import layers, service, shown
from fullautoci.config.detection import Facts
from fullautoci.config.layers import Effective
from fullautoci.config.overrides import Overrides, Setting
from tests.support.configurations import with_value

DETECTED = "detected"
DEFAULTS = "defaults of config.yml"
DEFAULTS_SET = "defaults in the database"
FILE = "the file"
OVERRIDE = "the override of config.yml"
SET = "the repository's in the database"
# The lower first, each with where `config show --origin` says that its values are from.
LAYERS = {
    DETECTED: "built-in",
    DEFAULTS: "config.yml",
    DEFAULTS_SET: "database",
    FILE: ".fullautoci.yml",
    OVERRIDE: "config.yml",
    SET: "database",
}
WHEN = "2026-01-02T03:04:05Z"


def settled(said: dict[str, dict[str, Any]]) -> Effective:
    """What counts of what layers say, each a value by its key, for a repository named `shop`."""

    def tree(layer: str) -> dict[str, Any]:
        whole: dict[str, Any] = {}
        for key, value in said.get(layer, {}).items():
            whole = with_value(whole, tuple(key.split(".")), value)
        return whole

    def settings(layer: str, above: str = "") -> tuple[Setting, ...]:
        told = said.get(layer, {}).items()
        return tuple(Setting(above + key, value, "somebody", WHEN, bool(above)) for key, value in told)

    of_service = {
        "defaults": tree(DEFAULTS),
        "repositories": {
            "shop": {"override": tree(OVERRIDE)},
            "other": {"override": {"cache": True}},
        },
    }
    overrides = Overrides("shop", settings(DEFAULTS_SET, "defaults."), settings(SET))
    file = service.parsed(yaml.safe_dump(of_service).encode(), "/somewhere/config.yml")
    raw = yaml.safe_dump(tree(FILE)).encode()
    return layers.effective(raw, Facts("django", tree(DETECTED).get("env", {})), file, overrides)


def value(found: Effective, key: str) -> Any:
    here: Any = shown.written(found.file, everything=True)
    for part in key.split("."):
        here = here[int(part) if isinstance(here, list) else part]
    return here
