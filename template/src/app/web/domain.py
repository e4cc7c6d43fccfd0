"""How a domain is put into service."""

from dataclasses import dataclass

from fastapi import APIRouter


@dataclass(frozen=True, slots=True)
class Domain:
    """A router and the scopes around it: reading needs `<scope>:read`, everything else `<scope>:write`.

    `roles` are the roles whose users hold both scopes.
    """

    router: APIRouter
    scope: str
    roles: tuple[str, ...] = ("user", "admin")

    @property
    def read(self) -> str:
        """The scope for reading."""
        return f"{self.scope}:read"

    @property
    def write(self) -> str:
        """The scope for everything that changes data."""
        return f"{self.scope}:write"
