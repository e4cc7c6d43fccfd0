"""Bodies of requests about log-ins with a cookie."""

from pydantic import Field

from app.auth.schemas import Password
from app.core.schemas import Schema, Text


class Login(Schema):
    """What proves who somebody is."""

    email: Text = Field(max_length=254, description="The e-mail address.", examples=["ada@example.com"])
    password: Password
