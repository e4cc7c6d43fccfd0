"""The queue of a request without a database: jobs go to the broker once the request has succeeded."""

from collections.abc import Callable
from functools import partial

from app.tasks.envelope import NOWHERE, Origin, put_in_envelope
from app.tasks.in_process import InProcessRunner
from app.tasks.job import DEFAULT
from app.tasks.queue import Arguments, Task
from app.tasks.transport import Transport


class DirectQueue:
    """Sends from this process, again and again while the broker is away; what is not sent at shutdown is lost.

    `when_done` takes what is to be called when the request has succeeded, and forgets it when it fails.
    """

    def __init__(
        self,
        transport: Transport,
        runner: InProcessRunner,
        when_done: Callable[[Callable[[], None]], None],
        origin: Origin = NOWHERE,
    ) -> None:
        self._transport = transport
        self._runner = runner
        self._when_done = when_done
        self._origin = origin

    def enqueue(self, task: Task[Arguments], *args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        """Let a worker run the task."""
        envelope = put_in_envelope(task, *args, **kwargs).from_request(self._origin)
        send = partial(self._transport.send, envelope.body)
        self._when_done(partial(self._runner.start, "send_job", send, DEFAULT))
