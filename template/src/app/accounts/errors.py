"""What can go wrong with accounts and mail confirmations."""

from app.core.errors import Forbidden, NotFound


class RegistrationClosed(Forbidden):
    """Only administrators make accounts."""

    code = "registration-closed"
    detail = "Registration is closed; ask an administrator for an account"


class InvalidMailToken(NotFound):
    """The link is unknown, expired, used already or meant for something else."""

    code = "invalid-mail-token"
    detail = "The link is invalid or expired; ask for a new one"
