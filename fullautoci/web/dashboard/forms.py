"""Forms of the dashboard: each does what an operation of the API does, by its rule, with its checks and audit entry."""

import re
from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin

from flask import Blueprint, redirect, request
from pydantic import BaseModel, ValidationError

from fullautoci.errors import MalformedError
from fullautoci.text import one_line
from fullautoci.web.access import access
from fullautoci.web.operation import OPERATIONS, done, take_no_query, wrong

Answer = Callable[..., Any]


def add(pages: Blueprint, path: str, name: str, then: Answer) -> None:
    """Add a form: a path that is posted to.

    Args:
        path: with the parameters that the operation's view takes.
        name: of the operation, as its view is called.
        then: what is answered, from what the operation answers and the path's parameters: the path of the page to go on
            to, or a response.
    """
    operation, view = OPERATIONS[name]

    def post(**parameters: Any) -> Any:
        take_no_query()
        taken = dict(parameters)
        if operation.body is not None:
            taken["body"] = _body(operation.body)
        answer = done(operation, view, taken)
        following = then(answer, **parameters)
        return redirect(following, 303) if isinstance(following, str) else following

    post.__doc__ = view.__doc__
    post.operation = operation  # type: ignore[attr-defined]
    rule = access(operation.access.rule, of=operation.access.of)
    pages.add_url_rule(path, re.sub(r"\W+", "_", f"post{path}"), rule(post), methods=["POST"])


def _body(model: type[BaseModel]) -> Any:
    """What was filled in, as the operation's body; what was left empty was not said."""
    given: dict[str, Any] = {}
    for name, values in request.form.lists():
        field = model.model_fields.get(name)
        filled = [value.strip() for value in values if value.strip()]
        several = field is not None and _is_list(field.annotation)
        if several:
            given[name] = filled
        elif len(filled) > 1:
            raise MalformedError(f"'{one_line(name, 40)}' is given twice")
        elif filled:
            given[name] = filled[0]
    try:
        return model.model_validate(given)  # what is made of strings alone takes no lists
    except ValidationError as error:
        raise wrong(error) from error


def _is_list(kind: Any) -> bool:
    """Whether a field's type is one of several things, or such a type among others."""
    if get_origin(kind) in (list, tuple):
        return True
    parts = get_args(kind)[:1] if get_origin(kind) is Annotated else get_args(kind)
    return any(_is_list(part) for part in parts)
