"""What is no HTTP request passes every middleware untouched."""

import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.settings import Settings
from app.web.middleware import add_middleware


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
async def test_other_scopes_pass_untouched(kind: str) -> None:
    app = FastAPI()
    add_middleware(app, Settings(environment="test"))
    seen: list[object] = []

    async def innermost(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend([scope, receive, send])
        raise LookupError

    async def receive() -> Message:
        raise NotImplementedError

    async def send(message: Message) -> None:
        raise NotImplementedError

    stack: ASGIApp = innermost
    for middleware in reversed(app.user_middleware):
        stack = middleware.cls(stack, *middleware.args, **middleware.kwargs)
    scope = {"type": kind}
    with pytest.raises(LookupError):
        await stack(scope, receive, send)
    assert seen == [scope, receive, send]
    assert scope == {"type": kind}
