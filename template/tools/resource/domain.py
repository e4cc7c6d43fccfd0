"""What the templates are given: a domain, its fields, and what follows from them."""

from dataclasses import dataclass
from datetime import datetime

from tools.resource.fields import Field
from tools.resource.names import Name, pascal
from tools.resource.project import Target


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain to be written. `targets` are the domains that it refers to, each once."""

    name: Name
    fields: tuple[Field, ...]
    targets: dict[str, Target]
    revision: str
    head: str
    made: datetime

    @property
    def plain(self) -> list[Field]:
        """The fields that hold a value of their own."""
        return [field for field in self.fields if not field.target]

    @property
    def refs(self) -> list[Field]:
        """The fields that point to a row of another domain."""
        return [field for field in self.fields if field.target]

    @property
    def required(self) -> list[Field]:
        """The fields that cannot be absent."""
        return [field for field in self.fields if not field.optional]

    @property
    def optional(self) -> list[Field]:
        """The fields that can be absent."""
        return [field for field in self.fields if field.optional]

    @property
    def unique(self) -> list[Field]:
        """The fields that no two rows of an owner may share."""
        return [field for field in self.fields if field.unique]

    @property
    def emails(self) -> list[Field]:
        """The fields that hold an address."""
        return [field for field in self.fields if field.kind.schema == "Email"]

    @property
    def search(self) -> Field | None:
        """The first short text: lists can be searched by it."""
        return next((field for field in self.fields if field.kind.column == "String(200)"), None)

    @property
    def sort(self) -> Field | None:
        """The same if it is always there: lists can be sorted by it, since keyset pages know no nulls."""
        return self.search if self.search and not self.search.optional else None

    @property
    def indexes(self) -> list[tuple[str, ...]]:
        """The columns of each index, one index per sort order; a unique constraint is an index already."""
        ordered: list[tuple[str, ...]] = [("owner_id", "created_at", "id")]
        if self.sort and not self.sort.unique:
            ordered.append(("owner_id", self.sort.name, "id"))
        return ordered

    @property
    def table_args(self) -> str:
        """The same and the constraints, as the model declares them."""
        parts = [f"Index(None, {quoted(columns)})" for columns in self.indexes]
        parts += [f"UniqueConstraint({quoted(('owner_id', field.name))})" for field in self.unique]
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"

    @property
    def taken(self) -> str:
        """The error when a unique value is taken; which one the engines do not tell alike, so there is one error."""
        only = pascal(self.unique[0].words.replace(" ", "_")) if len(self.unique) == 1 else ""
        return f"{self.name.pascal}{only}Taken"

    @property
    def taken_code(self) -> str:
        """Its code."""
        only = f"-{self.unique[0].words.replace(' ', '-')}" if len(self.unique) == 1 else ""
        return f"{self.name.code}{only}-taken"

    @property
    def shared(self) -> str:
        """What is taken, in sentences."""
        return f"this {self.unique[0].words}" if len(self.unique) == 1 else "one of these values"

    @property
    def errors(self) -> list[str]:
        """The errors of creating one, besides invalid data."""
        not_found = [f"{target.name.pascal}NotFound" for target in self.targets.values()]
        return [*not_found, self.taken] if self.unique else not_found

    def target_of(self, field: Field) -> Target:
        """Return the domain that a ref points to."""
        return self.targets[field.target or ""]


def quoted(names: tuple[str, ...]) -> str:
    """Return names as arguments."""
    return ", ".join(f'"{name}"' for name in names)
