"""The queue of a request whose jobs go to workers."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.outbox.outbox import Outbox
from app.tasks.envelope import NOWHERE, Origin, put_in_envelope
from app.tasks.queue import Arguments, Task


class OutboxQueue:
    """Writes jobs with the request's transaction; the request's id and trace go with them."""

    def __init__(self, session: AsyncSession, outbox: Outbox, origin: Origin = NOWHERE) -> None:
        self._session = session
        self._outbox = outbox
        self._origin = origin

    def enqueue(self, task: Task[Arguments], *args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        """Let a worker run the task after the commit."""
        envelope = put_in_envelope(task, *args, **kwargs)
        self._outbox.put(self._session, envelope.from_request(self._origin))
