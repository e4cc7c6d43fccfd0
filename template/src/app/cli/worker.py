"""Starting a worker."""

import asyncio
import signal

import typer

from app.cli.errors import EX_TEMPFAIL, fail, readable_errors
from app.core.logging import configure_logging
from app.core.settings import load_settings
from app.resources import load_resources
from app.tasks.settings import TaskSettings
from app.tasks.transport import TransportAway
from app.worker import Worker

commands = typer.Typer()


@commands.command("worker")
def run_worker() -> None:
    """Run background tasks until SIGTERM or SIGINT; those that run then may finish. Start as many as you like."""
    with readable_errors():
        try:
            asyncio.run(_run())
        except TransportAway as error:
            raise fail(f"The broker is away: {error}.", code=EX_TEMPFAIL) from None


async def _run() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    resources, settings = load_resources(), load_settings(TaskSettings)
    configure_logging(resources.settings)
    try:
        await Worker(resources, settings).run(stop)
    finally:
        await resources.aclose()
