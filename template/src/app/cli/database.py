"""Bringing the database up to date."""

from typing import cast

import typer
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationInfo
from alembic.script import Script, ScriptDirectory

from app.cli.errors import fail, readable_errors
from app.cli.migration_errors import readable_migration_errors
from app.core.dialect import DatabaseSettings
from app.core.settings import load_settings

commands = typer.Typer()


@commands.command()
def migrate() -> None:
    """Bring the database to the newest revision; a line for each that is applied.

    Exit code 75: the database is away or locked, and trying again can help; 78: DATABASE_URL has to change.
    """
    with readable_errors():
        settings = load_settings(DatabaseSettings)
        config = alembic_config()
        config.attributes["report"] = _report
        with readable_migration_errors(settings.url):
            command.upgrade(config, "head")
    heads = ", ".join(ScriptDirectory.from_config(config).get_heads())
    typer.echo(f"The database is at revision {heads}." if heads else "There are no migrations yet.")


def alembic_config() -> Config:
    """Return Alembic's configuration from pyproject.toml in the working folder."""
    config = Config(toml_file="pyproject.toml")
    if config.get_alembic_option("script_location") is None:
        raise fail("Run this in the project's folder: pyproject.toml with [tool.alembic] is not here.")
    return config


def _report(*, step: MigrationInfo, **_: object) -> None:
    revision = cast("Script", step.up_revision)
    typer.echo(f"{revision.revision}: {revision.doc}")
