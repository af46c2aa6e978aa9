"""Under which names the page is served."""

import pytest

from fullautoci.config import service
from fullautoci.config.dashboard import host_names
from fullautoci.errors import ConfigError

OWN = {"127.0.0.1:8765", "localhost:8765"}


@pytest.mark.parametrize(
    ("names", "port", "expected"),
    [
        ("[]", 8765, OWN),
        ("[ci.example.org]", 8765, {*OWN, "ci.example.org", "ci.example.org:8765"}),
        ("['ci.example.org:8443']", 8765, {*OWN, "ci.example.org:8443"}),
        ("[192.0.2.7, ci]", 8765, {*OWN, "192.0.2.7", "192.0.2.7:8765", "ci", "ci:8765"}),
        ("[]", 80, {"127.0.0.1", "127.0.0.1:80", "localhost", "localhost:80"}),
    ],
)
def test_the_names_that_a_request_may_call_us(names: str, port: int, expected: set[str]) -> None:
    read = service.parsed(f"dashboard: {{names: {names}}}".encode(), "config.yml")
    assert host_names(read.dashboard, port) == expected


@pytest.mark.parametrize(
    "name", ["a..b", "-a", "a-", "a" * 64, "a." * 130 + "b", "a:", "a:08", "a@b", "xn--é", "a\\u0000b"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        service.parsed(f'dashboard: {{names: ["{name}"]}}'.encode(), "config.yml")
    assert "a name such as ci.example.org is expected" in caught.value.message


def test_networks_of_proxies_are_taken_as_they_are_written() -> None:
    text = b"dashboard: {proxies: [127.0.0.1, 10.1.0.0/16, '2001:db8::/32']}"
    assert service.parsed(text, "config.yml").dashboard.proxies == ("127.0.0.1", "10.1.0.0/16", "2001:db8::/32")


def test_everybody_is_no_proxy() -> None:
    with pytest.raises(ConfigError) as caught:
        service.parsed(b"dashboard: {proxies: ['0.0.0.0/0']}", "config.yml")
    assert "would have everybody trusted" in caught.value.message
