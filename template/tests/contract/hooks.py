"""Schemathesis loads this file in its own process: how a generated request logs in."""

import json
import os
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import schemathesis

PASSWORD = "correct horse battery staple"
#: What only administrators may do. Everything else is done as a new user, whose account the requests may delete.
ADMINISTRATION: dict[str, Any] = {
    "path_regex": r"^/api/v1/users(/\{user_id\})?$",
    "method": ["GET", "PATCH", "DELETE"],
}


class LogIn:
    """Sends the access token of a user."""

    email = ""

    def get(self, case: "schemathesis.Case[Any]", context: schemathesis.AuthContext) -> str:
        api = f"{case.operation.base_url.rstrip('/')}/api/v1"
        email = self.email
        if not email:
            email = f"{os.urandom(8).hex()}@example.com"
            call(f"{api}/users", json.dumps({"email": email, "password": PASSWORD}), "application/json")
        form = urlencode({"username": email, "password": PASSWORD})
        token: str = call(f"{api}/auth/token", form, "application/x-www-form-urlencoded")["access_token"]
        return token

    def set(self, case: "schemathesis.Case[Any]", data: str, context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


def call(url: str, body: str, content_type: str) -> dict[str, str]:
    """POST a body and return the answer."""
    request = Request(url, body.encode(), {"Content-Type": content_type})  # noqa: S310 - the service under test
    with urlopen(request) as response:  # noqa: S310
        answer: dict[str, str] = json.load(response)
        return answer


# Both are asked again after a 401: some of the requests end the log-in that they use.
@schemathesis.auth().skip_for(**ADMINISTRATION)
class AsUser(LogIn):
    """Every log-in is that of a new user."""


@schemathesis.auth().apply_to(**ADMINISTRATION)
class AsAdministrator(LogIn):
    """The administrator that the test has made."""

    email = os.environ["CONTRACT_ADMINISTRATOR"]
