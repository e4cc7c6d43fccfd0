"""Somebody who logs in for a cookie."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2

from tests.accounts import public

LOGIN = "/api/v1/auth/login"
COOKIE = "session"
#: What browsers say of a request that a page of the service sends.
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
#: What a guarded route answers to a credential that is not, or no longer, good for anything.
REFUSED = (401, "unauthenticated")
#: Routes that everybody may call because nobody can be logged in there yet.
PUBLIC = {("POST", LOGIN), *public.PUBLIC}


def login_with(email: str, password: str) -> dict[str, Any]:
    """Return what is posted to `LOGIN`."""
    return {"json": {"email": email, "password": password}, "headers": SAME_ORIGIN}


def credential_of(login: httpx2.Response) -> dict[str, str]:
    """Return the headers of requests after this log-in."""
    # By hand: a jar keeps cookies that are for HTTPS only to itself, and gives up those that a log-out deletes.
    return {"Cookie": login.headers["set-cookie"].partition(";")[0], **SAME_ORIGIN}


def attach(case: Any, login: httpx2.Response) -> None:
    """Let a request that Schemathesis generates belong to this log-in."""
    name, _, value = credential_of(login)["Cookie"].partition("=")
    case.headers.update(SAME_ORIGIN)
    # Here it takes the cookie away again, to see that the request is refused then.
    case.cookies = {**(case.cookies or {}), name: value}


@dataclass
class Person:
    """A user with a browser of their own, logged in or not."""

    id: UUID
    email: str
    password: str
    client: httpx2.AsyncClient

    async def log_in(self) -> httpx2.Response:
        """Log in; the client sends the cookie from now on."""
        response = await self.client.post(LOGIN, **login_with(self.email, self.password))
        if response.is_success:
            self.client.cookies.clear()
            self.client.headers.update(credential_of(response))
        return response

    async def stay(self) -> None:
        """Go on without proving the identity again: a cookie needs nothing for that."""

    @property
    def cookie(self) -> str:
        """The value of the cookie in use."""
        return self.client.headers["Cookie"].partition("=")[2]

    @property
    def secrets(self) -> list[str]:
        """What nobody else may learn, and only digests of which are stored."""
        return [self.cookie]

    @property
    def credential(self) -> dict[str, str]:
        """The headers that say who is calling."""
        return {"Cookie": self.client.headers["Cookie"], **SAME_ORIGIN}
