"""What CHANGELOG.md says: a section per version, and in it the steps that a team takes after an update."""

import re
from dataclasses import dataclass
from pathlib import Path

HEADING = re.compile(r"^## (?P<version>\S+) · (?P<date>.+)$", flags=re.MULTILINE)
STEPS = "**After the update:**"


@dataclass(frozen=True)
class Section:
    """One version; `date` is ISO 8601, or another word while it is not released."""

    version: str
    date: str
    text: str

    @property
    def steps(self) -> str:
        """What follows "After the update:"; empty when the section does not say."""
        return self.text.partition(f"\n{STEPS}")[2].strip()


def sections(root: Path) -> list[Section]:
    """Return the sections as they stand in the file: the newest first."""
    _, *parts = HEADING.split((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    return [Section(*parts[at : at + 3]) for at in range(0, len(parts), 3)]
