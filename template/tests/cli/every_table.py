"""Rows for every table of the service, with what gets lost most easily."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.core.models import Base
from app.metadata import import_models

import_models()
TABLES = Base.metadata.sorted_tables
#: A value of each type for row `number`.
VALUES: dict[type, Callable[[int], object]] = {
    bool: lambda number: number % 3 == 0,
    date: lambda number: date(2026, 11, number),
    datetime: lambda number: datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(microseconds=number),
    Decimal: lambda number: Decimal(number) / 100,
    dict: lambda number: {"number": number},
    float: lambda number: number / 4,
    int: lambda number: number,
    str: lambda number: f"{number} Zoë 🚲 %s",
    UUID: lambda number: UUID(int=number),
}
# Rows refer to the one of the same number. What is optional is missing in every second one.
ROWS: dict[str, list[dict[str, Any]]] = {
    table.name: [
        {
            column.key: None if column.nullable and number % 2 else VALUES[column.type.python_type](number)
            for column in table.columns
        }
        for number in (1, 2, 3)
    ]
    for table in TABLES
}
NONE: dict[str, list[dict[str, Any]]] = {table.name: [] for table in TABLES}
