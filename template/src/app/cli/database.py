"""Bringing the database up to date."""

import typer
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.cli.errors import fail, readable_errors
from app.core.dialect import DatabaseSettings
from app.core.settings import load_settings


def migrate() -> None:
    """Bring the database to the newest revision."""
    with readable_errors():
        load_settings(DatabaseSettings)
        config = alembic_config()
        command.upgrade(config, "head")
    heads = ", ".join(ScriptDirectory.from_config(config).get_heads())
    typer.echo(f"The database is at revision {heads}.")


def alembic_config() -> Config:
    """Return Alembic's configuration from pyproject.toml in the working folder."""
    config = Config(toml_file="pyproject.toml")
    if config.get_alembic_option("script_location") is None:
        raise fail("Run this in the project's folder: pyproject.toml with [tool.alembic] is not here.")
    return config
