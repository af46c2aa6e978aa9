"""What a file may say of how metrics are held: `tools.NAME.ratchet`."""

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from fullautoci.config.values import OFF_SCHEMAS, Form, Section

# Metrics that are counted in files, so that each file can be held for itself.
FILE_METRICS = ("findings", "missing_lines", "missing_branches", "suppressions")

# Metrics of which it is known which values are better.
HIGHER_IS_BETTER = ("score", "percent_lines", "percent_branches", "tests_passed")
LOWER_IS_BETTER = (*FILE_METRICS, "errors", "warnings", "conventions", "refactors", "tests_failed")

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%")
_SHARE_SCHEMAS: tuple[dict[str, Any], ...] = (
    {"type": "number", "minimum": 0, "maximum": 1},
    {"type": "string", "pattern": r"^\s*\d{1,3}(\.\d{1,6})?\s*%\s*$"},
)


def _share(value: Any) -> Any:
    """A share of one: `10%` or `0.1`."""
    if isinstance(value, str) and (match := _PERCENT.fullmatch(value.strip())):
        return float(match[1]) / 100
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a share such as 10% or 0.1 is expected")  # noqa: TRY004 - what pydantic turns into its own
    return float(value)


def _written_share(value: Any) -> Any:
    return f"{value * 100:.6f}".rstrip("0").rstrip(".") + "%" if isinstance(value, int | float) else value


class RatchetSection(Section):
    """How one metric is held; what is not said is as it is by default for that metric.

    Attributes:
        metric: the metric's name, as `results` shows it.
        enabled: whether it is held at all.
        direction: which values are better; of a metric that is known it can be said, and not changed.
        target: where it is good enough; without one, floors rise for ever.
        tolerance: how much worse than the floor it may be, in the metric's own unit.
        slack: how much worse beside that, as a share of what is left to go to the target.
        per: `file` to hold each file for itself, for `findings`, `missing_lines`, `missing_branches`, `suppressions`.
    """

    metric: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,79}$"), Form("name")]
    enabled: bool = True
    direction: Literal["higher", "lower"] | None = None
    target: Annotated[float, Field(allow_inf_nan=False)] | None = None
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    slack: (
        Annotated[float, BeforeValidator(_share), Field(ge=0, le=1), Form("share", _SHARE_SCHEMAS, _written_share)]
        | None
    ) = None
    per: Literal["file"] | None = None

    @model_validator(mode="after")
    def _as_known(self) -> "RatchetSection":
        # What is turned round has no floor to be held by: that is no policy, but a way out of one.
        known = "higher" if self.metric in HIGHER_IS_BETTER else "lower" if self.metric in LOWER_IS_BETTER else None
        if self.direction is not None and known is not None and self.direction != known:
            words = f"'{self.metric}' is better the {known} it is"
            raise PydanticCustomError("said", "{problem}", {"problem": words, "place": ["direction"]})
        return self

    @model_validator(mode="after")
    def _by_file(self) -> "RatchetSection":
        if self.per == "file" and self.metric not in FILE_METRICS:
            words = f"'{self.metric}' cannot be told by file; {', '.join(FILE_METRICS)} can"
            raise PydanticCustomError("said", "{problem}", {"problem": words, "place": ["per"]})
        return self


def _held(value: Any, validate: Any) -> Any:
    """A list of what is held, or one alone; `off` for none at all."""
    if value is False or value == "off":
        return "off"
    found = validate([value] if isinstance(value, dict) else value)
    known = set()
    for index, one in enumerate(found):
        if (key := (one.metric, one.per)) in known:
            words = f"'{one.metric}'{' by file' if one.per else ''} stands here twice"
            raise PydanticCustomError("said", "{problem}", {"problem": words, "place": [index, "metric"]})
        known.add(key)
    return found


class _OffOr:
    """A list of sections, or `off`; errors name places in the list, as they would not in a union's."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        inner = handler.generate_schema(get_args(source)[0])
        written = core_schema.wrap_serializer_function_ser_schema(
            lambda value, dump: value if value == "off" else dump(value), schema=inner
        )
        return core_schema.no_info_wrap_validator_function(_held, inner, serialization=written)

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        several = handler(core)
        return {"anyOf": [several, several["items"], *OFF_SCHEMAS]}


Ratchet = Annotated[tuple[RatchetSection, ...] | Literal["off"], _OffOr()]
