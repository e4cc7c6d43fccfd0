"""Names and addresses of other machines, as settings hold them."""

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from urllib.parse import parse_qs, urlsplit

HOST = re.compile(r"\[[0-9a-f:.]+\]|(?:\*\.(?=[^.]+\.))?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", re.IGNORECASE)
ORIGIN = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?", re.IGNORECASE)

HERE = {"localhost", "127.0.0.1", "::1"}


def asks_who_comes(url: str) -> bool:
    """Tell whether not everybody who reaches a server may use it: it is on this machine, or asks for a secret."""
    parts = urlsplit(url)
    local = parts.scheme == "unix" or parts.hostname in HERE
    return local or bool(parts.password) or "ssl_certfile" in parse_qs(parts.query)


def wrong_hosts(hosts: Iterable[str]) -> Iterator[str]:
    """Yield what is no host name; `*.example.com` is one, `*`, `*.com` and names with a port are not."""
    yield from (host for host in hosts if HOST.fullmatch(host) is None)


def wrong_origins(origins: Iterable[str]) -> Iterator[str]:
    """Yield what is no origin (RFC 6454): scheme, host and port, without wildcards; `null` is everybody's."""
    yield from (origin for origin in origins if ORIGIN.fullmatch(origin) is None)


def wrong_networks(networks: Iterable[str]) -> Iterator[str]:
    """Yield what is no address and no network, or the network of all addresses.

    Strict as the server is, which takes `10.0.0.1/8` for a name that nobody has, and would say nothing.
    """
    for network in networks:
        try:
            everybody = ip_network(network).prefixlen == 0
        except ValueError:
            everybody = True
        if everybody:
            yield network
