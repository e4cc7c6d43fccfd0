"""`app.security.keys`."""

import itertools
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import ECAlgorithm

from app.security.keys import InvalidKeys, KeySet, SigningKey, UnknownKey

EC, EDDSA = SigningKey.generate(), SigningKey("edwards", Ed25519PrivateKey.generate())
GOOD = EC.jwk(private=True)


def set_of(*jwks: dict[str, Any]) -> str:
    """Return a JWK Set."""
    return json.dumps({"keys": jwks})


@pytest.mark.parametrize("key", [EC, EDDSA], ids=["ES256", "EdDSA"])
def test_reads_what_it_wrote(key: SigningKey) -> None:
    (read,) = KeySet.parse(KeySet((key,)).dump()).keys
    assert (read.kid, read.algorithm) == (key.kid, key.algorithm)
    assert read.jwk(private=True) == key.jwk(private=True)


@pytest.mark.parametrize("key", [EC, EDDSA], ids=["ES256", "EdDSA"])
def test_the_public_half_has_no_private_part(key: SigningKey) -> None:
    private, public = key.jwk(private=True), key.jwk(private=False)
    assert public == {name: value for name, value in private.items() if name != "d"}
    assert public["alg"] == key.algorithm


def test_fresh_keys_differ() -> None:
    assert SigningKey.generate().jwk(private=True) != SigningKey.generate().jwk(private=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        "[]",
        "7",
        "null",
        '"secret"',
        "{}",
        '{"keys": {}}',
        '{"keys": []}',
        '{"keys": ["secret"]}',
        set_of({**GOOD, "kid": ""}),
        set_of({**GOOD, "kid": 7}),
        set_of({name: value for name, value in GOOD.items() if name != "kid"}),
        set_of({**GOOD, "d": "secret"}),
        set_of({**GOOD, "x": None}),
        set_of({"kid": "secret", "kty": "oct", "k": "secret"}),
        set_of({"kid": "secret", "kty": "RSA", "n": "secret", "e": "AQAB"}),
        set_of({"kid": "a", **ECAlgorithm.to_jwk(generate_private_key(SECP384R1()), as_dict=True)}),
        set_of(EC.jwk(private=False)),
        set_of(EDDSA.jwk(private=False)),
        set_of(GOOD, GOOD),
    ],
    ids=itertools.count(),  # the texts differ from one process of pytest-xdist to the next
)
def test_refuses_a_set_that_cannot_sign_without_repeating_it(text: str) -> None:
    with pytest.raises(InvalidKeys) as refusal:
        KeySet.parse(text)
    assert str(refusal.value)
    assert "secret" not in str(refusal.value).replace("secrets init", "")
    assert str(GOOD["d"]) not in str(refusal.value)


def test_the_representation_shows_no_secret() -> None:
    assert str(GOOD["d"]) not in repr(KeySet((EC,)))


def test_rotates_in_three_steps() -> None:
    keys = KeySet((EC,)).add(EDDSA)
    assert [key.kid for key in keys.keys] == [EC.kid, EDDSA.kid]
    promoted = keys.promote(EDDSA.kid)
    assert [key.kid for key in promoted.keys] == [EDDSA.kid, EC.kid]
    assert promoted.retire(EC.kid).keys == (EDDSA,)


def test_does_not_retire_the_key_that_signs() -> None:
    with pytest.raises(InvalidKeys, match="promote another"):
        KeySet((EC, EDDSA)).retire(EC.kid)


@pytest.mark.parametrize("step", ["promote", "retire"])
def test_names_an_unknown_key(step: str) -> None:
    with pytest.raises(UnknownKey):
        getattr(KeySet((EC,)), step)("unknown")


@pytest.mark.parametrize(
    "x", ["f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"]
)
def test_knows_keys_that_are_printed_in_standards(x: str) -> None:
    assert not KeySet((EC, EDDSA)).published
    rfc_7515 = {
        "kid": "published", "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
    }  # fmt: skip
    rfc_8037 = {
        "kid": "published", "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    }  # fmt: skip
    assert KeySet.parse(set_of(GOOD, next(jwk for jwk in (rfc_7515, rfc_8037) if jwk["x"] == x))).published
