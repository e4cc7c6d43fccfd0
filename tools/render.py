"""Runs Copier on this checkout, in an environment that holds nothing else."""

import os
from pathlib import Path

from tools.environment import ROOT, install, run

# Git wants a name where the user has not set one.
IDENTITY = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "copier-fastapi"), ("EMAIL", "copier-fastapi@localhost"))
}


def render(destination: Path, *options: str, environment: dict[str, str]) -> None:
    """Render the service as this checkout describes it, uncommitted changes included."""
    # Without a version Copier would take the latest release tag, not what lies here.
    run(*copier_command(destination, "HEAD", *options, environment=environment))


def copier_command(
    destination: Path, version: str, *options: str, environment: dict[str, str]
) -> tuple[list[str], dict[str, str]]:
    """Return the command that renders a version of this template, and the environment that it needs."""
    bin_folder = install("render", ROOT / ".tools" / "render", environment)
    command = [str(bin_folder / "copier"), "copy", "--vcs-ref", version, *options, str(ROOT), os.fspath(destination)]
    # Copier commits uncommitted changes, to a clone of its own.
    return command, IDENTITY | environment
