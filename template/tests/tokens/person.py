"""Somebody who logs in for tokens."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2

from tests.accounts import public

LOGIN = "/api/v1/auth/token"
#: What a guarded route answers to a credential that is not, or no longer, good for anything.
REFUSED = (401, "invalid-token")
#: Routes that everybody may call because nobody can be logged in there yet.
PUBLIC = {
    ("POST", LOGIN),
    ("POST", "/api/v1/auth/refresh"),
    ("GET", "/.well-known/jwks.json"),
    *public.PUBLIC,
}


def login_with(email: str, password: str) -> dict[str, Any]:
    """Return what is posted to `LOGIN`."""
    return {"data": {"username": email, "password": password}}


def credential_of(login: httpx2.Response) -> dict[str, str]:
    """Return the headers of requests after this log-in."""
    return {"Authorization": f"Bearer {login.json()['access_token']}"}


def attach(case: Any, login: httpx2.Response) -> None:
    """Let a request that Schemathesis generates belong to this log-in."""
    case.headers.update(credential_of(login))


@dataclass
class Person:
    """A user with an HTTP client of their own, logged in or not."""

    id: UUID
    email: str
    password: str
    client: httpx2.AsyncClient
    refresh_token: str = ""

    async def log_in(self) -> httpx2.Response:
        """Log in; the client sends the access token from now on."""
        response = await self.client.post(LOGIN, **login_with(self.email, self.password))
        if response.is_success:
            self.accept(response)
        return response

    def accept(self, response: httpx2.Response) -> None:
        """Use the tokens of a response."""
        body = response.json()
        self.client.headers["Authorization"] = f"Bearer {body['access_token']}"
        self.refresh_token = body["refresh_token"]

    async def stay(self) -> None:
        """Go on without proving the identity again."""
        body = {"refresh_token": self.refresh_token}
        self.accept(await self.client.post("/api/v1/auth/refresh", json=body))

    @property
    def access_token(self) -> str:
        """The access token in use."""
        return self.client.headers["Authorization"].removeprefix("Bearer ")

    @property
    def secrets(self) -> list[str]:
        """What nobody else may learn, and only digests of which are stored."""
        return [self.access_token, self.refresh_token]

    @property
    def credential(self) -> dict[str, str]:
        """The headers that say who is calling."""
        return {"Authorization": self.client.headers["Authorization"]}
