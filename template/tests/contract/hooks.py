"""Schemathesis loads this file in its own process: how a generated request logs in."""

import os
from typing import Any

import httpx2
import schemathesis

from tests.credentials import LOGIN, attach, login_with

PASSWORD = "correct horse battery staple"
#: One for all log-ins: each would take 20 ms to read the certificates that nobody needs on loopback.
CLIENT = httpx2.Client()
#: The fields of passwords, and what their pattern asks for: five different characters.
PASSWORDS = {"password", "new_password"}
FIVE_DIFFERENT = "abcde"
#: What only administrators may do. Everything else is done as a new user, whose account the requests may delete.
ADMINISTRATION: dict[str, Any] = {
    "path_regex": r"^/api/v1/(users(/\{user_id\})?|audit-events)$",
    "method": ["GET", "PATCH", "DELETE"],
}


@schemathesis.hook
def before_load_schema(context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """Take away the pattern of passwords: half of the run went into guessing texts that match it."""
    for schema in raw_schema["components"]["schemas"].values():
        for name in PASSWORDS & schema.get("properties", {}).keys():
            schema["properties"][name].pop("pattern", None)


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: "schemathesis.Case[Any]", kwargs: dict[str, Any]) -> None:
    """Give passwords what the pattern asks for."""
    body = case.body if isinstance(case.body, dict) else {}
    for name in PASSWORDS & body.keys():
        password = body[name]
        if isinstance(password, str) and len(password) > len(FIVE_DIFFERENT):
            body[name] = FIVE_DIFFERENT + password[len(FIVE_DIFFERENT) :]


class LogIn:
    """Sends the credential of a user."""

    email = ""

    def get(self, case: "schemathesis.Case[Any]", context: schemathesis.AuthContext) -> httpx2.Response:
        base = case.operation.base_url.rstrip("/")
        email = self.email
        if not email:
            email = f"{os.urandom(8).hex()}@example.com"
            CLIENT.post(f"{base}/api/v1/users", json={"email": email, "password": PASSWORD}).raise_for_status()
        return CLIENT.post(base + LOGIN, **login_with(email, PASSWORD)).raise_for_status()

    def set(self, case: "schemathesis.Case[Any]", data: httpx2.Response, context: schemathesis.AuthContext) -> None:
        attach(case, data)


# Both are asked again after a 401: some of the requests end the log-in that they use.
@schemathesis.auth().skip_for(**ADMINISTRATION)
class AsUser(LogIn):
    """Every log-in is that of a new user."""


@schemathesis.auth().apply_to(**ADMINISTRATION)
class AsAdministrator(LogIn):
    """The administrator that the test has made."""

    email = os.environ["CONTRACT_ADMINISTRATOR"]
