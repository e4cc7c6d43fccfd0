"""What the provider publishes: its description (OpenID Connect Discovery 1.0) and its keys (RFC 7517)."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import httpx2
from pydantic_core import from_json

from app.security.provider_settings import ProviderSettings, is_safe_address

#: The largest of the four providers in docs/oidc.md publishes about 20 KiB.
MAX_BYTES = 262_144
WELL_KNOWN = "/.well-known/openid-configuration"
#: Takes the method and the address of a request, and surrounds it.
Surround = Callable[[str, str], AbstractContextManager[None]]


def leave_alone(_method: str, _address: str) -> AbstractContextManager[None]:
    """Surround a request with nothing."""
    return nullcontext()


class UnusableDocument(Exception):
    """The provider did not answer, or not as the standards say."""


class ProviderDocuments:
    """Asks the provider. No redirects are followed: they would lead to hosts that nobody named."""

    def __init__(self, settings: ProviderSettings, surround: Surround = leave_alone) -> None:
        self._surround = surround
        self._issuer = settings.oidc_issuer
        self._seconds = settings.oidc_timeout_seconds
        # Reading the certificates takes long enough to be noticed by other requests: here nobody waits yet.
        self._tls = httpx2.create_ssl_context()

    async def key_set(self) -> list[Any]:
        """Return the members of the provider's JWK Set.

        Raises:
            UnusableDocument: when it cannot be had.

        """
        try:
            async with (
                asyncio.timeout(self._seconds),
                httpx2.AsyncClient(verify=self._tls, timeout=self._seconds, follow_redirects=False) as client,
            ):
                described = await self._read(client, self._issuer.rstrip("/") + WELL_KNOWN)
                keys = (await self._read(client, self._address_of_keys(described))).get("keys")
        except TimeoutError:
            raise UnusableDocument(f"no answer within {self._seconds:g} s") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise UnusableDocument(repr(error)) from error
        if not isinstance(keys, list):
            raise UnusableDocument("the JWK Set has no keys")
        return keys

    async def _read(self, client: httpx2.AsyncClient, address: str) -> dict[str, Any]:
        with self._surround("GET", address):
            return await _read(client, address)

    def _address_of_keys(self, described: dict[str, Any]) -> str:
        if described.get("issuer") != self._issuer:
            raise UnusableDocument("the issuer of the description is not OIDC_ISSUER")
        address = described.get("jwks_uri")
        plain = self._issuer.startswith("http:")
        if not isinstance(address, str) or not is_safe_address(address, plain_on_loopback=plain):
            raise UnusableDocument("jwks_uri is no https:// address")
        return address


async def _read(client: httpx2.AsyncClient, address: str) -> dict[str, Any]:
    async with client.stream("GET", address, headers={"Accept": "application/json"}) as response:
        if response.status_code != httpx2.codes.OK:
            raise UnusableDocument(f"{address} answers {response.status_code}")
        content = b""
        async for part in response.aiter_bytes():
            content += part
            if len(content) > MAX_BYTES:
                raise UnusableDocument(f"{address} is longer than {MAX_BYTES} bytes")
    try:
        document = from_json(content)
    except ValueError:
        raise UnusableDocument(f"{address} is no JSON") from None
    if not isinstance(document, dict):
        raise UnusableDocument(f"{address} is no JSON object")
    return document
