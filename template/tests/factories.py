"""Valid defaults; a test names only what matters to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import httpx2

from app.resources import Resources
from app.users.models import Role
from app.users.repository import UserRepository
from tests.credentials import Person

__all__ = ["PASSWORD", "People", "Person"]

PASSWORD = "correct horse battery staple"


@dataclass
class People:
    """Makes users straight in the database."""

    resources: Resources
    new_client: Callable[[], httpx2.AsyncClient]
    numbers: "count[int]" = field(default_factory=count)

    async def create(self, *, role: Role = Role.USER, email: str | None = None) -> Person:
        """Return a user who is not logged in."""
        email = email or f"person{next(self.numbers)}@example.com"
        async with self.resources.database.transaction() as session:
            user = await UserRepository(session).create(
                email=email,
                full_name="Somebody",
                hashed_password=await self.resources.passwords.hash(PASSWORD),
                role=role,
            )
        return Person(user.id, email, PASSWORD, self.new_client())

    async def logged_in(self, *, role: Role = Role.USER, email: str | None = None) -> Person:
        """Return a user who is logged in."""
        person = await self.create(role=role, email=email)
        assert (await person.log_in()).is_success
        return person

    async def administrator(self) -> Person:
        """Return an administrator who is logged in."""
        return await self.logged_in(role=Role.ADMIN)
