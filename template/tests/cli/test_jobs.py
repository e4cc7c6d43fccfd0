"""`app jobs` and `app worker`: what operators do about jobs, on the real broker."""

import json

import pytest

from app.resources import Resources
from app.tasks.envelope import Envelope, put_in_envelope
from app.tasks.transport import Transport
from tests.broker import NewTransport
from tests.cli.conftest import Run, in_thread
from tests.operations.service import free_port


async def remind(_resources: Resources, number: int) -> None:
    """Stand for a task."""


@pytest.fixture
def transport(new_transport: NewTransport) -> Transport:
    """Return the queue of these tests."""
    return new_transport()


async def bury(transport: Transport, *numbers: int) -> list[str]:
    """Let jobs be given up at their third try, and return their ids."""
    for number in numbers:
        body = put_in_envelope(remind, number).again().again().body
        await transport.bury(body, "RuntimeError: no power")
    return [letter.id for letter in await transport.dead()]


async def test_lists_what_was_given_up_and_why(run: Run, transport: Transport) -> None:
    assert (await in_thread(run, "jobs", "list")).output == ""
    first, second = await bury(transport, 1, 2)
    result = await in_thread(run, "jobs", "list")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert [line.split("  ")[0] for line in lines] == [first, second]
    assert all(line.endswith(f"{__name__}:remind  3  RuntimeError: no power") for line in lines)
    assert len((await in_thread(run, "jobs", "list", "--limit", "1")).output.splitlines()) == 1


async def test_shows_all_of_a_job(run: Run, transport: Transport) -> None:
    _, second = await bury(transport, 1, 2)
    shown = json.loads((await in_thread(run, "jobs", "show", second)).output)
    assert (shown["arguments"], shown["attempt"]) == ({"number": 2}, 3)


async def test_retries_a_job_from_its_first_attempt(run: Run, transport: Transport) -> None:
    first, second = await bury(transport, 1, 2)
    result = await in_thread(run, "jobs", "retry", second)
    assert (result.exit_code, result.output) == (0, f"Sent {second}.\n")
    assert [letter.id for letter in await transport.dead()] == [first]
    assert (await transport.depth()).waiting == 1


async def test_drops_jobs_for_good(run: Run, transport: Transport) -> None:
    first, second = await bury(transport, 1, 2)
    result = await in_thread(run, "jobs", "drop", first, second)
    assert (result.exit_code, result.output) == (0, f"Dropped {first}.\nDropped {second}.\n")
    assert (await transport.depth()).dead == 0


async def test_what_cannot_be_read_is_listed_kept_and_sent_as_it_is(run: Run, transport: Transport) -> None:
    await transport.bury(b"\xff", "no job")
    (letter,) = await transport.dead()
    assert "  unreadable  no job" in (await in_thread(run, "jobs", "list")).output
    assert (await in_thread(run, "jobs", "show", letter.id)).output == "\\xff\n"
    assert (await in_thread(run, "jobs", "retry", letter.id)).exit_code == 0


@pytest.mark.parametrize("command", ["show", "retry", "drop"])
async def test_says_when_there_is_no_such_job(run: Run, command: str) -> None:
    result = await in_thread(run, "jobs", command, "1-1")
    assert result.exit_code == 1
    assert result.output == "There is no job 1-1 among those that were given up.\n"


async def test_counts(run: Run, transport: Transport) -> None:
    await bury(transport, 1)
    await transport.send(put_in_envelope(remind, 2).body)
    lines = (await in_thread(run, "jobs", "status")).output.splitlines()
    counts = dict(line.split(": ") for line in lines)
    assert (counts["waiting"], counts["dead"]) == ("1", "1")
    assert list(counts) == ["waiting", "running", "later", "dead", "oldest_seconds"]


@pytest.mark.parametrize("command", [["jobs", "list"], ["jobs", "status"], ["jobs", "drop", "1-1"]])
async def test_says_in_one_line_that_the_broker_is_away(
    run: Run, command: list[str], environment: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    scheme = environment["BROKER_URL"].partition(":")[0]
    result = await in_thread(run, *command, BROKER_URL=f"{scheme}://127.0.0.1:{free_port()}")
    assert result.exit_code == 75
    assert result.output.startswith("The broker is away: ")
    assert len(result.output.splitlines()) == 1
    assert caplog.messages == []


def test_a_retried_job_keeps_its_id() -> None:
    envelope = put_in_envelope(remind, 1).again()
    assert Envelope.read(envelope.body).id == envelope.id
