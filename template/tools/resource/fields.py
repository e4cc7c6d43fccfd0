"""The kinds of fields, as data, and how `number:str:unique` is read."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.models import Record
from app.core.schemas import Schema
from tools.resource import Refused
from tools.resource.kinds import KINDS, Kind
from tools.resource.names import pascal, require_identifier

FORM = "name:type, then ? if it may be absent, then :unique if no two of an owner may share it"
#: `owner_id` and what the bases of tables and schemas already have.
RESERVED = {"owner_id", *dir(Record), *dir(Schema)}
#: Names that mean something in the schemas module; an alias of a field steps aside.
TAKEN_ALIASES = {
    "Annotated", "Decimal", "Decimal18", "Email", "Field", "IsoDate", "PageSchema", "Schema", "StrictBool", "Text",
    "UtcMoment", "WholeNumber",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a domain; `target` is the domain that a `ref` points to."""

    name: str
    kind: Kind
    optional: bool
    unique: bool
    target: str | None = None

    @property
    def words(self) -> str:
        """The name in sentences: `due on`, and for a ref `customer`."""
        return (self.name.removesuffix("_id") if self.target else self.name).replace("_", " ")

    @property
    def meaning(self) -> str:
        """A first description, until the team says more."""
        return f"Id of one of your {self.target.replace('_', ' ')}" if self.target else self.words.capitalize()

    @property
    def change(self) -> str:
        """The same for what replaces it."""
        return f"Id of another of your {self.target.replace('_', ' ')}" if self.target else f"New {self.words}"

    @property
    def alias(self) -> str:
        """The name of its type in the schemas."""
        name = pascal(self.name)
        return f"{name}Value" if name in TAKEN_ALIASES else name

    @property
    def python(self) -> str:
        """The annotation of its value."""
        return f"{self.kind.python} | None" if self.optional else self.kind.python

    @property
    def annotation(self) -> str:
        """The annotation of its value in a schema."""
        return f"{self.alias} | None" if self.optional else self.alias


def parse_fields(texts: Iterable[str]) -> tuple[Field, ...]:
    """Read the fields of a domain.

    Raises:
        Refused: at the first that is malformed, of no known type, reserved or there twice.

    """
    fields = tuple(parse_field(text) for text in texts)
    if not fields:
        raise Refused(f'There are no fields; give some: fields="number:str:unique due_on:date?" ({FORM}).')
    names = [field.name for field in fields]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise Refused(f"The field {twice!r} is there twice.")
    return fields


def parse_field(text: str) -> Field:
    """Read one field."""
    name, *rest = text.split(":")
    unique = rest[-1:] in (["unique"], ["unique?"])
    optional = any(part.endswith("?") for part in rest)
    rest = [part.removesuffix("?") for part in (rest[:-1] if unique else rest)]
    target = rest.pop() if rest[:1] == ["ref"] and len(rest) > 1 else None
    if len(rest) != 1 or not rest[0]:
        raise Refused(f"The field {text!r} is not of the form {FORM}.")
    if rest[0] not in KINDS:
        raise Refused(f"The field {text!r} has an unknown type; there are: {', '.join(KINDS)}.")
    if (rest[0] == "ref") != (target is not None):
        raise Refused(f"The field {text!r} names no domain; a reference looks like customer:ref:customers.")
    kind = KINDS[rest[0]]
    if target:
        name = f"{name.removesuffix('_id')}_id"
    require_field_name(name)
    if unique and not kind.distinct:
        raise Refused(f"The field {text!r} cannot be unique: {rest[0]} is not made for that.")
    return Field(name, kind, optional, unique, target)


def require_field_name(name: str) -> None:
    """Refuse names that tables, schemas or Python need for themselves."""
    if name in RESERVED or name.startswith("model_"):
        raise Refused(f"The field name {name!r} is reserved; choose another.")
    require_identifier(name, "The field")
    if name in {"date", "datetime"}:
        raise Refused(f"The field name {name!r} is that of a type; say which one it is: issued_on, sent_at.")
