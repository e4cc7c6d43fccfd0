"""What a provider decides: who gets which tokens. OAuth 2.0, OpenID Connect and RFC 9068 are Authlib's."""

import time
from collections.abc import Mapping
from typing import Any, cast

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Request, grants
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from authlib.oidc.core import OpenIDCode, UserInfo
from joserfc.jwk import KeySet, RSAKey

from tests.provider.registered import CLIENT, Client, Code, User

#: How long tokens are good for.
SECONDS = 600
Answer = tuple[int, Any, Mapping[str, str]]


class CodeGrant(grants.AuthorizationCodeGrant):
    """The authorization code flow."""

    server: "Authorization"

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        assert request.user
        assert request.payload
        nonce = request.payload.data.get("nonce")
        self.server.codes[code] = Code(request.user, request.scope, nonce, int(time.time()))

    def query_authorization_code(self, code: str, client: ClientMixin) -> Code | None:
        return self.server.codes.pop(code, None)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Do nothing: it is gone since it was asked for."""

    def authenticate_user(self, authorization_code: Code) -> User:
        return authorization_code.user


class IdTokens(OpenIDCode):
    """ID tokens beside the access tokens, signed with the same key."""

    def __init__(self, server: "Authorization") -> None:
        super().__init__()
        self.server = server

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        return False

    def resolve_client_private_key(self, client: ClientMixin) -> KeySet:
        return KeySet([self.server.signer])

    def get_client_algorithm(self, client: ClientMixin) -> str:
        return "RS256"

    def get_encode_header(self, client: ClientMixin) -> dict[str, str]:
        return {"alg": "RS256"}

    def get_client_claims(self, client: ClientMixin) -> dict[str, Any]:
        return {"iss": self.server.issuer, "aud": [CLIENT], "exp": int(time.time()) + SECONDS}

    def generate_user_info(self, user: User, scope: str) -> UserInfo:
        return UserInfo(sub=user.sub, email=f"{user.sub}@example.com")


class AccessTokens(JWTBearerTokenGenerator):
    """Access tokens after RFC 9068, for the one API."""

    def __init__(self, server: "Authorization") -> None:
        super().__init__(server.issuer, expires_generator=SECONDS)
        self.server = server

    def get_jwks(self) -> KeySet:
        return KeySet([self.server.signer])

    def get_audiences(self, client: ClientMixin, user: User, scope: str) -> list[str]:
        return [self.server.audience, f"{self.server.issuer}/userinfo"]

    def get_auth_time(self, user: User | None) -> int | None:
        return int(time.time()) if user else None

    def get_extra_claims(self, client: ClientMixin, grant_type: str, user: User | None, scope: str) -> dict[str, str]:
        return {"sid": f"session of {user.sub}"} if user else {}


class Authorization(AuthorizationServer):
    """The authorization server of one issuer."""

    def __init__(self, issuer: str, audience: str, signer: RSAKey) -> None:
        super().__init__()
        self.issuer = issuer
        self.audience = audience
        self.signer = signer
        self.codes: dict[str, Code] = {}
        self.register_token_generator("default", AccessTokens(self))
        self.register_grant(CodeGrant, [IdTokens(self)])
        self.register_grant(grants.ClientCredentialsGrant)

    def authorize(self, address: str, query: dict[str, str]) -> Answer:
        """Send the browser back with a code. Whoever `login_hint` names is logged in already."""
        request = self.create_oauth2_request(("GET", address, query, {}))
        grant = self.get_authorization_grant(request)
        return cast("Answer", self.create_authorization_response(request, User(query["login_hint"]), grant))

    def token(self, address: str, form: dict[str, str], headers: Mapping[str, str]) -> Answer:
        """Exchange a code, or the client's own secret, for tokens."""
        return cast("Answer", self.create_token_response(("POST", address, form, headers)))

    def query_client(self, client_id: str) -> ClientMixin:
        return Client()

    def save_token(self, token: dict[str, str | int], request: OAuth2Request) -> None:
        """Do nothing: a signed token needs no memory."""

    def create_oauth2_request(self, request: Any) -> OAuth2Request:
        if isinstance(request, OAuth2Request):
            return request
        method, address, values, headers = request
        made = FormRequest(method, address, headers=headers)
        made.payload = BasicOAuth2Payload(values)
        return made

    def handle_response(self, status: int, body: Any, headers: Any) -> Answer:
        return status, body, dict(headers)

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Do nothing: nobody listens."""


class FormRequest(OAuth2Request):
    """A request whose form is its payload."""

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data if self.payload else {}
