"""The reference of the API in Markdown, made from its OpenAPI document: `make docs` puts it into docs/api.md."""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fullautoci.web import openapi
from fullautoci.web.app import create_app
from fullautoci.web.services import Services

_MARKED = re.compile(r"(<!-- operations -->\n).*?(<!-- end -->\n)", re.DOTALL)

Schema = Mapping[str, Any]


def updated(text: str) -> str:
    """A text with the reference as it is now, between `<!-- operations -->` and `<!-- end -->`."""
    return _MARKED.sub(lambda found: f"{found[1]}\n{reference()}\n{found[2]}", text)


def reference() -> str:
    """Every operation by noun, then every shape that is taken or given."""
    unused: Any = None
    document = openapi.document(create_app(Services(unused, Path(), dict, None), b"", tuple))
    schemas = document["components"]["schemas"]
    return "\n".join([*_operations(document), "## Shapes\n", *_shapes(schemas)])


def _operations(document: Schema) -> Iterator[str]:
    by_noun: dict[str, list[tuple[str, str, Schema]]] = {}
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            by_noun.setdefault(one["tags"][0], []).append((method.upper(), path, one))
    for noun, found in sorted(by_noun.items()):
        yield f"## {noun.replace('_', ' ').capitalize()}\n"
        for method, path, one in found:
            yield from _operation(method, path, one)


def _operation(method: str, path: str, one: Schema) -> Iterator[str]:
    yield f"### `{method} {path}`\n"
    yield f"{one['summary']} {one['description']}\n".replace("\n\n", " ").replace("  ", " ")
    query = [parameter for parameter in one["parameters"] if parameter["in"] == "query"]
    if query:
        yield "| parameter | what it may be | |\n|---|---|---|"
        yield from (
            _row(parameter["name"], parameter["schema"], parameter.get("description", "")) for parameter in query
        )
        yield ""
    if "requestBody" in one:
        kind, content = next(iter(one["requestBody"]["content"].items()))
        yield f"Body: {_kind(content['schema'])}{'' if kind == 'application/json' else f', as `{kind}`'}.\n"
    status, answer = next(iter(one["responses"].items()))
    contents = answer.get("content", {})
    shown = [
        _kind(content["schema"]) if kind == "application/json" else f"`{kind}`" for kind, content in contents.items()
    ]
    yield f"Answer: {status}{', ' + ' or '.join(shown) if shown else ', and nothing'}.\n"


def _shapes(schemas: Mapping[str, Schema]) -> Iterator[str]:
    for name, schema in sorted(schemas.items()):
        yield f"### {name}\n"
        yield f"{schema.get('description', '')}\n"
        if schema.get("properties"):
            yield "| key | what it is | |\n|---|---|---|"
            needed = schema.get("required", ()) if schema.get("additionalProperties") is False else ()
            for key, one in schema["properties"].items():
                yield _row(key, one, "needed" if key in needed else "")
            yield ""


def _row(name: str, schema: Schema, more: str) -> str:
    told = [one for one in (more or schema.get("description", ""), _default(schema)) if one]
    return f"| `{name}` | {_kind(schema)} | {'; '.join(told)} |"


def _default(schema: Schema) -> str:
    default = schema.get("default")
    return (
        ""
        if default in (None, "", [])
        else f"without it `{str(default).lower() if isinstance(default, bool) else default}`"
    )


def _kind(schema: Schema) -> str:
    """What a schema lets a value be, in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{one}`" for one in schema.get("enum", [schema.get("const")]))
    return _plain_kind(schema)


def _plain_kind(schema: Schema) -> str:
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"mapping to {_kind(inner)}" if isinstance(inner, dict) and inner else "mapping"
    if kind == "string" and schema.get("format") == "date-time":
        return "moment"
    words = {"integer": "whole number", "boolean": "true or false", "string": "text", None: "anything"}
    return words.get(kind, str(kind)) + _bounds(schema)


def _bounds(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None and high < 10**6:
        return f", {low} to {high}"
    return ""


if __name__ == "__main__":
    for file in map(Path, sys.argv[1:]):
        file.write_text(updated(file.read_text("utf-8")), "utf-8")
