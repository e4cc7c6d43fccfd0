"""Opaque tokens: 256 random bits for the client, only their SHA-256 for the database."""

import hashlib
import secrets


def new_token() -> str:
    """Return 256 bits from the system's random source, as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal.

    A fast hash is right here: unlike a password, 256 random bits cannot be guessed.
    """
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
