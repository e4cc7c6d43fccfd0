"""A job as it travels to a worker: which task, with which arguments, and where it comes from."""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from app.core.clock import utc_now, uuid7
from app.tasks.job import JobOptions, options_of
from app.tasks.names import Function, UnreadableJob, find, name_of
from app.tasks.queue import Arguments, Task

if TYPE_CHECKING:
    from app.resources import Resources

#: Version, trace, span and flags (W3C Trace Context, 3.2); of zeros alone none is valid.
TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Origin:
    """The request that a job comes from: its id, and its trace (W3C Trace Context)."""

    request_id: str | None = None
    traceparent: str | None = None

    @classmethod
    def of(cls, request_id: str | None, traceparent: str | None) -> Self:
        """Return the origin of a request; a trace that has not the form of one is left out.

        A client writes there what it likes, and the broker keeps it, and every line of the job in the log.
        """
        valid = traceparent and TRACEPARENT.fullmatch(traceparent)
        return cls(request_id, traceparent if valid else None)


NOWHERE = Origin()


class Envelope(BaseModel):
    """One job. Arguments are by name, as JSON has them; the worker reads them by the types of the task."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID = Field(default_factory=uuid7)
    task: str
    arguments: dict[str, Any]
    attempt: int = 1
    enqueued_at: datetime = Field(default_factory=utc_now)
    origin: Origin = NOWHERE

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Read a body.

        Raises:
            UnreadableJob: when it is none of ours.

        """
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise UnreadableJob(f"no job: {_first(error)}") from None

    def from_request(self, origin: Origin) -> "Envelope":
        """Return the same job with its origin."""
        return self.model_copy(update={"origin": origin})

    def again(self) -> "Envelope":
        """Return the same job for its next try."""
        return self.model_copy(update={"attempt": self.attempt + 1})

    @property
    def body(self) -> bytes:
        """What is sent."""
        return self.model_dump_json(exclude_none=True).encode()


def put_in_envelope(task: Task[Arguments], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Envelope:
    """Name a task and its arguments.

    Raises:
        UnreadableJob: when a worker could not find the task by its name.

    """
    bound = inspect.signature(task).bind(None, *args, **kwargs)
    _, *given = bound.arguments.items()
    return Envelope(task=name_of(task), arguments=dict(given))


@dataclass(frozen=True, slots=True)
class Work:
    """What an envelope asks for."""

    name: str
    options: JobOptions
    run: "Callable[[Resources], Awaitable[object]]"


def open_envelope(envelope: Envelope) -> Work:
    """Find the task and read its arguments.

    Raises:
        UnreadableJob: when there is no such task any more, or it takes other arguments.

    """
    task = find(envelope.task)
    try:
        read = _arguments_of(task).model_validate(envelope.arguments)
    except ValidationError as error:
        raise UnreadableJob(f"{envelope.task} takes other arguments: {_first(error)}") from None
    arguments = {name: getattr(read, name) for name in type(read).model_fields}
    return Work(task.__name__, options_of(task), partial(_call, task, arguments))


async def _call(task: Function, arguments: Mapping[str, object], resources: "Resources") -> None:
    await task(resources, **arguments)


@lru_cache(maxsize=1024)
def _arguments_of(task: Function) -> type[BaseModel]:
    _, *parameters = inspect.signature(task).parameters.values()
    fields: dict[str, Any] = {
        each.name: (each.annotation, ... if each.default is each.empty else each.default) for each in parameters
    }
    return create_model("Arguments", __config__=ConfigDict(extra="forbid"), **fields)


def _first(error: ValidationError) -> str:
    details = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(str(part) for part in details['loc'])} {details['msg']}".strip()
