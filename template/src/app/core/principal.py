"""Who is calling, whatever the credential was."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from app.core.clock import utc_now
from app.core.errors import Forbidden, Unauthenticated


class ReauthenticationRequired(Forbidden):
    """The log-in is too old for a sensitive action."""

    code = "reauthentication-required"
    detail = "Log in again to do this"


#: How old a log-in may be for a sensitive action (ASVS 5.0, 7.5).
RECENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of one request.

    `id` and `session_id` are None for an anonymous caller; `authenticated_at` is the moment of the last
    proof of identity, which a refreshed token does not renew. `key` is a program with a credential of its own: it
    acts for the user `id`, within its scopes only, and has no log-in. `issuer` and `subject` are what an identity
    provider calls itself and the caller; without one they are None.
    """

    kind: Literal["anonymous", "user", "key", "system"]
    id: UUID | None = None
    scopes: frozenset[str] = frozenset()
    authenticated_at: datetime | None = None
    session_id: UUID | None = None
    issuer: str | None = None
    subject: str | None = None

    @property
    def user_id(self) -> UUID:
        """The caller's id.

        Raises:
            Unauthenticated: for an anonymous caller.

        """
        if self.id is None:
            raise Unauthenticated
        return self.id

    def may(self, scope: str) -> bool:
        """Tell whether the caller holds a scope; the system itself (CLI, tasks) holds all."""
        return self.kind == "system" or scope in self.scopes

    def require_recent_authentication(self) -> None:
        """Refuse a sensitive action on an old log-in.

        Raises:
            ReauthenticationRequired: when the log-in is more than ten minutes old.

        """
        if self.kind == "system":
            return
        if self.authenticated_at is None or utc_now() - self.authenticated_at > RECENT:
            raise ReauthenticationRequired


ANONYMOUS = Principal(kind="anonymous")
SYSTEM = Principal(kind="system")
