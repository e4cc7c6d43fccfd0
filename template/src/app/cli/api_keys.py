"""API keys of everybody, for operators; `app keys` is for the keys that sign access tokens."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from app.api_keys.models import OwnedKey
from app.api_keys.providers import api_key_service
from app.api_keys.service import ApiKeyService
from app.audit.providers import audit_log
from app.audit.service import CLI
from app.cli.database_errors import run_on_database
from app.resources import Resources
from app.users.schemas import login_name

commands = typer.Typer(
    name="api-keys", help="See and revoke the API keys of all users: list, revoke.", no_args_is_help=True
)
Email = Annotated[str | None, typer.Option("--email", help="Only keys of the user with this address.")]
KeyIds = Annotated[
    list[UUID],
    typer.Argument(help="Ids as `api-keys list` prints them, or the 32 characters after `svk_` of a leaked key."),
]
Result = TypeVar("Result")


@commands.command("list")
def list_keys(email: Email = None) -> None:
    """Print a line for each key: id, owner, when it expires, when it was last used, scopes, name."""
    wanted = None if email is None else login_name(email)

    async def read(service: ApiKeyService) -> Sequence[OwnedKey]:
        return await service.all_keys(email=wanted)

    for key, owner in _with_service(read):
        typer.echo(
            f"{key.id}  {owner}  until {_minute(key.expires_at)}  used {_minute(key.last_used_at)}"
            f"  {','.join(key.scopes)}  {key.name!r}"
        )


@commands.command()
def revoke(key_ids: KeyIds) -> None:
    """End keys at once: all of them, or none when there is one that does not exist."""

    async def end(service: ApiKeyService) -> None:
        for key_id in key_ids:
            await service.revoke_for_operator(key_id)

    _with_service(end)
    for key_id in key_ids:
        typer.echo(f"Revoked {key_id}.")


def _minute(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%dT%H:%MZ}"


def _with_service(action: Callable[[ApiKeyService], Awaitable[Result]]) -> Result:
    async def act(resources: Resources) -> Result:
        async with resources.database.transaction() as session:
            return await action(api_key_service(session, audit_log(session, CLI)))

    return run_on_database(act)
