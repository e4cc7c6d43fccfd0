"""What an operator asks before and after a deployment."""

import os
import platform
from importlib.metadata import version
from typing import Annotated

import typer

from app import DISTRIBUTION, TITLE
from app.cli.errors import readable_errors
from app.core.settings import Settings, load_settings
from app.emails.settings import MailSettings
from app.resources import check_settings

LIBRARIES = ("fastapi", "starlette", "pydantic", "sqlalchemy", "uvicorn")
Deploy = Annotated[bool, typer.Option("--deploy", help="Judge as in production, whatever ENVIRONMENT says.")]


def check(*, deploy: Deploy = False) -> None:
    """Check the settings without starting; every problem is one line that names its variable."""
    if deploy:
        os.environ["ENVIRONMENT"] = "production"
    with readable_errors():
        check_settings()
    if deploy and not load_settings(MailSettings).sends_mail:
        typer.echo("Note: SMTP_HOST is empty, so no mail is sent: nobody can reset a password or confirm an address.")
    typer.echo("The settings are complete and safe.")


def info() -> None:
    """Print versions and where the service looks for things; no secrets."""
    with readable_errors():
        settings = load_settings(Settings)
    typer.echo(f"{TITLE} ({DISTRIBUTION}) {version(DISTRIBUTION)}")
    typer.echo(f"environment {settings.environment}, public URL {settings.public_url}")
    typer.echo(f"Python {platform.python_version()}")
    for library in LIBRARIES:
        typer.echo(f"{library} {version(library)}")
