"""Access tokens that must be refused, each wrong in one way, and otherwise as good as the real one."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import jwt
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.core.clock import utc_now
from app.resources import Resources
from app.security.keys import SigningKey
from tests.factories import Person

Claims = dict[str, object]


def sign(
    resources: Resources,
    person: Person,
    claims: Claims | None = None,
    *,
    key: SigningKey | None = None,
    **header: object,
) -> str:
    """Sign the claims of the person's token, with changes; None drops a claim or header."""
    key = key or resources.keys.keys[0]
    changed = {**_claims(person), **(claims or {})}
    headers = {"typ": "at+jwt", "kid": key.kid, **header}
    return jwt.encode(
        {name: value for name, value in changed.items() if value is not None},
        key.private,
        algorithm=key.algorithm,
        headers={name: value for name, value in headers.items() if value is not None},
    )


def _claims(person: Person) -> Claims:
    claims: Claims = jwt.decode(person.access_token, options={"verify_signature": False})
    return claims


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _by_hand(resources: Resources, person: Person, algorithm: str, secret: bytes | None) -> str:
    header = {"typ": "at+jwt", "kid": resources.keys.keys[0].kid, "alg": algorithm}
    signed = f"{_b64(json.dumps(header).encode())}.{_b64(json.dumps(_claims(person)).encode())}"
    signature = b"" if secret is None else hmac.digest(secret, signed.encode(), hashlib.sha256)
    return f"{signed}.{_b64(signature)}"


def _public_pem(resources: Resources) -> bytes:
    public = resources.keys.keys[0].private.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _expired(resources: Resources, person: Person) -> str:
    claims = _claims(person)
    with time_machine.travel(utc_now() - timedelta(minutes=11)):
        return resources.access_tokens.issue(user_id=person.id, session_id=UUID(str(claims["sid"])), scope="")


def _changed_payload(person: Person) -> str:
    header, _, signature = person.access_token.split(".")
    return f"{header}.{_b64(json.dumps({**_claims(person), 'scope': 'users:write'}).encode())}.{signature}"


def _with_own_key(resources: Resources, person: Person) -> str:
    own = SigningKey.generate()
    return sign(resources, person, key=SigningKey(resources.keys.keys[0].kid, own.private), jwk=own.jwk(private=False))


def _with_foreign_key(resources: Resources, person: Person) -> str:
    foreign = SigningKey(resources.keys.keys[0].kid, SigningKey.generate().private)
    return sign(resources, person, key=foreign)


FORGERIES: dict[str, Callable[[Resources, Person], str]] = {
    "garbage": lambda _r, _p: "garbage",
    "empty": lambda _r, _p: "",
    "three dots": lambda _r, _p: "a.b.c",
    "refresh token": lambda _r, p: p.refresh_token,
    "expired": _expired,
    "no signature": lambda _r, p: p.access_token.rpartition(".")[0] + ".",
    "changed payload": lambda _r, p: _changed_payload(p),
    "alg none": lambda r, p: _by_hand(r, p, "none", None),
    "alg HS256 with the public key": lambda r, p: _by_hand(r, p, "HS256", _public_pem(r)),
    "alg HS256 without a secret": lambda r, p: _by_hand(r, p, "HS256", b""),
    "typ JWT": lambda r, p: sign(r, p, typ="JWT"),
    "no typ": lambda r, p: sign(r, p, typ=None),
    "jku": lambda r, p: sign(r, p, jku="https://evil.example/jwks.json"),
    "x5u": lambda r, p: sign(r, p, x5u="https://evil.example/cert.pem"),
    "x5c": lambda r, p: sign(r, p, x5c=["MIIB"]),
    "jwk": lambda r, p: sign(r, p, jwk=r.keys.keys[0].jwk(private=False)),
    "jwk of its own": _with_own_key,
    "crit": lambda r, p: sign(r, p, crit=["exp"]),
    "unknown kid": lambda r, p: sign(r, p, kid="unknown"),
    "kid that is a path": lambda r, p: sign(r, p, kid="../../../dev/null"),
    "no kid": lambda r, p: sign(r, p, kid=None),
    "key of somebody else": _with_foreign_key,
    "aud of another service": lambda r, p: sign(r, p, {"aud": "https://other.example"}),
    "iss of another service": lambda r, p: sign(r, p, {"iss": "https://other.example"}),
    "sub of somebody else": lambda r, p: sign(r, p, {"sub": str(uuid4())}),
    "sub that is an address": lambda r, p: sign(r, p, {"sub": p.email}),
    "sid of another log-in": lambda r, p: sign(r, p, {"sid": str(uuid4())}),
    "issued in the future": lambda r, p: sign(r, p, {"iat": int(utc_now().timestamp()) + 3600}),
    "longer than 8 KiB": lambda r, p: sign(r, p, {"scope": "x" * 8192}),
    **{
        f"without {name}": lambda r, p, name=name: sign(r, p, {name: None})  # type: ignore[misc]
        for name in ("iss", "sub", "aud", "exp", "iat", "jti", "sid")
    },
}
