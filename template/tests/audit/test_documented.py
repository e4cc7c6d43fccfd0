"""docs/operations.md names every event that the audit log can have, and no other."""

import re
from pathlib import Path

from app.accounts.models import MailPurpose

ROOT = Path(__file__).parents[2]
#: Who notes something about accounts; domains of the team may have events of their own.
PACKAGES = ("accounts", "api_keys", "auth", "cli", "cookies", "tokens", "users")
NOTED = re.compile(r'(?:record|record_failure)\(\s*(?P<call>[^,]+),|event="(?P<keyword>[a-z-]+)"')
NAME = re.compile(r'(?<!f)"([a-z-]+)"')
#: The one name that is put together.
CONFIRMED = {f"confirmed-{purpose}" for purpose in (MailPurpose.VERIFY_EMAIL, MailPurpose.CHANGE_EMAIL)}
#: Names that are chosen elsewhere than where they are noted.
CHOSEN = {"password-changed", "password-reset", "role-changed", "locked", "unlocked"}


def noted() -> set[str]:
    """Return the names that the code has."""
    names = set(CONFIRMED)
    for package in PACKAGES:
        for module in (ROOT / "src" / "app" / package).glob("*.py"):
            for found in NOTED.finditer(module.read_text(encoding="utf-8")):
                names |= {found["keyword"]} if found["keyword"] else set(NAME.findall(found["call"]))
    return names | CHOSEN


def documented() -> set[str]:
    """Return the names in the table."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = text.partition("| events | when |\n")[2].partition("\n\n")[0]
    return {name for row in table.splitlines()[1:] for name in re.findall(r"`([a-z-]+)`", row.split("|")[1])}


def test_the_document_names_all_events_and_no_other() -> None:
    assert len(documented()) > 15
    assert documented() == noted()
