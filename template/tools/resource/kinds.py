"""The types of fields, as data: in Python, in tables, in bodies, and what the tests send."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One type. Everything is source text; in `distinct`, `number` counts from 1."""

    python: str
    column: str
    migration: str
    schema: str
    example: str
    other: str
    wrong: str
    empty: str
    distinct: str = ""
    limits: str = ""


EXAMPLE_ID = "0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c12"
KINDS = {
    "str": Kind(
        python="str",
        column="String(200)",
        migration="sa.String(length=200)",
        schema="Text",
        limits="min_length=1, max_length=200",
        example='"Example"',
        other='"Another"',
        distinct='f"Example {number}"',
        wrong='""',
        empty="str",
    ),
    "text": Kind(
        python="str",
        column="Text",
        migration="sa.Text()",
        schema="Text",
        limits="max_length=5000",
        example='"An example of a longer text"',
        other='"Another text"',
        wrong='"x" * 5001',
        empty="str",
    ),
    "int": Kind(
        python="int",
        column="BigInteger",
        migration="sa.BigInteger()",
        schema="WholeNumber",
        example="42",
        other="1 - 2**53",
        distinct="number",
        wrong="2**53",
        empty="int",
    ),
    "bool": Kind(
        python="bool",
        column="Boolean",
        migration="sa.Boolean()",
        schema="StrictBool",
        example="True",
        other="False",
        wrong='"yes"',
        empty="bool",
    ),
    "decimal": Kind(
        python="Decimal",
        column="ExactDecimal",
        migration="ExactDecimal()",
        schema="Decimal18",
        example='"19.90"',
        other='"-9999999999999999.99"',
        distinct='f"{number}.00"',
        wrong='"0.001"',
        empty="Decimal",
    ),
    "date": Kind(
        python="date",
        column="Date",
        migration="sa.Date()",
        schema="IsoDate",
        example='"2026-11-23"',
        other='"2027-01-31"',
        distinct='f"{2000 + number}-01-31"',
        wrong='"2026-02-30"',
        empty="date.today",
    ),
    "datetime": Kind(
        python="datetime",
        column="UtcDateTime",
        migration="UtcDateTime()",
        schema="UtcMoment",
        example='"2026-11-23T09:00:00Z"',
        other='"2027-01-31T23:59:59.999999Z"',
        distinct='f"{2000 + number}-01-31T09:00:00Z"',
        wrong='"2026-11-23T09:00:00"',
        empty="utc_now",
    ),
    "uuid": Kind(
        python="UUID",
        column="Uuid",
        migration="sa.Uuid()",
        schema="UUID",
        example=f'"{EXAMPLE_ID}"',
        other='"0197a3a2-6d2c-7b6e-9a53-0f4f6e1b7c13"',
        distinct="str(uuid4())",
        wrong='"0197a3a2"',
        empty="uuid4",
    ),
    "email": Kind(
        python="str",
        column="String(254)",
        migration="sa.String(length=254)",
        schema="Email",
        example='"ada@example.com"',
        other='"grace@example.com"',
        distinct='f"person{number}@example.com"',
        wrong='"ada@"',
        empty="str",
    ),
    "ref": Kind(
        python="UUID",
        column="Uuid",
        migration="sa.Uuid()",
        schema="UUID",
        example=f'"{EXAMPLE_ID}"',
        other="",
        distinct="a new row",
        wrong="1",
        empty="uuid4",
    ),
}
