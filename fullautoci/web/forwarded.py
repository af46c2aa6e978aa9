"""Where a request comes from, by the word of the proxies that brought it; anybody else's word for it is removed.

Each proxy adds whom it was asked by to the end of X-Forwarded-For, so the client is the last address in it that is no
proxy of ours: what stands before that, the client may have written. werkzeug and waitress, which do the rest, count
proxies, and do not look whether they are some.
"""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address = IPv4Address | IPv6Address

_FOR, _PROTO, _HOST = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"
_OTHERS = ("HTTP_FORWARDED", "HTTP_X_REAL_IP")
SCHEMES = ("http", "https")


class Forwarded:
    """An application that sees client, scheme and Host as its proxies tell them.

    Args:
        proxies: addresses and networks that are believed; none: nobody is.
    """

    def __init__(self, app: "WSGIApplication", proxies: Sequence[str]) -> None:
        self._networks = [ip_network(one) for one in proxies]
        self._app = ProxyFix(app, x_for=1, x_proto=1, x_host=1)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        told = self._told(environ)
        for name in [one for one in environ if one.startswith("HTTP_X_FORWARDED_") or one in _OTHERS]:
            del environ[name]
        environ.update(told)
        return self._app(environ, start_response)

    def _told(self, environ: Mapping[str, Any]) -> dict[str, str]:
        """What is to be believed, each with one value."""
        client = address_of(environ.get("REMOTE_ADDR", ""))
        if client is None or not self._is_ours(client):
            return {}
        passed = 1
        for one in reversed(_values(environ, _FOR)):
            found = address_of(one)
            if found is None:
                break  # a proxy that does not know: what stands before that is no proxy's word
            client = found
            if not self._is_ours(client):
                break
            passed += 1
        told = {_FOR: str(client)}
        for name in (_PROTO, _HOST):
            # Most proxies set these anew; some add to them, as many as the request has passed.
            if values := _values(environ, name):
                told[name] = values[-min(passed, len(values))]
        if told.get(_PROTO, "http") not in SCHEMES:
            del told[_PROTO]
        return told

    def _is_ours(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def _values(environ: Mapping[str, Any], name: str) -> list[str]:
    return [one.strip() for one in environ.get(name, "").split(",") if one.strip()]


def address_of(text: str) -> Address | None:
    """An address as proxies write it, with or without a port: `192.0.2.1:80`, `[2001:db8::1]:80`; None: it is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
