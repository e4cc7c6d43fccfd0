"""What one worker asks of RabbitMQ; nothing here waits or tries again."""

from dataclasses import dataclass
from datetime import UTC, datetime

from aio_pika.abc import AbstractIncomingMessage

from app.tasks.rabbitmq_line import LEVELS, Line, Names, message


@dataclass(frozen=True, slots=True)
class RabbitParcel:
    """A message; `rest` is how many milliseconds it has to wait still."""

    message: AbstractIncomingMessage
    redelivered: int
    rest: int
    is_last_chance: bool

    @property
    def body(self) -> bytes:
        """What was sent."""
        return self.message.body

    @property
    def is_gone(self) -> bool:
        """Whether its connection ended: then RabbitMQ has given it to others."""
        return self.message.channel.is_closed

    @property
    def message_id(self) -> str:
        """What its sender called it."""
        return self.message.message_id or ""


def parcel_of(incoming: AbstractIncomingMessage, *, limit: int) -> RabbitParcel:
    """Read a message. RabbitMQ counts how often a worker died with it; what it came back with before is a header."""
    headers = incoming.headers
    redelivered = number(headers.get("again")) + number(headers.get("x-delivery-count"))
    return RabbitParcel(incoming, redelivered, number(headers.get("rest")), is_last_chance=0 < redelivered == limit)


def number(header: object) -> int:
    """Return a header that may be missing."""
    return header if isinstance(header, int) else 0


class RabbitInbox:
    """Deliveries that have come to one worker."""

    def __init__(self, line: Line, names: Names) -> None:
        self._line = line
        self._names = names

    async def begin(self, parcel: RabbitParcel) -> bool:
        """Tell whether it is still here; RabbitMQ does not want to know."""
        return not parcel.is_gone

    async def acknowledge(self, parcel: RabbitParcel) -> bool:
        """Remove it."""
        if not parcel.is_gone:
            await parcel.message.ack()
        return not parcel.is_gone

    async def give_back(self, parcel: RabbitParcel, *, redelivered: int) -> bool:
        """Send it again, and then acknowledge: before RabbitMQ 4.3, what is returned counts as a death."""
        return await self._move(parcel, self._names.jobs, again=redelivered, rest=parcel.rest)

    async def give_up(self, parcel: RabbitParcel, reason: str) -> bool:
        """Put it among the dead letters."""
        return await self._move(parcel, self._names.dead, reason=reason, buried_at=datetime.now(UTC).isoformat())

    async def forward(self, parcel: RabbitParcel) -> bool:
        """Let it wait on."""
        level, rest = split(parcel.rest)
        return await self._move(parcel, self._names.later(level), again=parcel.redelivered, rest=rest)

    async def _move(self, parcel: RabbitParcel, queue: str, **headers: str | int) -> bool:
        if parcel.is_gone:
            return False
        await self._line.publish(queue, [message(parcel.body, parcel.message_id, headers)])
        return await self.acknowledge(parcel)


def split(milliseconds: int) -> tuple[int, int]:
    """Return the longest time to wait that fits, and the rest; a rest below the shortest is none."""
    level = max((level for level in LEVELS if level <= milliseconds), default=LEVELS[0])
    rest = milliseconds - level
    return level, rest if rest >= LEVELS[0] else 0
