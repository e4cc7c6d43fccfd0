"""Running the Makefile with a uv that only shows what it is asked."""

import subprocess
from pathlib import Path

# Answers like a uv that is new enough, and shows what it is asked.
UV = """#!/bin/sh
test "$1" = --version && echo "uv 99.0.0" && exit
printf '[%s]' "$@"; echo " cache=$UV_CACHE_DIR port=$PORT"
"""


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make in `folder`."""
    command = ["make", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
