"""What can go wrong with log-ins and access tokens."""

from app.core.errors import Forbidden, Invalid, NotFound, Unauthenticated


class InvalidRefreshToken(Unauthenticated):
    """The refresh token is unknown, expired, spent or its log-in has ended."""

    code = "invalid-refresh-token"
    detail = "The refresh token is invalid or expired; log in again"


class UnknownScope(Invalid):
    """The client asked for rights that do not exist or that the user does not have."""

    code = "invalid-scope"
    detail = "The user does not have one of these scopes"


class MissingScope(Forbidden):
    """The credential lacks a scope that the endpoint needs."""

    code = "missing-scope"
    detail = "The access token lacks a scope for this"


class SessionNotFound(NotFound):
    """There is no such log-in of the caller."""

    code = "session-not-found"
    detail = "Session not found"
