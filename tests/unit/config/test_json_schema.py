"""The JSON Schema for editors takes what the service takes, and refuses most of what it refuses."""

from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from fullautoci.config import document
from fullautoci.config.json_schema import json_schema, sections
from fullautoci.config.schema import RepositoryFile
from fullautoci.config.service import ServiceFile
from fullautoci.errors import ConfigError
from tests.support import invalid_configurations
from tests.support.configurations import SERVICE, rendered, valid

SCHEMAS = {model: json_schema(model) for model in (RepositoryFile, ServiceFile)}
VALIDATORS = {model: Draft202012Validator(schema) for model, schema in SCHEMAS.items()}


@pytest.mark.parametrize("model", SCHEMAS)
def test_it_is_a_json_schema(model: Any) -> None:
    Draft202012Validator.check_schema(SCHEMAS[model])
    assert SCHEMAS[model]["$schema"].startswith("https://json-schema.org/draft/2020-12/")


def described(part: Any, place: str = "") -> list[str]:
    """The keys that nothing is said of."""
    found = []
    for name, inner in part.get("properties", {}).items():
        found += [] if inner.get("description") else [f"{place}.{name}"]
    return found


@pytest.mark.parametrize("model", SCHEMAS)
def test_every_key_is_described(model: Any) -> None:
    schema = SCHEMAS[model]
    assert described(schema) == []
    assert {name: described(part) for name, part in schema["$defs"].items() if described(part)} == {}
    assert {section.__name__ for section in sections(model)} == {model.__name__, *schema["$defs"]}


MORE = [
    "{}",
    "environment: docker",
    "environment: {nix: }",
    "environment: {nix: {shell: a.b}}",
    "environment: {venv: {python: 3.12}}",
    "environment: {venv: {lock: off}}",
    "flaky: {quarantine: off}",
    "flaky: {quarantine: 4w}",
    "cache: yes",
    "tools: {pylint: {ratchet: off}}",
    "tools: {pylint: {ratchet: {metric: score, target: 9}}}",
    "tools: {pylint: {timeout: 90}}",
    "tools: {pylint: {timeout: 1.5h}}",
    "tools: {pylint: {args: [1, 2.5, x]}}",
    "tools: {docs: {command: [make]}}",
    "env: {A: 1, B: 1.5, C: c}",
    "setup: [[make, 3]]",
    "projects: {a: {path: ., tools: {pylint: {enabled: no}}}}",
]


@pytest.mark.parametrize("text", [*(rendered(tree)[0] for _, tree in valid()), *MORE])
def test_what_is_right_is_right_for_editors(text: str) -> None:
    RepositoryFile.model_validate(document.read(text.encode(), "x").value)
    assert list(VALIDATORS[RepositoryFile].iter_errors(yaml.safe_load(text))) == []


@pytest.mark.parametrize(
    "text",
    [
        rendered(SERVICE)[0], "{}", "sandbox: off", "sandbox: {mode: auto}", "limits: {memory: 4294967296}",
        "defaults: {environment: {venv: {python: '3.11'}}}",
    ],
)  # fmt: skip
def test_what_is_right_for_the_service_is_right_for_editors(text: str) -> None:
    ServiceFile.model_validate(document.read(text.encode(), "x").value)
    assert list(VALIDATORS[ServiceFile].iter_errors(yaml.safe_load(text))) == []


def test_most_of_what_is_wrong_is_wrong_for_editors_too() -> None:
    taken, refused = [], 0
    for case in invalid_configurations.cases():
        try:
            value = document.read(case.raw, "x").value
        except ConfigError:
            continue  # an editor's own reading of YAML comes first
        if VALIDATORS[ServiceFile if case.service else RepositoryFile].is_valid(value):
            taken.append(case.name)
        else:
            refused += 1
    assert refused > 700
    assert len(taken) < 0.05 * refused, taken
