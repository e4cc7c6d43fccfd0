"""Types of values in bodies that have one notation only, and come back as they were stored.

For domains that `make resource` writes.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, WithJsonSchema

#: Digits after the point of an exact number.
PLACES = 2
AMOUNT = r"^-?[0-9]{1,16}(\.[0-9]{1,2})?$"


def _written_as(pattern: str, meaning: str) -> BeforeValidator:
    shape = re.compile(pattern)

    def check(value: object) -> object:
        # Pydantic would also take numbers, and digits in a text, for seconds since 1970, and 0.1 for exact.
        written = isinstance(value, str)
        if isinstance(value, int | float) or (written and not shape.fullmatch(str(value))):
            raise ValueError(f"must be {meaning}")
        return value

    return BeforeValidator(check)


def _a_number(value: object) -> object:
    # 5.0 is a whole number in JSON; "5" and true are none, although Pydantic takes them for one.
    if isinstance(value, str | bool):
        raise ValueError("must be a whole number")  # noqa: TRY004 - Pydantic reports ValueError only
    return value


def _with_places(value: Decimal) -> Decimal:
    # Adding zero takes the sign off minus zero, which no engine keeps.
    return round(value, PLACES) + 0


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must lie between the years 1 and 9999 in UTC") from error


#: Behind the bounds of an `int`: only what is a whole number in JSON is one.
WHOLE = BeforeValidator(_a_number)
#: A whole number that every JSON reader keeps exactly (RFC 7493, 2.2); 64-bit bounds are not even exact in OpenAPI.
WholeNumber = Annotated[int, WHOLE, Field(ge=-(2**53) + 1, le=2**53 - 1)]
#: An exact number with 16 digits before the point and 2 after it; a text, because JSON readers make floats of numbers.
Decimal18 = Annotated[
    Decimal,
    _written_as(AMOUNT, 'a text such as "19.90"'),
    AfterValidator(_with_places),
    WithJsonSchema({"type": "string", "pattern": AMOUNT}),
]
#: A day: 2026-11-23.
IsoDate = Annotated[date, _written_as(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date such as 2026-11-23")]
#: A point in time with its offset, as RFC 3339 writes it; handed on in UTC.
UtcMoment = Annotated[
    AwareDatetime,
    _written_as(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:]{8}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})",
        "a time such as 2026-11-23T09:00:00Z",
    ),
    AfterValidator(_in_utc),
]
