"""`make new DEST=…`: asks the questions and renders a service of one's own."""

import os
from pathlib import Path

from tools.environment import ROOT, uv_environment
from tools.render import render


def destination(given: str) -> Path:
    """Return the folder to render to; ends with one line when nothing may be written there."""
    if not given:
        raise SystemExit("Say where the service goes: make new DEST=../my-service")
    folder = Path(given).expanduser().resolve()
    if folder.is_relative_to(ROOT):
        raise SystemExit(
            f"DEST={given} lies inside the template; choose a folder beside it, such as DEST=../my-service."
        )
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if not nearest.is_dir():
        what = "is a file" if nearest == folder else f"lies in {nearest}, which is a file"
        raise SystemExit(f"DEST={given} {what}; choose a new folder.")
    if folder.exists() and any(folder.iterdir()):
        raise SystemExit(f"DEST={given} is not empty; choose a new folder. Nothing was written.")
    return folder


if __name__ == "__main__":
    folder = destination(os.environ.get("DEST", "").strip())
    render(folder, environment=uv_environment())
