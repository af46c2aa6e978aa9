"""The API as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0), from what its views declare."""

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from pydantic import BaseModel, TypeAdapter
from werkzeug.routing import Rule

from fullautoci import __version__
from fullautoci.web.idempotency import HEADER
from fullautoci.web.operation import JSON, Operation
from fullautoci.web.schemas.service import Problem

PROBLEM = "application/problem+json"
METHODS = ("GET", "POST", "PUT", "DELETE")
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
_TYPES: Mapping[str, Mapping[str, Any]] = {
    "int": {"type": "integer", "minimum": 1},
    "ratchet": {"type": "string", "pattern": "^(?!(?:acts|journal)$)[^/]+$"},
    "": {"type": "string", "minLength": 1},
}
# What each rule takes, in words; as in `access.RULES`.
WHO = {
    "public": "anybody",
    "known": "any user",
    "read": "whoever may see the repository",
    "act": "users who may see the repository",
    "admin": "admins",
    "owner": "whoever runs the daemon, at its Unix socket",
}
REFUSALS = {
    400: "not as it is described here",
    401: "nobody has shown who asks",
    403: "whoever asks may not do that",
    404: "there is no such thing, or it may not be seen",
    409: "it goes against how things are",
    415: "the body is of another media type",
    422: "understood, and makes no sense",
    429: "too many requests; `Retry-After` says when to try again",
    503: "the daemon cannot do that now",
}
# What is refused before it is looked at is told in plain text.
UNREAD = {408: "it took too long to come", 413: "its body is too large", 431: "its head is too large"}
ABOUT = """Times are ISO 8601 in UTC. Errors are problem details (RFC 9457) with a `hint` where there is one. Listings
tell where they go on by a `Link` header (RFC 8288). Answers have an `ETag`; what has not changed is 304. Keys may be
added to what is answered. Whoever has a key sends it as `Authorization: Bearer fac_…`."""

Schema = dict[str, Any]


def document(app: Flask) -> Schema:
    """The document of an application's API."""
    found = sorted(_operations(app), key=lambda one: (one[0].rule, one[1]))
    models = _Models(operation for _, _, operation, _ in found)
    paths: dict[str, Schema] = {}
    for rule, method, operation, view in found:
        path = _PARAMETER.sub(lambda match: f"{{{match[2]}}}", rule.rule)
        paths.setdefault(path, {})[method.lower()] = _operation(rule, method, operation, view, models)
    unread = {str(status): _refusal(words, "text/plain") for status, words in UNREAD.items()}
    refusals = {"default": "refused", **{str(status): words for status, words in REFUSALS.items()}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Full Auto CI", "version": __version__, "description": " ".join(ABOUT.split()),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": models.components,
            "responses": {**{name: _refusal(words) for name, words in refusals.items()}, **unread},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key: `fullautoci key create`."},
                "session": {
                    "type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"],
                    "description": "A browser's session: `fullautoci dashboard`, or a key on the login page.",
                },
            },
        },
    }  # fmt: skip


def _operations(app: Flask) -> Iterator[tuple[Rule, str, Operation, Any]]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        declared = getattr(view, "operation", None)
        if isinstance(declared, Operation) and rule.rule.startswith("/api/"):
            for method in sorted((rule.methods or set()) & set(METHODS)):
                yield rule, method, declared, view


class _Models:
    """The schemas of all that is taken and given, worked out together, so that what they share is named once."""

    def __init__(self, operations: Iterator[Operation]) -> None:
        wanted: dict[tuple[Any, str], TypeAdapter[Any]] = {(id(Problem), "serialization"): TypeAdapter(Problem)}
        for one in operations:
            for kind in (one.query, one.body):
                if kind is not None:
                    wanted[id(kind), "validation"] = TypeAdapter(kind)
            if one.answer is not None:
                wanted[str(one.answer), "serialization"] = TypeAdapter(one.answer)
        inputs = [(key, mode, adapter) for (key, mode), adapter in wanted.items()]
        self._found, rest = TypeAdapter.json_schemas(inputs, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
        self.components: dict[str, Schema] = _untitled(rest["$defs"])

    def asked(self, kind: type[BaseModel]) -> Schema:
        """Of what is taken: the reference to it."""
        return self._found[id(kind), "validation"]

    def shown(self, kind: Any) -> Schema:
        """Of what is given."""
        return self._found[str(kind), "serialization"]

    def of(self, kind: type[BaseModel]) -> Schema:
        """Of what is taken, in full."""
        return self.components[self.asked(kind)["$ref"].rpartition("/")[2]]


def _untitled(value: Any) -> Any:
    """Without the titles that pydantic makes of names, which say nothing that those do not."""
    if isinstance(value, list):
        return [_untitled(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: _untitled(one) for key, one in value.items() if key != "title" or not isinstance(one, str)}


def _operation(rule: Rule, method: str, declared: Operation, view: Any, models: _Models) -> Schema:
    summary, _, more = inspect.cleandoc(view.__doc__ or "").partition("\n")
    description = f"{more.strip()}\n\n" if more.strip() else ""
    said: Schema = {
        "operationId": rule.endpoint.rpartition(".")[2],
        "summary": summary,
        "description": f"{description}For {WHO[declared.access.rule]}.",
        "tags": [view.__module__.rpartition(".")[2]],
        "x-access": declared.access.rule,
        "parameters": [*_path_parameters(rule), *_query_parameters(declared, models)],
        "responses": {str(declared.status if declared.answer or declared.media else 204): _answer(declared, models)},
    }
    if method == "POST":
        said["parameters"].append(_idempotency())
    if declared.body is not None:
        required = bool(models.of(declared.body).get("required"))
        said["requestBody"] = {"content": {JSON: {"schema": models.asked(declared.body)}}, "required": required}
    if declared.takes:
        said["requestBody"] = {"content": {declared.takes: {"schema": {"type": "string"}}}, "required": False}
    if declared.access.rule == "public":
        said["security"] = []
    for status in sorted({**REFUSALS, **UNREAD}):
        said["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
    said["responses"]["default"] = {"$ref": "#/components/responses/default"}
    return said


def _path_parameters(rule: Rule) -> Iterator[Schema]:
    for kind, name in _PARAMETER.findall(rule.rule):
        yield {"name": name, "in": "path", "required": True, "schema": _TYPES[kind]}


def _query_parameters(declared: Operation, models: _Models) -> Iterator[Schema]:
    if declared.query is None:
        return
    schema = models.of(declared.query)
    for name, one in schema["properties"].items():
        known = _never_null(one)
        told = {"description": known.pop("description")} if "description" in known else {}
        yield {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": known, **told}


def _never_null(schema: Mapping[str, Any]) -> Schema:
    """What a parameter of a query may be: it is left out where a body would have null."""
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default") or value is None}
    if schema.get("default") is not None:
        rest["default"] = schema["default"]
    kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(kinds) == 1:
        return {**kinds[0], **{key: value for key, value in rest.items() if value is not None}}
    return {**rest, **({"anyOf": kinds} if kinds else {})}


def _idempotency() -> Schema:
    return {
        "name": HEADER, "in": "header", "required": False,
        "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"},
        "description": "of the caller's own making; the same request with the same key within a day is done once",
    }  # fmt: skip


def _answer(declared: Operation, models: _Models) -> Schema:
    if declared.media:
        contents = {
            media: {"schema": {"type": "object" if media.endswith("json") else "string"}} for media in declared.media
        }
        return {"description": "as asked", "content": contents}
    if declared.answer is None:
        return {"description": "done"}
    said: Schema = {"description": "done", "content": {JSON: {"schema": models.shown(declared.answer)}}}
    if declared.query is not None and "cursor" in declared.query.model_fields:
        said["headers"] = {
            "Link": {"description": 'where the listing goes on: `rel="next"`', "schema": {"type": "string"}}
        }
    return said


def _refusal(words: str, *others: str) -> Schema:
    contents = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "description": words,
        "content": {**contents, **{media: {"schema": {"type": "string"}} for media in others}},
    }
