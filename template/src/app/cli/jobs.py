"""Jobs that are given up, and how much there is to do."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from app.cli.errors import EX_TEMPFAIL, fail
from app.cli.running import run
from app.resources import Resources
from app.tasks.envelope import Envelope
from app.tasks.names import UnreadableJob
from app.tasks.transport import DeadLetter, TransportAway

commands = typer.Typer(name="jobs", help="See, retry and drop jobs that were given up.", no_args_is_help=True)
#: Dead letters that are read at most; more of them are no case for a command.
MOST = 10_000
DeadIds = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids as `jobs list` prints them.")]
Limit = Annotated[int, typer.Option(min=1, max=MOST, help="The oldest so many.")]
Result = TypeVar("Result")


@commands.command("list")
def list_dead(limit: Limit = 100) -> None:
    """Print a line for each job that was given up, the oldest first: id, since when, task, tries, why."""
    for letter in _with_resources(lambda resources: resources.transport.dead(limit=limit)):
        typer.echo(f"{letter.id}  {letter.buried_at:%Y-%m-%dT%H:%M:%SZ}  {_summary(letter)}  {letter.reason}")


@commands.command()
def show(dead_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Print all there is of one job, its arguments too."""
    letter = _with_resources(lambda resources: _find(resources, dead_id))
    typer.echo(letter.body.decode(errors="backslashreplace"))


@commands.command()
def retry(dead_ids: DeadIds) -> None:
    """Let workers try jobs again, from their first attempt."""

    async def send_again(resources: Resources) -> None:
        for dead_id in dead_ids:
            letter = await _find(resources, dead_id)
            # In this order: what dies in between doubles the job, and does not lose it.
            await resources.transport.send(_from_the_start(letter.body))
            await resources.transport.take(dead_id)
            typer.echo(f"Sent {dead_id}.")

    _with_resources(send_again)


@commands.command()
def drop(dead_ids: DeadIds) -> None:
    """Forget jobs for good."""

    async def forget(resources: Resources) -> None:
        for dead_id in dead_ids:
            if await resources.transport.take(dead_id) is None:
                raise _unknown(dead_id)
            typer.echo(f"Dropped {dead_id}.")

    _with_resources(forget)


@commands.command()
def status() -> None:
    """Print how many jobs wait, run, are due later and were given up, and how long the oldest has waited."""
    depth = _with_resources(lambda resources: resources.transport.depth())
    for name in ("waiting", "running", "later", "dead", "oldest_seconds"):
        value = getattr(depth, name)
        typer.echo(f"{name}: {'unknown' if value is None else value}")


async def _find(resources: Resources, dead_id: str) -> DeadLetter:
    for letter in await resources.transport.dead(limit=MOST):
        if letter.id == dead_id:
            return letter
    raise _unknown(dead_id)


def _summary(letter: DeadLetter) -> str:
    try:
        envelope = Envelope.read(letter.body)
    except UnreadableJob:
        return "unreadable"
    return f"{envelope.task}  {envelope.attempt}"


def _from_the_start(body: bytes) -> bytes:
    try:
        return Envelope.read(body).model_copy(update={"attempt": 1}).body
    except UnreadableJob:
        # A later version may read it.
        return body


def _unknown(dead_id: str) -> typer.Exit:
    return fail(f"There is no job {dead_id} among those that were given up.")


def _with_resources(do: Callable[[Resources], Awaitable[Result]]) -> Result:
    try:
        return run(do)
    except TransportAway as error:
        raise fail(f"The broker is away: {error}.", code=EX_TEMPFAIL) from None
