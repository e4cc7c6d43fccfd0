"""Secrets do not reach a log, whatever they are called and wherever they stand."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import pytest
from pydantic import SecretStr
from structlog.typing import EventDict

from app.core.redaction import REDACTED, redact, redact_text

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.MEUCIQDn-_x"


def cleaned(event_dict: EventDict) -> EventDict:
    return dict(redact(None, "info", event_dict))


@pytest.mark.parametrize(
    "name",
    [
        "password", "new_password", "currentPassword", "passphrase", "token", "refresh_token", "accessToken", "secret",
        "client_secret", "Authorization", "cookie", "Set-Cookie", "api_key", "apiKey", "X-API-Key", "jwt_keys", "jwk",
        "private_key", "credentials", "sentry_dsn",
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", ["x", 123456, ["x"], {"a": "x"}, b"x"])
def test_drops_values_under_telling_names(name: str, value: object) -> None:
    assert cleaned({name: value}) == {name: REDACTED}
    assert cleaned({"request": {"headers": [{name: value}]}}) == {"request": {"headers": [{name: REDACTED}]}}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (JWT, "[redacted]"),
        (f"bad token {JWT}!", "bad token [redacted]!"),
        (f"Authorization: Bearer {JWT}", "Authorization: [redacted]"),
        ("Proxy-Authorization: Basic YWRh\nAccept: */*", "Proxy-Authorization: [redacted]\nAccept: */*"),
        ("{'authorization': 'Token abc', 'a': 1}", "{'authorization': [redacted]', 'a': 1}"),
        ("Cookie: theme=dark; session=abc", "Cookie: [redacted]"),
        ("Authorization: Bearer opaque-4711", "Authorization: [redacted]"),
        ("authorization=Basic b3BhcXVl, next", "authorization=[redacted], next"),
        ("got bearer abc.DEF-123", "got bearer [redacted]"),
        ("Basic YWRhOnNlY3JldA==", "Basic [redacted]"),
        (f"svk_{'0a' * 16}_{'aB3' * 14}a_12345678", f"svk_{'0a' * 16}_[redacted]"),
        (f"/items/svk_{'aB3' * 14}", "/items/svk_[redacted]"),
        ("postgresql://app:hunter2@db:5432/app", "postgresql://[redacted]@db:5432/app"),
        ("redis://:hunter2@cache", "redis://[redacted]@cache"),
        ("amqp://app:p@ss@mq/", "amqp://[redacted]@mq/"),
        ("https://key@sentry.example.com/1", "https://[redacted]@sentry.example.com/1"),
        ("GET /reset?token=abc&next=/", "GET /reset?token=[redacted]&next=/"),
        ("password='hunter2' name='ada'", "password=[redacted]' name='ada'"),
        ("{'password': 'correct horse', 'name': 'ada'}", "{'password': [redacted]', 'name': 'ada'}"),
        ('{"new_password":"hunter2","a":1}', '{"new_password":[redacted]","a":1}'),
        ('{"kty":"EC","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}', '{"kty":"EC","d":"[redacted]"}'),
        ("-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----[redacted]"),
        ("[parameters: ('ada@example.com', 'hash')]\n(Background)", "[parameters: [redacted]\n(Background)"),
    ],
)
def test_drops_texts_that_look_like_credentials(text: str, kept: str) -> None:
    assert redact_text(text) == kept
    assert cleaned({"event": text}) == {"event": kept}


def test_drops_our_own_tokens_in_links() -> None:
    token = secrets.token_urlsafe(32)
    assert token not in redact_text(f"https://example.com/verify?token={token}")
    assert token not in redact_text(f"https://example.com/verify#token={token}")


def test_keeps_what_is_no_secret() -> None:
    identity, moment = UUID(int=7), datetime(2026, 11, 23, tzinfo=UTC)
    harmless: EventDict = {
        "event": "request",
        "path": "/api/v1/items/{item_id}",
        "status": HTTPStatus.OK,
        "duration_ms": 1.5,
        "user_id": identity,
        "at": moment,
        "detail": "Email already registered: choose another",
        "url": "https://example.com/a?b=c",
        "has_password": True,
        "token": None,
        "codes": ["a", 1, None],
    }
    assert cleaned(dict(harmless)) == harmless


def test_objects_are_shown_as_their_redacted_repr() -> None:
    @dataclass
    class LogIn:
        name: str
        password: str

    assert cleaned({"data": SecretStr("hunter2")}) == {"data": "SecretStr('**********')"}
    shown = cleaned({"data": LogIn("ada", "hunter2")})["data"]
    assert "ada" in shown
    assert "hunter2" not in shown


def test_circles_end() -> None:
    circle: dict[str, object] = {}
    circle["self"] = circle
    assert "..." in json.dumps(cleaned({"data": circle}))
