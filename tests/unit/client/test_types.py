"""What the client's types promise is what the API's models say, field by field."""

import importlib
import pkgutil
import types
from collections.abc import Iterator
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import pytest
from pydantic import BaseModel

from fullautoci.client import types as promised
from fullautoci.web import schemas
from fullautoci.web.schemas.base import Asked, Shown

# Models that say of nothing more than a count or a path; the client's methods give that itself.
NO_TYPES = {"Scanning", "Revoked", "Cancelled", "Forgiven", "Closed", "Accepted", "Problem", "BadgesRevoked"}


def _modules(package: types.ModuleType) -> Iterator[types.ModuleType]:
    for found in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{found.name}")


def _own(package: types.ModuleType) -> Iterator[Any]:
    for module in _modules(package):
        yield from (one for one in vars(module).values() if getattr(one, "__module__", "") == module.__name__)


PROMISED = {one.__name__: one for one in _own(promised) if is_typeddict(one)}
MODELS = {
    one.__name__: one
    for one in _own(schemas)
    if isinstance(one, type) and issubclass(one, BaseModel) and not issubclass(one, Asked) and one is not Shown
}
LINK = {"LoginLink": "Link"}


def _plain(hint: Any) -> object:
    """A type without what only one of both sides says of it."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Annotated, NotRequired, Required):
        return _plain(arguments[0])
    if origin in (Union, types.UnionType):
        return ("one of", frozenset(_plain(one) for one in arguments))
    if origin is Literal:
        return ("literal", frozenset(arguments))
    if origin is not None:
        return (origin, tuple(_plain(one) for one in arguments))
    return hint.__name__ if isinstance(hint, type) else hint


def test_each_model_has_a_type() -> None:
    assert set(MODELS) - NO_TYPES - set(LINK.values()) <= set(PROMISED)
    assert set(MODELS) >= NO_TYPES


@pytest.mark.parametrize("name", sorted(set(PROMISED) & {*MODELS, *LINK}))
def test_a_type_promises_what_its_model_does(name: str) -> None:
    kind, model = PROMISED[name], MODELS[LINK.get(name, name)]
    hints = get_type_hints(kind, include_extras=True)
    fields = get_type_hints(model, include_extras=True)
    for field, told in model.model_fields.items():
        assert field in hints, f"{name}.{field} is not promised"
        assert _plain(hints[field]) == _plain(fields[field]), f"{name}.{field}"
        assert (field in kind.__required_keys__) == told.is_required(), f"{name}.{field} is there always, or is not"
    assert set(kind.__required_keys__) <= set(model.model_fields), f"{name} promises what no model says"


def test_what_is_compared_can_differ() -> None:
    assert _plain(int | None) != _plain(int)
    assert _plain(list[str]) != _plain(list[int])
    assert _plain(Literal["a"]) != _plain(Literal["a", "b"])
    assert _plain(Annotated[str, 1]) == _plain(str)
