"""What a view of the API takes and gives, declared once: checked at every request, and told by OpenAPI.

    @api.get("/repos/<int:identifier>/things")
    @operation("read", of="repository", query=ThingsQuery, answer=list[Thing])
    def list_things(identifier: int, query: ThingsQuery) -> Any:
        \"\"\"Its things, newest first.\"\"\"

Query and body come as values of their models; what they do not allow is refused before the view is called. A view
returns what is to be JSON, a `Page` of it, or a response. Answers are not checked here but in tests: they are ours.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar, get_origin
from urllib.parse import urlencode

from flask import current_app, jsonify, request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response

from fullautoci.errors import MalformedError
from fullautoci.store.paging import Page
from fullautoci.text import one_line
from fullautoci.web import audited, idempotency
from fullautoci.web.access import Access, access

View = TypeVar("View", bound=Callable[..., Any])
JSON = "application/json"


@dataclass(frozen=True)
class Operation:
    """What is declared of a view.

    Attributes:
        query: model of the query's parameters; None: it takes none.
        body: model of the JSON body; None: it takes none.
        answer: the type of what is answered; None: nothing is.
        status: of a good answer.
        audit: what the audit trail calls it, as in `run.cancel`; empty: it changes nothing.
        media: media types of an answer that is no JSON; of one that is, empty.
        secret: the answer holds a secret, and is not kept to be repeated.
        takes: the media type of a body that is no JSON, which the view reads itself.
    """

    access: Access
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    answer: Any = None
    status: int = HTTPStatus.OK
    audit: str = ""
    media: tuple[str, ...] = ()
    secret: bool = False
    takes: str = ""


# All that there are, by the name of the view, with the view itself.
OPERATIONS: dict[str, tuple[Operation, Callable[..., Any]]] = {}


def operation(
    rule: str,
    *,
    of: str = "",
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    answer: Any = None,
    status: int = HTTPStatus.OK,
    audit: str = "",
    media: Sequence[str] = (),
    secret: bool = False,
    takes: str = "",
) -> Callable[[View], View]:
    """Declare a view, as `Operation` and `Access` have it.

    Args:
        others: as the attributes of `Operation`.
    """
    declared = Operation(Access(rule, of), query, body, answer, status, audit, tuple(media), secret, takes)

    def declare(view: View) -> View:
        @functools.wraps(view)
        def answered(**kwargs: Any) -> Response:
            if declared.query is not None:
                kwargs["query"] = read_query(declared.query, request.args)
            else:
                take_no_query()
            if declared.body is not None:
                kwargs["body"] = _body(declared.body)
            return idempotency.once(declared.secret, lambda: _done(declared, view, kwargs))

        answered.operation = declared  # type: ignore[attr-defined]
        OPERATIONS[view.__name__] = declared, view
        return access(rule, of)(answered)  # type: ignore[return-value]

    return declare


def _done(declared: Operation, view: Callable[..., Any], arguments: Mapping[str, Any]) -> Response:
    return _answered(declared, done(declared, view, arguments))


def done(declared: Operation, view: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """What a view answers, once it was called with its entry of the audit trail; whether one may is asked before."""
    with audited.recorded(declared.audit):
        return view(**arguments)


def _answered(declared: Operation, value: Any) -> Response:
    if isinstance(value, Response):
        return value
    if declared.answer is None:
        return current_app.make_response(("", HTTPStatus.NO_CONTENT))
    response: Response = jsonify(value.items if isinstance(value, Page) else value)
    response.status_code = declared.status
    if declared.secret:
        response.headers["Cache-Control"] = "no-store"
    if isinstance(value, Page) and value.following:
        response.headers["Link"] = f'<{with_cursor(value.following)}>; rel="next"'
    return response


def with_cursor(cursor: str) -> str:
    """This request's path and query, at another place of the listing (RFC 8288)."""
    return f"{request.path}?{urlencode([*_kept(), ('cursor', cursor)])}"


def without_cursor() -> str:
    """This request's query, but for the place in the listing."""
    return urlencode(_kept())


def _kept() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]


def take_no_query() -> None:
    """Refuse a request that has parameters, where none is taken.

    Raises:
        MalformedError: it has some.
    """
    if request.args:
        raise MalformedError(f"'{one_line(next(iter(request.args)), 40)}': no parameter is taken here")


def read_query(model: type[BaseModel], said: "MultiDict[str, str]") -> Any:
    """A query's parameters as their model has them.

    Raises:
        MalformedError: they are not as it wants them, or there are others.
    """
    given: dict[str, Any] = {}
    for name, values in said.lists():
        field = model.model_fields.get(name)
        several = field is not None and get_origin(field.annotation) in (list, tuple)
        if len(values) > 1 and not several:
            raise MalformedError(f"'{one_line(name, 40)}' is given twice")
        given[name] = values if several else values[0]
    try:
        return model.model_validate_strings(given)
    except ValidationError as error:
        raise wrong(error) from error


def _body(model: type[BaseModel]) -> Any:
    raw = request.get_data()
    if raw and request.mimetype != JSON:
        raise UnsupportedMediaType(f"the body must be {JSON}")
    try:
        return model.model_validate_json(raw or b"{}", strict=True)
    except ValidationError as error:
        raise wrong(error) from error


def wrong(error: ValidationError) -> MalformedError:
    """The first thing that is wrong about what was said, in words."""
    first: Mapping[str, Any] = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    words = first["msg"].removeprefix("Value error, ")
    if first["type"] == "missing":
        return MalformedError(f"'{one_line(where, 80)}' is missing")
    if first["type"] == "extra_forbidden":
        return MalformedError(f"'{one_line(where, 80)}' is not known here")
    return MalformedError(f"'{one_line(where, 80)}': {one_line(words)}" if where else f"the body: {one_line(words)}")
