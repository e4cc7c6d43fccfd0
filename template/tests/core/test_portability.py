"""Values come back, compare, sort and add up alike, whatever the engine."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from app.core.database import Database
from tests.core.samples import Sample, store

VALUES: dict[str, list[Any]] = {
    "key": [UUID(int=0), UUID(int=2**128 - 1), UUID("0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c11")],
    "moment": [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-9, minutes=-30))),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(1000, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    ],
    "flag": [True, False],
    "amount": [Decimal("9999999999999999.99"), Decimal("-0.01"), Decimal("0.00"), Decimal("19.90")],
    "document": [
        {"b": [1, -1.5, "é", "👩‍🚀", True, None], "a": {}, "": ""},
        [],
        "text",
        0,
        False,
        2**63 - 1,
        -(2**63),
        0.1,
        {"quoted": "\"'\\ %s :x \n"},
    ],
    "name": ["", " ", "👩‍🚀 𝄞", "\"'\\ %s :x \n\t", "e\u0301", "x" * 200, "🙂" * 200],
    "content": ["", "\r\n", "👩‍🚀" * 1000],
}


@pytest.mark.parametrize(
    ("column", "value"), [(column, value) for column, values in VALUES.items() for value in [*values, None]]
)
async def test_comes_back_as_it_was(samples: Database, column: str, value: object) -> None:
    await store(samples, {column: value}, {})
    async with samples.transaction(read_only=True) as session:
        first, second = await session.scalars(select(getattr(Sample, column)).order_by(Sample.id))
        nothing = await session.scalar(select(func.count(Sample.id)).where(getattr(Sample, column).is_(None)))
    kind = UUID if isinstance(first, UUID) else type(first)  # a driver's own UUIDs are UUIDs
    assert (first, kind, second) == (value, type(value), None)
    # None is NULL, not the word `null` of JSON.
    assert nothing == (2 if value is None else 1)


@pytest.mark.parametrize("column", ["key", "moment", "flag", "amount", "name"])
async def test_is_found_by_its_value(samples: Database, column: str) -> None:
    values = VALUES[column]
    await store(samples, *({column: value} for value in values))
    for value in values:
        async with samples.transaction(read_only=True) as session:
            found = await session.scalars(select(getattr(Sample, column)).where(getattr(Sample, column) == value))
            assert found.all() == [value]


@pytest.mark.parametrize("column", ["key", "moment", "amount", "name"])
async def test_sorts_as_it_does_outside(samples: Database, column: str) -> None:
    values = VALUES[column]
    await store(samples, *({column: value} for value in values))
    async with samples.transaction(read_only=True) as session:
        sample = getattr(Sample, column)
        ascending = (await session.scalars(select(sample).order_by(sample))).all()
        descending = (await session.scalars(select(sample).order_by(sample.desc()))).all()
    assert ascending == sorted(values)
    assert descending == ascending[::-1]


async def test_amounts_and_flags_are_counted_exactly(samples: Database) -> None:
    amounts = [Decimal("0.10"), Decimal("0.20"), Decimal("9999999999999999.99"), Decimal("-9999999999999999.99")]
    await store(samples, *({"amount": amount, "flag": amount > 0} for amount in amounts))
    async with samples.transaction(read_only=True) as session:
        assert await session.scalar(select(func.sum(Sample.amount))) == Decimal("0.30")
        assert await session.scalar(select(func.count(Sample.id)).where(Sample.flag.is_(True))) == 3
        assert await session.scalar(select(func.count(Sample.id)).where(Sample.flag.is_(False))) == 1


@pytest.mark.parametrize(
    "document", [float("nan"), float("inf"), 2**63, {"a": ["\x00"]}, {"\x00": 1}, {"a": Decimal(1)}, [b"bytes"]]
)
async def test_what_no_engine_or_only_some_can_hold_is_refused_as_json(samples: Database, document: object) -> None:
    with pytest.raises(StatementError, match=r"cannot be stored|more than 64 bits"):
        await store(samples, {"document": document})
