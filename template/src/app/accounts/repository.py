"""Named queries over tokens of links in mails and registrations that wait for one."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from app.accounts.models import LIFETIMES, MailPurpose, MailTokenModel, PendingRegistrationModel
from app.core.batches import Batch
from app.core.clock import utc_now
from app.core.repository import Repository
from app.security.opaque_tokens import digest
from app.users.models import UserModel


class MailTokenRepository(Repository):
    """Tokens of links in mails to users."""

    async def find(self, token_digest: str, purposes: Collection[MailPurpose]) -> MailTokenModel | None:
        """Return a token that still works for one of these purposes."""
        return await self.session.scalar(
            select(MailTokenModel).where(
                MailTokenModel.token_digest == token_digest,
                MailTokenModel.purpose.in_(purposes),
                MailTokenModel.expires_at > utc_now(),
            )
        )

    async def get_by_id(self, token_id: UUID) -> MailTokenModel | None:
        """Return a token, if it is still there."""
        return await self.session.get(MailTokenModel, token_id)

    async def replace(self, purpose: MailPurpose, user: UserModel, *, sent_to: str, token: str) -> MailTokenModel:
        """Store a token; earlier ones of the user for the same purpose are dropped."""
        await self.drop(user.id, (purpose,))
        return await self.add(
            MailTokenModel(
                purpose=purpose,
                user_id=user.id,
                sent_to=sent_to,
                present_email=user.email,
                token_digest=digest(token),
                expires_at=utc_now() + LIFETIMES[purpose],
            )
        )

    async def set_token(self, token_id: UUID, token: str) -> bool:
        """Let the token be this one, unless it was dropped meanwhile; tell whether it was there."""
        statement = update(MailTokenModel).where(MailTokenModel.id == token_id)
        return await self.changed_one(statement.values(token_digest=digest(token)))

    async def delete_expired(self, after: UUID) -> Batch:
        """Drop some of the tokens that have run out."""
        return await self.delete_batch(MailTokenModel, MailTokenModel.expires_at <= utc_now(), after=after)

    async def drop(self, user_id: UUID, purposes: Collection[MailPurpose]) -> None:
        """Drop a user's tokens for these purposes."""
        await self.session.execute(
            delete(MailTokenModel).where(MailTokenModel.user_id == user_id, MailTokenModel.purpose.in_(purposes))
        )

    async def consume(self, token_digest: str, purposes: Collection[MailPurpose]) -> MailTokenModel | None:
        """Return a token and delete it; at most one of any number of callers gets it."""
        token = await self.find(token_digest, purposes)
        if token is None:
            return None
        return token if await self.changed_one(delete(MailTokenModel).where(MailTokenModel.id == token.id)) else None


class PendingRegistrationRepository(Repository):
    """Registrations that wait for their confirmation."""

    async def get_by_id(self, pending_id: UUID) -> PendingRegistrationModel | None:
        """Return a registration that waits."""
        return await self.session.get(PendingRegistrationModel, pending_id)

    async def create(
        self, *, email: str, full_name: str | None, hashed_password: str, token_digest: str, expires_at: datetime
    ) -> PendingRegistrationModel:
        """Store a registration; all expired ones are dropped."""
        table = PendingRegistrationModel
        await self.session.execute(delete(table).where(table.expires_at <= utc_now()))
        return await self.add(
            table(
                email=email,
                full_name=full_name,
                hashed_password=hashed_password,
                token_digest=token_digest,
                expires_at=expires_at,
            )
        )

    async def delete_expired(self, after: UUID) -> Batch:
        """Drop some of the registrations that have run out."""
        table = PendingRegistrationModel
        return await self.delete_batch(table, table.expires_at <= utc_now(), after=after)

    async def delete_by_id(self, pending_id: UUID) -> bool:
        """Drop a registration; tell whether there was one."""
        return await self.changed_one(delete(PendingRegistrationModel).where(PendingRegistrationModel.id == pending_id))

    async def consume(self, token_digest: str) -> PendingRegistrationModel | None:
        """Return a registration and delete it; at most one of any number of callers gets it."""
        pending = await self.session.scalar(
            select(PendingRegistrationModel).where(
                PendingRegistrationModel.token_digest == token_digest, PendingRegistrationModel.expires_at > utc_now()
            )
        )
        return pending if pending is not None and await self.delete_by_id(pending.id) else None
