"""What the service's file may say of the page and the API: where they are, their names, and how much they bear."""

import re
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from fullautoci.config.values import Duration, Form, Section

_NAME_PATTERN = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[1-9][0-9]{0,4})?$"
_NAME = re.compile(_NAME_PATTERN.removesuffix("$"))
_LONGEST_NAME = 253
_NAME_SCHEMA: dict[str, Any] = {"type": "string", "pattern": _NAME_PATTERN, "maxLength": _LONGEST_NAME + 6}
_NETWORK_SCHEMA: dict[str, Any] = {
    "type": "string",
    "pattern": r"^([0-9]+(\.[0-9]+){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*)(/[1-9][0-9]{0,2})?$",
}


def _name(value: Any) -> str:
    """A name as the Host header has it; browsers send it in lower case, and in the letters of the DNS."""
    if not isinstance(value, str):
        raise ValueError("a name such as ci.example.org is expected; put it in quotes")  # noqa: TRY004 - pydantic's own
    name, _, port = value.partition(":")
    if not _NAME.fullmatch(value) or len(name) > _LONGEST_NAME or int(port or "1") > 65535:
        raise ValueError("a name such as ci.example.org is expected, in small letters, with or without a port")
    return value


def _network(value: Any) -> str:
    """An address, or a network of some; not of all, which would have everybody tell where they come from."""
    if not isinstance(value, str):
        raise ValueError("an address such as 10.0.0.5 is expected; put it in quotes")  # noqa: TRY004 - pydantic's own
    try:
        found = ip_network(value)
    except ValueError:
        raise ValueError("an address or network is expected, such as 10.0.0.5 or 10.0.0.0/24") from None
    if not found.prefixlen:
        raise ValueError("a network of all addresses would have everybody trusted")
    return value


HostName = Annotated[str, BeforeValidator(_name), Form("host name", (_NAME_SCHEMA,))]
Network = Annotated[str, BeforeValidator(_network), Form("network", (_NETWORK_SCHEMA,))]


class RequestLimits(Section):
    """How much the page and the API bear; the owner at the Unix socket is counted by none of the first two.

    Attributes:
        requests: how many requests a minute each key, session's user, or address without either may send.
        failures: how many keys and links a minute may be wrong that come from one address.
        connections: how many connections may be open at once; beyond it, the longest idle or unfinished one goes.
        header_time: how long the head of a request may take, from its first byte or the connection's opening.
        body_time: how long the rest of a request may take.
        answer_time: how long a client may take for each 64 KiB of an answer.
        idle_time: how long a connection is kept open after an answer.
    """

    requests: Annotated[int, Field(ge=10, le=1_000_000)] = 600
    failures: Annotated[int, Field(ge=1, le=100_000)] = 10
    connections: Annotated[int, Field(ge=10, le=10_000)] = 200
    header_time: Duration = 20.0
    body_time: Duration = 60.0
    answer_time: Duration = 60.0
    idle_time: Duration = 60.0


class DashboardSection(Section):
    """The page, and the API beside it.

    Attributes:
        port: the page's port on the loopback interface; without one, 8765 or any that is free.
        names: under which host names it is reached through a proxy, each with its port where that is not the usual.
        proxies: addresses and networks of proxies, whose word for where a request comes from is taken
            (`X-Forwarded-For`, `-Proto`, `-Host`).
        limits: how much it bears.
    """

    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    names: tuple[HostName, ...] = Field(default=(), max_length=100)
    proxies: tuple[Network, ...] = Field(default=(), max_length=100)
    limits: RequestLimits = RequestLimits()


def host_names(section: DashboardSection, port: int) -> frozenset[str]:
    """The values that the Host header may have, in lower case.

    Args:
        port: where we listen.
    """
    return frozenset(_host_names(section, port))


def _host_names(section: DashboardSection, port: int) -> Iterator[str]:
    for name in ("127.0.0.1", "localhost"):
        yield f"{name}:{port}"
        if port == 80:  # browsers leave it away
            yield name
    for name in section.names:
        yield name
        if ":" not in name:
            yield f"{name}:{port}"
