"""What an operator asks before a deployment."""

import os
from typing import Annotated

import typer

from app.cli.errors import readable_errors
from app.core.settings import load_settings
from app.emails.settings import MailSettings
from app.resources import check_settings

commands = typer.Typer()
Deploy = Annotated[bool, typer.Option("--deploy", help="Judge as in production, whatever ENVIRONMENT says.")]


@commands.command()
def check(*, deploy: Deploy = False) -> None:
    """Check the settings without starting; every problem is one line that names its variable."""
    if deploy:
        os.environ["ENVIRONMENT"] = "production"
    with readable_errors():
        check_settings()
    if deploy and not load_settings(MailSettings).sends_mail:
        typer.echo("Note: SMTP_HOST is empty, so no mail is sent: nobody can reset a password or confirm an address.")
    typer.echo("The settings are complete and safe.")
