"""Accounts that are not made over HTTP."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated

import typer
from pydantic import SecretStr, TypeAdapter, ValidationError

from app.audit.providers import audit_log
from app.audit.service import CLI
from app.cli.database_errors import run_on_database
from app.cli.errors import fail, readable_errors
from app.core.principal import SYSTEM
from app.core.settings import EnvSettings, load_settings
from app.resources import Resources
from app.users import schemas
from app.users.models import Role
from app.users.providers import user_service

commands = typer.Typer()
Email = Annotated[str, typer.Option("--email", help="Address to log in with.")]
PASSWORD_VARIABLE = "ADMIN_PASSWORD"  # noqa: S105 - the name of a variable


@commands.command()
def create_admin(email: Email) -> None:
    """Make an administrator. The password comes from ADMIN_PASSWORD or a prompt, never from the command line."""
    with _readable_refusal(email):
        TypeAdapter(schemas.Email).validate_python(email)
    password = os.environ.get(PASSWORD_VARIABLE) or typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    _create(email, password, Role.ADMIN)
    typer.echo(f"{email} is an administrator now.")


@commands.command()
def seed() -> None:
    """Make a demo user for development: demo@example.com, password "correct horse battery staple"."""
    with readable_errors():
        if load_settings(EnvSettings).environment == "production":
            raise fail("There is no demo user in production.")
    _create("demo@example.com", "correct horse battery staple", Role.USER)
    typer.echo('demo@example.com can log in with the password "correct horse battery staple".')


def _create(email: str, password: str, role: Role) -> None:
    with _readable_refusal(email):
        data = schemas.UserCreate(email=email, password=SecretStr(password))
    run_on_database(partial(_create_user, data, role))


@contextmanager
def _readable_refusal(email: str) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        reason = error.errors(include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise fail(f"{email}: {reason}.") from None


async def _create_user(data: schemas.UserCreate, role: Role, resources: Resources) -> None:
    async with resources.database.transaction() as session:
        service = user_service(session, resources, audit_log(session, CLI))
        create = service.create_administrator if role == Role.ADMIN else service.create_user
        await create(SYSTEM, data)
