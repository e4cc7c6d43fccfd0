"""What a request learns of the user who sent it."""

from fastapi import Request

from app.auth.models import granted_scopes
from app.auth.repository import ActiveLogin
from app.core.principal import Principal


def remember(request: Request, login: ActiveLogin) -> Principal:
    """Return the caller with the rights of this moment, and keep the user for `CurrentUser`."""
    request.scope["app.user"] = login.user
    return Principal(
        kind="user",
        id=login.user.id,
        scopes=granted_scopes(request.app.state.role_scopes[login.user.role], login.scope),
        authenticated_at=login.authenticated_at,
        session_id=login.session_id,
    )
