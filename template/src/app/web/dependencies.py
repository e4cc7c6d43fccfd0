"""What FastAPI hands to endpoints of every domain."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import after_commit
from app.core.errors import Unauthenticated
from app.core.principal import Principal
from app.resources import Resources
from app.tasks.in_process import InProcessQueue
from app.tasks.queue import TaskQueue

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def get_resources(request: Request) -> Resources:
    """Return what lives as long as the process."""
    resources: Resources = request.app.state.resources
    return resources


ResourcesDep = Annotated[Resources, Depends(get_resources)]


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Open this request's transaction."""
    resources: Resources = request.app.state.resources
    async with resources.database.transaction(read_only=request.method in READING_METHODS) as session:
        yield session


#: Function scope: the commit comes before the response leaves, so that a failed one can still become an error.
SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]


async def get_tasks(session: SessionDep, resources: ResourcesDep) -> TaskQueue:
    """Return the queue whose tasks start when this request's transaction is committed."""
    return InProcessQueue(resources.tasks, partial(after_commit, session), resources)


TasksDep = Annotated[TaskQueue, Depends(get_tasks)]


async def get_actor(request: Request) -> Principal:
    """Return who is calling, as the guard in `app.api` found out.

    Raises:
        Unauthenticated: when no guard ran; a forgotten guard closes a route instead of opening it.

    """
    actor: Principal | None = request.scope.get("app.principal")
    if actor is None:
        raise Unauthenticated
    return actor


ActorDep = Annotated[Principal, Depends(get_actor)]


def client_address(request: Request) -> str:
    """Return the address of the client; the server has already believed trusted proxies only."""
    return request.client.host if request.client else "unknown"
