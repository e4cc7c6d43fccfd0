"""What can go wrong with tokens."""

from app.core.errors import Invalid, Unauthenticated


class InvalidRefreshToken(Unauthenticated):
    """The refresh token is unknown, expired, spent or its log-in has ended."""

    code = "invalid-refresh-token"
    detail = "The refresh token is invalid or expired; log in again"


class UnknownScope(Invalid):
    """The client asked for rights that do not exist or that the user does not have."""

    code = "invalid-scope"
    detail = "The user does not have one of these scopes"
