"""Everything else: whatever happens, no password and no token is logged, at any level and in either format."""

import logging

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.core.settings import Settings
from app.resources import Resources
from tests.auth.postbox import token_to
from tests.factories import PASSWORD, People

NEW = "another horse, another battery"
WRONG = "canary-of-a-wrong-password"


@pytest.fixture(params=["json", "console"])
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Return settings that log everything."""
    return settings.model_copy(update={"log_level": "DEBUG", "log_format": request.param})


async def test_a_whole_life_of_an_account_leaves_no_secret(
    people: People, resources: Resources, client: httpx2.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    person = await people.logged_in()
    secrets = [PASSWORD, NEW, WRONG, *person.secrets]
    await person.stay()
    secrets += person.secrets
    await person.client.post("/api/v1/auth/password-reset", json={"email": person.email})
    secrets.append(await token_to(resources, person.email))
    await client.post("/api/v1/auth/password-reset/confirm", json={"token": secrets[-1], "new_password": NEW})
    await client.post("/api/v1/users", json={"email": "x", "password": NEW})
    await client.get("/api/v1/users", params={"token": secrets[3], "password": PASSWORD})
    await client.get(f"/api/v1/users/{person.secrets[-1]}")
    person.password = WRONG
    await person.log_in()
    logged = capsys.readouterr()
    assert "password-reset/confirm" in logged.out
    assert [secret for secret in secrets if secret in logged.out + logged.err] == []


async def test_a_crash_logs_no_secret(
    people: People, resources: Resources, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await people.create()

    async def crash(email: str) -> None:
        raise RuntimeError(f"password={PASSWORD.replace(' ', '-')} of {email}")

    monkeypatch.setattr(resources.throttle, "succeeded", crash)
    assert (await person.log_in()).status_code == 500
    logged = capsys.readouterr().out
    assert "RuntimeError" in logged
    assert PASSWORD.replace(" ", "-") not in logged
    assert PASSWORD not in logged


async def test_a_failing_statement_logs_no_values(
    people: People, app: FastAPI, capsys: pytest.CaptureFixture[str], resources: Resources
) -> None:
    person = await people.create()
    async with resources.database.transaction() as session:
        await session.execute(text("ALTER TABLE audit_events RENAME TO elsewhere"))
    await person.log_in()
    async with resources.database.transaction() as session:
        await session.execute(text("ALTER TABLE elsewhere RENAME TO audit_events"))
    logged = capsys.readouterr().out
    assert "audit_events" in logged
    assert person.email not in logged
    assert str(person.id) not in logged


async def test_drivers_and_clients_are_not_heard_below_warning(app: FastAPI) -> None:
    for name in ("sqlalchemy.engine", "aiosqlite", "httpx2", "multipart"):
        assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING
