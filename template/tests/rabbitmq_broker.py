"""What tests know of RabbitMQ that the service does not."""

import aio_pika
import pytest

from app.tasks.rabbitmq_line import LEVELS, Names
from app.tasks.settings import TaskSettings
from tests.broker import Forget


@pytest.fixture
def default_port() -> int:
    """Return the port of a broker whose address names none."""
    return 5672


@pytest.fixture
def forget(task_settings: TaskSettings) -> Forget:
    """Return a function that removes all queues of a name."""

    async def remove(name: str) -> None:
        names = Names(f"{name}.jobs", f"{name}.dead")
        async with await aio_pika.connect(task_settings.url) as connection:
            channel = await connection.channel()
            for queue in (names.jobs, names.dead, *map(names.later, LEVELS)):
                await channel.queue_delete(queue)

    return remove
