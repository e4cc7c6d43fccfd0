"""Bodies of requests and responses about users."""

import unicodedata
from datetime import datetime
from typing import Annotated
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, StrictBool, WithJsonSchema

from app.core.schemas import PageSchema, Schema, SecretText, Text
from app.security.password_policy import MAX_LENGTH
from app.users.models import Role

#: RFC 5321, 4.5.3.1.3, less the angle brackets.
MAX_EMAIL_LENGTH = 254


def normalise_email(address: str) -> str:
    """Return the form in which addresses are stored and compared: stripped, NFC, case-folded.

    For accepted addresses folding changes nothing but upper case: `straße.de` folds to `strasse.de`, which is
    somebody else's, and is therefore refused.
    """
    return unicodedata.normalize("NFC", address.strip()).casefold()


def _address(text: str) -> str:
    # `test_environment` accepts the reserved domain .test, which no mail can reach anyway.
    # Not Pydantic's EmailStr: it accepts display names and local parts of any length, and its messages repeat input.
    try:
        valid = validate_email(text.strip(), check_deliverability=False, strict=True, test_environment=True).normalized
    except EmailNotValidError:
        raise ValueError("not a valid e-mail address") from None
    address = normalise_email(valid)
    if address != unicodedata.normalize("NFC", valid.lower()):
        raise ValueError("the e-mail address has letters that other addresses write differently")
    return address


def login_name(text: str) -> str:
    """Return what was typed to log in, in the form in which addresses are stored; also when it is none."""
    try:
        return _address(text)
    except ValueError:
        return normalise_email(text)


Email = Annotated[
    str,
    Field(
        max_length=MAX_EMAIL_LENGTH,
        description="E-mail address, unique without regard to case.",
        examples=["ada@example.com"],
        json_schema_extra={"format": "email"},
    ),
    AfterValidator(_address),
]
FullName = Annotated[
    Text, Field(max_length=200, description="Name as the person writes it.", examples=["Ada Lovelace"])
]
#: At least five different characters, whatever they are: one back reference more for each of them.
FIVE_DIFFERENT = r"(.).*?(?!\1)(.).*?(?!\1|\2)(.).*?(?!\1|\2|\3)(.).*?(?!\1|\2|\3|\4)."
#: What clients are told of the policy; the service itself asks more (`PasswordPolicy`), and the least length is a
#: setting (PASSWORD_MIN_LENGTH), of which this is the default.
NewPassword = Annotated[
    SecretText,
    Field(max_length=MAX_LENGTH),
    WithJsonSchema(
        {
            "type": "string",
            "format": "password",
            "minLength": 15,
            "maxLength": MAX_LENGTH,
            "pattern": FIVE_DIFFERENT,
            "description": "15 to 128 characters of any kind; common and repetitive passwords are refused.",
            "examples": ["correct horse battery staple"],
        }
    ),
]


class UserBase(Schema):
    """What everybody may say of themselves."""

    email: Email
    full_name: FullName | None = Field(default=None, description="Name as the person writes it, if given.")


class UserCreate(UserBase):
    """A registration. Rights are not part of it."""

    password: NewPassword


class UserUpdate(Schema):
    """A change of one's own profile; what is left out stays as it is."""

    full_name: FullName | None = Field(
        default=None, description="New name; null removes it.", examples=["Ada King, Countess of Lovelace"]
    )


class UserRightsUpdate(Schema):
    """A change of somebody's rights, by an administrator; what is left out stays as it is."""

    role: Role = Field(default=Role.USER, description="What the user may do.", examples=["admin"])
    is_active: StrictBool = Field(default=True, description="False locks the account at once.", examples=[False])


class User(UserBase):
    """A user as others may see it."""

    # Plain text: it was validated on the way in, and doing so again costs more than the query.
    email: str = Field(description="E-mail address, in lower case.", examples=["ada@example.com"])
    id: UUID = Field(description="Never changes.", examples=["0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c11"])
    role: Role = Field(description="What the user may do.", examples=["user"])
    is_active: bool = Field(description="False: the account is locked.", examples=[True])
    email_verified_at: datetime | None = Field(
        description="When the address was confirmed by mail; null if it was not.", examples=["2026-11-23T09:00:00Z"]
    )
    last_login_at: datetime | None = Field(
        description="When the password was last used; null if never.", examples=["2026-11-23T09:00:00Z"]
    )
    created_at: datetime = Field(description="When the account was made.", examples=["2026-11-23T09:00:00Z"])
    updated_at: datetime = Field(description="When the account last changed.", examples=["2026-11-23T09:00:00Z"])


class UserPage(PageSchema[User]):
    """One page of users."""
