"""What all request and response bodies share."""

from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator


def _encodable(secret: SecretStr) -> SecretStr:
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("must be valid Unicode") from None
    return secret


#: Text of one value: no NUL, which PostgreSQL cannot store. Surrogates are refused by Pydantic itself.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
#: Text that never shows. Pydantic lets lone surrogates through here, which nothing can hash.
SecretText = Annotated[SecretStr, AfterValidator(_encodable)]
Item = TypeVar("Item")


#: More than any body of a form or a record has.
MAX_FIELDS = 200


class Schema(BaseModel):
    """A body. Unknown fields are refused, and validation errors never repeat what was sent."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_thousands_of_fields(cls, value: object) -> object:
        # Each unknown one would become an error of its own: a body of 1 MiB would stop the event loop for a second.
        if isinstance(value, dict) and len(value) > MAX_FIELDS:
            raise ValueError("too many fields")
        return value


class PageSchema(Schema, Generic[Item]):
    """One page of a list."""

    items: list[Item] = Field(description="The rows of this page, in the order asked for.")
    next_cursor: str | None = Field(
        description="Send it as `cursor` for the next page; null on the last page.",
        examples=["-created_at.1795424400000000.0197a3a26d2c7b6e9a530f4f6e1b7c11"],
    )
