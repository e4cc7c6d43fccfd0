"""Deleting what has expired, once in a while: by cron, a timer, or by hand."""

import asyncio

import typer

from app.accounts.tasks import delete_expired_links
from app.audit.tasks import delete_old_events
from app.auth.tasks import delete_expired_logins
from app.cli.errors import readable_errors
from app.resources import Resources, load_resources

commands = typer.Typer()


@commands.command()
def clean_up() -> None:
    """Delete expired log-ins, their tokens, links and registrations, and audit events past AUDIT_RETENTION_DAYS."""
    with readable_errors():
        counts = asyncio.run(_clean_up(load_resources()))
    for name, number in counts.items():
        typer.echo(f"{number:>12,}  {name}")


async def _clean_up(resources: Resources) -> dict[str, int]:
    counts: dict[str, int] = {}
    try:
        for delete in (delete_expired_logins, delete_expired_links, delete_old_events):
            counts |= await delete(resources)
    finally:
        await resources.aclose()
    return counts
