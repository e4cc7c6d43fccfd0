"""Fresh secrets for development."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli import env_file
from app.core.dialect import DEVELOPMENT_URL
from app.security.keys import KeySet, SigningKey

commands = typer.Typer(help="Make secrets for development.", no_args_is_help=True)
EnvFile = Annotated[Path, typer.Option("--env-file", help="The file to write.")]
DEFAULT_FILE = Path(".env")
TEMPLATE = """\
# Settings of this machine, made by `app secrets init`. Not for git. All settings: .env.example
ENVIRONMENT=development
DATABASE_URL={database_url}
JWT_KEYS={jwt_keys}
"""


@commands.callback()
def main() -> None:
    """Make secrets for development."""


@commands.command("init")
def init(file: EnvFile = DEFAULT_FILE) -> None:
    """Write a development `.env` with fresh secrets, readable by you only; an existing file is left alone."""
    keys = KeySet((SigningKey.generate(),))
    try:
        env_file.create(file, TEMPLATE.format(database_url=DEVELOPMENT_URL, jwt_keys=env_file.quoted(keys.dump())))
    except FileExistsError:
        typer.echo(f"{file} exists and is left as it is.")
    else:
        typer.echo(f"Wrote {file} with fresh secrets.")
