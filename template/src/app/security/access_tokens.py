"""Access tokens: short-lived signed JWTs in the profile of RFC 9068."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

import jwt

from app.core.clock import utc_now, uuid7
from app.security.errors import InvalidToken
from app.security.keys import KeySet

TYPE = "at+jwt"
#: Longer tokens are refused before they are parsed; ours have about 600 characters.
MAX_LENGTH = 8192
#: Headers that would let a token bring its own key.
FOREIGN_KEY_HEADERS = {"jku", "jwk", "x5u", "x5c"}
REQUIRED_CLAIMS = ["iss", "sub", "aud", "exp", "iat", "jti", "sid"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says: the user, the log-in it belongs to, and when it expires (seconds since 1970)."""

    user_id: UUID
    session_id: UUID
    expires: int


class AccessTokens:
    """Signs and verifies access tokens.

    The signature is verified once per token (about 150 µs) and remembered; expiry is checked every time. Whether
    the log-in still exists is for the database to say, on every request.
    """

    def __init__(self, keys: KeySet, *, issuer: str, lifetime: timedelta) -> None:
        self.lifetime = lifetime
        self._issuer = issuer
        self._signer = keys.keys[0]
        self._verifiers = {key.kid: (key.algorithm, key.private.public_key()) for key in keys.keys}
        self._verify = lru_cache(maxsize=4096)(self._verify_signature)

    def issue(self, *, user_id: UUID, session_id: UUID, scope: str) -> str:
        """Return a signed token for one log-in."""
        now = utc_now()
        claims: dict[str, str | datetime] = {
            "iss": self._issuer,
            "aud": self._issuer,
            "sub": str(user_id),
            "sid": str(session_id),
            "jti": str(uuid7()),
            "iat": now,
            "exp": now + self.lifetime,
            "scope": scope,
        }
        headers = {"typ": TYPE, "kid": self._signer.kid}
        return jwt.encode(claims, self._signer.private, algorithm=self._signer.algorithm, headers=headers)

    def read(self, token: str) -> Claims:
        """Return the claims of a valid token.

        Raises:
            InvalidToken: for everything else.

        """
        if len(token) > MAX_LENGTH:
            raise InvalidToken
        claims = self._verify(token)
        if claims.expires <= utc_now().timestamp():
            raise InvalidToken
        return claims

    def _verify_signature(self, token: str) -> Claims:
        try:
            header = jwt.get_unverified_header(token)
            # PyJWT checks neither `typ` nor these headers (2.15).
            if header.get("typ") != TYPE or "crit" in header or FOREIGN_KEY_HEADERS & header.keys():
                raise InvalidToken
            algorithm, key = self._verifiers[header["kid"]]
            claims = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=self._issuer,
                issuer=self._issuer,
                options={"require": REQUIRED_CLAIMS},
            )
            return Claims(UUID(claims["sub"]), UUID(claims["sid"]), int(claims["exp"]))
        except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise InvalidToken from error
