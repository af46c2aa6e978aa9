"""Any bytes, words and values at all are a configuration or a config error."""

import re

import yaml
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.config.load import parse
from fullautoci.errors import ConfigError
from tests.unit.fuzz import FUZZ


def _only_config_errors(raw: bytes) -> None:
    try:
        assert parse(raw).version == 1
    except ConfigError as error:
        assert re.match(r"\.fullautoci\.yml:\d+:\d+: .", error.message)  # noqa: PT017 - either way is right


@FUZZ
@given(st.binary(max_size=200))
def test_any_bytes_are_a_configuration_or_a_config_error(raw: bytes) -> None:
    _only_config_errors(raw)


words = st.sampled_from(
    "version environment env tools pylint paths timeout command report junit [key] << ~ 1 1h yes .nan &a *a !!int "
    "!!set !!omap !!binary !!null ? - : [ ] { } , | > ' \" # % @ --- ... 2001-01-01 1:30 0x1 \n \t".split(" ")
)


@FUZZ
@given(st.lists(st.one_of(words, st.just("\n"), st.just(": "), st.text(max_size=3)), max_size=25))
def test_any_text_of_yaml_words_is_a_configuration_or_a_config_error(parts: list[str]) -> None:
    _only_config_errors(" ".join(parts).encode("utf-8", "surrogatepass"))


keys = st.sampled_from(
    "version environment branches include exclude env secrets bring setup".split(" ")
    + "tools pylint docs paths args timeout [key]".split(" ")
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates(), st.binary()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(keys, st.text()), inner, max_size=3)
    ),
    max_leaves=8,
)


@FUZZ
@given(st.dictionaries(keys, values, max_size=4))
def test_any_values_are_a_configuration_or_a_config_error(value: dict[str, object]) -> None:
    _only_config_errors(yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "replace"))
