"""What can be wrong with a credential."""

from app.core.errors import Unauthenticated


class InvalidToken(Unauthenticated):
    """The credential is malformed, expired, revoked or not ours; the caller is not told which."""

    code = "invalid-token"
    detail = "The access token is invalid or expired"
