"""Deleting what has expired, by hand: the schedule does it once a day."""

import asyncio

import typer

from app.cli.errors import readable_errors
from app.resources import Resources, load_resources
from app.schedule import clean_up as delete_all

commands = typer.Typer()


@commands.command()
def clean_up() -> None:
    """Delete expired log-ins, their tokens, links and registrations, and audit events past AUDIT_RETENTION_DAYS."""
    with readable_errors():
        counts = asyncio.run(_clean_up(load_resources()))
    for name, number in counts.items():
        typer.echo(f"{number:>12,}  {name}")


async def _clean_up(resources: Resources) -> dict[str, int]:
    try:
        return await delete_all(resources)
    finally:
        await resources.aclose()
