"""Exact numbers stay exact on every engine."""

from decimal import Decimal

import pytest
from sqlalchemy import Column, Dialect, MetaData, Table, create_engine, func, make_url, select
from sqlalchemy.exc import StatementError

from app.core.columns import ExactDecimal

LARGEST = Decimal("9999999999999999.99")


def dialect(name: str) -> Dialect:
    return make_url(f"{name}://").get_dialect()()


def test_sqlite_keeps_compares_and_adds_up_exactly() -> None:
    table = Table("amounts", MetaData(), Column("amount", ExactDecimal))
    values = [LARGEST, -LARGEST, Decimal("0.10"), Decimal("0.20"), None]
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        connection.execute(table.insert(), [{"amount": value} for value in values])

        read = list(connection.scalars(select(table.c.amount).order_by(table.c.amount)))
        total = connection.scalar(select(func.sum(table.c.amount)))
        small = list(connection.scalars(select(table.c.amount).where(table.c.amount <= Decimal("0.10"))))
    engine.dispose()

    assert read == [None, -LARGEST, Decimal("0.10"), Decimal("0.20"), LARGEST]
    assert [str(value) for value in read[2:4]] == ["0.10", "0.20"]
    assert total == Decimal("0.30")
    assert small == [-LARGEST, Decimal("0.10")]


@pytest.mark.parametrize("value", ["0.001", "10000000000000000", "-10000000000000000.00"])
def test_refuses_to_round(value: str) -> None:
    table = Table("amounts", MetaData(), Column("amount", ExactDecimal))
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        table.metadata.create_all(connection)
        with pytest.raises(StatementError, match="more than 16 digits before the point or more than 2 after it"):
            connection.execute(table.insert(), {"amount": Decimal(value)})
    engine.dispose()


@pytest.mark.parametrize(
    ("engine", "column"), [("sqlite", "BIGINT"), ("postgresql", "NUMERIC(18, 2)"), ("mysql", "NUMERIC(18, 2)")]
)
def test_is_exact_in_every_engines_own_type(engine: str, column: str) -> None:
    assert ExactDecimal().compile(dialect(engine)) == column


def test_shows_two_places_whatever_the_engine_calculated() -> None:
    kind = ExactDecimal()

    assert str(kind.process_result_value(Decimal(7), dialect("postgresql"))) == "7.00"
    assert str(kind.process_result_value(700, dialect("sqlite"))) == "7.00"
    assert kind.process_bind_param(Decimal("7.5"), dialect("postgresql")) == Decimal("7.5")
    assert kind.process_result_value(None, dialect("sqlite")) is None
