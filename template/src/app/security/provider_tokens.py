"""Access tokens of the provider: what they say, and whether it is true."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
from jwt import PyJWK

from app.core.clock import utc_now
from app.security.errors import InvalidToken
from app.security.provider_documents import Surround, leave_alone
from app.security.provider_keys import ProviderKeys
from app.security.provider_settings import ProviderSettings, plain_type
from app.security.subjects import id_of

#: Longer tokens are refused before they are parsed. Proxies take no longer headers either, unless told to.
MAX_LENGTH = 8192
#: Headers that would let a token bring its own key, or rules that nobody here knows.
REFUSED_HEADERS = {"jku", "jwk", "x5u", "x5c", "crit"}
REQUIRED_CLAIMS = ["iss", "sub", "aud", "exp", "iat"]
#: The type of RFC 9068, which nothing but an access token has.
ACCESS_TOKEN = "at+jwt"  # noqa: S105 (a media type)
#: What only ID tokens say (OpenID Connect Core, 2 and 3.3.2.11), and what binds a token to a key that the sender would
#: have to show (RFC 7800): as a bearer token it would be good for whoever has stolen it.
REFUSED_CLAIMS = {"nonce", "at_hash", "c_hash", "cnf"}
#: OpenID Connect Core, 2: no subject is longer.
SUBJECT_LENGTH = 255


@dataclass(frozen=True, slots=True)
class ProviderClaims:
    """What an access token says; `expires` is in seconds since 1970."""

    id: UUID
    issuer: str
    subject: str
    scopes: frozenset[str]
    authenticated_at: datetime | None
    session_id: UUID | None
    expires: float


class ProviderTokens:
    """Verifies access tokens.

    A signature is verified once per token and key, and remembered; expiry, and whether the provider still publishes
    the key, are looked at every time.
    """

    def __init__(self, settings: ProviderSettings, surround: Surround = leave_alone) -> None:
        self._settings = settings
        self._keys = ProviderKeys(settings, surround)
        self._types = settings.token_types
        self.check, self.aclose = self._keys.check, self._keys.aclose
        self._verify = lru_cache(maxsize=4096)(self._verify_signature)

    async def read(self, token: str) -> ProviderClaims:
        """Return the claims of a valid token.

        Raises:
            InvalidToken: for everything else.
            ProviderAway: when there is no key to tell with.

        """
        if len(token) > MAX_LENGTH:
            raise InvalidToken
        key = await self._keys.get(*self._named_key(token))
        if key is None:
            raise InvalidToken
        claims = self._verify(token, key)
        if claims.expires + self._settings.oidc_leeway_seconds <= utc_now().timestamp():
            raise InvalidToken
        return claims

    def _named_key(self, token: str) -> tuple[str, str]:
        """Return which key the token names, before anybody is asked for it."""
        try:
            header = jwt.get_unverified_header(token)
            # PyJWT checks neither `typ` nor these headers (2.15).
            if plain_type(header["typ"]) not in self._types or REFUSED_HEADERS & header.keys():
                raise InvalidToken
            kid, algorithm = header["kid"], header["alg"]
        except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise InvalidToken from error
        if not isinstance(kid, str) or algorithm not in self._settings.oidc_algorithms:
            raise InvalidToken
        return kid, algorithm

    def _verify_signature(self, token: str, key: PyJWK) -> ProviderClaims:
        try:
            parts = jwt.decode_complete(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._settings.oidc_audience,
                issuer=self._settings.oidc_issuer,
                leeway=self._settings.oidc_leeway_seconds,
                options={"require": REQUIRED_CLAIMS},
            )
            return self._understand(parts["payload"], plain_type(parts["header"]["typ"]))
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, OSError, RecursionError) as error:
            raise InvalidToken from error

    def _understand(self, claims: dict[str, Any], token_type: str) -> ProviderClaims:
        subject, session = claims["sub"], claims.get("sid")
        given = [claims[name] for name in self._settings.oidc_scope_claims if name in claims]
        is_access_token = token_type == ACCESS_TOKEN or (given and _calls_itself_access_token(claims))
        if not is_access_token or REFUSED_CLAIMS & claims.keys() or not 0 < len(subject) <= SUBJECT_LENGTH:
            raise InvalidToken
        issuer = claims["iss"]
        return ProviderClaims(
            id=id_of(issuer, subject),
            issuer=issuer,
            subject=subject,
            scopes=frozenset().union(*map(_words, given)),
            # Not `iat`: a refreshed token is newer than the log-in.
            authenticated_at=datetime.fromtimestamp(claims["auth_time"], UTC) if "auth_time" in claims else None,
            session_id=id_of(f"{issuer}#sid", session) if isinstance(session, str) else None,
            expires=float(claims["exp"]),
        )


def _calls_itself_access_token(claims: dict[str, Any]) -> bool:
    """Tell whether a token whose header says only `JWT` does not say in its claims that it is something else."""
    # Keycloak: Bearer, ID, Refresh, Offline, Logout.
    return bool(claims.get("typ", "Bearer") == "Bearer")


def _words(value: object) -> list[str]:
    """Return the scopes of a claim: a list, or one text with blanks between (RFC 8693, 4.2)."""
    words = value.split() if isinstance(value, str) else value
    # Printable: half a surrogate pair could not be written into an answer.
    return [word for word in words if isinstance(word, str) and word.isprintable()] if isinstance(words, list) else []
