"""What can go wrong with tokens."""

from app.core.errors import Unauthenticated


class InvalidRefreshToken(Unauthenticated):
    """The refresh token is unknown, expired, spent or its log-in has ended."""

    code = "invalid-refresh-token"
    detail = "The refresh token is invalid or expired; log in again"
