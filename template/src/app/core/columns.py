"""Columns that behave alike on every engine; points in time are in `app.core.models`.

For domains that `make resource` writes.
"""

from decimal import Decimal
from math import isfinite
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Numeric
from sqlalchemy.dialects.postgresql import JSONB
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

    @property
    def python_type(self) -> type[Decimal]:
        """The type of its values."""
        return Decimal

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


class Json(TypeDecorator[Any]):
    """What JSON can hold: texts, whole numbers of up to 64 bits, finite fractions, lists, objects; None is NULL.

    Objects have no order, and a change inside of a value is not noticed: assign a new one. Queries look at the whole
    only; what has to be searched is a column.
    """

    impl = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    cache_ok = True

    @property
    def python_type(self) -> type[dict[str, Any]]:
        """The type of most of its values."""
        return dict

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """Store it; what only some engines can hold is a bug on all of them."""
        _require_portable(value)
        return value


def _require_portable(value: Any) -> None:
    if isinstance(value, dict):
        _require_portable([*value, *value.values()])
    elif isinstance(value, list):
        for part in value:
            _require_portable(part)
    elif isinstance(value, str):
        if "\x00" in value:
            raise ValueError("a text with NUL cannot be stored")
    elif isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise ValueError(f"{value} has more than 64 bits")
    elif value is not None and not (isinstance(value, float) and isfinite(value)):
        raise ValueError(f"a {type(value).__name__} such as {value} cannot be stored as JSON")
