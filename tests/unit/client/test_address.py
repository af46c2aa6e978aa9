"""Which addresses are taken: a key goes nowhere without TLS but to this machine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.client.address import address
from fullautoci.errors import UsageError


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ci.example.org", "https://ci.example.org"), ("https://ci.example.org/", "https://ci.example.org"),
        ("https://CI.example.org:8443/ci/", "https://ci.example.org:8443/ci"),
        ("https://192.0.2.1", "https://192.0.2.1"), ("https://[2001:db8::1]:444", "https://[2001:db8::1]:444"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"), ("http://localhost", "http://localhost"),
        ("http://[::1]:1", "http://[::1]:1"), ("http://127.255.0.1", "http://127.255.0.1"),
    ],
)  # fmt: skip
def test_an_address_is_taken(url: str, shown: str) -> None:
    assert str(address(url)) == shown
    assert str(address(shown)) == shown


@pytest.mark.parametrize(
    "url",
    [
        "http://ci.example.org", "http://192.0.2.1", "http://localhost.example.org", "http://127.0.0.1.example.org",
        "http://0.0.0.0", "http://2130706433", "http://0x7f000001", "http://127.1", "http://[::ffff:192.0.2.1]",
        "ftp://127.0.0.1", "file:///etc/passwd", "unix:/run/x", "//127.0.0.1", "127.0.0.1:8765", "https://", "https:///x",
        "https://a:b@ci.example.org", "https://a:b@ci.example.org:x",
        "https://ci.example.org@evil.example", "https://ci.example.org/?a=b",
        "https://ci.example.org/#x", "https://ci.example.org:0", "https://ci.example.org:65536", "https://ci.example.org:x",
        "https://ci.example.org\r\nX: y", "https://ci.example.org/a b", "https://ci\\evil.example", "https://[::1",
        "https://ci.example.org/\x00", "https://cí.example.org", "https://ci.example.org/;x",
        f"https://{'a' * 2000}.example",
        "https://\x1b[31m", "", " ",
    ],
    ids=ascii,
)  # fmt: skip
def test_anything_else_is_refused_without_being_shown_as_it_is(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        address(url)
    told = caught.value.message + caught.value.hint
    assert told.isprintable()
    assert "a:b" not in told


@given(st.text())
def test_no_text_is_anything_but_an_address_or_refused(said: str) -> None:
    for url in (said, f"https://{said}", f"http://{said}", f"http://127.0.0.1{said}"):
        try:
            found = address(url)
        except UsageError:
            continue
        assert found.secure or found.host in ("localhost", "::1") or found.host.startswith("127.")
        assert str(found).isprintable()
