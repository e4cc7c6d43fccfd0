"""A statement that fails is reported without its values."""

import httpx2
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.resources import Resources
from app.sentry.scrubbing import ELSEWHERE
from tests.sentry.receiver import Receiver

STATEMENT = text("SELECT missing FROM nowhere WHERE value = :value")


async def test_the_values_of_a_statement_stay_here(
    own_app: FastAPI, own_client: httpx2.AsyncClient, reporting: Resources, receiver: Receiver, canary: str
) -> None:
    async def crash(value: str) -> None:
        async with reporting.database.transaction() as session:
            try:
                await session.execute(STATEMENT, {"value": value})
            except SQLAlchemyError as error:
                raise RuntimeError("no power") from error

    own_app.add_api_route("/crash", crash)
    assert (await own_client.get("/crash", params={"value": canary})).status_code == 500
    await reporting.aclose()
    found = receiver.event["exception"]["values"]
    assert "sqlalchemy.exc" in [exception.get("module") for exception in found]
    assert {exception["value"] for exception in found} == {"no power", ELSEWHERE}
    assert canary not in receiver.envelopes[0].decode()
