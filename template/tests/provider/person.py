"""Somebody with an account at the provider."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx2

from app.security.subjects import id_of
from tests.provider.registered import BACK, CLIENT, SECRET
from tests.provider.server import Provider

#: What a guarded route answers to a credential that is not, or no longer, good for anything.
REFUSED = (401, "invalid-token")
#: Nobody logs in here.
PUBLIC: set[tuple[str, str]] = set()
SCOPES = ("openid", "items:read", "items:write")


@dataclass
class Person:
    """An account with an HTTP client of the service, logged in or not."""

    sub: str
    provider: Provider
    client: httpx2.AsyncClient
    id_token: str = ""

    @property
    def id(self) -> UUID:
        """Who this is in the service."""
        return id_of(self.provider.issuer, self.sub)

    async def log_in(self, *scopes: str) -> httpx2.Response:
        """Log in at the provider, by the authorization code flow; the client sends the access token from now on."""
        query = {"response_type": "code", "client_id": CLIENT, "redirect_uri": BACK, "login_hint": self.sub}
        query |= {"scope": " ".join(scopes or SCOPES), "nonce": "n-0S6_WzA2Mj"}
        async with httpx2.AsyncClient(base_url=self.provider.issuer) as browser:
            back = await browser.get("/authorize", params=query)
            code = parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
            form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
            response = await browser.post("/token", data=form, auth=(CLIENT, SECRET))
        tokens = response.json()
        self.id_token = tokens.get("id_token", "")
        self.use(tokens["access_token"])
        return response

    def use(self, token: str) -> None:
        """Send this token from now on."""
        self.client.headers["Authorization"] = f"Bearer {token}"

    @property
    def access_token(self) -> str:
        """The access token in use."""
        return self.client.headers["Authorization"].removeprefix("Bearer ")

    @property
    def credential(self) -> dict[str, str]:
        """The headers that say who is calling."""
        return {"Authorization": self.client.headers["Authorization"]}
