"""Users from the command line: for whoever has the machine, but no log-in of an administrator."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.providers import audit_log
from app.audit.service import CLI
from app.auth.providers import auth_service
from app.cli.database_errors import run_on_database
from app.core.pagination import PageRequest
from app.core.principal import SYSTEM
from app.resources import Resources
from app.users.errors import UserNotFound
from app.users.models import Role, UserFilter, UserModel
from app.users.providers import user_service
from app.users.schemas import UserRightsUpdate, login_name

commands = typer.Typer(name="users", help="List users, lock and unlock them, end their log-ins.", no_args_is_help=True)
Who = Annotated[str, typer.Argument(metavar="USER", help="E-mail address or id.")]
OfRole = Annotated[Role | None, typer.Option("--role", help="Only users with this role.")]
Locked = Annotated[bool, typer.Option("--locked", help="Only locked users.")]
#: Users that are in memory at once.
PAGE = 500
#: What is done to one user, in one transaction.
Action = Callable[[AsyncSession, Resources, UserModel], Awaitable[None]]


@commands.command("list")
def list_users(*, role: OfRole = None, locked: Locked = False) -> None:
    """Print a line for each user, oldest first: id, address, role, active or locked, last log-in."""
    only = UserFilter(role, is_active=False if locked else None)
    run_on_database(partial(_print_all, only))


@commands.command()
def disable(user: Who) -> None:
    """Lock an account. All of its log-ins end at once."""
    typer.echo(f"{_run(user, partial(_set_active, is_active=False))} is locked; all log-ins have ended.")


@commands.command()
def enable(user: Who) -> None:
    """Unlock an account. Log-ins from before stay ended."""
    typer.echo(f"{_run(user, partial(_set_active, is_active=True))} may log in.")


@commands.command()
def end_sessions(user: Who) -> None:
    """End all log-ins of a user, who may log in again."""
    typer.echo(f"All log-ins of {_run(user, _end_sessions)} have ended.")


async def _print_all(only: UserFilter, resources: Resources) -> None:
    async for user in _all_users(resources, only):
        state = "active" if user.is_active else "locked"
        last_login = f"{user.last_login_at:%Y-%m-%dT%H:%M:%SZ}" if user.last_login_at else "never"
        typer.echo(f"{user.id}  {user.email}  {user.role}  {state}  {last_login}")


async def _all_users(resources: Resources, only: UserFilter) -> AsyncIterator[UserModel]:
    cursor = None
    while True:
        # No connection is held while somebody reads what was printed.
        async with resources.database.transaction(read_only=True) as session:
            users = user_service(session, resources, audit_log(session, CLI))
            page = await users.page_users(SYSTEM, PageRequest(PAGE, "id", cursor), only)
        for user in page.items:
            yield user
        if (cursor := page.next_cursor) is None:
            return


def _run(who: str, action: Action) -> str:
    return run_on_database(partial(_act, who, action))


async def _act(who: str, action: Action, resources: Resources) -> str:
    async with resources.database.transaction() as session:
        user = await _find(session, resources, who)
        await action(session, resources, user)
        return user.email


async def _find(session: AsyncSession, resources: Resources, who: str) -> UserModel:
    users = user_service(session, resources, audit_log(session, CLI))
    try:
        user = await users.find_user(UUID(who))
    except ValueError:
        user = await users.find_user_by_email(login_name(who))
    if user is None:
        raise UserNotFound(f"{who}: user not found")
    return user


async def _set_active(session: AsyncSession, resources: Resources, user: UserModel, *, is_active: bool) -> None:
    users = user_service(session, resources, audit_log(session, CLI))
    await users.update_rights(SYSTEM, user.id, UserRightsUpdate(is_active=is_active))


async def _end_sessions(session: AsyncSession, resources: Resources, user: UserModel) -> None:
    audit = audit_log(session, CLI)
    await auth_service(session, resources, audit).end_all_of(user.id)
    audit.record("sessions-ended", user_id=user.id, actor=SYSTEM)
