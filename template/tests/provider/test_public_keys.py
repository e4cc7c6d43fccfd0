"""Which keys of a JWK Set can prove a token."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey
from jwt.algorithms import RSAAlgorithm

from app.security.public_keys import usable_keys
from tests.provider.server import public

ALL = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
RSA = public(RSAKey.generate_key(2048, auto_kid=True))
OTHER = {**public(RSAKey.generate_key(2048)), "kid": "other"}
KINDS: dict[str, tuple[Key, set[str]]] = {
    "RSA": (RSAKey.generate_key(2048, auto_kid=True), {"RS256", "PS256"}),
    "P-256": (ECKey.generate_key("P-256", auto_kid=True), {"ES256"}),
    "P-384": (ECKey.generate_key("P-384", auto_kid=True), {"ES384"}),
    "secp256k1": (ECKey.generate_key("secp256k1", auto_kid=True), set()),
    "Ed25519": (OKPKey.generate_key("Ed25519", auto_kid=True), {"EdDSA"}),
    "X25519": (OKPKey.generate_key("X25519", auto_kid=True), set()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_good_for_the_algorithms_of_its_kind(kind: str) -> None:
    key, algorithms = KINDS[kind]
    assert set(usable_keys([public(key)], ALL)) == {(key.kid, algorithm) for algorithm in algorithms}


@pytest.mark.parametrize(("said", "algorithms"), [("PS256", {"PS256"}), ("RS512", set()), ("ES256", set()), (7, set())])
def test_a_key_that_says_what_it_is_for_is_good_for_nothing_else(said: object, algorithms: set[str]) -> None:
    assert {algorithm for _, algorithm in usable_keys([{**RSA, "alg": said}], ALL)} == algorithms


def test_only_what_the_settings_allow_is_good() -> None:
    assert set(usable_keys([RSA], ["PS256"])) == {(RSA["kid"], "PS256")}


BITS = 1024
WEAK = RSAAlgorithm.to_jwk(generate_private_key(65537, BITS).public_key(), as_dict=True)
USELESS: dict[str, Any] = {
    "a short key": {**WEAK, "kid": "a"},
    "a shared secret": {**OctKey.generate_key(256).as_dict(), "kid": "a"},
    "a shared secret that calls itself RS256": {"kty": "oct", "k": "c2VjcmV0", "kid": "a", "alg": "RS256"},
    "a private key": RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True),
    "a key for encryption": {**OTHER, "use": "enc"},
    "a key for other operations": {**OTHER, "key_ops": ["encrypt"]},
    "operations that are none": {**OTHER, "key_ops": "verify"},
    "no name": {name: value for name, value in RSA.items() if name != "kid"},
    "a name that is a number": {**RSA, "kid": 7},
    "no numbers": {"kty": "RSA", "kid": "a"},
    "numbers that are none": {**OTHER, "n": "!"},
    "an even modulus": {**OTHER, "n": "AAAA", "e": "AQAB"},
    "another curve": {"kty": "EC", "crv": ["P-256"], "kid": "a"},
    "no object": "key",
}


@pytest.mark.parametrize("kind", USELESS)
def test_passes_over_what_proves_nothing(kind: str) -> None:
    assert set(usable_keys([USELESS[kind], RSA], ALL)) == {(RSA["kid"], "RS256"), (RSA["kid"], "PS256")}


def test_of_two_keys_with_one_name_the_first_counts() -> None:
    second = {**public(RSAKey.generate_key(2048)), "kid": RSA["kid"]}
    found, alone = usable_keys([RSA, second], ["RS256"]), usable_keys([RSA], ["RS256"])
    assert [key.key for key in found.values()] == [key.key for key in alone.values()]
