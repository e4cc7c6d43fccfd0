"""Columns that behave alike on every engine; points in time are in `app.core.models`.

For domains that `make resource` writes.
"""

from decimal import Decimal

from sqlalchemy import BigInteger, Dialect, Numeric
from sqlalchemy.types import TypeDecorator

from app.core.values import PLACES

LARGEST = Decimal("9999999999999999.99")


class ExactDecimal(TypeDecorator[Decimal]):
    """A number with 16 digits before the point and 2 after it, never rounded.

    SQLite knows binary fractions only, which lose the last digits: there it is a whole number of hundredths,
    which compares, sorts and adds up like the number itself.
    """

    impl = Numeric(18, PLACES).with_variant(BigInteger(), "sqlite")
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        """Store it; more than it can hold is a bug, not to be rounded away."""
        if value is None:
            return None
        if abs(value) > LARGEST or value != round(value, PLACES):
            raise ValueError(f"{value} has more than 16 digits before the point or more than 2 after it")
        return int(value.scaleb(PLACES)) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Decimal | int | None, dialect: Dialect) -> Decimal | None:
        """Hand out with two places, also what the engine calculated."""
        if value is None:
            return None
        return Decimal(value).scaleb(-PLACES) if dialect.name == "sqlite" else round(Decimal(value), PLACES)
