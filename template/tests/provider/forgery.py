"""Tokens that must be refused, each wrong in one way, and otherwise as good as the real one."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import jwt as pyjwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.factories import Person
from tests.provider.registered import CLIENT
from tests.provider.server import new_key, public

Claims = dict[str, object]
OTHER_ISSUER = "https://other.example"


def claims_of(person: Person) -> Claims:
    """Return what the person's real token says."""
    token = jwt.decode(person.access_token, person.provider.signer)
    return dict(token.claims)


def sign(person: Person, claims: Claims | None = None, key: RSAKey | None = None, **header: object) -> str:
    """Sign the claims of the person's token, with changes; None drops a claim or header."""
    changed = {**claims_of(person), **(claims or {})}
    kept = {name: value for name, value in changed.items() if value is not None}
    return person.provider.sign(kept, key, **{"kid": person.provider.signer.kid, **header})


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _by_hand(person: Person, algorithm: str, secret: bytes | None) -> str:
    header = {"typ": "at+jwt", "kid": person.provider.signer.kid, "alg": algorithm}
    signed = f"{_b64(json.dumps(header).encode())}.{_b64(json.dumps(claims_of(person)).encode())}"
    signature = b"" if secret is None else hmac.digest(secret, signed.encode(), hashlib.sha256)
    return f"{signed}.{_b64(signature)}"


def _for_all_algorithms(person: Person) -> RSAKey:
    """Return the real key, which no longer says what it is for."""
    members = person.provider.signer.as_dict(private=True)
    return RSAKey.import_key({name: value for name, value in members.items() if name != "alg"})


def _public_pem(person: Person) -> bytes:
    return person.provider.signer.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _changed_payload(person: Person) -> str:
    header, _, signature = person.access_token.split(".")
    return f"{header}.{_b64(json.dumps({**claims_of(person), 'sub': 'somebody else'}).encode())}.{signature}"


def _with_own_key(person: Person) -> str:
    own = new_key()
    return sign(person, key=own, jwk=public(own))


def _sign_anything(person: Person, claims: Claims | None = None, **header: object) -> str:
    """Sign what the provider's library refuses to write."""
    key = person.provider.signer
    headers = {"typ": "at+jwt", "kid": key.kid, **header}
    changed = {**claims_of(person), **(claims or {})}
    return pyjwt.encode(changed, key.as_pem(private=True), algorithm="RS256", headers=headers)


NOW = int(time.time())
FORGERIES: dict[str, Callable[[Person], str]] = {
    "garbage": lambda _: "garbage",
    "three dots": lambda _: "a.b.c",
    "no signature": lambda p: p.access_token.rpartition(".")[0] + ".",
    "changed payload": _changed_payload,
    "ID token": lambda p: p.id_token,
    "ID token of type at+jwt": lambda p: sign(p, {"aud": CLIENT}),
    "nonce, as ID tokens have it": lambda p: sign(p, {"nonce": "n-0S6_WzA2Mj"}),
    "at_hash, as ID tokens have it": lambda p: sign(p, {"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"}),
    "bound to a key that is not shown": lambda p: sign(p, {"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJG"}}),
    "expired": lambda p: sign(p, {"exp": NOW - 31}),
    "issued in the future": lambda p: sign(p, {"iat": NOW + 3600}),
    "not good yet": lambda p: sign(p, {"nbf": NOW + 3600}),
    "alg none": lambda p: _by_hand(p, "none", None),
    "alg HS256 with the public key": lambda p: _by_hand(p, "HS256", _public_pem(p)),
    "alg HS256 without a secret": lambda p: _by_hand(p, "HS256", b""),
    "alg that the key is not for": lambda p: sign(p, key=_for_all_algorithms(p), alg="PS256"),
    "alg that is not allowed": lambda p: sign(p, key=_for_all_algorithms(p), alg="RS384"),
    "typ JWT": lambda p: sign(p, typ="JWT"),
    "typ of a log-out": lambda p: sign(p, typ="logout+jwt"),
    "typ that is a number": lambda p: _sign_anything(p, typ=7),
    "no typ": lambda p: sign(p, typ=None),
    "jku": lambda p: sign(p, jku="https://evil.example/keys"),
    "x5u": lambda p: sign(p, x5u="https://evil.example/cert.pem"),
    "x5c": lambda p: sign(p, x5c=["MIIB"]),
    "jwk": lambda p: sign(p, jwk=public(p.provider.signer)),
    "jwk of its own": _with_own_key,
    "crit": lambda p: _sign_anything(p, crit=["exp"], exp=NOW + 60),
    "unknown kid": lambda p: sign(p, kid="unknown"),
    "kid that is a path": lambda p: sign(p, kid="../../../dev/null"),
    "no kid": lambda p: sign(p, kid=None),
    "key of somebody else": lambda p: sign(p, key=new_key()),
    "aud of another service": lambda p: sign(p, {"aud": "https://other.example"}),
    "aud that only begins alike": lambda p: sign(p, {"aud": "https://api.example.com/"}),
    "aud that is a list without us": lambda p: sign(p, {"aud": [CLIENT, "https://other.example"]}),
    "iss of another provider": lambda p: sign(p, {"iss": OTHER_ISSUER}),
    "iss with a slash more": lambda p: sign(p, {"iss": f"{p.provider.issuer}/"}),
    "sub that is empty": lambda p: sign(p, {"sub": ""}),
    "sub that is a number": lambda p: sign(p, {"sub": 7}),
    "sub longer than the standard allows": lambda p: sign(p, {"sub": "x" * 256}),
    "sub that is no text": lambda p: _sign_anything(p, {"sub": "\ud800"}),
    "sid that is no text": lambda p: _sign_anything(p, {"sid": "\ud800"}),
    "auth_time that is no time": lambda p: sign(p, {"auth_time": "yesterday"}),
    "auth_time after all calendars": lambda p: sign(p, {"auth_time": 10**20}),
    "longer than 8 KiB": lambda p: sign(p, {"scope": "x" * 8192}),
    **{
        f"without {name}": lambda p, name=name: sign(p, {name: None})  # type: ignore[misc]
        for name in ("iss", "sub", "aud", "exp", "iat")
    },
}
