"""What differs between two surfaces, and whether a changelog names it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from tests.openapi_surface import Surface
from tools.changelog import Section


@dataclass(frozen=True)
class Difference:
    """One part of the surface that went, came or promises something else."""

    kind: str
    names: tuple[str, ...]
    was: str | None
    now: str | None

    @property
    def spans(self) -> tuple[str, ...]:
        """What an entry has to show as code: the names, and a new default."""
        return (*self.names, self.now) if self.kind == "default" and self.was is not None and self.now else self.names

    def __str__(self) -> str:
        what = " ".join(f"`{name}`" for name in self.names)
        if self.now is None:
            return f"{self.kind} {what} is gone"
        return (
            f"{self.kind} {what} is new"
            if self.was is None
            else f"{self.kind} {what}: {self.was!r} is now {self.now!r}"
        )

    def is_part_of(self, other: "Difference") -> bool:
        """Tell whether the other says it already: an endpoint that is gone has no responses."""
        both_new = self.was is None and other.was is None
        both_gone = self.now is None and other.now is None
        inside = set(other.names) < set(self.names) or (self.kind == "default" and other.kind == "setting")
        return (both_new or both_gone) and inside and set(other.names) <= set(self.names)


def differences(before: Surface, after: Surface) -> list[Difference]:
    """Return what a service feels of an update, each change once."""
    found = [
        Difference(*key, before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key) and not (key[0] == "security test" and key not in before)
    ]
    return [one for one in found if not any(one.is_part_of(other) for other in found)]


def unnamed(found: Iterable[Difference], steps: str) -> list[str]:
    """Return what the steps after an update do not name, one line each.

    An entry is a paragraph or an item of a list, and shows as code all that one difference is named by. `GET /api/v1/*`
    is every such name, for what is new (`GET /api/v1/invoices*`) or for one detail of many (`GET /api/v1/*`, `503`).
    """
    entries = [re.findall(r"`([^`]+)`", entry) for entry in re.split(r"\n\s*\n|\n(?=\s*[-*] )", steps)]
    return [str(one) for one in found if not any(names(entry, one) for entry in entries)]


def steps_since(sections: Iterable[Section], version: str) -> str:
    """Return what a team has to do after the update from `version` to what comes next."""
    return "\n\n".join(section.steps for section in takewhile(lambda section: section.version != version, sections))


def names(shown: list[str], difference: Difference) -> bool:
    """Tell whether the code spans of an entry show everything that a difference has to be named by."""
    groups = tuple(span[:-1] for span in shown if re.fullmatch(r"[^*]{3,}\*", span))
    wide = difference.names if difference.was is None else difference.names[:-1]
    return all(span in shown or (span in wide and span.startswith(groups)) for span in difference.spans)
