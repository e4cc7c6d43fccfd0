"""Programs that call with API keys, and a domain for them to call: the service itself may have none."""

from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, Depends, FastAPI
from starlette.datastructures import State

from app.api import API, key_scopes, role_scopes
from app.auth.guards import require
from app.core.logging import configure_logging
from app.domains import DOMAINS
from app.main import create_app
from app.resources import Resources
from app.web.dependencies import ActorDep
from app.web.domain import Domain
from tests.factories import People, Person

KEYS = f"{API}/api-keys"
NOTES = f"{API}/notes"
READ, WRITE = "notes:read", "notes:write"
INVALID = (401, "invalid-token")
MISSING = (403, "missing-scope")
REAUTHENTICATE = (403, "reauthentication-required")

router = APIRouter(prefix="/notes", tags=["notes"])


@router.get("", summary="Read")
async def read_notes(actor: ActorDep) -> dict[str, Any]:
    """Return who is calling."""
    return {"kind": actor.kind, "id": str(actor.id), "scopes": sorted(actor.scopes)}


@router.post("", summary="Write")
async def write_notes(actor: ActorDep) -> dict[str, Any]:
    """Return who is calling."""
    return await read_notes(actor)


@pytest.fixture
def notes_app(resources: Resources, apps: dict[str, tuple[FastAPI, dict[str, Any]]]) -> FastAPI:
    """Return the application with one more domain."""
    kind = f"notes {resources.settings.model_dump_json()}"
    if kind not in apps:
        app = create_app(resources)
        notes = Domain(router, scope="notes")
        app.include_router(router, prefix=API, dependencies=[Depends(require(notes.read, write=notes.write))])
        app.state.role_scopes = role_scopes((*DOMAINS, notes))
        app.state.key_scopes = key_scopes((*DOMAINS, notes))
        apps[kind] = app, dict(app.state._state)
    app, state = apps[kind]
    app.state = State({**state, "resources": resources})
    configure_logging(resources.settings)
    return app


@dataclass
class Program:
    """What a program has: a key, and a client that sends nothing else."""

    id: str
    key: str
    client: httpx2.AsyncClient


async def create(person: Person, *, scopes: tuple[str, ...] = (READ, WRITE), **body: object) -> httpx2.Response:
    """Ask for a key."""
    return await person.client.post(KEYS, json={"name": "Export", "scopes": list(scopes), **body})


def program(people: People, answer: httpx2.Response) -> Program:
    """Return a program with the key of an answer."""
    assert answer.status_code == 201, answer.text
    client = people.new_client()
    client.headers["Authorization"] = f"Bearer {answer.json()['key']}"
    return Program(answer.json()["id"], answer.json()["key"], client)


async def program_of(people: People, person: Person, **body: Any) -> Program:
    """Return a program that acts for a person."""
    return program(people, await create(person, **body))
