"""Programs of npm that judge renders or talk to them, at the versions that their lock files name."""

import shutil
import subprocess
from pathlib import Path

from tests.conftest import ROOT


def install(name: str, folder: Path) -> Path:
    """Copy `tests/<name>` to a folder and install what it needs; fails without node."""
    shutil.copytree(ROOT / "tests" / name, folder, ignore=shutil.ignore_patterns("node_modules"))
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)
    return folder
