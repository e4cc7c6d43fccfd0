"""Writes the lists of the service's docs/ownership.md from ownership.toml."""

import re
import tomllib
from collections.abc import Iterator

from tools.environment import ROOT

LIST = ROOT / "ownership.toml"
DOCUMENT = ROOT / "template" / "docs" / "ownership.md.jinja"
#: The heading above each list.
HEADINGS = {"yours": "Yours", "added": "Only added to", "shared": "Shared", "template": "The template's"}

Lists = dict[str, dict[str, list[str]]]


def load() -> tuple[Lists, dict[str, str]]:
    """Return the lists by owner and condition, and the paths that are gone with their ways out."""
    content = tomllib.loads(LIST.read_text(encoding="utf-8"))
    gone: dict[str, str] = content.pop("gone")
    return content, gone


def owner_of(path: str, lists: Lists) -> str | None:
    """Return whose a path is: the longest entry that is the path or a folder above it decides."""
    fitting = [
        (len(entry), owner)
        for owner, conditions in lists.items()
        for entries in conditions.values()
        for entry in entries
        if path == entry or path.startswith(f"{entry}/")
    ]
    return max(fitting)[1] if fitting else None


def document(text: str, lists: Lists) -> str:
    """Return the document with the list below each heading as it has to be."""
    for owner, heading in HEADINGS.items():
        bullets = "".join(f"{line}\n" for line in _lines(lists[owner]))
        pattern = rf"(^## {re.escape(heading)}\n(?:(?!- `|## |\{{% ).*\n)*)(?:(?:- `|\{{% ).*\n)+"
        text, found = re.subn(pattern, rf"\g<1>{bullets}", text, flags=re.MULTILINE)
        if found != 1:
            raise SystemExit(f"{DOCUMENT.name} has no list below `## {heading}`.")
    return text


def _lines(conditions: dict[str, list[str]]) -> Iterator[str]:
    for condition, entries in conditions.items():
        bullets = [f"- `{entry}`" for entry in entries]
        yield from bullets if condition == "always" else [f"{{% if {condition} %}}", *bullets, "{% endif %}"]


if __name__ == "__main__":
    DOCUMENT.write_text(document(DOCUMENT.read_text(encoding="utf-8"), load()[0]), encoding="utf-8")
