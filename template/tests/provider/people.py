"""Accounts at the provider."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import httpx2

from tests.provider.person import Person
from tests.provider.server import Provider


@dataclass
class People:
    """Makes accounts."""

    provider: Provider
    new_client: Callable[[], httpx2.AsyncClient]
    numbers: "count[int]" = field(default_factory=count)

    def create(self, sub: str | None = None) -> Person:
        """Return somebody who is not logged in."""
        return Person(sub or f"person{next(self.numbers)}", self.provider, self.new_client())

    async def logged_in(self, *scopes: str, sub: str | None = None) -> Person:
        """Return somebody who is logged in, with these scopes or with all that the example needs."""
        person = self.create(sub)
        assert (await person.log_in(*scopes)).is_success
        return person
