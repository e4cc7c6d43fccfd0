"""Starting the service, and printing its contract."""

import json
from typing import Annotated

import typer

from app.cli.errors import readable_errors
from app.cli.serve import serve
from app.core.settings import Settings, load_settings
from app.main import create_app
from app.resources import load_resources

commands = typer.Typer()
Reload = Annotated[bool, typer.Option("--reload", help="Restart when a file changes; for development.")]


@commands.command("serve")
def serve_command(*, reload: Reload = False) -> None:
    """Start the service; address, port, workers and limits come from the settings."""
    with readable_errors():
        # Everything is read once here, so that a mistake is one line and not a traceback of every worker.
        load_resources()
        serve(load_settings(Settings), reload=reload)


@commands.command("openapi")
def print_openapi() -> None:
    """Print the OpenAPI description as JSON."""
    with readable_errors():
        app = create_app(load_resources())
    typer.echo(json.dumps(app.openapi(), indent=2))
