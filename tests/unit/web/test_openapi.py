"""The document of the API, and its reference: true, whole, and of this code."""

import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from fullautoci.web import openapi, reference
from fullautoci.web.app import create_app
from fullautoci.web.services import Services

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document(create_app(Services(None, Path(), dict, None), b"k", set))  # type: ignore[arg-type]


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(method, path, one) for path, methods in document["paths"].items() for method, one in methods.items()]


def test_the_document_is_openapi(document: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert document["openapi"] == "3.1.0"


def test_every_path_of_the_users_list_is_there(document: dict[str, Any]) -> None:
    there = {(method.upper(), re.sub(r"\{\w+\}", "*", path)) for method, path, _ in operations(document)}
    wanted = {
        "/repos": "GET POST", "/repos/*": "GET DELETE", "/repos/*/commits": "GET", "/repos/*/commits/*": "GET",
        "/repos/*/commits/*/results": "GET", "/trigger/*": "POST", "/status": "GET", "/users": "GET POST",
        "/users/*": "GET PUT DELETE",
    }  # fmt: skip
    missing = {(one, path) for path, methods in wanted.items() for one in methods.split()} - {
        (method, path.removeprefix("/api/v1")) for method, path in there
    }
    assert missing == set()


def test_every_operation_says_all_that_is_to_be_said(document: dict[str, Any]) -> None:
    found = operations(document)
    assert len({one["operationId"] for _, _, one in found}) == len(found) > 60
    for method, path, one in found:
        where = f"{method} {path}"
        assert one["summary"].endswith((".", ":")) or "." in one["summary"], where
        assert one["x-access"] in openapi.WHO, where
        assert {"400", "401", "403", "404", "429", "default"} <= set(one["responses"]), where
        assert set(re.findall(r"\{(\w+)\}", path)) == {
            parameter["name"] for parameter in one["parameters"] if parameter["in"] == "path"
        }, where
        assert ("Idempotency-Key" in {parameter["name"] for parameter in one["parameters"]}) == (method == "post"), (
            where
        )


def test_what_is_taken_is_closed_and_what_is_given_is_open(document: dict[str, Any]) -> None:
    for method, path, one in operations(document):
        body = one.get("requestBody", {}).get("content", {}).get("application/json")
        if body:
            name = body["schema"]["$ref"].rpartition("/")[2]
            assert document["components"]["schemas"][name]["additionalProperties"] is False, f"{method} {path}"
    assert "additionalProperties" not in document["components"]["schemas"]["Run"]


def test_the_reference_is_of_this_code() -> None:
    text = (DOCS / "api.md").read_text("utf-8")
    assert reference.updated(text) == text, "'make docs' puts that right"
    assert "### `DELETE /api/v1/users/{identifier}`" in text
    for link in set(re.findall(r"\]\(#([\w-]+)\)", text)):
        assert re.search(rf"^### {link}$", text, re.MULTILINE | re.IGNORECASE), link
