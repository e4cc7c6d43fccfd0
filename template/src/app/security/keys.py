"""The signing keys of access tokens, as a JWK Set (RFC 7517), and their rotation."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Self

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm
from jwt.exceptions import PyJWTError

Algorithm = Literal["ES256", "EdDSA"]
PrivateKey = EllipticCurvePrivateKey | Ed25519PrivateKey

#: Public halves (`x`) of the private keys printed in RFC 7515 A.3, RFC 7517 A.2 and RFC 8037 A.1.
PUBLISHED = {
    "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}


_READERS: dict[tuple[object, object], Callable[[dict[str, object]], object]] = {
    ("EC", "P-256"): ECAlgorithm.from_jwk,
    ("OKP", "Ed25519"): OKPAlgorithm.from_jwk,
}


class InvalidKeys(ValueError):
    """The text is not a usable set of private keys; the message never repeats a part of it."""


class UnknownKey(InvalidKeys):
    """No key of the set has this id."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One private key. Its algorithm belongs to the key, so that no token can choose another."""

    kid: str
    private: PrivateKey

    @property
    def algorithm(self) -> Algorithm:
        """The only algorithm for which this key is used."""
        return "EdDSA" if isinstance(self.private, Ed25519PrivateKey) else "ES256"

    @classmethod
    def generate(cls) -> Self:
        """Make a fresh ES256 key with a random id."""
        return cls(secrets.token_hex(4), generate_private_key(SECP256R1()))

    @classmethod
    def from_jwk(cls, jwk: object) -> Self:
        """Read one private JWK.

        Raises:
            InvalidKeys: when it is not a private P-256 or Ed25519 key with a `kid`.

        """
        if not isinstance(jwk, dict) or not isinstance(jwk.get("kid"), str) or not jwk["kid"]:
            raise InvalidKeys("every key must be a JWK with a `kid`")
        try:
            key = _READERS[jwk.get("kty"), jwk.get("crv")](jwk)
        except KeyError:
            raise InvalidKeys("only P-256 (ES256) and Ed25519 (EdDSA) keys are accepted") from None
        except (PyJWTError, ValueError, TypeError):
            raise InvalidKeys("holds a malformed key") from None
        if not isinstance(key, EllipticCurvePrivateKey | Ed25519PrivateKey):
            raise InvalidKeys("holds a public key; private keys are needed to sign")
        return cls(jwk["kid"], key)

    def jwk(self, *, private: bool) -> dict[str, object]:
        """Return the key as a JWK, with or without its private part."""
        if isinstance(self.private, Ed25519PrivateKey):
            jwk = OKPAlgorithm.to_jwk(self.private, as_dict=True)
        else:
            jwk = ECAlgorithm.to_jwk(self.private, as_dict=True)
        if not private:
            del jwk["d"]
        return {**jwk, "kid": self.kid, "use": "sig", "alg": self.algorithm}


@dataclass(frozen=True, slots=True)
class KeySet:
    """All keys that are accepted; the first one signs.

    Rotation in three steps without a refused token: `add` (the key is published), `promote` (it signs), `retire`
    (the old one is dropped, once its last token has expired).
    """

    keys: tuple[SigningKey, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a JWK Set.

        Raises:
            InvalidKeys: when there is no key, a key is malformed, or two share an id.

        """
        if not text:
            raise InvalidKeys("is missing; `uv run app secrets init` makes one for development")
        try:
            entries = json.loads(text)["keys"]
        except (ValueError, TypeError, KeyError):
            raise InvalidKeys('must be a JWK Set: {"keys": [...]}') from None
        keys = tuple(SigningKey.from_jwk(entry) for entry in entries) if isinstance(entries, list) else ()
        if not keys:
            raise InvalidKeys("must hold at least one key")
        if len({key.kid for key in keys}) != len(keys):
            raise InvalidKeys("holds two keys with the same `kid`")
        return cls(keys)

    def dump(self) -> str:
        """Return the private set as compact JSON, ready for JWT_KEYS."""
        return json.dumps({"keys": [key.jwk(private=True) for key in self.keys]}, separators=(",", ":"))

    def public(self) -> dict[str, list[dict[str, object]]]:
        """Return the public set, for /.well-known/jwks.json."""
        return {"keys": [key.jwk(private=False) for key in self.keys]}

    @property
    def published(self) -> bool:
        """Whether a key of the set is known to the whole world."""
        return any(key.jwk(private=False)["x"] in PUBLISHED for key in self.keys)

    def add(self, key: SigningKey) -> Self:
        """Return the set with one more key, which verifies but does not sign yet."""
        return type(self)((*self.keys, key))

    def promote(self, kid: str) -> Self:
        """Return the set in which the key signs.

        Raises:
            UnknownKey: when there is no such key.

        """
        chosen = self._get(kid)
        return type(self)((chosen, *(key for key in self.keys if key is not chosen)))

    def retire(self, kid: str) -> Self:
        """Return the set without the key.

        Raises:
            UnknownKey: when there is no such key.
            InvalidKeys: when it is the one that signs.

        """
        chosen = self._get(kid)
        if chosen is self.keys[0]:
            raise InvalidKeys("this key signs; promote another one first")
        return type(self)(tuple(key for key in self.keys if key is not chosen))

    def _get(self, kid: str) -> SigningKey:
        for key in self.keys:
            if key.kid == kid:
                return key
        raise UnknownKey("there is no key with this id")
