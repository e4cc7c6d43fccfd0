"""The service's own commands: `uv run app --help`."""

import os

import typer

from app import TITLE
from app.cli import accounts, checks, database, info, keys, secrets, server

cli = typer.Typer(
    help=f"{TITLE}: run and operate the service.",
    no_args_is_help=True,
    add_completion=False,
    # Tracebacks with local variables would print secrets.
    pretty_exceptions_enable=False,
)


@cli.callback()
def main() -> None:
    """Run and operate the service."""
    # Files that the service makes, above all a SQLite database, are for its own account only.
    os.umask(0o077)


cli.command("serve")(server.serve_command)
cli.command("migrate")(database.migrate)
cli.command("create-admin")(accounts.create_admin)
cli.command("check")(checks.check)
cli.command("seed")(accounts.seed)
cli.command("openapi")(server.print_openapi)
cli.command("info")(info.info)
cli.add_typer(keys.commands, name="keys")
cli.add_typer(secrets.commands, name="secrets")
