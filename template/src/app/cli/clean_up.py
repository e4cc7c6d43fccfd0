"""Deleting what has expired, by hand: the schedule does it once a day."""

import typer

from app.cli.database_errors import run_on_database
from app.schedule import clean_up as delete_all

commands = typer.Typer()


@commands.command()
def clean_up() -> None:
    """Delete what has expired, as the schedule does once a day."""
    for name, number in run_on_database(delete_all).items():
        typer.echo(f"{number:>12,}  {name}")
