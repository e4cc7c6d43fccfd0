"""Two tables that refer to each other and to themselves, with a column of each type, and rows for them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, MetaData, Table, Text

from app.core.clock import utc_now
from app.core.columns import ExactDecimal
from app.core.models import Id, UtcDateTime

METADATA = MetaData()
PLACES = Table(
    "places",
    METADATA,
    Column("id", Id(), primary_key=True),
    Column("within_id", Id(), ForeignKey("places.id", name="fk_within")),
    Column("map_id", Id(), ForeignKey("maps.id", name="fk_map", use_alter=True)),
    Column("changed_at", UtcDateTime(), onupdate=utc_now),
    Column("price", ExactDecimal()),
    Column("number", BigInteger()),
    Column("day", Date()),
    Column("is_open", Boolean()),
    Column("note", Text()),
)
MAPS = Table(
    "maps",
    METADATA,
    Column("id", Id(), primary_key=True),
    Column("place_id", Id(), ForeignKey("places.id", name="fk_place"), nullable=False),
)
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
NOTHING: dict[str, Any] = dict.fromkeys(PLACES.columns.keys())
# The first row refers to the second, and to a map that refers to it; the third to itself.
ROWS: dict[Table, list[dict[str, Any]]] = {
    PLACES: [
        {
            "id": ONE,
            "within_id": TWO,
            "map_id": ONE,
            "changed_at": datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC),
            "price": Decimal("9999999999999999.99"),
            "number": 2**53 - 1,
            "day": date(2026, 11, 23),
            "is_open": True,
            "note": "Zürich 🏔️\n'%s' \\ ",
        },
        NOTHING | {"id": TWO, "price": Decimal("-0.01"), "number": 0, "is_open": False, "note": ""},
        NOTHING | {"id": THREE, "within_id": THREE},
    ],
    MAPS: [{"id": ONE, "place_id": ONE}],
}
