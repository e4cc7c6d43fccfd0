"""A crash is reported with what finds it again, and without what it was about."""

import logging
from uuid import UUID, uuid4

import httpx2
import pytest
import structlog
from fastapi import FastAPI, HTTPException, Request
from starlette.requests import ClientDisconnect

from app import DISTRIBUTION
from app.core import errors
from app.core.principal import Principal
from app.resources import Resources
from app.sentry.scrubbing import ALLOWED
from tests.sentry.receiver import Receiver

CRASH = "/crash/{thing}"


def add_crash(app: FastAPI, error: Exception, user_id: UUID | None = None) -> None:
    """Add an endpoint that fails like this."""

    async def crash(request: Request, thing: str) -> None:
        body = await request.json()
        logging.getLogger("library").error("it was %s of %s", body, thing)
        structlog.get_logger("ours").error("crash", body=body, thing=thing)
        request.scope["app.principal"] = Principal(kind="user", id=user_id)
        raise error from ValueError(f"secret={body}")

    app.add_api_route(CRASH, crash, methods=["POST"])


async def crash(client: httpx2.AsyncClient, canary: str) -> httpx2.Response:
    """Ask for the crash, with a secret wherever a request can have one."""
    client.cookies.set("session", canary)
    headers = {"Authorization": f"Bearer {canary}", "X-Thing": canary, "User-Agent": canary}
    return await client.post(f"/crash/{canary}", params={"q": canary}, headers=headers, json=canary)


async def test_a_crash_is_reported_with_what_finds_it_again(
    own_app: FastAPI, own_client: httpx2.AsyncClient, reporting: Resources, receiver: Receiver, canary: str
) -> None:
    user_id = uuid4()
    add_crash(own_app, RuntimeError("no power"), user_id)
    answer = await crash(own_client, canary)
    await reporting.aclose()
    event = receiver.event
    assert (answer.status_code, receiver.paths) == (500, ["/api/7/envelope/"])
    assert event["tags"] == {"request_id": answer.headers["X-Request-ID"], "method": "POST"}
    assert (event["transaction"], event["transaction_info"]) == (CRASH, {"source": "route"})
    assert (event["release"], event["environment"]) == (f"{DISTRIBUTION}@0.1.0", "test")
    assert event["user"] == {"id": str(user_id)}
    cause, crashed = event["exception"]["values"]
    assert (cause["type"], crashed["type"], crashed["value"]) == ("ValueError", "RuntimeError", "no power")
    frame = crashed["stacktrace"]["frames"][-1]
    assert (frame["function"], frame["context_line"].strip()[:11]) == ("crash", "raise error")


async def test_nothing_of_the_request_leaves(
    own_app: FastAPI, own_client: httpx2.AsyncClient, reporting: Resources, receiver: Receiver, canary: str
) -> None:
    add_crash(own_app, RuntimeError(f"password={canary} of https://me:{canary}@localhost\nand {canary}"))
    assert (await crash(own_client, canary)).status_code == 500
    await reporting.aclose()
    (envelope,) = receiver.envelopes
    assert b"[redacted]" in envelope
    assert canary not in envelope.decode()
    assert receiver.event.keys() <= ALLOWED.keys()


async def test_what_was_expected_is_not_reported(
    own_app: FastAPI, own_client: httpx2.AsyncClient, reporting: Resources, receiver: Receiver
) -> None:
    async def fail(number: int) -> None:
        kinds = (errors.NotFound(), errors.Conflict(), errors.Unavailable(), HTTPException(502), ClientDisconnect())
        raise kinds[number]

    own_app.add_api_route("/fail/{number}", fail)
    found = [(await own_client.get(f"/fail/{number}")).status_code for number in range(4)]
    found.append((await own_client.get("/fail/x")).status_code)
    assert found == [404, 409, 503, 502, 422]
    with pytest.raises(AssertionError):  # the client that went away gets no answer
        await own_client.get("/fail/4")
    await reporting.aclose()
    assert receiver.envelopes == []


async def test_what_could_not_be_looked_through_is_not_sent(
    own_app: FastAPI,
    own_client: httpx2.AsyncClient,
    reporting: Resources,
    receiver: Receiver,
    canary: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def scrub(event: object) -> object:
        raise LookupError(canary)

    monkeypatch.setattr("app.sentry.client.scrub", scrub)
    add_crash(own_app, RuntimeError("no power"))
    assert (await crash(own_client, "body")).status_code == 500
    await reporting.aclose()
    assert receiver.envelopes == []
    logged = capsys.readouterr().out
    assert '"report_dropped"' in logged
    assert canary not in logged


async def test_a_report_that_fails_leaves_the_answer_as_it_is(
    own_app: FastAPI,
    own_client: httpx2.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def send(*_arguments: object, **_about: object) -> None:
        raise LookupError

    monkeypatch.setattr("app.sentry.client.SentryClient.send", send)
    add_crash(own_app, RuntimeError("no power"))
    answer = await crash(own_client, "body")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert '"report_failed"' in capsys.readouterr().out
