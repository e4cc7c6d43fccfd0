"""What can go wrong with users."""

from uuid import UUID

from app.core.errors import Conflict, Forbidden, NotFound, Unauthenticated


class UserNotFound(NotFound):
    """There is no such user, or the caller may not know of it."""

    code = "user-not-found"
    detail = "User not found"


class EmailTaken(Conflict):
    """Another account has this address."""

    code = "email-taken"
    detail = "Email already registered"


class InvalidCredentials(Unauthenticated):
    """Unknown address, wrong password or disabled account: the caller is not told which."""

    code = "invalid-credentials"
    detail = "Incorrect email or password"

    def __init__(self, *, user_id: UUID | None = None) -> None:
        super().__init__()
        #: Whose log-in failed, for the audit log; never told to the caller.
        self.user_id = user_id


class WrongPassword(Forbidden):
    """The present password was not given correctly."""

    code = "wrong-password"
    detail = "The current password is not correct"


class PasswordChanged(Conflict):
    """Somebody else set a new password while this one was checked."""

    code = "password-changed"
    detail = "The password was changed in the meantime"


class OwnRights(Forbidden):
    """Administrators do not change their own rights, so that nobody locks themselves out by mistake."""

    code = "own-rights"
    detail = "Ask another administrator to change your own rights"


class LastAdministrator(Conflict):
    """Without this account nobody could administer the service any more."""

    code = "last-administrator"
    detail = "This is the last active administrator; make another one first"
