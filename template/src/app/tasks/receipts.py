"""Doing something once, although it may be asked for twice: a receipt in the same transaction as the effect."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.batches import in_batches
from app.core.clock import utc_now
from app.core.database import Database
from app.core.errors import Conflict
from app.tasks.repository import ReceiptRepository

if TYPE_CHECKING:
    from app.resources import Resources

#: How long a receipt is kept. Whatever is asked for twice is so within minutes; a month is on the safe side.
LIFETIME = timedelta(days=30)


async def first_time(session: AsyncSession, key: str) -> bool:
    """Whether what this key (up to 200 characters) stands for was not done yet; from now on it is.

    Both are committed or rolled back together with the rest of the transaction. Of two transactions at once, one fails
    with `Conflict`, and finds the receipt when it is tried again.
    """
    receipts = ReceiptRepository(session)
    if await receipts.has(key):
        return False
    await receipts.write(key)
    return True


async def claim(database: Database, key: str) -> bool:
    """Whether this process may do what the key stands for: of all that ask, one."""
    try:
        async with database.transaction() as session:
            return await first_time(session, key)
    except Conflict:
        return False


async def delete_old_receipts(resources: "Resources") -> dict[str, int]:
    """Delete receipts that are older than a month, and return how many."""
    moment = utc_now() - LIFETIME
    number = await in_batches(
        resources.database, lambda session, after: ReceiptRepository(session).delete_before(moment, after)
    )
    return {"receipts of jobs": number}
