"""The guards that `app.api` puts before routers."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.auth.errors import MissingScope
from app.auth.identity import identify
from app.core.errors import Unauthenticated
from app.core.principal import Principal
from app.web.dependencies import READING_METHODS

#: Who is calling, found out once per request; also where nobody has to be logged in.
IdentityDep = Annotated[Principal, Depends(identify)]


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets only callers through that are logged in and, where one is named, have the scope.

    Where none is named it takes a person: what a program may do is what its scopes say, and nothing else.
    """

    read: str | None = None
    write: str | None = None

    def scope_for(self, method: str) -> str | None:
        """Return the scope that a method needs; `app.web.openapi` tells clients."""
        return self.read if method in READING_METHODS else self.write

    async def __call__(self, request: Request, caller: IdentityDep) -> None:
        """Check the caller.

        Raises:
            Unauthenticated: when nobody is logged in.
            MissingScope: when the scope for this method is missing, or a key comes where no scope is asked for.

        """
        if caller.kind == "anonymous":
            raise Unauthenticated
        scope = self.scope_for(request.method)
        if caller.kind == "key" if scope is None else not caller.may(scope):
            raise MissingScope


def require(scope: str | None = None, *, write: str | None = None) -> Guard:
    """Return a guard: any log-in, one scope for everything, or another one (`write`) for what changes data."""
    return Guard(read=scope, write=write or scope)
