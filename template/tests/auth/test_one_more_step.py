"""The place for a second factor: a log-in that answers "one more step", and a token that is good for nothing else.

The step itself is as small as one can be. What is proved is that it goes between the two halves of a log-in without a
change of what is there, and that no endpoint of the service takes its token for one of its own.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import Body, Depends, FastAPI
from sqlalchemy import delete, select

from app.accounts.models import MailTokenModel
from app.auth.dependencies import AuthServiceDep
from app.auth.models import SessionModel
from app.core.clock import utc_now
from app.core.errors import Unauthenticated
from app.main import create_app
from app.resources import Resources
from app.security.opaque_tokens import digest, new_token
from app.security.settings import SecuritySettings
from app.users.models import UserModel
from app.web.dependencies import SessionDep
from tests.answers import problem
from tests.auth.records import rows
from tests.credentials import LOGIN, credential_of
from tests.factories import People, Person
from tests.security.limits import generous
from tests.security.surface import endpoints

FIRST, SECOND = "/first-step", "/second-step"
#: A row in the table of mail tokens is the hardest case: only its purpose keeps it apart from them.
PURPOSE = "second-step"
CODE = "123456"
Text = Annotated[str, Body()]


@pytest.fixture
def security(security: SecuritySettings) -> SecuritySettings:
    """Return settings without limits."""
    return generous(security)


@pytest.fixture
def app(resources: Resources, log_in_of_a_team: Any) -> FastAPI:
    """Return the application with a log-in of two steps."""

    async def begin(email: Text, password: Text, logins: AuthServiceDep, session: SessionDep) -> dict[str, str]:
        user = await logins.authenticate(email, password)
        token, ends = new_token(), utc_now() + timedelta(minutes=5)
        addresses = {"sent_to": user.email, "present_email": user.email}
        row = MailTokenModel(user_id=user.id, purpose=PURPOSE, token_digest=digest(token), expires_at=ends, **addresses)
        session.add(row)
        return {"next": PURPOSE, "token": token}

    async def finish(
        token: Text, code: Text, session: SessionDep, log_in: Annotated[Any, Depends(log_in_of_a_team)]
    ) -> Any:
        pending = (MailTokenModel.token_digest == digest(token), MailTokenModel.purpose == PURPOSE)
        user = await session.scalar(select(UserModel).join(MailTokenModel).where(*pending, UserModel.is_active))
        if user is None or code != CODE:
            raise Unauthenticated
        await session.execute(delete(MailTokenModel).where(*pending))
        return await log_in.open(user)

    app = create_app(resources)
    app.add_api_route(FIRST, begin, methods=["POST"], status_code=202)
    app.add_api_route(SECOND, finish, methods=["POST"])
    return app


async def begin(person: Person) -> str:
    """Prove the password, and return the token of the step that is missing."""
    response = await person.client.post(FIRST, json={"email": person.email, "password": person.password})
    assert response.status_code == 202, response.text
    assert "set-cookie" not in response.headers
    return str(response.json()["token"])


async def finish(client: httpx2.AsyncClient, token: str, code: str = CODE) -> httpx2.Response:
    """Take the second step."""
    return await client.post(SECOND, json={"token": token, "code": code})


async def test_a_log_in_can_be_of_two_steps(people: People, resources: Resources) -> None:
    person = await people.create()
    token = await begin(person)
    assert await rows(resources, SessionModel) == []
    assert problem(await finish(person.client, token, "000000")) == (401, "unauthenticated")
    response = await finish(person.client, token)
    assert response.status_code == 200, response.text
    person.client.headers.update(credential_of(response))
    assert (await person.client.get("/api/v1/users/me")).json()["id"] == str(person.id)
    assert len(await rows(resources, SessionModel)) == 1
    assert problem(await finish(people.new_client(), token)) == (401, "unauthenticated")


async def test_no_other_endpoint_takes_the_token_of_the_step(
    people: People, resources: Resources, new_client: Callable[[], httpx2.AsyncClient], app: FastAPI
) -> None:
    person = await people.create()
    token = await begin(person)
    sent = [{"Authorization": f"Bearer {token}"}, {"Cookie": f"session={token}; __Host-session={token}"}]
    known = [endpoint for endpoint in endpoints(app) if endpoint.path not in {FIRST, SECOND}]
    for headers in sent:
        client = new_client()
        client.headers.update({**headers, "Sec-Fetch-Site": "same-origin"})
        for endpoint in known:
            if not endpoint.public:
                assert problem(await endpoint.call(client))[0] == 401, endpoint
    taking = [endpoint for endpoint in known if endpoint.public and {"token", "refresh_token"} & endpoint.body.keys()]
    assert len(taking) >= 2
    for endpoint in taking:
        body = {name: token if name.endswith("token") else value for name, value in endpoint.body.items()}
        assert problem(await endpoint.call(new_client(), body))[0] in {401, 404}, endpoint
    client = new_client()
    client.headers["Sec-Fetch-Site"] = "same-origin"
    (log_in,) = [endpoint for endpoint in known if endpoint.path == LOGIN]
    body = {**log_in.body, "password": token} | {
        name: person.email for name in ("email", "username") if name in log_in.body
    }
    assert problem(await log_in.call(client, body)) == (401, "invalid-credentials")
    assert await rows(resources, SessionModel) == []
    assert (await finish(new_client(), token)).status_code == 200, "and nothing has used it up"
