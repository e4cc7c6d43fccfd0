"""The router table: every router, and who may call it. What is not listed here is not served."""

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter, Depends, FastAPI

from app.accounts import router as accounts
from app.auth import router as auth
from app.auth.dependencies import Guard, require
from app.auth.errors import MissingScope
from app.domains import DOMAINS
from app.security.access_tokens import InvalidToken
from app.users import router as users
from app.users.models import READ, WRITE, Role
from app.web import health
from app.web.domain import Domain
from app.web.problems import problems

API = "/api/v1"
#: Changing one's own account; a client that asks for fewer scopes can be kept from it.
ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Access:
    """One row of the table; without a guard the router is public."""

    router: APIRouter
    prefix: str = ""
    guard: Guard | None = None


#: Searched from the top for every request: the busiest come first, and `/users/me` before `/users/{user_id}`.
ROUTES = (
    *(Access(domain.router, API, require(domain.read, write=domain.write)) for domain in DOMAINS),
    Access(accounts.router, API, Guard(write=ACCOUNT)),
    Access(users.router, API, require()),
    Access(users.admin_router, API, require(READ, write=WRITE)),
    Access(auth.public_router, API),
    Access(auth.router, API, require()),
    Access(auth.session_router, API, require(ACCOUNT)),
    Access(accounts.public_router, API),
    Access(auth.jwks_router),
    Access(health.router),
)


def role_scopes(domains: Iterable[Domain] = DOMAINS) -> dict[str, frozenset[str]]:
    """Return which scopes each role has: one's own account, its domains and, for administrators, all users."""
    scopes: dict[str, set[str]] = {role: {ACCOUNT} for role in Role}
    scopes[Role.ADMIN] |= {READ, WRITE}
    for domain in domains:
        for role in domain.roles:
            scopes[role] |= {domain.read, domain.write}
    return {role: frozenset(names) for role, names in scopes.items()}


def include_routers(app: FastAPI) -> None:
    """Serve what the table lists."""
    app.state.role_scopes = role_scopes()
    for access in ROUTES:
        guarded = access.guard is not None
        app.include_router(
            access.router,
            prefix=access.prefix,
            dependencies=[Depends(access.guard)] if guarded else [],
            responses=problems(InvalidToken, MissingScope) if guarded else None,
        )
