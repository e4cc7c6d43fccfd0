"""Valid defaults; a test names only what matters to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import httpx2

from app.resources import Resources
from app.users.models import Role
from app.users.repository import UserRepository

PASSWORD = "correct horse battery staple"


@dataclass
class Person:
    """A user with an HTTP client of their own, logged in or not."""

    id: UUID
    email: str
    password: str
    client: httpx2.AsyncClient
    refresh_token: str = ""

    async def log_in(self) -> httpx2.Response:
        """Log in; the client sends the access token from now on."""
        form = {"username": self.email, "password": self.password}
        response = await self.client.post("/api/v1/auth/token", data=form)
        if response.is_success:
            self.accept(response)
        return response

    def accept(self, response: httpx2.Response) -> None:
        """Use the tokens of a response."""
        body = response.json()
        self.client.headers["Authorization"] = f"Bearer {body['access_token']}"
        self.refresh_token = body["refresh_token"]

    @property
    def access_token(self) -> str:
        """The access token in use."""
        return self.client.headers["Authorization"].removeprefix("Bearer ")


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
