"""The port: what a cache keeps its entries in. An entry is a value, or the lease of whoever is loading one."""

import secrets
from dataclasses import dataclass, field
from typing import Protocol

#: Who loads longer than this keeps the value to himself, and others may begin.
LEASE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to store the value of a key. It ends when the key is deleted, so that nothing outdated is stored."""

    token: bytes = field(default_factory=lambda: secrets.token_hex(8).encode())


class Store(Protocol):
    """Entries by their key. All of them end by themselves."""

    async def look(self, key: str) -> bytes | Lease | None:
        """Return the value of a key, or the lease of whoever loads it."""

    async def take(self, key: str, lease: Lease) -> bytes | Lease | None:
        """Leave a lease where nothing is, and return what is there then; None when nothing can be kept at present."""

    async def fill(self, key: str, lease: Lease, value: bytes | None, *, ttl_seconds: float) -> None:
        """Put a value in the place of a lease if that is still there; None only takes the lease away."""

    async def put(self, key: str, value: bytes, *, ttl_seconds: float) -> None:
        """Put a value, whatever is there."""

    async def delete(self, *keys: str) -> None:
        """Take away whatever is there, leases too."""
