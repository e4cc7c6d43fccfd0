"""Values in bodies have one notation, and come back as they were stored."""

import pytest
from pydantic import TypeAdapter, ValidationError

from app.core.values import Decimal18, IsoDate, UtcMoment, WholeNumber

KINDS: dict[str, TypeAdapter[object]] = {
    "whole": TypeAdapter(WholeNumber),
    "decimal": TypeAdapter(Decimal18),
    "date": TypeAdapter(IsoDate),
    "moment": TypeAdapter(UtcMoment),
}


@pytest.mark.parametrize(
    ("kind", "sent", "shown"),
    [
        ("whole", 2**53 - 1, 2**53 - 1),
        ("whole", 1 - 2**53, 1 - 2**53),
        ("whole", -5.0, -5),
        ("decimal", "5", "5.00"),
        ("decimal", "-0", "0.00"),
        ("decimal", "9999999999999999.99", "9999999999999999.99"),
        ("date", "0001-01-01", "0001-01-01"),
        ("moment", "2026-11-23T09:00:00+01:00", "2026-11-23T08:00:00Z"),
        ("moment", "2026-11-23t09:00:00.123456z", "2026-11-23T09:00:00.123456Z"),
    ],
)
def test_shows_one_notation(kind: str, sent: object, shown: object) -> None:
    value = KINDS[kind].validate_python(sent)

    assert KINDS[kind].dump_python(value, mode="json") == shown
    # What comes from the database is not a text any more.
    assert KINDS[kind].validate_python(value) == value


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("whole", 2**53),
        ("whole", -(2**53)),
        ("whole", "1"),
        ("whole", 1.5),
        ("whole", float("inf")),
        ("whole", True),
        ("decimal", 19.9),
        ("decimal", 19),
        ("decimal", True),
        ("decimal", "0.001"),
        ("decimal", "1" * 17),
        ("decimal", "1e3"),
        ("decimal", "NaN"),
        ("decimal", " 1"),
        ("decimal", "1\n"),
        ("decimal", "\N{ARABIC-INDIC DIGIT THREE}"),
        ("date", 0),
        ("date", "0"),
        ("date", True),
        ("date", "2026-11-23T00:00:00Z"),
        ("date", "2026-02-30"),
        ("date", "0000-01-01"),
        ("moment", 0),
        ("moment", "0"),
        ("moment", "2026-11-23"),
        ("moment", "2026-11-23T09:00:00"),
        ("moment", "2026-11-23T24:00:00Z"),
        ("moment", "0001-01-01T00:00:00+23:59"),
        ("moment", "9999-12-31T23:59:59-00:01"),
    ],
)
def test_refuses_every_other(kind: str, sent: object) -> None:
    with pytest.raises(ValidationError):
        KINDS[kind].validate_python(sent)


def test_an_exact_number_is_documented_as_a_text() -> None:
    for schema in (KINDS["decimal"].json_schema(), KINDS["decimal"].json_schema(mode="serialization")):
        assert schema == {"type": "string", "pattern": r"^-?[0-9]{1,16}(\.[0-9]{1,2})?$"}
