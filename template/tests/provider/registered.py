"""What a provider knows: its client, its users, the codes that are on their way."""

from collections.abc import Collection
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oidc.core import AuthorizationCodeMixin

#: The one client, an application of the people who call the service.
CLIENT = "app"
#: Whoever asks gets in: it listens on this machine only.
SECRET = "app"
BACK = "http://localhost/back"


class Client(ClientMixin):
    """The client; it may have every scope."""

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return BACK

    def get_allowed_scope(self, scope: Collection[str] | str) -> str:
        return scope if isinstance(scope, str) else " ".join(scope or ())

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == BACK

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in {"authorization_code", "client_credentials"}


@dataclass(frozen=True)
class User:
    """Somebody with an account."""

    sub: str

    def get_user_id(self) -> str:
        return self.sub


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):
    """What a browser brings back to the application, good for one exchange."""

    user: User
    scope: str
    nonce: str | None
    auth_time: int

    def get_redirect_uri(self) -> str:
        return BACK

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> str:
        return "1"

    def get_amr(self) -> list[str]:
        return ["pwd"]
