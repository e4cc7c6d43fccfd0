"""What can go wrong with log-ins and rights."""

from app.core.errors import Forbidden, NotFound


class MissingScope(Forbidden):
    """The credential lacks a scope that the endpoint needs."""

    code = "missing-scope"
    detail = "The access token lacks a scope for this"


class SessionNotFound(NotFound):
    """There is no such log-in of the caller."""

    code = "session-not-found"
    detail = "Session not found"
