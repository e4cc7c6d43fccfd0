"""What is wrong with the values of a request, without repeating them."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from pydantic import BaseModel, Field

#: One request may hold thousands of mistakes; nobody reads more than a few.
MAX_ERRORS = 20
FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}")


class InvalidField(BaseModel):
    """What is wrong with one value; the value itself is never repeated."""

    loc: list[str | int] = Field(description="Where the value is.", examples=[["body", "email"]])
    msg: str = Field(description="What is wrong with it.", examples=["Field required"])
    type: str = Field(description="The same for programs.", examples=["missing"])


def invalid_fields(errors: Iterable[dict[str, Any]]) -> list[dict[str, object]]:
    """Return only place, message and type: FastAPI's own answer repeats the input, passwords included."""
    return [{"loc": _place_of(e), "msg": e["msg"], "type": e["type"]} for e in islice(errors, MAX_ERRORS)]


def _place_of(error: dict[str, Any]) -> tuple[str | int, ...]:
    place: tuple[str | int, ...] = error["loc"]
    if error["type"] == "extra_forbidden" and FIELD_NAME.fullmatch(str(place[-1])) is None:
        # Its name is the client's: a mistyped field is worth naming, a megabyte of anything is not.
        return place[:-1]
    return place
