"""auth = oidc with a provider that others wrote and the OpenID Foundation certified: npm's oidc-provider.

The service's own tests have a provider made of Authlib, which can be told to do everything wrong. This one shows that
what is right there is right elsewhere, too.
"""

import json
import os
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest

from tests.combinations import Answers
from tests.npm import install
from tests.processes import Running, free_port, running

API, OTHER_API = "https://api.example.com", "https://other.example"
SCOPE = "openid items:read"
ANSWERS: Answers = {"auth": "oidc", "database": "none"}
#: A token that names an unknown key makes the service ask for new ones no more often than that.
PAUSE_SECONDS = 30


@dataclass
class Provider:
    """The provider, as an application and its user meet it; each start signs with a new key."""

    folder: Path
    port: int

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    @contextmanager
    def started(self) -> Iterator[Running]:
        command = ["node", "provider.mjs", str(self.port), "keys.json"]
        with running(command, self.folder, {"PATH": os.environ["PATH"]}) as provider:
            provider.wait_for(f"{self.issuer} is ready", 30)
            yield provider

    def machine(self, api: str = API) -> str:
        """Return the access token of a program."""
        return str(self._token(grant_type="client_credentials", scope="items:read", resource=api)["access_token"])

    def person(self, **more: str) -> dict[str, Any]:
        """Return the tokens for which Ada has logged in."""
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        back = f"{self.issuer}/back"
        asked = {"client_id": "app", "response_type": "code", "scope": SCOPE, "redirect_uri": back, **more}
        with pytest.raises(HTTPError) as there:  # nobody serves that page: what matters is its address
            browser.open(f"{self.issuer}/auth?{urlencode(asked)}")
        there.value.close()
        (code,) = parse_qs(urlsplit(str(there.value.url)).query)["code"]
        return self._token(grant_type="authorization_code", code=code, redirect_uri=back, **more)

    def _token(self, **form: str) -> dict[str, Any]:
        secret = b64encode(b"app:app").decode()
        request = Request(f"{self.issuer}/token", urlencode(form).encode(), {"Authorization": f"Basic {secret}"})
        with urlopen(request, timeout=10) as answer:
            tokens: dict[str, Any] = json.load(answer)
        return tokens


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Provider:
    return Provider(install("oidc_provider", tmp_path_factory.mktemp("provider") / "program"), free_port())


def ask(port: int, token: str) -> tuple[int, dict[str, Any]]:
    """Ask a service who is calling."""
    request = Request(f"http://localhost:{port}/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


def refusal(port: int, token: str) -> tuple[int, str]:
    status, body = ask(port, token)
    return status, body.get("code", "none")


def test_tokens_of_a_certified_provider_and_its_new_keys(
    project: Callable[[Answers], Path], clean_environment: dict[str, str], provider: Provider
) -> None:
    port, folder = free_port(), project(ANSWERS)
    settings = {"PORT": str(port), "OIDC_ISSUER": provider.issuer, "OIDC_AUDIENCE": API}
    with running(["make", "dev"], folder, clean_environment | settings) as server:
        server.wait_for("startup complete", 120)
        assert refusal(port, "x") == (401, "invalid-token")
        with provider.started():
            machine, tokens = provider.machine(), provider.person(resource=API, nonce="n-0S6_WzA2Mj")
            status, me = ask(port, machine)
            asked_at = time.monotonic()
            assert (status, me["sub"], me["issuer"], me["scopes"]) == (200, "app", provider.issuer, ["items:read"])
            status, me = ask(port, tokens["access_token"])
            assert (status, me["sub"], me["scopes"]) == (200, "ada", ["items:read"])
            header, payload, signature = machine.split(".")
            for wrong in (
                tokens["id_token"],
                provider.machine(OTHER_API),
                provider.person()["access_token"],  # opaque: for the provider itself
                f"{header}.{payload}.{signature[::-1]}",
                f"{header}.{tokens['access_token'].split('.')[1]}.{signature}",
            ):
                assert refusal(port, wrong) == (401, "invalid-token"), wrong
        assert ask(port, machine)[0] == 200, "the provider is away, its key is known"

        elsewhere = Provider(provider.folder, free_port())
        with elsewhere.started():
            # The same name at another issuer, signed with a key that this one publishes from its next start on.
            foreign = elsewhere.machine()
        with provider.started():
            newer = provider.machine()
            time.sleep(max(0, PAUSE_SECONDS + 1 - (time.monotonic() - asked_at)))
            assert [ask(port, token)[0] for token in (newer, machine)] == [200, 200]
            assert refusal(port, foreign) == (401, "invalid-token")
