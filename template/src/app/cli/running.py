"""What a command does with the parts of the service."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.cli.errors import readable_errors
from app.resources import Resources, load_resources

Result = TypeVar("Result")


def run(action: Callable[[Resources], Awaitable[Result]]) -> Result:
    """Put the parts together as the environment says, run the action with them, and close them in any case."""

    async def act() -> Result:
        resources = load_resources()
        try:
            return await action(resources)
        finally:
            await resources.aclose()

    with readable_errors():
        return asyncio.run(act())
