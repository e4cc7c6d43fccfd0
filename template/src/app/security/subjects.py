"""Who somebody at a provider is here: an id that rows can carry, without a table of users."""

from hashlib import sha256
from uuid import NAMESPACE_URL, UUID


def id_of(issuer: str, name: str) -> UUID:
    """Return the UUIDv8 (RFC 9562, B.2) of what an issuer calls by this name.

    The same name at two issuers gives two ids. Rows are kept under these ids: this function must never change.
    """
    # An issuer is an address, in which there is no NUL: two pairs never give one text.
    return uuid8(NAMESPACE_URL, f"{issuer}\0{name}")


def uuid8(namespace: UUID, name: str) -> UUID:
    """Return the first 122 bits of a SHA-256 as a UUID of version 8."""
    number = int.from_bytes(sha256(namespace.bytes + name.encode()).digest()[:16], "big")
    number = (number & ~(0xF << 76)) | (0x8 << 76)
    return UUID(int=(number & ~(0x3 << 62)) | (0x2 << 62))
