"""What can be wrong with a credential, or with one that is asked for."""

from app.core.errors import Invalid, Unauthenticated


class InvalidToken(Unauthenticated):
    """The credential is malformed, expired, revoked or not ours; the caller is not told which."""

    code = "invalid-token"
    detail = "The access token is invalid or expired"


class UnknownScope(Invalid):
    """The caller asked for rights that do not exist or that the user does not have."""

    code = "invalid-scope"
    detail = "The user does not have one of these scopes"
