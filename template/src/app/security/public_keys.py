"""Which keys of a JWK Set can prove a token."""

from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWTError

#: NIST SP 800-131A: shorter ones are not to be relied on.
RSA_BITS = 2048
CURVES = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "Ed25519": "EdDSA"}
#: Id and algorithm: a key is good for what its owner made it for, and for nothing that a token says.
KeyId = tuple[str, str]


def usable_keys(members: Iterable[Any], algorithms: Iterable[str]) -> dict[KeyId, PyJWK]:
    """Return public signing keys by id and algorithm; all others are passed over, as RFC 7517 (5) says."""
    allowed = list(algorithms)
    keys: dict[KeyId, PyJWK] = {}
    for member in members:
        if not isinstance(member, dict) or not _is_for_signatures(member):
            continue
        for algorithm in allowed:
            if _is_made_for(member, algorithm) and (key := _parse(member, algorithm)) is not None:
                keys.setdefault((member["kid"], algorithm), key)
    return keys


def _is_for_signatures(member: dict[str, Any]) -> bool:
    operations = member.get("key_ops", ["verify"])
    return (
        isinstance(member.get("kid"), str)
        and member.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
        # A private key that is published proves nothing any more.
        and "d" not in member
    )


def _is_made_for(member: dict[str, Any], algorithm: str) -> bool:
    if member.get("alg", algorithm) != algorithm:
        return False
    if member.get("kty") == "RSA":
        return algorithm.startswith(("RS", "PS"))
    curve = member.get("crv")
    return member.get("kty") in {"EC", "OKP"} and isinstance(curve, str) and CURVES.get(curve) == algorithm


def _parse(member: dict[str, Any], algorithm: str) -> PyJWK | None:
    try:
        key = PyJWK(member, algorithm)
    except (PyJWTError, ValueError, TypeError, KeyError, AttributeError):
        return None
    weak = isinstance(key.key, RSAPublicKey) and key.key.key_size < RSA_BITS
    return None if weak else key
