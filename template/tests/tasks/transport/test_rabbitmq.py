"""What only RabbitMQ is told."""

import asyncio

import aio_pika
import pytest

from app.tasks.rabbitmq_inbox import split
from app.tasks.rabbitmq_line import LEVELS
from app.tasks.settings import TaskSettings
from tests.broker import NewTransport
from tests.tasks.transport.workers import working


@pytest.mark.parametrize("seconds", [0.001, 0.127, 0.128, 0.3, 1, 59.9, 3600, 86_400, 30 * 86_400])
def test_a_time_to_wait_is_a_sum_of_times_that_have_a_queue(seconds: float) -> None:
    rest, waited, hops = round(seconds * 1000), 0, 0
    while rest:
        level, rest = split(rest)
        assert level in LEVELS
        waited, hops = waited + level, hops + 1
    assert abs(waited - seconds * 1000) <= LEVELS[0]
    assert hops <= 60


async def test_every_queue_begins_with_the_name_of_the_service(
    new_transport: NewTransport, task_settings: TaskSettings, broker_name: str
) -> None:
    transport = new_transport()
    await transport.send(b"later", delay_seconds=60)
    async with await aio_pika.connect(task_settings.url) as connection:
        channel = await connection.channel()
        for name in ("jobs", "dead", "jobs.later.32768"):
            await channel.declare_queue(f"{broker_name}.{name}", passive=True)


async def test_a_letter_that_rabbitmq_or_somebody_else_wrote_can_be_read_and_taken(
    new_transport: NewTransport, task_settings: TaskSettings, broker_name: str
) -> None:
    transport = new_transport()
    await transport.bury(b"ours", "reason")
    async with await aio_pika.connect(task_settings.url) as connection:
        channel = await connection.channel()
        theirs = aio_pika.Message(b"theirs", message_id="theirs", headers={"x-first-death-reason": "delivery_limit"})
        await channel.default_exchange.publish(theirs, f"{broker_name}.dead")
    letters = {letter.body: letter for letter in await transport.dead()}
    assert letters[b"theirs"].reason == "RabbitMQ gave up: delivery_limit"
    assert await transport.take("theirs") is not None
    assert [letter.body for letter in await transport.dead()] == [b"ours"]


async def test_a_reader_that_was_killed_does_not_mix_up_the_letters(
    new_transport: NewTransport, task_settings: TaskSettings, broker_name: str
) -> None:
    transport = new_transport()
    for number in range(3):
        await transport.bury(b"%d" % number, "reason")
    letters = await transport.dead()
    async with await aio_pika.connect(task_settings.url) as connection:
        channel = await connection.channel()
        await (await channel.get_queue(f"{broker_name}.dead", ensure=False)).get()
    await asyncio.sleep(0.2)
    assert await transport.dead() == letters
    assert await transport.dead(limit=1) == letters[:1]


async def test_readers_of_dead_letters_wait_for_each_other(new_transport: NewTransport) -> None:
    one, other = new_transport(), new_transport()
    for number in range(20):
        await one.bury(b"%d" % number, "reason")
    letters = await one.dead()
    assert len(letters) == 20
    for letter in letters[::2]:
        taken, seen = await asyncio.gather(one.take(letter.id), other.dead())
        assert taken == letter
        assert {each.body for each in letters[1::2]} <= {each.body for each in seen}
    assert len(await other.dead()) == 10


async def test_messages_of_others_are_delivered_too(
    new_transport: NewTransport, task_settings: TaskSettings, broker_name: str
) -> None:
    transport = new_transport()
    await transport.start()
    async with await aio_pika.connect(task_settings.url) as connection:
        channel = await connection.channel()
        odd = aio_pika.Message(b"odd", headers={"again": "many", "rest": None, "x-delivery-count": []})
        await channel.default_exchange.publish(odd, f"{broker_name}.jobs")
    async with working(transport) as worker:
        await worker.has(1)
    assert (worker.deliveries[0].body, worker.deliveries[0].redelivered) == (b"odd", 0)
