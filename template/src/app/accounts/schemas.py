"""Bodies of requests and responses about one's own account."""

from pydantic import Field

from app.auth.schemas import OpaqueToken, Password
from app.core.schemas import Schema
from app.users.schemas import Email, NewPassword


class PasswordChange(Schema):
    """A new password for the caller's account."""

    current_password: Password
    new_password: NewPassword


class PasswordResetRequest(Schema):
    """A request for a link to set a new password."""

    email: Email


class PasswordReset(Schema):
    """A new password, with the token from the mail."""

    token: OpaqueToken
    new_password: NewPassword


class EmailVerificationRequest(Schema):
    """A request for a link that confirms an address."""

    email: Email | None = Field(
        default=None, description="A new address to change to; leave it out to confirm the present one."
    )


class EmailVerification(Schema):
    """The token from the mail."""

    token: OpaqueToken


class Accepted(Schema):
    """What happens next comes by mail, whoever the address belongs to."""

    detail: str = Field(
        default="If the address can be used, a mail is on its way",
        description="For people.",
        examples=["If the address can be used, a mail is on its way"],
    )
