"""What happens to a delivery, whatever the broker: it is handled, and then acknowledged, given back or buried."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar

import structlog

from app.tasks.absence import Absence
from app.tasks.transport import Delivery, Handle

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 1.8


class Parcel(Protocol):
    """A delivery as its broker knows it."""

    @property
    def body(self) -> bytes:
        """What was sent."""

    @property
    def redelivered(self) -> int:
        """How often a worker died or gave up with it."""


AnyParcel_contra = TypeVar("AnyParcel_contra", bound=Parcel, contravariant=True)


class Inbox(Protocol[AnyParcel_contra]):
    """The broker as one worker sees it; each step is False when the delivery is no longer with this worker."""

    async def begin(self, parcel: AnyParcel_contra) -> bool:
        """Note that work begins."""

    async def acknowledge(self, parcel: AnyParcel_contra) -> bool:
        """Remove it."""

    async def give_back(self, parcel: AnyParcel_contra, *, redelivered: int) -> bool:
        """Let others have it, behind all that waits."""

    async def give_up(self, parcel: AnyParcel_contra, reason: str) -> bool:
        """Put it among the dead letters."""


class Desk(Generic[AnyParcel_contra]):
    """Works on parcels, and settles each of them as soon as the broker answers."""

    def __init__(
        self,
        inbox: Inbox[AnyParcel_contra],
        handle: Handle,
        absence: Absence,
        *,
        max_redeliveries: int,
        away: tuple[type[Exception], ...],
    ) -> None:
        self._inbox = inbox
        self._handle = handle
        self._absence = absence
        self._max_redeliveries = max_redeliveries
        self._away = away

    async def work(self, parcel: AnyParcel_contra) -> None:
        """Handle it; nothing is raised."""
        if parcel.redelivered > self._max_redeliveries:
            reason = f"{parcel.redelivered} workers died or gave up with it"
            log.error("delivery_buried", reason=reason)
            await self.settle(lambda: self._inbox.give_up(parcel, reason))
        elif await self.settle(lambda: self._inbox.begin(parcel)):
            await self._run(parcel)

    async def _run(self, parcel: AnyParcel_contra) -> None:
        try:
            await self._handle(Delivery(parcel.body, parcel.redelivered))
        except Exception:
            log.exception("delivery_failed")
            await self._give_back(parcel, redelivered=parcel.redelivered + 1)
        except asyncio.CancelledError:
            await self._give_back(parcel, redelivered=parcel.redelivered + 1)
            raise
        else:
            await self.settle(lambda: self._inbox.acknowledge(parcel))

    async def hand_back(self, parcels: Sequence[AnyParcel_contra]) -> None:
        """Give back what has not begun; that counts for nothing."""
        for parcel in parcels:
            await self._give_back(parcel, redelivered=parcel.redelivered)

    async def _give_back(self, parcel: AnyParcel_contra, *, redelivered: int) -> None:
        await self.settle(lambda: self._inbox.give_back(parcel, redelivered=redelivered))

    async def settle(self, step: Callable[[], Awaitable[bool]]) -> bool:
        """Take a step as soon as the broker answers; tell whether the delivery was still with this worker."""
        while True:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    is_ours = await step()
            except self._away as error:
                if self._absence.is_last:
                    log.warning("delivery_left_behind", error=repr(error))  # others get it when this worker is gone
                    return False
                await self._absence.wait(error)
            else:
                if not is_ours:
                    log.warning("delivery_taken_over")
                return is_ours
