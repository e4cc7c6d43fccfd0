"""What a domain is called in each place: `line_items`, `LineItem`, `/line-items`, "a line item"."""

import builtins
import keyword
import re
import sys
from dataclasses import dataclass

from tools.resource import Refused

IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
#: Constraint names join a table with its columns; the engines allow 63 characters (PostgreSQL) and 64 (MySQL).
LONGEST = 30
#: Endings of plurals and of their singulars, the first that fits; `make resource name=houses:house` overrules them.
ENDINGS = (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("tches", "tch"), ("xes", "x"), ("tuses", "tus"), ("s", ""))
NO_PLURALS = ("ss", "us", "is")
#: What the template brings with other answers, or may bring one day; what is here already is found in `src/app`.
RESERVED = {
    "accounts", "admin", "api_keys", "app", "audit", "auth", "cache", "cookies", "core", "docs", "emails", "health",
    "identities", "items", "metadata", "metrics", "outbox", "resources", "sampling", "schedule", "security", "sentry",
    "sessions", "tasks", "tests", "tokens", "tools", "tracing", "users", "web", "webhooks", "worker",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A noun in its two numbers, in snake_case."""

    plural: str
    singular: str

    @property
    def pascal(self) -> str:
        """The singular as a class: `LineItem`."""
        return pascal(self.singular)

    @property
    def path(self) -> str:
        """The plural in addresses and scopes: `line-items`."""
        return self.plural.replace("_", "-")

    @property
    def code(self) -> str:
        """The singular in codes of errors: `line-item`."""
        return self.singular.replace("_", "-")

    @property
    def one(self) -> str:
        """The singular in sentences: `line item`."""
        return self.singular.replace("_", " ")

    @property
    def many(self) -> str:
        """The plural in sentences: `line items`."""
        return self.plural.replace("_", " ")

    @property
    def a(self) -> str:
        """The singular with its article: `a line item`."""
        vowel = re.match(r"[aio]|e(?!u)|u(?:n(?!i)|[mpt]|r(?!l))", self.singular)
        return f"{'an' if vowel else 'a'} {self.one}"


def pascal(snake: str) -> str:
    """Return `LineItem` for `line_item`."""
    return "".join(part.capitalize() for part in snake.split("_"))


def singular_of(plural: str) -> str:
    """Return the singular of a regular plural, or an empty text."""
    if plural.endswith(NO_PLURALS):
        return ""
    return next((plural.removesuffix(end) + rest for end, rest in ENDINGS if plural.endswith(end)), "")


def require_identifier(name: str, what: str) -> None:
    """Refuse what cannot be a name in Python, SQL and addresses alike."""
    if not IDENTIFIER.fullmatch(name):
        raise Refused(f"{what} {name!r} is not in snake_case: lower-case letters, digits and single underscores.")
    if len(name) > LONGEST:
        raise Refused(f"{what} {name!r} has more than {LONGEST} characters.")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in dir(builtins):
        raise Refused(f"{what} {name!r} means something else in Python; choose another name.")


def parse_name(text: str) -> Name:
    """Read `invoices`, or `people:person` where the singular is irregular.

    Raises:
        Refused: when it is not a plural, not in snake_case or taken by Python or the template.

    """
    plural, colon, singular = text.strip().partition(":")
    require_identifier(plural, "The name")
    if plural in RESERVED or plural in sys.stdlib_module_names:
        raise Refused(f"The name {plural!r} is reserved; choose another.")
    singular = singular if colon else singular_of(plural)
    if not singular or singular == plural:
        raise Refused(f"The name {plural!r} is not a plural; an irregular one brings its singular: people:person.")
    require_identifier(singular, "The singular")
    return Name(plural, singular)
